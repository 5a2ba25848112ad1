//! The whole releases repository in one state, read on demand.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::deliverable::{self, Deliverable};
use super::file::{FilePath, FilePathError};
use super::index::Index;
use super::index::cache::TextCache;
use super::index::table::Table;
use super::index::texts::Texts;
use super::pieces::in_pieces;
use super::place::{Problem, ProblemKind};
use super::schedule::{self, Schedule};
use super::series::SeriesList;
use super::snapshot::{Blob, Item, ItemKind, ReadError, SeriesFile, Snapshot};
use super::terms::Terms;

/// Where so many files have been parsed, the rest takes less time to parse than to search for each of their releases.
const MANY: usize = 500;

/// Directory of the deliverable files.
pub const DELIVERABLES: &str = "deliverables";
/// The list of series.
pub const SERIES_STATUS: &str = "data/series_status.yaml";

/// One deliverable file, read.
#[derive(Clone, Debug)]
pub struct File {
    /// Its path in the repository.
    pub name: String,
    /// The series and name in its path, or why it is in the wrong place.
    pub path: Result<FilePath, FilePathError>,
    /// File or symbolic link.
    pub kind: ItemKind,
    /// Its text, for reports. Bytes that are not UTF-8 are replaced.
    pub text: Arc<str>,
    /// Its content.
    pub deliverable: Deliverable,
    /// Its problems.
    pub problems: Vec<Problem>,
}

impl File {
    /// Reads a deliverable file.
    pub fn read(name: &str, blob: &Blob) -> Self {
        Self::read_in(name, blob, &Terms::default())
    }

    /// The same, for a site with its own words.
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

    /// Whether rules can check it: it is YAML in a regular file.
    pub fn is_readable(&self) -> bool {
        self.kind == ItemKind::File
            && !self.problems.iter().any(|problem| problem.kind == ProblemKind::Syntax)
    }
}

/// A deliverable file, `None` if it does not exist, or why that is unknown.
type FileRead = Result<Option<Arc<File>>, ReadError>;

/// Every deliverable file, the series and their schedules in one state.
///
/// Files are read on demand, and kept. [`Record::failures`] has what could not be read.
pub struct Record {
    snapshot: Box<dyn Snapshot>,
    series: Arc<SeriesFile>,
    text_cache: TextCache,
    terms: Arc<Terms>,
    files: Mutex<HashMap<String, FileRead>>,
    schedules: Mutex<HashMap<String, Option<Arc<Schedule>>>>,
    index: OnceLock<Arc<Index>>,
    failures: Mutex<Vec<ReadError>>,
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").field("snapshot", &self.snapshot.name()).finish_non_exhaustive()
    }
}

impl Record {
    /// The record of `snapshot`. Reads the list of series.
    ///
    /// # Errors
    /// If the list of series exists and cannot be read.
    pub fn open(snapshot: Box<dyn Snapshot>, text_cache: TextCache) -> Result<Self, ReadError> {
        Ok(Self {
            series: snapshot.series()?,
            snapshot,
            text_cache,
            terms: Arc::default(),
            files: Mutex::default(),
            schedules: Mutex::default(),
            index: OnceLock::new(),
            failures: Mutex::default(),
        })
    }

    /// The same, for a site with its own words.
    #[must_use]
    pub fn with_terms(mut self, terms: Arc<Terms>) -> Self {
        self.terms = terms;
        self.files = Mutex::default();
        self
    }

    /// The name of this state: a commit id, or `working tree`.
    pub fn name(&self) -> String {
        self.snapshot.name()
    }

    /// The series, newest first.
    pub fn series(&self) -> &SeriesList {
        &self.series.list
    }

    /// The problems of the list of series.
    pub fn series_problems(&self) -> &[Problem] {
        &self.series.problems
    }

    /// Takes the names and order of the series from a later record, without their status: revisions
    /// before 2019-05 have no list of series.
    pub fn lend_series(&mut self, later: &SeriesList) {
        if self.series.list.all.is_empty() {
            let problems = self.series.problems.clone();
            self.series = Arc::new(SeriesFile { list: later.without_status(), problems });
        }
    }

    /// The deliverable file at `path`; `None` if it does not exist.
    ///
    /// # Errors
    /// If it may exist and cannot be read.
    pub fn file(&self, path: &str) -> Result<Option<Arc<File>>, ReadError> {
        if let Some(read) = locked(&self.files).get(path) {
            return read.clone();
        }
        let file = self.snapshot.file(path, &self.terms);
        if let Err(error) = &file {
            locked(&self.failures).push(error.clone());
        }
        locked(&self.files).insert(path.to_owned(), file.clone());
        file
    }

    /// Reads the files at `paths` with so many threads, before somebody asks for one after the other.
    pub fn read_ahead(&self, paths: &[String], threads: usize) {
        in_pieces(paths, threads, |paths| {
            paths.iter().for_each(|path| drop(self.known_file(path)));
        });
    }

    /// The same for callers that look at [`Record::failures`] in the end. Until then, a file that cannot be read counts as absent.
    pub fn known_file(&self, path: &str) -> Option<Arc<File>> {
        self.file(path).ok().flatten()
    }

