//! The only place that opens a connection: HTTP and SMTP, both with limits.
//!
//! Nothing here reads the environment or a clock on the wall, with one exception that has a name:
//! [`http::Proxy::Environment`].

pub mod ca;
mod credential;
pub mod http;
mod launchpad;
mod login;
pub mod smtp;

pub use crate::text::without_login;
pub use credential::{Credential, CredentialError};
pub use launchpad::launchpad_login;
