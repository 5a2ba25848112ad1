//! A deliverable of a series, as far as the calendar looks at it.

use crate::config::Described;
use crate::tree::deliverable::{Deliverable, Kind, Model, StableBranchType};
use crate::tree::file::FilePath;

/// A deliverable of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Name, team, type, model and series.
    pub who: Described,
    /// What it has tagged.
    pub tagged: Tagged,
}

/// A deliverable as the table of limits looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its type, defaults applied.
    pub kind: Kind,
    /// Its model, defaults applied.
    pub model: Option<Model>,
    /// What it has tagged.
    pub tagged: Tagged,
}

/// What a deliverable has tagged in its series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tagged {
    /// Nothing, ever: it has branches only.
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
            Some(StableBranchType::Tagless) => Tagged::Never,
            _ if is_out => Tagged::Released,
            _ => Tagged::NotYet,
        };
        Self { who: Described::of(deliverable, path), tagged }
    }

    /// What the table of limits goes by.
    pub fn profile(&self) -> Profile {
        Profile { kind: self.who.kind, model: self.who.model, tagged: self.tagged }
    }
}
