//! What the world is told of a release, from what its tag says.

pub mod announcement;
mod announcer;
mod release;

pub use announcer::{Announced, Announcer};
pub use release::{ReleaseError, TagAtHand, released};
