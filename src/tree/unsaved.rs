//! The releases repository with unsaved texts on top, such as those of an editor.

use std::collections::BTreeMap;

use super::index::texts::Content;
use super::revision::folder_on_top;
use super::snapshot::{Blob, Item, ItemKind, ReadError, Snapshot};

/// Another state, with different texts in some files.
pub struct Unsaved {
    below: Box<dyn Snapshot>,
    texts: BTreeMap<String, Vec<u8>>,
}

impl Unsaved {
    /// `below`, with `texts` replacing its files at these paths, or added to them.
    pub fn new(below: Box<dyn Snapshot>, texts: BTreeMap<String, Vec<u8>>) -> Self {
        Self { below, texts }
    }
}

impl Snapshot for Unsaved {
    fn list(&self, dir: &str) -> Result<Vec<Item>, ReadError> {
        let items = self.below.list(dir)?.into_iter();
        let mut items: BTreeMap<String, Item> =
            items.map(|item| (item.name.clone(), item)).collect();
        let inside = self.texts.keys().filter_map(|path| path.strip_prefix(dir)?.strip_prefix('/'));
        for path in inside {
            let (name, kind) = match path.split_once('/') {
                Some((folder, _)) => (folder, ItemKind::Directory),
                None => (path, ItemKind::File),
            };
            items.insert(name.to_owned(), Item { name: name.to_owned(), kind, id: None });
        }
        Ok(items.into_values().collect())
    }

    fn read(&self, path: &str) -> Result<Option<Blob>, ReadError> {
        match self.texts.get(path) {
            Some(bytes) => Ok(Some(Blob { kind: ItemKind::File, bytes: bytes.clone() })),
            None => self.below.read(path),
        }
    }

    fn folder(&self, dir: &str) -> Result<Content, ReadError> {
        folder_on_top(self, self.below.as_ref(), dir, self.texts.keys().map(String::as_str))
    }

    fn name(&self) -> String {
        "working tree".to_owned()
    }
}
