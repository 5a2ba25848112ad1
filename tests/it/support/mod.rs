//! What several tests need: servers of our own on the loopback interface, and repositories to throw away.

pub(crate) mod certificate;
pub(crate) mod described;
pub(crate) mod gerrit;
pub(crate) mod git;
pub(crate) mod http;
pub(crate) mod key;
pub(crate) mod machine;
pub(crate) mod played;
pub(crate) mod proposals;
pub(crate) mod record;
pub(crate) mod smtp;
pub(crate) mod web;
pub(crate) mod work;
