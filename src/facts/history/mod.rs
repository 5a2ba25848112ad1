//! What happened in a repository between two commits.

mod commits;
mod content;

pub use crate::notes::{Notes, SemVer};
pub use commits::{Commits, LeftOut, Logged, SubjectOf};
pub use content::{ChangedFiles, NotesIn};

use super::{Answer, Sources};
use crate::git::{GitError, Oid, Repository};

/// Two commits of one repository; a question about them is absent where either does not exist.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Range {
    /// Name of the repository as in the files.
    pub repo: String,
    /// The commit that comes first, 40 hex digits; what it has is not new.
    pub older: String,
    /// The commit that comes last, 40 hex digits.
    pub newer: String,
}

impl Range {
    /// What `look` finds in the repository, where it has both commits.
    fn ask<T>(
        &self,
        sources: &Sources,
        look: impl Fn(&Repository, Oid, Oid) -> Result<T, GitError>,
    ) -> Answer<T> {
        let (Ok(older), Ok(newer)) = (Oid::from_str(&self.older), Oid::from_str(&self.newer))
        else {
            return Answer::Absent;
        };
        sources.in_either(&self.repo, |opened| {
            opened.ask(|repository| {
                if repository.commit(older)?.is_none() || repository.commit(newer)?.is_none() {
                    return Ok(None);
                }
                look(repository, older, newer).map(Some)
            })
        })
    }
}
