//! What the calendar needs to know about a deliverable.

use crate::config::Described;
use crate::tree::deliverable::{Deliverable, Kind, Model, StableBranchType};
use crate::tree::file::FilePath;

/// A deliverable of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Name, team, type, model and series.
    pub who: Described,
    /// How far its releases in the series have come.
    pub tagged: TaggedSoFar,
}

/// What the table of limits goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its type, defaults applied.
    pub kind: Kind,
    /// Its model, defaults applied.
    pub model: Option<Model>,
    /// How far its releases in the series have come.
    pub tagged: TaggedSoFar,
}

/// How far the releases of a deliverable in its series have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaggedSoFar {
    /// It never tags: it has branches only.
    Never,
    /// No full release yet.
    NotYet,
    /// A full release.
    Released,
}

impl Member {
    /// The deliverable of a file.
    pub fn of(deliverable: &Deliverable, path: &FilePath) -> Self {
        let branches = deliverable.stable_branch_type.as_ref().map(|kind| kind.value);
        let is_out = deliverable.releases.iter().any(|release| release.version.is_full());
        let tagged = match branches {
            Some(StableBranchType::Tagless) => TaggedSoFar::Never,
            _ if is_out => TaggedSoFar::Released,
            _ => TaggedSoFar::NotYet,
        };
        Self { who: Described::of(deliverable, path), tagged }
    }

    /// Its profile for the table of limits.
    pub fn profile(&self) -> Profile {
        Profile { kind: self.who.kind, model: self.who.model, tagged: self.tagged }
    }
}
