//! One state in the history, which shares what it can with its neighbours.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Entries, Shelf, is_calendar};
use crate::git::{GitError, TreeSide};
use crate::tree::index::Index;
use crate::tree::index::cache::TextCache;
use crate::tree::index::table::Table;
use crate::tree::index::texts::Texts;
use crate::tree::record::{File, SERIES_STATUS};
use crate::tree::revision::{Revision, kind_of, nameless, too_much, unreadable};
use crate::tree::schedule::{self, Schedule};
use crate::tree::snapshot::{Blob, Item, ReadError, SeriesFile, Snapshot};
use crate::tree::terms::Terms;

/// The tree of a commit, known by its entries.
pub(super) struct Past {
    pub(super) revision: Revision,
    pub(super) entries: Arc<Entries>,
    /// The paths at which it differs from `entries`; `None` if it has no file there.
    pub(super) otherwise: HashMap<String, Option<TreeSide>>,
    pub(super) shelf: Arc<Shelf>,
    /// Which files list each version, if that is kept.
    pub(super) index: Option<Arc<Table>>,
}

impl Past {
    fn side(&self, path: &str) -> Option<TreeSide> {
        match self.otherwise.get(path) {
            Some(other) => *other,
            None => self.entries.get(path).copied(),
        }
    }

    fn blob(&self, path: &str, side: TreeSide) -> Result<Blob, ReadError> {
        if let Some(blob) = nameless(path) {
            return Ok(blob);
        }
        let kind = kind_of(side.kind);
        if side.is_submodule() {
            return Ok(Blob { kind, bytes: Vec::new() });
        }
        match self.revision.read_blob(side.id) {
            Ok(bytes) => Ok(Blob { kind, bytes }),
            Err(GitError::TooLarge { .. }) => Ok(Blob { kind, bytes: too_much() }),
            Err(error) => Err(unreadable(path, error)),
        }
    }

    /// The deliverable file at `path`.
    pub(super) fn parsed(&self, path: &str, terms: &Terms) -> Result<Option<Arc<File>>, ReadError> {
        let Some(side) = self.side(path) else {
            self.shelf.files.clear(path);
            return Ok(None);
        };
        let read = || Ok(File::read_in(path, &self.blob(path, side)?, terms));
        self.shelf.files.get(path, side, read).map(Some)
    }
}

impl Snapshot for Past {
    fn list(&self, dir: &str) -> Result<Vec<Item>, ReadError> {
        self.revision.list(dir)
    }

    fn read(&self, path: &str) -> Result<Option<Blob>, ReadError> {
        // Every request reads all schedules, and few change one.
        match self.side(path) {
            Some(side) if is_calendar(path) => {
                let blob = self.shelf.texts.get(path, side, || self.blob(path, side))?;
                Ok(Some((*blob).clone()))
            }
            None if is_calendar(path) => Ok(None),
            _ => self.revision.read(path),
        }
    }

    fn name(&self) -> String {
        self.revision.name()
    }

    fn file(&self, path: &str, terms: &Terms) -> Result<Option<Arc<File>>, ReadError> {
        self.parsed(path, terms)
    }

    fn schedule(&self, path: &str) -> Result<Option<Arc<Schedule>>, ReadError> {
        let Some(side) = self.side(path) else { return Ok(None) };
        let read = || Ok(schedule::read(&self.blob(path, side)?.bytes).0);
        self.shelf.schedules.get(path, side, read).map(Some)
    }

    fn series(&self) -> Result<Arc<SeriesFile>, ReadError> {
        let Some(side) = self.side(SERIES_STATUS) else { return Ok(Arc::default()) };
        let read = || Ok(SeriesFile::read(&self.blob(SERIES_STATUS, side)?.bytes));
        self.shelf.series.get(SERIES_STATUS, side, read)
    }

    fn index(&self, cache: &TextCache) -> Result<Index, ReadError> {
        match &self.index {
            Some(table) => Ok(Index::of_table(Arc::clone(table))),
            None => Texts::of(self, cache).map(Index::of_texts),
        }
    }
}
