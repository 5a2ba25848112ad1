//! The whole releases repository at one state, read as far as it is asked for.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use super::deliverable::{self, Deliverable};
use super::file::{FilePath, FilePathError};
use super::index::{Index, IndexCache};
use super::place::{Problem, ProblemKind};
use super::schedule::{self, Schedule};
use super::series::{self, SeriesList};
use super::terms::Terms;

/// Directory of the deliverable files.
pub const DELIVERABLES: &str = "deliverables";
/// The list of series.
pub const SERIES_STATUS: &str = "data/series_status.yaml";

/// One state of the releases repository: a commit, or a commit with the working tree on top.
pub trait Snapshot {
    /// What lies directly in `dir`; empty when there is no such directory.
    ///
    /// # Errors
    /// When the repository cannot be read there.
    fn list(&self, dir: &str) -> Result<Vec<Item>, ReadError>;

    /// The file at `path`; `None` when there is none.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    fn read(&self, path: &str) -> Result<Option<Blob>, ReadError>;

    /// Sees to it that these files are at hand, where getting each by itself would take long.
    ///
    /// # Errors
    /// When they cannot be had.
    fn prefetch(&self, _paths: &[&str]) -> Result<(), ReadError> {
        Ok(())
    }

    /// How to call this state in a message: a commit id, or `working tree`.
    fn name(&self) -> String;

    /// The deliverable file at `path`, parsed with the words of its site. A state that has it from another one gives that.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    fn file(&self, path: &str, terms: &Terms) -> Result<Option<Rc<File>>, ReadError> {
        Ok(self.read(path)?.map(|blob| Rc::new(File::read_in(path, &blob, terms))))
    }

    /// The schedule at `path`, parsed.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    fn schedule(&self, path: &str) -> Result<Option<Rc<Schedule>>, ReadError> {
        Ok(self.read(path)?.map(|blob| Rc::new(schedule::read(&blob.bytes).0)))
    }

    /// The list of series, parsed, with what is wrong with it.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    fn series(&self) -> Result<Rc<SeriesFile>, ReadError> {
        Ok(Rc::new(match self.read(SERIES_STATUS)? {
            Some(blob) => SeriesFile::read(&blob.bytes),
            None => SeriesFile::default(),
        }))
    }

    /// Where every repository and version stands; `cache` has what an earlier run found.
    ///
    /// # Errors
    /// When the repository cannot be read.
    fn index(&self, cache: &IndexCache) -> Result<Index, ReadError> {
        Index::of(self, cache)
    }
}

/// `data/series_status.yaml`, read.
#[derive(Clone, Debug, Default)]
pub struct SeriesFile {
    /// What it says.
    pub list: SeriesList,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

impl SeriesFile {
    /// Reads the file.
    pub fn read(bytes: &[u8]) -> Self {
        let (list, problems) = series::read(bytes);
        Self { list, problems }
    }
}

/// Something in a directory of a [`Snapshot`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Name without the directory.
    pub name: String,
    /// What it is.
    pub kind: ItemKind,
    /// Git's id of its content, where it has one.
    pub id: Option<String>,
}

/// What a directory entry is.
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
    /// The bytes; of a symbolic link its target.
    pub bytes: Vec<u8>,
}

/// The releases repository could not be read at a path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot read `{path}` of the releases repository: {why}")]
pub struct ReadError {
    /// The path.
    pub path: String,
    /// What happened.
    pub why: String,
}

/// One deliverable file, read.
#[derive(Clone, Debug)]
pub struct File {
    /// Its path in the repository.
    pub name: String,
    /// What the path says, or why it says nothing.
    pub path: Result<FilePath, FilePathError>,
    /// File or symbolic link.
    pub kind: ItemKind,
    /// Its text, for reports; characters that are no UTF-8 are replaced.
    pub text: Rc<str>,
    /// What it says.
    pub deliverable: Deliverable,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

impl File {
    /// Reads a deliverable file.
    pub fn read(name: &str, blob: &Blob) -> Self {
        Self::read_in(name, blob, &Terms::default())
    }

