//! The releases repository as typed data in which every scalar keeps its place.

pub mod deliverable;
pub mod file;
pub mod index;
pub mod line;
pub mod lineage;
pub mod lines;
pub mod part;
mod pieces;
pub mod place;
pub mod record;
pub mod request;
pub mod requested;
pub mod schedule;
pub mod series;
pub mod snapshot;
mod stray;
pub mod terms;
pub mod trailer;
pub(crate) mod words;
pub mod yaml;

pub mod introduced;
pub mod key_file;
pub mod landed;
pub mod revision;
pub mod scope;
pub mod unsaved;
pub mod walk;

pub use pieces::in_pieces;

pub use crate::git::{BadCommitId, BadRepoName, CommitId, RepoName};
