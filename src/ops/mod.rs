//! The use cases: what a command does, without its arguments and its output.
//!
//! Each takes an open workspace and options, and returns data and a [`Failure`](crate::workspace::Failure). None writes to
//! a stream or knows an exit status.

mod acted_on;
mod aftermath;
pub mod announce;
pub mod apply;
pub mod approve;
pub mod artifacts;
pub mod check;
pub mod constraints;
pub mod countdown;
pub mod delete_ended;
mod disk;
pub mod edit;
mod executing;
pub mod explain;
mod failure_mail;
pub mod fix;
pub mod fmt;
mod gate;
#[cfg(test)]
mod in_memory;
pub mod init_series;
mod kinds;
pub mod list;
mod located;
pub mod mails;
mod meant;
mod merged;
pub mod metrics;
pub mod new;
mod npm;
pub mod older;
mod overdue;
mod overrides;
mod own_project;
mod pending;
pub mod plan;
pub mod propose;
mod proposed;
mod remotes;
pub mod replay;
mod report;
pub mod schedule;
mod services;
pub mod shadow;
pub mod site;
pub mod status;
mod trust;
pub mod verify;