    /// The same for a site with words of its own.
    pub fn read_in(name: &str, blob: &Blob, terms: &Terms) -> Self {
        let (deliverable, problems) = match blob.kind {
            ItemKind::File => deliverable::read_in(&blob.bytes, terms),
            ItemKind::Directory | ItemKind::Symlink | ItemKind::Other => {
                (Deliverable::default(), Vec::new())
            }
        };
        Self {
            name: name.to_owned(),
            path: FilePath::parse(name),
            kind: blob.kind,
            text: String::from_utf8_lossy(&blob.bytes).into(),
            deliverable,
            problems,
        }
    }

    /// Whether rules can make something of it: YAML in a regular file.
    pub fn is_readable(&self) -> bool {
        self.kind == ItemKind::File
            && !self.problems.iter().any(|problem| problem.kind == ProblemKind::Syntax)
    }
}

/// A deliverable file, `None` where there is none, or why nobody knows.
type FileRead = Result<Option<Rc<File>>, ReadError>;

/// The record: every deliverable file, the series and their schedules at one state.
///
/// Files are read when they are asked for, and kept. What could not be read is remembered in [`Record::failures`].
pub struct Record {
    snapshot: Box<dyn Snapshot>,
    series: Rc<SeriesFile>,
    index_cache: IndexCache,
    terms: Arc<Terms>,
    files: RefCell<HashMap<String, FileRead>>,
    schedules: RefCell<HashMap<String, Option<Rc<Schedule>>>>,
    index: RefCell<Option<Rc<Index>>>,
    failures: RefCell<Vec<ReadError>>,
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").field("snapshot", &self.snapshot.name()).finish_non_exhaustive()
    }
}

impl Record {
    /// The record at `snapshot`; reads the list of series.
    ///
    /// # Errors
    /// When the list of series is there and cannot be read.
    pub fn open(snapshot: Box<dyn Snapshot>, index_cache: IndexCache) -> Result<Self, ReadError> {
        Ok(Self {
            series: snapshot.series()?,
            snapshot,
            index_cache,
            terms: Arc::default(),
            files: RefCell::default(),
            schedules: RefCell::default(),
            index: RefCell::default(),
            failures: RefCell::default(),
        })
    }

    /// The same, its files read with the words of their site.
    #[must_use]
    pub fn with_terms(mut self, terms: Arc<Terms>) -> Self {
        self.terms = terms;
        self.files = RefCell::default();
        self
    }

    /// How to call this state: a commit id, or `working tree`.
    pub fn name(&self) -> String {
        self.snapshot.name()
    }

    /// The series, newest first.
    pub fn series(&self) -> &SeriesList {
        &self.series.list
    }

    /// What is wrong with the list of series.
    pub fn series_problems(&self) -> &[Problem] {
        &self.series.problems
    }

    /// Takes names and order of the series from a later record, their status unknown: revisions
    /// before 2019-05 have no list of series.
    pub fn lend_series(&mut self, later: &SeriesList) {
        if self.series.list.all.is_empty() {
            let problems = self.series.problems.clone();
            self.series = Rc::new(SeriesFile { list: later.without_status(), problems });
        }
    }

    /// The deliverable file at `path`; `None` where there is none.
    ///
    /// # Errors
    /// When it may be there and cannot be read.
    pub fn file(&self, path: &str) -> Result<Option<Rc<File>>, ReadError> {
        if let Some(read) = self.files.borrow().get(path) {
            return read.clone();
        }
        let file = self.snapshot.file(path, &self.terms);
        if let Err(error) = &file {
            self.failures.borrow_mut().push(error.clone());
        }
        self.files.borrow_mut().insert(path.to_owned(), file.clone());
        file
    }

