//! Whether a ref could be made at all, next to those that are there.

use super::opened::Opened;
use super::repository::Remote;
use super::{Answer, Facts, Question, Sources};
use crate::git::{RepoName, in_the_way};

/// Which refs share a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefKind {
    /// `refs/heads/`.
    Branch,
    /// `refs/tags/`.
    Tag,
}

impl RefKind {
    /// The word for one of them.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Branch => "branch",
            Self::Tag => "tag",
        }
    }
}

/// The ref because of which no server can make another one, see [`in_the_way`]; absent where none is in the way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RefInTheWay {
    /// The repository.
    pub repo: RepoName,
    /// Which remote is asked first. What is asked of [`Remote::Git`] is looked for at both.
    pub remote: Remote,
    /// What is to be made.
    pub kind: RefKind,
    /// Its name, without `refs/heads/` or `refs/tags/`.
    pub name: String,
}

impl RefInTheWay {
    /// What is in the way, as a phrase; `None` where nothing is, or where it is not known.
    pub fn clash(&self, facts: &Facts) -> Option<String> {
        let Self { repo, kind, name, .. } = self;
        let kind = kind.as_str();
        let found = facts.get(self);
        let found = found.known()?;
        Some(format!("{kind} `{name}` cannot be made in `{repo}` while {kind} `{found}` is there"))
    }
}

impl Question for RefInTheWay {
    type Known = String;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<String> {
        let look = |opened: &Opened| {
            let found = match self.kind {
                RefKind::Branch => in_the_way(&opened.refs.heads, &self.name),
                RefKind::Tag => in_the_way(&opened.refs.tags, &self.name),
            };
            found.map_or(Answer::Absent, |found| Answer::Known(found.to_owned()))
        };
        match self.remote {
            Remote::Git => sources.in_either(&self.repo, look),
            Remote::Push => sources.open(&self.repo, Remote::Push).and_then(|opened| look(&opened)),
        }
    }
}
