//! The nearest tag before a commit.

use std::collections::HashMap;

use git2::{Oid, Sort};

use super::error::GitError;
use super::repository::Repository;

/// So many tagged commits are compared.
const MOST_CANDIDATES: usize = 5;
/// So many commits are looked at after the first tagged one.
const FURTHER: usize = 500;

/// Where a commit is, counted from a tag before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// The name of the tag.
    pub tag: String,
    /// How many commits come after the tag, the described one included.
    pub distance: usize,
}

impl Repository {
    /// The tag that leaves out the fewest commits of `commit`, as `git describe` finds it; `None` where no tag is in its
    /// history. `names` has the name of each tagged commit.
    ///
    /// # Errors
    /// [`GitError::Missing`] when the commit is not here; [`GitError::Shallow`] when the history is cut off before a tag.
    pub fn describe(
        &self,
        commit: Oid,
        names: &HashMap<Oid, String>,
    ) -> Result<Option<Description>, GitError> {
        self.find_commit(commit)?;
        let mut best: Option<Description> = None;
        for tagged in self.tagged_before(commit, names)? {
            let (distance, _) = self.inner.graph_ahead_behind(commit, tagged).map_err(|error| {
                self.failed(format!("counting the commits since {tagged}"), &error)
            })?;
            if best.as_ref().is_none_or(|best| distance < best.distance) {
                best = Some(Description { tag: names[&tagged].clone(), distance });
            }
        }
        Ok(best)
    }

    /// The first tagged commits in the history of `commit`, newest first.
    fn tagged_before(
        &self,
        commit: Oid,
        names: &HashMap<Oid, String>,
    ) -> Result<Vec<Oid>, GitError> {
        if names.contains_key(&commit) {
            return Ok(vec![commit]);
        }
        let failed =
            |error: git2::Error| self.failed(format!("reading the log of {commit}"), &error);
        let mut walk = self.inner.revwalk().map_err(failed)?;
        walk.set_sorting(Sort::TIME).map_err(failed)?;
        walk.push(commit).map_err(failed)?;
        let mut found = Vec::new();
        let mut further = 0;
        for id in walk {
            let id = id.map_err(failed)?;
            if names.contains_key(&id) {
                found.push(id);
            }
            further += usize::from(!found.is_empty());
            if found.len() == MOST_CANDIDATES || further == FURTHER {
                return Ok(found);
            }
        }
        if found.is_empty() {
            self.must_be_whole(|| format!("the tags before {commit} are not known"))?;
        }
        Ok(found)
    }
}
