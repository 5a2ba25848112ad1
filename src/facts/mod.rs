//! Facts from outside the releases repository that the check of a request needs.
//!
//! A [`Question`] is plain data. Rules and the plan put questions into an [`Asks`], [`gather`] answers them in parallel, and
//! the rules and the plan read each [`Answer`] from [`Facts`]. A new kind of fact is one file here: the question, its answer,
//! and how to find it.

pub mod all_refs;
pub mod ancestor;
mod answer;
mod ask;
pub mod bugs;
pub mod build;
pub mod builds;
pub mod changes;
pub mod constraints;
pub mod dependents;
pub mod document;
pub mod files;
pub mod fresh_index;
mod gather;
pub mod governance;
mod hidden;
pub mod history;
pub mod link;
pub mod merged;
pub mod needs;
pub mod object;
pub mod open_edits;
mod opened;
pub mod package;
pub mod package_index;
pub mod patches;
pub mod people;
pub mod position;
pub mod proposed;
pub mod pushed;
pub mod pushed_files;
pub mod raw;
pub mod ref_in_the_way;
mod remotes;
pub mod repository;
pub mod review;
pub mod revision;
mod servers;
mod sources;
pub mod stories;
pub mod tracker;
mod unknown;
pub mod watched;

pub use answer::Answer;
pub use ask::{Asks, Facts, Question};
pub use gather::gather;
pub use hidden::Hidden;
pub use opened::Opened;
pub use remotes::OpenRemotes;
pub use sources::{Documents, Network, Sources};
pub use unknown::{Asked, Cause, Matter, Unknown};
