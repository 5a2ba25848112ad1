//! What people call a commit: a branch, a tag, or the first digits of its id.

use super::{Answer, Question, Sources};
use crate::git::{CommitId, RepoName};

/// The fewest digits of a commit id that count as one.
const FEWEST_DIGITS: usize = 4;

/// The commit that a branch, a tag or a commit id names; absent if nothing merged has that name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RevisionIn {
    /// The repository.
    pub repo: RepoName,
    /// A branch, a tag, or a commit id of at least four digits.
    pub revision: String,
}

impl Question for RevisionIn {
    type Known = CommitId;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<CommitId> {
        let name = self.revision.as_str();
        sources.in_either(&self.repo, |opened| {
            let tag = || opened.refs.tags.get(name).map(|tag| tag.peeled);
            if let Some(id) = opened.refs.heads.get(name).copied().or_else(tag) {
                return Answer::Known(id.into());
            }
            let is_id =
                name.len() >= FEWEST_DIGITS && name.bytes().all(|byte| byte.is_ascii_hexdigit());
            if !is_id {
                return Answer::Absent;
            }
            let digits = name.to_ascii_lowercase();
            opened
                .ask(|repository| repository.only_commit_with(&digits))
                .and_then(|id| opened.held(id.into()))
                .map(CommitId::from)
        })
    }
}
