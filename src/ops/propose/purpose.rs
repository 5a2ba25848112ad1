//! What many requests can be for.

use std::fmt;

use crate::ops::new::Kind;

/// What is proposed for each deliverable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A release of that kind; the least step that no rule about numbers objects to, where none is named.
    Release(Option<Kind>),
    /// The first candidate, where the series has none.
    MissingCandidates,
    /// The stable branch at the newest release, where the file lists none.
    StableBranches,
    /// The file in a new series.
    InitSeries,
}

const AUTO: &str = "auto";
/// The purposes that are no kind of release.
const OTHERS: [Purpose; 3] =
    [Purpose::MissingCandidates, Purpose::StableBranches, Purpose::InitSeries];

impl Purpose {
    /// Every purpose.
    pub fn all() -> impl Iterator<Item = Self> {
        let kinds = Kind::ALL.into_iter().map(|kind| Self::Release(Some(kind)));
        [Self::Release(None)].into_iter().chain(kinds).chain(OTHERS)
    }

    /// The word on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Release(None) => AUTO,
            Self::Release(Some(kind)) => kind.as_str(),
            Self::MissingCandidates => "missing-rc",
            Self::StableBranches => "stable-branches",
            Self::InitSeries => "init-series",
        }
    }

    /// The purpose of that word.
    pub fn named(word: &str) -> Option<Self> {
        Self::all().find(|purpose| purpose.as_str() == word)
    }

    /// The first line of a message about several deliverables: `Release 3 deliverables of oslo for hibiscus`.
    pub(super) fn subject(self, count: usize, team: Option<&str>, series: &str) -> String {
        let many = match team {
            Some(team) => format!("{count} deliverables of {team}"),
            None => format!("{count} deliverables"),
        };
        match self {
            Self::Release(Some(kind)) if kind.is_mark() => {
                format!("Tag {many} for {series} {kind}")
            }
            Self::Release(_) | Self::MissingCandidates => format!("Release {many} for {series}"),
            Self::StableBranches => format!("Branch {many} for {series}"),
            Self::InitSeries => format!("Begin {series} with {many}"),
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_has_a_word_of_its_own() {
        for purpose in Purpose::all() {
            assert_eq!(Purpose::named(purpose.as_str()), Some(purpose));
        }
        assert_eq!(Purpose::named("release"), None);
    }
}
