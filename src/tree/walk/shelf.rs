//! Parsed files by path, shared by everything that reads the same content.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::git::TreeSide;
use crate::tree::record::File;
use crate::tree::schedule::Schedule;
use crate::tree::snapshot::{Blob, ReadError, SeriesFile};

/// The last content of each path. A path has two only during the check of a request that changes it.
#[derive(Default)]
pub(super) struct Shelf {
    pub(super) files: Board<File>,
    pub(super) schedules: Board<Schedule>,
    pub(super) series: Board<SeriesFile>,
    /// The current schedules and list of series.
    pub(super) texts: Board<Blob>,
}

/// Files of one kind.
pub(super) struct Board<T>(Mutex<Kept<T>>);

type Kept<T> = HashMap<String, (TreeSide, Arc<T>)>;

impl<T> Default for Board<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Board<T> {
    /// The content of `side` at `path`. `read` parses it, unless the same content is already here.
    pub(super) fn get(
        &self,
        path: &str,
        side: TreeSide,
        read: impl FnOnce() -> Result<T, ReadError>,
    ) -> Result<Arc<T>, ReadError> {
        if let Some((kept, thing)) = self.kept().get(path)
            && *kept == side
        {
            return Ok(Arc::clone(thing));
        }
        let thing = Arc::new(read()?);
        self.kept().insert(path.to_owned(), (side, Arc::clone(&thing)));
        Ok(thing)
    }

    /// Forgets a path that has no file any more.
    pub(super) fn clear(&self, path: &str) {
        self.kept().remove(path);
    }

    fn kept(&self) -> MutexGuard<'_, Kept<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
