//! Which files list a release, without reading 6,000 files for one request.

pub mod cache;
pub(super) mod table;
pub mod texts;

use std::sync::Arc;

use table::Table;
use texts::Texts;

/// Repository and version to the files that list it.
///
/// A check asks about one release or a few, and searches texts. A replay asks about every release of the history, and
/// keeps a [`Table`].
#[derive(Debug)]
pub struct Index(Kept);

#[derive(Debug)]
enum Kept {
    Texts(Texts),
    Table(Arc<Table>),
}

impl Default for Index {
    fn default() -> Self {
        Self(Kept::Texts(Texts::default()))
    }
}

impl Index {
    /// The files that list `version` of `repo`, sorted.
    pub fn files_with(&self, repo: &str, version: &str) -> Vec<String> {
        match &self.0 {
            Kept::Texts(texts) => texts.files_with(repo, version),
            Kept::Table(table) => table.files_with(repo, version),
        }
    }

    /// What `table` holds.
    pub(super) fn of_table(table: Arc<Table>) -> Self {
        Self(Kept::Table(table))
    }

    /// What `texts` list.
    pub(super) fn of_texts(texts: Texts) -> Self {
        Self(Kept::Texts(texts))
    }
}
