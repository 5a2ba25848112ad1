//! The nearest tag before a commit.

use std::collections::HashMap;

use git2::Oid;

use super::error::GitError;
use super::newest::Newest;
use super::repository::Repository;

/// So many tagged commits have a bit each; further ones are not compared.
const MOST_CANDIDATES: usize = 64;

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
    /// [`GitError::Missing`] when the commit is not here; [`GitError::Shallow`] when the history is cut off before the tag.
    pub fn describe(
        &self,
        commit: Oid,
        names: &HashMap<Oid, String>,
    ) -> Result<Option<Description>, GitError> {
        self.find_commit(commit)?;
        let mut search = Search::from(self, commit)?;
        while !search.is_over()
            && let Some(id) = search.queue.pop()
        {
            search.pass(id, names)?;
        }
        Ok(search
            .best()
            .map(|best| Description { tag: names[&best.commit].clone(), distance: best.distance }))
    }
}

/// One walk, newest first, that counts for each tag the commits that the tag does not contain.
struct Search<'a> {
    repository: &'a Repository,
    queue: Newest<'a>,
    marks: HashMap<Oid, Mark>,
    candidates: Vec<Candidate>,
    /// How many commits were passed.
    passed: usize,
}

#[derive(Default)]
struct Mark {
    /// The candidates that contain it.
    bits: u64,
    is_passed: bool,
}

struct Candidate {
    commit: Oid,
    /// The commits that were passed and that it does not contain.
    distance: usize,
    /// The commits of the queue that it does not contain.
    outside: usize,
}

impl<'a> Search<'a> {
    fn from(repository: &'a Repository, commit: Oid) -> Result<Self, GitError> {
        let mut queue = Newest::of(repository);
        queue.push(commit)?;
        let marks = HashMap::from([(commit, Mark::default())]);
        Ok(Self { repository, queue, marks, candidates: Vec::new(), passed: 0 })
    }

    fn best(&self) -> Option<&Candidate> {
        self.candidates.iter().min_by_key(|candidate| candidate.distance)
    }

    /// Whether the nearest one contains all that is left: nothing is counted any more, and a tag that is found there is
    /// farther away.
    fn is_over(&self) -> bool {
        self.best().is_some_and(|best| best.outside == 0)
    }

    fn pass(&mut self, id: Oid, names: &HashMap<Oid, String>) -> Result<(), GitError> {
        let mark = self.marks.entry(id).or_default();
        mark.is_passed = true;
        each_without(&mut self.candidates, mark.bits, |candidate| {
            candidate.outside -= 1;
            candidate.distance += 1;
        });
        // A tag within a candidate is farther away than that.
        if mark.bits == 0 && names.contains_key(&id) && self.candidates.len() < MOST_CANDIDATES {
            mark.bits = 1 << self.candidates.len();
            let (distance, outside) = (self.passed, self.queue.len());
            self.candidates.push(Candidate { commit: id, distance, outside });
        }
        let bits = mark.bits;
        self.passed += 1;
        if self.repository.cuts()?.contains(&id) {
            return match bits {
                0 => self.repository.must_have_parents_of(id),
                _ => Ok(()),
            };
        }
        let parents: Vec<Oid> = self.repository.find_commit(id)?.parent_ids().collect();
        parents.into_iter().try_for_each(|parent| self.reach(parent, bits))
    }

    /// Comes to a commit from one that the candidates of `bits` contain.
    fn reach(&mut self, id: Oid, bits: u64) -> Result<(), GitError> {
        if self.marks.contains_key(&id) {
            return self.mark(id, bits);
        }
        self.marks.insert(id, Mark { bits, is_passed: false });
        each_without(&mut self.candidates, bits, |candidate| candidate.outside += 1);
        self.queue.push(id)
    }

    /// Notes that the candidates of `bits` contain a commit. Where a child is older than its parent by its clock, the parent
    /// was counted already, and what is below it.
    fn mark(&mut self, id: Oid, bits: u64) -> Result<(), GitError> {
        let mut todo = vec![id];
        while let Some(id) = todo.pop() {
            let Some(mark) = self.marks.get_mut(&id) else { continue };
            let new = bits & !mark.bits;
            if new == 0 {
                continue;
            }
            mark.bits |= new;
            let is_passed = mark.is_passed;
            each_without(&mut self.candidates, !new, |candidate| match is_passed {
                true => candidate.distance -= 1,
                false => candidate.outside -= 1,
            });
            if is_passed && !self.repository.cuts()?.contains(&id) {
                todo.extend(self.repository.find_commit(id)?.parent_ids());
            }
        }
        Ok(())
    }
}

/// The candidates whose bit is not in `bits`.
fn each_without(candidates: &mut [Candidate], bits: u64, mut on: impl FnMut(&mut Candidate)) {
    for (at, candidate) in candidates.iter_mut().enumerate() {
        if bits & (1 << at) == 0 {
            on(candidate);
        }
    }
}
