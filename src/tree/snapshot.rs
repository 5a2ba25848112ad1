//! What a state of the releases repository is read from.

use std::sync::Arc;

use super::index::Index;
use super::index::cache::TextCache;
use super::index::texts::{Content, Texts};
use super::place::Problem;
use super::record::{File, SERIES_STATUS};
use super::schedule::{self, Schedule};
use super::series::{self, SeriesList};
use super::terms::Terms;

/// One state of the releases repository: a commit, or a commit with the working tree on top.
pub trait Snapshot: Send + Sync {
    /// The entries directly in `dir`; empty if it does not exist.
    ///
    /// # Errors
    /// If the repository cannot be read there.
    fn list(&self, dir: &str) -> Result<Vec<Item>, ReadError>;

    /// The file at `path`; `None` if it does not exist.
    ///
    /// # Errors
    /// If it exists and cannot be read.
    fn read(&self, path: &str) -> Result<Option<Blob>, ReadError>;

    /// The text of every regular file directly in `dir`.
    ///
    /// # Errors
    /// If one of them cannot be read.
    fn folder(&self, dir: &str) -> Result<Content, ReadError> {
        let mut content = Content::default();
        for item in self.list(dir)?.into_iter().filter(|item| item.kind == ItemKind::File) {
            if let Some(blob) = self.read(&format!("{dir}/{}", item.name))? {
                content.push(item.name, &blob.bytes);
            }
        }
        Ok(content)
    }

    /// The name of this state in messages: a commit id, or `working tree`.
    fn name(&self) -> String;

    /// The deliverable file at `path`, parsed with the words of its site. May return a file that another state has parsed.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    fn file(&self, path: &str, terms: &Terms) -> Result<Option<Arc<File>>, ReadError> {
        Ok(self.read(path)?.map(|blob| Arc::new(File::read_in(path, &blob, terms))))
    }

    /// The schedule at `path`, parsed.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    fn schedule(&self, path: &str) -> Result<Option<Arc<Schedule>>, ReadError> {
        Ok(self.read(path)?.map(|blob| Arc::new(schedule::read(&blob.bytes).0)))
    }

    /// The list of series, parsed, with its problems.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    fn series(&self) -> Result<Arc<SeriesFile>, ReadError> {
        Ok(Arc::new(match self.read(SERIES_STATUS)? {
            Some(blob) => SeriesFile::read(&blob.bytes),
            None => SeriesFile::default(),
        }))
    }

    /// Which files list each repository and version; `cache` has what an earlier run read.
    ///
    /// # Errors
    /// If the repository cannot be read.
    fn index(&self, cache: &TextCache) -> Result<Index, ReadError> {
        Texts::of(self, cache).map(Index::of_texts)
    }
}

/// `data/series_status.yaml`, read.
#[derive(Clone, Debug, Default)]
pub struct SeriesFile {
    /// Its content.
    pub list: SeriesList,
    /// Its problems.
    pub problems: Vec<Problem>,
}

impl SeriesFile {
    /// Reads the file.
    pub fn read(bytes: &[u8]) -> Self {
        let (list, problems) = series::read(bytes);
        Self { list, problems }
    }
}

/// An entry in a directory of a [`Snapshot`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Name without the directory.
    pub name: String,
    /// Its kind.
    pub kind: ItemKind,
    /// Git's id of its content, if it has one.
    pub id: Option<String>,
}

/// The kind of a directory entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ItemKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// Something else, such as a submodule.
    Other,
}

/// The content of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// File or symbolic link.
    pub kind: ItemKind,
    /// The bytes. For a symbolic link, its target.
    pub bytes: Vec<u8>,
}

/// The releases repository could not be read at a path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot read `{path}` in the releases repository: {why}")]
pub struct ReadError {
    /// The path.
    pub path: String,
    /// The cause.
    pub why: String,
}
