//! The record from one request to the next, along the history, without reading unchanged files again.

mod past;
mod shelf;

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::slice;
use std::sync::Arc;

use past::Past;
use shelf::Shelf;

use super::index::cache::TextCache;
use super::index::table::Table;
use super::record::{DELIVERABLES, Record, SERIES_STATUS};
use super::request::{Commit, Request};
use super::revision::{Nothing, Revision};
use super::scope::{ScopeError, as_commit};
use super::series::SeriesList;
use super::snapshot::{ItemKind, ReadError};
use super::terms::Terms;
use crate::git::{Arrival, Directories, GitError, Oid, Repository, TreeChange, TreeSide};

/// The paths that a record consists of.
const PARTS: &[&str] = &[DELIVERABLES, SERIES_STATUS, "doc/source"];

/// The files of a record, by path.
type Entries = BTreeMap<String, TreeSide>;

/// Walks the first-parent chain and returns, for each commit, the request that it merged.
///
/// A file is parsed when it appears and kept until its path gets another content. Memory use is bounded by the size of one
/// state of the record, however long the history.
pub struct Walk<'a> {
    repository: Rc<Repository>,
    ahead: slice::Iter<'a, Arrival>,
    lent: &'a SeriesList,
    terms: Arc<Terms>,
    entries: Arc<Entries>,
    index: Arc<Table>,
    shelf: Arc<Shelf>,
    directories: Directories,
}

impl<'a> Walk<'a> {
    /// A walk over `arrivals`, which follow each other in the chain. Revisions without a list of series use the names and
    /// order of `lent`. Files are read with the words of the site.
    ///
    /// # Errors
    /// If the state before the first of them cannot be read.
    pub fn over(
        repository: Rc<Repository>,
        arrivals: &'a [Arrival],
        lent: &'a SeriesList,
        terms: Arc<Terms>,
    ) -> Result<Self, ScopeError> {
        let start = arrivals.first().and_then(|arrival| arrival.base);
        let mut walk = Self {
            repository,
            ahead: arrivals.iter(),
            lent,
            terms,
            entries: Arc::default(),
            index: Arc::default(),
            shelf: Arc::default(),
            directories: Directories::default(),
        };
        if let Some(start) = start {
            let changes = walk.changes(None, start)?;
            walk.enter(&changes);
            walk.take_in(start, &changes)?;
        }
        Ok(walk)
    }

    fn changes(&mut self, old: Option<Oid>, new: Oid) -> Result<Vec<TreeChange>, GitError> {
        let mut changes = self.repository.tree_changes(old, new, PARTS, &mut self.directories)?;
        changes.retain(|change| is_deliverable(&change.path) || is_calendar(&change.path));
        Ok(changes)
    }

    /// Applies `changes` to the entries, and returns what was at their paths.
    fn enter(&mut self, changes: &[TreeChange]) -> HashMap<String, Option<TreeSide>> {
        let entries = Arc::make_mut(&mut self.entries);
        let enter = |change: &TreeChange| {
            let before = match change.after {
                Some(side) => entries.insert(change.path.clone(), side),
                None => entries.remove(&change.path),
            };
            (change.path.clone(), before)
        };
        changes.iter().map(enter).collect()
    }

    /// Applies `changes` to the index.
    fn take_in(&mut self, commit: Oid, changes: &[TreeChange]) -> Result<(), ReadError> {
        let head = self.past(commit, HashMap::new());
        let index = Arc::make_mut(&mut self.index);
        // Files at another depth are not deliverable files.
        let files = changes
            .iter()
            .filter(|change| is_deliverable(&change.path) && change.path.matches('/').count() == 2);
        for TreeChange { path, .. } in files {
            let file = head.parsed(path, &self.terms)?.filter(|file| file.kind == ItemKind::File);
            index.put(path, file.as_ref().map(|file| &file.deliverable));
        }
        Ok(())
    }

    fn past(&self, commit: Oid, otherwise: HashMap<String, Option<TreeSide>>) -> Past {
        Past {
            revision: Revision::new(&self.repository, commit),
            entries: Arc::clone(&self.entries),
            otherwise,
            shelf: Arc::clone(&self.shelf),
            index: None,
        }
    }

    /// Those of `ids` that are not merges, in the same order.
    fn commits(&mut self, ids: &[Oid]) -> Result<Vec<Commit>, GitError> {
        let mut commits = Vec::new();
        for id in ids {
            let commit = self.repository.commit(*id)?.filter(|commit| !commit.is_merge());
            let Some(commit) = commit else { continue };
            let changes = self.changes(commit.parents.first().copied(), *id)?.into_iter();
            let paths = changes.map(|change| change.path).filter(|path| is_deliverable(path));
            commits.push(as_commit(commit, paths.collect()));
        }
        Ok(commits)
    }

    fn step(&mut self, arrival: &Arrival) -> Result<Request, ScopeError> {
        let changes = self.changes(arrival.base, arrival.commit)?;
        let otherwise = self.enter(&changes);
        let before: Box<dyn super::snapshot::Snapshot> = match arrival.base {
            Some(commit) => Box::new(self.past(commit, otherwise)),
            None => Box::new(Nothing),
        };
        let mut base =
            Record::open(before, TextCache::default())?.with_terms(Arc::clone(&self.terms));
        base.lend_series(self.lent);
        let paths: Vec<String> = changes
            .iter()
            .map(|change| change.path.clone())
            .filter(|path| is_deliverable(path))
            .collect();
        // Before the new content replaces it on the shelf.
        for path in &paths {
            base.known_file(path);
        }
        self.take_in(arrival.commit, &changes)?;
        let index = Some(Arc::clone(&self.index));
        let after = Past { index, ..self.past(arrival.commit, HashMap::new()) };
        let mut head = Record::open(Box::new(after), TextCache::default())?
            .with_terms(Arc::clone(&self.terms));
        head.lend_series(self.lent);
        let commits = self.commits(&arrival.brought)?;
        Ok(Request::between(base, head, paths, commits))
    }
}

impl Iterator for Walk<'_> {
    type Item = Result<Request, ScopeError>;

    fn next(&mut self) -> Option<Self::Item> {
        let arrival = self.ahead.next()?;
        Some(self.step(arrival))
    }
}

fn is_deliverable(path: &str) -> bool {
    path.strip_prefix(DELIVERABLES).is_some_and(|rest| rest.starts_with('/'))
}

fn is_calendar(path: &str) -> bool {
    path == SERIES_STATUS || (path.starts_with("doc/source/") && path.ends_with("/schedule.yaml"))
}
