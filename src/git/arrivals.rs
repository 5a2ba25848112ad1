//! What each commit of the first-parent chain brought with it.

use std::collections::HashSet;

use git2::Oid;

use super::error::GitError;
use super::repository::Repository;

/// A commit of the first-parent chain: a state that the branch was in, and how it came to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The commit.
    pub commit: Oid,
    /// Its first parent, the state before; none for the first commit.
    pub base: Option<Oid>,
    /// Every commit that came with it, itself among them: no parent comes before its child. A commit comes once.
    pub brought: Vec<Oid>,
}

impl Repository {
    /// The first-parent chain from `tip` down to `since`, without `since`, oldest first. From the first commit on, its
    /// commits together brought the whole history.
    ///
    /// # Errors
    /// [`GitError::NotFirstParent`] when `since` is not on it; [`GitError::Missing`] when a commit is not here, as
    /// behind the cut of a shallow clone.
    pub fn arrivals(&self, since: Option<Oid>, tip: Oid) -> Result<Vec<Arrival>, GitError> {
        let mut seen = HashSet::new();
        let mut base = None;
        let mut arrivals = Vec::new();
        for commit in self.first_parents(None, tip)? {
            arrivals.push(Arrival { commit, base, brought: self.brought_by(commit, &mut seen)? });
            base = Some(commit);
        }
        if let Some(base) = since {
            let last = arrivals.iter().position(|arrival: &Arrival| arrival.commit == base);
            let last = last.ok_or(GitError::NotFirstParent { base, tip })?;
            arrivals.drain(..=last);
        }
        Ok(arrivals)
    }

    /// `commit` and its ancestors that are not among `seen`, which takes them in.
    fn brought_by(&self, commit: Oid, seen: &mut HashSet<Oid>) -> Result<Vec<Oid>, GitError> {
        enum Step {
            Enter(Oid),
            Leave(Oid),
        }
        let mut steps = vec![Step::Enter(commit)];
        let mut parents_first = Vec::new();
        while let Some(step) = steps.pop() {
            match step {
                Step::Leave(id) => parents_first.push(id),
                Step::Enter(id) if seen.insert(id) => {
                    steps.push(Step::Leave(id));
                    steps.extend(self.parents(id)?.into_iter().map(Step::Enter));
                }
                Step::Enter(_) => {}
            }
        }
        parents_first.reverse();
        Ok(parents_first)
    }
}