    /// The same for who looks at [`Record::failures`] in the end: a file that cannot be read counts as absent until then.
    pub fn known_file(&self, path: &str) -> Option<Rc<File>> {
        self.file(path).ok().flatten()
    }

    /// The file of `deliverable` in the directory `dir`, if it can be read.
    pub fn deliverable(&self, dir: &str, deliverable: &str) -> Option<Rc<File>> {
        self.known_file(&format!("{DELIVERABLES}/{dir}/{deliverable}.yaml"))
            .filter(|file| file.is_readable())
    }

    /// The schedule of a series, if there is one that can be read.
    pub fn schedule(&self, series: &str) -> Option<Rc<Schedule>> {
        if let Some(known) = self.schedules.borrow().get(series) {
            return known.clone();
        }
        let path = schedule::path_of(series);
        let schedule = self.known(self.snapshot.schedule(&path)).flatten();
        self.schedules.borrow_mut().insert(series.to_owned(), schedule.clone());
        schedule
    }

    /// Where every repository and version of the record stands.
    pub fn index(&self) -> Rc<Index> {
        if let Some(index) = self.index.borrow().as_ref() {
            return Rc::clone(index);
        }
        let found = self.snapshot.index(&self.index_cache);
        let index = Rc::new(self.known(found).unwrap_or_default());
        *self.index.borrow_mut() = Some(Rc::clone(&index));
        index
    }

    /// The bytes of another file of the repository, such as its configuration; `None` where there is none.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn bytes(&self, path: &str) -> Result<Option<Vec<u8>>, ReadError> {
        Ok(self.snapshot.read(path)?.map(|blob| blob.bytes))
    }

    /// Whether there is no folder of deliverables.
    ///
    /// # Errors
    /// When it cannot be told.
    pub fn is_empty(&self) -> Result<bool, ReadError> {
        Ok(self.snapshot.list(DELIVERABLES)?.is_empty())
    }

    /// Paths of all deliverable files, sorted.
    ///
    /// # Errors
    /// When a directory cannot be listed.
    pub fn paths(&self) -> Result<Vec<String>, ReadError> {
        deliverable_items(self.snapshot.as_ref())
            .map(|items| items.into_iter().map(|(path, _)| path).collect())
    }

    /// Paths of the files below `deliverables/` that do not lie directly in one of its folders.
    ///
    /// # Errors
    /// When a directory cannot be listed.
    pub fn misplaced(&self) -> Result<Vec<String>, ReadError> {
        let mut found = Vec::new();
        let mut folders = vec![(DELIVERABLES.to_owned(), 0)];
        while let Some((folder, depth)) = folders.pop() {
            for item in self.snapshot.list(&folder)? {
                let path = format!("{folder}/{}", item.name);
                match item.kind {
                    ItemKind::Directory => folders.push((path, depth + 1)),
                    _ if depth != 1 => found.push(path),
                    ItemKind::File | ItemKind::Symlink | ItemKind::Other => {}
                }
            }
        }
        Ok(found)
    }

    /// What could not be read so far.
    pub fn failures(&self) -> Vec<ReadError> {
        self.failures.borrow().clone()
    }

    /// What was read; a failure is remembered.
    fn known<T>(&self, read: Result<T, ReadError>) -> Option<T> {
        read.map_err(|error| self.failures.borrow_mut().push(error)).ok()
    }
}

/// Every file below `deliverables/`, one directory deep, sorted by path.
pub(super) fn deliverable_items<S: Snapshot + ?Sized>(
    snapshot: &S,
) -> Result<Vec<(String, Item)>, ReadError> {
    let mut found = Vec::new();
    for dir in
        snapshot.list(DELIVERABLES)?.into_iter().filter(|item| item.kind == ItemKind::Directory)
    {
        let path = format!("{DELIVERABLES}/{}", dir.name);
        let files =
            snapshot.list(&path)?.into_iter().filter(|item| item.kind != ItemKind::Directory);
        found.extend(files.map(|item| (format!("{path}/{}", item.name), item)));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}
