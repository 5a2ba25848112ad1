//! The kinds of steps, a folder each: how it is planned, how its state is read back, how it is carried out.

mod after_tag;
pub mod announcement;
mod branch;
mod bugs;
mod constraints;
mod deletion;
mod downstream;
mod follow_ups;
mod frame;
pub(crate) mod proposing;
pub mod provenance;
mod push;
mod shown;
mod stories;
pub mod tag;
mod tools;
mod trackers;

pub use announcement::AnnouncementKind;
pub use branch::{ACTION as BRANCH, NewBranchKind};
pub use bugs::{BugKind, BugStatusKind};
pub use constraints::{ACTION as CONSTRAINT, ConstraintKind};
pub use deletion::{ACTION as DELETE_BRANCH, DeletionKind};
pub use downstream::{ACTION as NOTICE, DownstreamKind};
pub use follow_ups::FollowUpKind;
pub use provenance::ProvenanceKind;
pub use stories::StoryKind;
pub use tag::TagKind;
pub use tools::{Mails, RefTarget, Remotes, RunCache, Tools};
