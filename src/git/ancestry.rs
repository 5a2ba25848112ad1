//! The graph of a history: all that is needed to find a way through it, and nothing more.

use std::collections::HashSet;

use git2::Oid;

use super::error::GitError;
use super::repository::Repository;

/// A commit of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ancestor {
    /// Its id.
    pub id: Oid,
    /// Its parents, the first one first.
    pub parents: Vec<Oid>,
    /// The directory that it has at the top.
    pub tree: Oid,
    /// When it was committed, in seconds since the epoch.
    pub seconds: i64,
}

impl Repository {
    /// `tip` and every commit in its history, each once, in no order that may be relied on.
    ///
    /// # Errors
    /// [`GitError::Missing`] when a commit is not here; [`GitError::Shallow`] when the history is cut off.
    pub fn ancestry(&self, tip: Oid) -> Result<Vec<Ancestor>, GitError> {
        let mut seen = HashSet::from([tip]);
        let mut todo = vec![tip];
        let mut found = Vec::new();
        while let Some(id) = todo.pop() {
            self.must_have_parents_of(id)?;
            let commit = self.find_commit(id)?;
            let parents: Vec<Oid> = commit.parent_ids().collect();
            todo.extend(parents.iter().copied().filter(|parent| seen.insert(*parent)));
            let (tree, seconds) = (commit.tree_id(), commit.time().seconds());
            found.push(Ancestor { id, parents, tree, seconds });
        }
        Ok(found)
    }
}
