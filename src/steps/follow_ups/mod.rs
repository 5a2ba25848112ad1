//! Changes to a repository that follow a new branch: `.gitreview`, the upper constraints, the pages of its release notes, and
//! what a team has of its own. Each is read back from the branch that it changes.

mod constraints_url;
mod gitreview;
mod kind;
mod lines;
mod list;
mod reno;
mod replacing;

pub use kind::FollowUpKind;
