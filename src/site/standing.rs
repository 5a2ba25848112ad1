//! The site that is there before a build: whose it is, and what the build before made.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::data;
use super::memo::Memo;

/// The file that says that tagkeeper made a directory, and which files of it.
pub const MARKER: &str = ".tagkeeper-site.json";
const VERSION: u32 = 2;

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Something is there that tagkeeper did not make.
    #[error("{path} is not a site that tagkeeper made")]
    Foreign {
        /// What is there.
        path: PathBuf,
    },
    /// Another run is at work.
    #[error("another run is writing next to {path}")]
    Busy {
        /// The directory.
        path: PathBuf,
    },
    /// The disk's.
    #[error("cannot write {path}")]
    Io {
        /// What could not be written.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// What is in [`MARKER`].
#[derive(Serialize, Deserialize)]
pub(super) struct Manifest {
    version: u32,
    pub(super) files: BTreeMap<String, Written>,
    pub(super) memo: Memo,
}

/// What is in the marker of older programs.
#[derive(Deserialize)]
struct FirstManifest {
    version: u32,
    files: Vec<String>,
}

/// How a file looked when it had been written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Written {
    size: u64,
    /// Seconds and nanoseconds.
    modified: (i64, i64),
}

impl Written {
    pub(super) fn of(file: &Metadata) -> Self {
        Self { size: file.size(), modified: (file.mtime(), file.mtime_nsec()) }
    }
}

impl Manifest {
    pub(super) fn new(files: BTreeMap<String, Written>, memo: Memo) -> Self {
        Self { version: VERSION, files, memo }
    }

    /// Reads a marker; `None` for one that is not ours.
    fn read(bytes: &[u8]) -> Option<Self> {
        match serde_json::from_slice::<Self>(bytes) {
            Ok(manifest) => Some(manifest).filter(|it| it.version == VERSION),
            Err(_) => {
                let first: FirstManifest = serde_json::from_slice(bytes).ok()?;
                let files = first.files.into_iter().map(|path| (path, Written::default()));
                (first.version == 1).then(|| Self::new(files.collect(), Memo::default()))
            }
        }
    }
}

/// A directory that a site is built for.
pub struct Standing {
    pub(super) path: PathBuf,
    /// The directory around it.
    pub(super) folder: PathBuf,
    /// Its name there.
    pub(super) name: String,
    /// The marker, as it was read.
    pub(super) marker: Option<Vec<u8>>,
    /// The files that the build before wrote; none without one.
    pub(super) files: BTreeMap<String, Written>,
    memo: Memo,
}

impl Standing {
    /// Looks at `directory`: it is absent, empty, or a site that tagkeeper made.
    ///
    /// # Errors
    /// When something else is there, or it cannot be read.
    pub fn open(directory: &Path) -> Result<Self, PublishError> {
        // A link stays one: what it leads to is replaced.
        let path = fs::canonicalize(directory).unwrap_or_else(|_| directory.to_owned());
        let foreign = || PublishError::Foreign { path: directory.to_owned() };
        let name = path.file_name().and_then(|name| name.to_str()).ok_or_else(foreign)?.to_owned();
        let folder = path.parent().filter(|dir| !dir.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).to_owned();
        let marker = read_marker(&path)?;
        let manifest = match &marker {
            Some(bytes) => Manifest::read(bytes).ok_or_else(foreign)?,
            None => Manifest::new(BTreeMap::new(), Memo::default()),
        };
        let Manifest { files, memo, .. } = manifest;
        let mut standing = Self { path, folder, name, marker, files, memo };
        standing.look()?;
        Ok(standing)
    }

    /// What the build before left.
    pub fn memo(&self) -> &Memo {
        &self.memo
    }

    /// Whether no site is there.
    pub fn is_new(&self) -> bool {
        self.marker.is_none()
    }

    /// Takes from the memo what is not as it was written. A file that is not in the manifest is somebody's: it would go with
    /// the old directory.
    fn look(&mut self) -> Result<(), PublishError> {
        if self.is_new() {
            return Ok(());
        }
        let mut folders = vec![PathBuf::new()];
        let mut whole = BTreeSet::new();
        while let Some(folder) = folders.pop() {
            let here = self.path.join(&folder);
            for entry in fs::read_dir(&here).map_err(failed(&here))? {
                let entry = entry.map_err(failed(&here))?;
                let path = folder.join(entry.file_name());
                let found = entry.metadata().map_err(failed(&here))?;
                let written = path.to_str().and_then(|name| Some((name, self.files.get(name)?)));
                match written {
                    _ if found.is_dir() => folders.push(path),
                    Some((name, written)) if found.is_file() && *written == Written::of(&found) => {
                        whole.insert(name.to_owned());
                    }
                    Some(_) => {}
                    None if path.as_os_str() == MARKER => {}
                    None => return Err(PublishError::Foreign { path: self.path.join(path) }),
                }
            }
        }
        let data_is_whole = whole.contains(data::PATH);
        self.memo.stamps.retain(|path, _| whole.contains(path));
        if data_is_whole {
            self.memo.data = fs::read(self.path.join(data::PATH)).ok();
        }
        Ok(())
    }
}

/// The marker in `directory`; `None` where nothing is.
pub(super) fn read_marker(directory: &Path) -> Result<Option<Vec<u8>>, PublishError> {
    let foreign = || PublishError::Foreign { path: directory.to_owned() };
    match fs::read(directory.join(MARKER)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => match fs::read_dir(directory) {
            Ok(entries) => match entries.count() {
                0 => Ok(None),
                _ => Err(foreign()),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => Err(foreign()),
            Err(error) => Err(failed(directory)(error)),
        },
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Err(foreign()),
        Err(error) => Err(failed(directory)(error)),
    }
}

pub(super) fn failed(path: &Path) -> impl FnOnce(io::Error) -> PublishError {
    let path = path.to_owned();
    |source| PublishError::Io { path, source }
}
