//! What an id names that is not the id of a commit.

pub use crate::git::OtherObject;

use super::{Answer, Question, Sources};
use crate::git::{CommitId, RepoName};

/// The object of an id that is not the id of a commit; absent where the repository has no such object, as far as it was
/// fetched. Only asked to say more about a commit that is absent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ObjectIn {
    /// The repository.
    pub repo: RepoName,
    /// The commit.
    pub commit: CommitId,
}

impl Question for ObjectIn {
    type Known = OtherObject;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<OtherObject> {
        let id = self.commit.oid();
        sources.in_either(&self.repo, |opened| opened.ask(|repository| repository.other_object(id)))
    }
}

/// The commit whose id begins so, where exactly one does; absent where none or several do, or the id is of something else.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CommitBeginning {
    /// The repository.
    pub repo: RepoName,
    /// 4 to 39 hex digits, in either case.
    pub prefix: String,
}

impl Question for CommitBeginning {
    type Known = CommitId;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<CommitId> {
        let prefix = self.prefix.to_ascii_lowercase();
        let found = sources.in_either(&self.repo, |opened| {
            opened.ask(|repository| repository.only_commit_with(&prefix))
        });
        found.map(CommitId::from)
    }
}
