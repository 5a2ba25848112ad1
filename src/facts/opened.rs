//! A project repository that is open.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::Answer;
use crate::git::{CommitId, Description, GitError, Oid, Refs, Repository};

/// The usual names of a trunk: only where to look first.
pub(super) const LIKELY_TRUNKS: [&str; 2] = ["main", "master"];

/// A project repository, with its refs at the same moment.
pub struct Opened {
    /// Its heads and tags at the time of the replay.
    pub refs: Refs,
    repository: Mutex<Repository>,
    /// The nearest tag before each commit that was asked about: the heads are, for each release of the repository.
    described: Mutex<HashMap<Oid, Option<Description>>>,
}

impl Opened {
    /// The repository, with its refs.
    pub(super) fn new(refs: Refs, repository: Repository) -> Self {
        Self { refs, repository: Mutex::new(repository), described: Mutex::default() }
    }

    /// The nearest tag before `commit` in `repository`, which is this one; `names` has the name of each tagged commit.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub(super) fn describe(
        &self,
        repository: &Repository,
        commit: Oid,
        names: &HashMap<Oid, String>,
    ) -> Result<Option<Description>, GitError> {
        let mut known = self.described.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(&commit) {
            return Ok(found.clone());
        }
        let found = repository.describe(commit, names)?;
        known.insert(commit, found.clone());
        Ok(found)
    }

    /// Looks in the repository itself.
    pub fn ask<T>(
        &self,
        look: impl FnOnce(&Repository) -> Result<Option<T>, GitError>,
    ) -> Answer<T> {
        let repository = self.repository.lock().unwrap_or_else(PoisonError::into_inner);
        answer(look(&repository))
    }

    /// The commit, if a branch or tag contains it.
    pub fn held(&self, commit: CommitId) -> Answer<Oid> {
        let id = commit.oid();
        let likely = LIKELY_TRUNKS.iter().find_map(|name| self.refs.heads.get(*name)).copied();
        self.ask(|repository| {
            if repository.commit(id)?.is_none() {
                return Ok(None);
            }
            // Most commits are on the trunk, and one branch is faster to check than all.
            if let Some(trunk) = likely
                && repository.is_ancestor(id, trunk)?
            {
                return Ok(Some(id));
            }
            let tips: Vec<Oid> = self
                .refs
                .heads
                .values()
                .copied()
                .chain(self.refs.tags.values().map(|tag| tag.peeled))
                .collect();
            Ok(repository.is_reachable(id, &tips)?.then_some(id))
        })
    }
}

/// The result of git as an answer. A repository that its host does not have is absent; after any other failure the answer is
/// unknown.
pub(super) fn answer<T>(found: Result<Option<T>, GitError>) -> Answer<T> {
    match found {
        Ok(Some(value)) => Answer::Known(value),
        Ok(None) | Err(GitError::NoSuchRepository { .. }) => Answer::Absent,
        Err(error) => Answer::Unknown(error.into()),
    }
}
