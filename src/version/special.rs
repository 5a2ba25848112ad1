//! Versions that are not numbers: `<id>-eol` and its like, which end a branch.

use std::fmt;

/// What a special version says: which series (or branch), and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Special<'a> {
    id: &'a str,
    kind: SpecialKind,
}

/// What a special version marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SpecialKind {
    /// `-em`: extended maintenance begins.
    Em,
    /// `-eom`: maintenance ends.
    Eom,
    /// `-eol`: the branch is closed.
    Eol,
    /// `-last`: the last commit before a branch went.
    Last,
}

impl SpecialKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::Em, Self::Eom, Self::Eol, Self::Last];

    /// The word after the dash.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Em => "em",
            Self::Eom => "eom",
            Self::Eol => "eol",
            Self::Last => "last",
        }
    }
}

impl fmt::Display for SpecialKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<'a> Special<'a> {
    pub(super) fn of(text: &'a str) -> Option<Self> {
        let (id, word) = text.rsplit_once('-')?;
        let kind = *SpecialKind::ALL.iter().find(|kind| kind.as_str() == word)?;
        (!id.is_empty()).then_some(Self { id, kind })
    }

    /// The part before the dash: a release id or the name of a series.
    pub fn id(&self) -> &'a str {
        self.id
    }

    /// What it marks.
    pub fn kind(&self) -> SpecialKind {
        self.kind
    }
}

#[cfg(test)]
mod tests {
    use super::{Special, SpecialKind};

    #[test]
    fn id_and_kind_are_split_at_the_last_dash() {
        let parts = |text| Special::of(text).map(|special| (special.id(), special.kind()));
        assert_eq!(parts("2024.1-eol"), Some(("2024.1", SpecialKind::Eol)));
        assert_eq!(parts("bugfix-1.2-em"), Some(("bugfix-1.2", SpecialKind::Em)));
        assert_eq!(parts("zed-last"), Some(("zed", SpecialKind::Last)));
        assert_eq!(parts("-eol"), None);
        assert_eq!(parts("zed-EOL"), None);
        assert_eq!(parts("1.0.0"), None);
    }
}