    /// The file of `deliverable` in the directory `dir`, if it can be read.
    pub fn deliverable(&self, dir: &str, deliverable: &str) -> Option<Arc<File>> {
        self.known_file(&format!("{DELIVERABLES}/{dir}/{deliverable}.yaml"))
            .filter(|file| file.is_readable())
    }

    /// The schedule of a series, if it can be read.
    pub fn schedule(&self, series: &str) -> Option<Arc<Schedule>> {
        if let Some(known) = locked(&self.schedules).get(series) {
            return known.clone();
        }
        let path = schedule::path_of(series);
        let schedule = self.known(self.snapshot.schedule(&path)).flatten();
        locked(&self.schedules).insert(series.to_owned(), schedule.clone());
        schedule
    }

    /// Which files list each repository and version.
    pub fn index(&self) -> Arc<Index> {
        let index = self.index.get_or_init(|| {
            let is_read = locked(&self.files).len() >= MANY;
            let found = match is_read {
                true => self.table().map(|table| Index::of_table(Arc::new(table))),
                false => self.snapshot.index(&self.text_cache),
            };
            Arc::new(self.known(found).unwrap_or_default())
        });
        Arc::clone(index)
    }

    /// Every file parsed, and indexed.
    fn table(&self) -> Result<Table, ReadError> {
        let mut table = Table::default();
        for path in self.paths()? {
            let file = self.file(&path)?.filter(|file| file.kind == ItemKind::File);
            table.put(&path, file.as_ref().map(|file| &file.deliverable));
        }
        Ok(table)
    }

    /// The text of every deliverable file.
    ///
    /// # Errors
    /// If the repository cannot be read.
    pub fn texts(&self) -> Result<Texts, ReadError> {
        Texts::of(self.snapshot.as_ref(), &self.text_cache)
    }

    /// The bytes of another file of the repository, such as its configuration; `None` if it does not exist.
    ///
    /// # Errors
    /// If it exists and cannot be read.
    pub fn bytes(&self, path: &str) -> Result<Option<Vec<u8>>, ReadError> {
        Ok(self.snapshot.read(path)?.map(|blob| blob.bytes))
    }

    /// The names of the files of a directory, sorted; none if there is no such directory.
    ///
    /// # Errors
    /// If it cannot be listed.
    pub fn files_in(&self, directory: &str) -> Result<Vec<String>, ReadError> {
        let items = self.snapshot.list(directory)?.into_iter();
        let mut names: Vec<String> =
            items.filter(|item| item.kind == ItemKind::File).map(|item| item.name).collect();
        names.sort();
        Ok(names)
    }

    /// Whether there is no `deliverables` directory.
    ///
    /// # Errors
    /// If that cannot be found out.
    pub fn is_empty(&self) -> Result<bool, ReadError> {
        Ok(self.snapshot.list(DELIVERABLES)?.is_empty())
    }

    /// Paths of all deliverable files, sorted.
    ///
    /// # Errors
    /// If a directory cannot be listed.
    pub fn paths(&self) -> Result<Vec<String>, ReadError> {
        deliverable_items(self.snapshot.as_ref())
            .map(|items| items.into_iter().map(|(path, _)| path).collect())
    }

    /// All deliverable files, sorted by path, with git's ids of their contents where they are known.
    ///
    /// # Errors
    /// If a directory cannot be listed.
    pub fn items(&self) -> Result<Vec<(String, Item)>, ReadError> {
        deliverable_items(self.snapshot.as_ref())
    }

    /// Paths of the files below `deliverables/` that are not directly in one of its directories.
    ///
    /// # Errors
    /// If a directory cannot be listed.
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

    /// Paths of the regular files below the directory `dir`, at any depth, sorted; none if there is no such directory.
    ///
    /// # Errors
    /// If a directory cannot be listed.
    pub fn files_below(&self, dir: &str) -> Result<Vec<String>, ReadError> {
        let items = self.items_below(dir)?.into_iter();
        Ok(items.filter(|(_, kind)| *kind == ItemKind::File).map(|(path, _)| path).collect())
    }

    /// What is below the directory `dir` at any depth, but for directories: paths, sorted, and what is there. No symbolic link
    /// is followed, `dir` included.
    ///
    /// # Errors
    /// If a directory cannot be listed.
    pub fn items_below(&self, dir: &str) -> Result<Vec<(String, ItemKind)>, ReadError> {
        let mut found = Vec::new();
        let mut folders = vec![dir.to_owned()];
        while let Some(folder) = folders.pop() {
            for item in self.snapshot.list(&folder)? {
                let path = format!("{folder}/{}", item.name);
                match item.kind {
                    ItemKind::Directory => folders.push(path),
                    kind => found.push((path, kind)),
                }
            }
        }
        found.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(found)
    }

    /// What could not be read so far, by path.
    pub fn failures(&self) -> Vec<ReadError> {
        let mut failures = locked(&self.failures).clone();
        failures.sort_by(|a, b| a.path.cmp(&b.path));
        failures
    }

    /// The result, if there is one; keeps a failure.
    fn known<T>(&self, read: Result<T, ReadError>) -> Option<T> {
        read.map_err(|error| locked(&self.failures).push(error)).ok()
    }
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
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
