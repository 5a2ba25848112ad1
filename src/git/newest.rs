//! Commits that are still to be looked at, newest first.

use std::collections::BinaryHeap;

use git2::Oid;

use super::error::GitError;
use super::repository::Repository;

/// Commits by the time of their committers. It has an order for those of one second too, so that a walk can be repeated.
pub(super) struct Newest<'a> {
    repository: &'a Repository,
    heap: BinaryHeap<(i64, Oid)>,
}

impl<'a> Newest<'a> {
    pub(super) fn of(repository: &'a Repository) -> Self {
        Self { repository, heap: BinaryHeap::new() }
    }

    pub(super) fn push(&mut self, id: Oid) -> Result<(), GitError> {
        let seconds = self.repository.find_commit(id)?.time().seconds();
        self.heap.push((seconds, id));
        Ok(())
    }

    pub(super) fn pop(&mut self) -> Option<Oid> {
        self.heap.pop().map(|(_, id)| id)
    }

    pub(super) fn len(&self) -> usize {
        self.heap.len()
    }
}
