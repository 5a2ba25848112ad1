//! Which branches contain a commit.

use std::collections::HashMap;

use git2::Oid;

use super::error::GitError;
use super::newest::Newest;
use super::repository::Repository;

/// Of a commit in the history of the one that is looked for: what lies below it is of no interest.
const OLD: u64 = 1 << 63;
/// So many tips have a bit each in one walk.
const AT_ONCE: usize = 63;

impl Repository {
    /// For each of `tips` whether it contains `id`: one walk for all, down to where they meet. A commit contains itself.
    ///
    /// # Errors
    /// [`GitError::Missing`] when one of the commits is not here; [`GitError::Shallow`] when that is not known in this clone.
    pub fn containing(&self, id: Oid, tips: &[Oid]) -> Result<Vec<bool>, GitError> {
        let mut found = Vec::with_capacity(tips.len());
        for tips in tips.chunks(AT_ONCE) {
            let bits = Walk::over(self, id, tips)?;
            found.extend((0..tips.len()).map(|at| bits & (1 << at) != 0));
        }
        if found.contains(&false) {
            self.must_be_whole(|| format!("which branches contain {id} is not known"))?;
        }
        Ok(found)
    }
}

struct Walk<'a> {
    repository: &'a Repository,
    queue: Newest<'a>,
    marks: HashMap<Oid, Mark>,
    /// How many commits of the queue are not old.
    open: usize,
}

#[derive(Default)]
struct Mark {
    /// The tips that contain it, and whether it is old.
    bits: u64,
    is_queued: bool,
}

impl<'a> Walk<'a> {
    /// The bits of `id`.
    fn over(repository: &'a Repository, id: Oid, tips: &[Oid]) -> Result<u64, GitError> {
        let queue = Newest::of(repository);
        let mut walk = Self { repository, queue, marks: HashMap::new(), open: 0 };
        walk.mark(id, OLD)?;
        for (at, tip) in tips.iter().enumerate() {
            walk.mark(*tip, 1 << at)?;
        }
        while walk.open > 0 {
            let Some(next) = walk.queue.pop() else { break };
            walk.pass(next)?;
        }
        Ok(walk.marks[&id].bits)
    }

    /// Hands the bits of a commit down to its parents.
    fn pass(&mut self, id: Oid) -> Result<(), GitError> {
        let Some(mark) = self.marks.get_mut(&id) else { return Ok(()) };
        mark.is_queued = false;
        let bits = match mark.bits & OLD {
            0 => mark.bits,
            old => old,
        };
        self.open -= usize::from(bits != OLD);
        if self.repository.cuts()?.contains(&id) {
            return Ok(());
        }
        let parents: Vec<Oid> = self.repository.find_commit(id)?.parent_ids().collect();
        parents.into_iter().try_for_each(|parent| self.mark(parent, bits))
    }

    /// Adds `bits` to a commit, which is then to be looked at, again if it was before.
    fn mark(&mut self, id: Oid, bits: u64) -> Result<(), GitError> {
        let mark = self.marks.entry(id).or_default();
        if mark.bits & bits == bits {
            return Ok(());
        }
        let was_open = mark.is_queued && mark.bits & OLD == 0;
        mark.bits |= bits;
        let is_open = mark.bits & OLD == 0;
        if !mark.is_queued {
            mark.is_queued = true;
            self.queue.push(id)?;
        }
        self.open += usize::from(is_open);
        self.open -= usize::from(was_open);
        Ok(())
    }
}
