//! What was parsed, by path: a second reader of the same content gets the same one.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::git::TreeSide;
use crate::tree::record::{Blob, File, ReadError, SeriesFile};
use crate::tree::schedule::Schedule;

/// The last content of each path. There are two of a path only while a request that changes it is looked at.
#[derive(Default)]
pub(super) struct Shelf {
    pub(super) files: Board<File>,
    pub(super) schedules: Board<Schedule>,
    pub(super) series: Board<SeriesFile>,
    /// Schedules and the list of series as they stand.
    pub(super) texts: Board<Blob>,
}

/// Things of one kind.
pub(super) struct Board<T>(RefCell<HashMap<String, (TreeSide, Rc<T>)>>);

impl<T> Default for Board<T> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<T> Board<T> {
    /// What `side` at `path` says; `read` parses it where something else was kept.
    pub(super) fn get(
        &self,
        path: &str,
        side: TreeSide,
        read: impl FnOnce() -> Result<T, ReadError>,
    ) -> Result<Rc<T>, ReadError> {
        if let Some((kept, thing)) = self.0.borrow().get(path)
            && *kept == side
        {
            return Ok(Rc::clone(thing));
        }
        let thing = Rc::new(read()?);
        self.0.borrow_mut().insert(path.to_owned(), (side, Rc::clone(&thing)));
        Ok(thing)
    }

    /// Keeps nothing for a path where nothing is.
    pub(super) fn clear(&self, path: &str) {
        self.0.borrow_mut().remove(path);
    }
}
