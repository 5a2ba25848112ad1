//! All heads and tags of a repository at once, for audits.

use super::repository::Remote;
use super::{Answer, Question, Sources};
use crate::git::{Refs, RepoName};

/// The heads and tags of a repository. Absent if there is no such repository.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AllRefs {
    /// The repository.
    pub repo: RepoName,
}

impl Question for AllRefs {
    type Known = Refs;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<Refs> {
        sources.open(&self.repo, Remote::Push).map(|opened| opened.refs.clone())
    }
}
