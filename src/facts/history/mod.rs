//! What happened in a repository between two commits.

mod commits;
mod content;
mod graph;
mod landed;
mod start;

pub use crate::notes::{BugReference, Notes, SemVer, Tracker};
pub use commits::{Commits, CommittedAt, LeftOut, Logged, SubjectOf};
pub use content::{ChangedFiles, NotesIn};
pub use graph::{GraphOf, Node};
pub use landed::{Landed, LandedIn};
pub use start::{Since, Start, StartOf};

use super::{Answer, Opened, Sources};
use crate::git::{CommitId, GitError, Oid, RepoName, Repository};

/// Two commits of one repository; a question about them is absent where either does not exist.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CommitRange {
    /// The repository.
    pub repo: RepoName,
    /// The commit that comes first; what it has is not new. `None` is before the first commit.
    pub older: Option<CommitId>,
    /// The commit that comes last.
    pub newer: CommitId,
}

impl CommitRange {
    /// What `look` finds in the repository, where it has both commits.
    pub(in crate::facts) fn ask<T>(
        &self,
        sources: &Sources,
        look: impl Fn(&Repository, Option<Oid>, Oid) -> Result<T, GitError>,
    ) -> Answer<T> {
        self.ask_opened(sources, |_, repository, older, newer| look(repository, older, newer))
    }

    /// The same, for what has to do with branches and tags too.
    fn ask_opened<T>(
        &self,
        sources: &Sources,
        look: impl Fn(&Opened, &Repository, Option<Oid>, Oid) -> Result<T, GitError>,
    ) -> Answer<T> {
        let (older, newer) = (self.older.map(CommitId::oid), self.newer.oid());
        sources.in_either(&self.repo, |opened| {
            opened.ask(|repository| {
                for id in older.into_iter().chain([newer]) {
                    if repository.commit(id)?.is_none() {
                        return Ok(None);
                    }
                }
                look(opened, repository, older, newer).map(Some)
            })
        })
    }
}
