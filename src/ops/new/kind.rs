//! The kinds of releases that can be asked for.

use std::fmt;

/// What kind of release a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The next patch.
    Bugfix,
    /// The next minor version.
    Feature,
    /// The next major version.
    Major,
    /// The next beta.
    Milestone,
    /// The next candidate.
    Rc,
    /// The release that the newest candidate was for.
    Final,
    /// The commits of the last branch point again, to have something to branch from.
    Procedural,
    /// The commits of the newest release again, because its jobs failed.
    ReleaseFix,
    /// The end of maintenance.
    Eom,
    /// The end of life.
    Eol,
    /// The last version that works with a series.
    Last,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::Bugfix,
        Self::Feature,
        Self::Major,
        Self::Milestone,
        Self::Rc,
        Self::Final,
        Self::Procedural,
        Self::ReleaseFix,
        Self::Eom,
        Self::Eol,
        Self::Last,
    ];

    /// The word on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bugfix => "bugfix",
            Self::Feature => "feature",
            Self::Major => "major",
            Self::Milestone => "milestone",
            Self::Rc => "rc",
            Self::Final => "final",
            Self::Procedural => "procedural",
            Self::ReleaseFix => "releasefix",
            Self::Eom => "eom",
            Self::Eol => "eol",
            Self::Last => "last",
        }
    }

    /// The kind of that word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether it marks a branch and releases nothing.
    pub fn is_mark(self) -> bool {
        matches!(self, Self::Eom | Self::Eol | Self::Last)
    }

    /// Whether it takes the commits of an earlier entry, whatever the branches hold now.
    pub(super) fn takes_listed_commits(self) -> bool {
        matches!(self, Self::Final | Self::Procedural | Self::ReleaseFix)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
