//! The kinds of steps, a folder each: how it is planned, how its state is read back, how it is carried out.

pub mod announcement;
mod branch;
mod bugs;
mod constraints;
mod deletion;
mod follow_ups;
mod frame;
mod proposing;
mod push;
pub mod tag;
mod tools;

pub use announcement::AnnouncementKind;
pub use branch::BranchKind;
pub use bugs::BugKind;
pub use constraints::{ACTION as CONSTRAINT, ConstraintKind};
pub use deletion::DeletionKind;
pub use follow_ups::FollowUpKind;
pub use tag::TagKind;
pub use tools::{Found, Mails, Named, Remotes, Tools};
