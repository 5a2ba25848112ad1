//! Where the ledger is kept: a directory, or the tree of a ref.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::entry::{Beginning, Claim, LedgerEntry, Mark, Resolution, StepName};
use super::lock::lock;
use super::name::files_of;
use super::note::{Note, Written};
use super::shared::Shared;
use super::state::LedgerState;
use crate::git::{GitError, Oid, RepoName, Repository};

/// The ledger of a site.
#[derive(Clone, Debug)]
pub enum Ledger {
    /// A directory of this machine.
    Directory(PathBuf),
    /// A ref of a repository that several machines share.
    Ref(Box<Shared>),
}

/// Why the ledger could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The directory.
    #[error("{doing} the ledger file {}: {why}", path.display())]
    Io {
        /// Reading or writing.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// Another run does not give the lock back.
    #[error("the ledger is locked: {holder}, for over {seconds} s; end that run, or wait for it, and run again ({})", path.display())]
    Locked {
        /// The lock.
        path: PathBuf,
        /// How long it was waited for.
        seconds: u64,
        /// Who holds it, in words.
        holder: String,
    },
    /// A file that is not what it should be; it is left as it is.
    #[error(
        "cannot read the ledger file `{file}`: {why}; fix or remove the file, nothing in it was changed"
    )]
    Garbled {
        /// The file.
        file: String,
        /// What is wrong.
        why: String,
    },
    /// A file of a newer program; it is left as it is.
    #[error(
        "the ledger file `{file}` is of format {version}, and this program reads only up to {FORMAT}: run the newer tagkeeper that wrote it; nothing in it was changed"
    )]
    Newer {
        /// The file.
        file: String,
        /// Its format.
        version: u32,
    },
    /// The server will not have the change.
    #[error("the ledger `{name}` at {url} cannot be written: {why}")]
    Refused {
        /// The ref.
        name: String,
        /// The repository.
        url: String,
        /// What the server said.
        why: String,
    },
    /// The change was sent, and then there was no answer.
    #[error(
        "the ledger `{name}` at {url} may or may not have been written: {why}; run again to find out"
    )]
    Uncertain {
        /// The ref.
        name: String,
        /// The repository.
        url: String,
        /// What is known of the reason.
        why: String,
    },
    /// A repository or version that cannot be the name of a file.
    #[error("`{0}` cannot be the name of a ledger file")]
    Name(String),
    /// Git's.
    #[error(transparent)]
    Git(#[from] GitError),
}

/// The newest format that is understood.
const FORMAT: u32 = 1;
const STATE: &str = "state.json";

/// The ledger at one moment.
pub struct LedgerSnapshot(pub(super) At);

pub(super) enum At {
    Directory(PathBuf),
    Commit(Repository, Oid),
    Empty,
}

/// A ledger that is being changed.
pub struct LedgerDraft<'a> {
    pub(super) below: &'a LedgerSnapshot,
    pub(super) changed: BTreeMap<String, Vec<u8>>,
}

impl Ledger {
    /// What it says now.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self) -> Result<LedgerSnapshot, LedgerError> {
        match self {
            Self::Directory(path) => Ok(LedgerSnapshot(At::Directory(path.clone()))),
            Self::Ref(shared) => shared.read(),
        }
    }

    /// Changes it; `change` may be called again when another run was faster.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub fn update<T>(
        &self,
        message: &str,
        at: Timestamp,
        mut change: impl FnMut(&mut LedgerDraft<'_>) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        match self {
            Self::Directory(path) => {
                let _lock = lock(path)?;
                let snapshot = self.read()?;
                let mut draft = LedgerDraft { below: &snapshot, changed: BTreeMap::new() };
                let value = change(&mut draft)?;
                draft.changed.iter().try_for_each(|(name, bytes)| write(path, name, bytes))?;
                Ok(value)
            }
            Self::Ref(shared) => shared.update(message, at, change),
        }
    }

    /// Begins a step of which only the ledger knows whether it was done: of two runs, one goes ahead. Writes `notes` with it.
    ///
    /// # Errors
    /// When the ledger, or the entry of this step, cannot be read or written.
    pub fn begin(
        &self,
        about: (&RepoName, &str),
        step: &StepName,
        mark: &Mark,
        notes: &[Note],
    ) -> Result<Written<Beginning>, LedgerError> {
        let message = begins(about, step);
        self.change_with((&message, mark.at), about, notes, |entry| entry.begin(step, mark))
    }

    /// Begins a step whose state the remote shows, unless another run is at it or it was accepted and is not shown. Writes
    /// `notes` with it.
    ///
    /// # Errors
    /// When the ledger, or the entry of this step, cannot be read or written.
    pub fn claim(
        &self,
        about: (&RepoName, &str),
        step: &StepName,
        (mark, object): (&Mark, Option<&str>),
        notes: &[Note],
    ) -> Result<Written<Claim>, LedgerError> {
        let message = begins(about, step);
        let claim = |entry: &mut LedgerEntry| entry.claim(step, mark, object.map(str::to_owned));
        self.change_with((&message, mark.at), about, notes, claim)
    }

    /// Settles a step that was begun and not done; `false` when there is none.
    ///
    /// # Errors
    /// When the ledger cannot be read or written.
    pub fn resolve(
        &self,
        (repo, version): (&RepoName, &str),
        step: &StepName,
        mark: &Mark,
        how: Resolution,
    ) -> Result<bool, LedgerError> {
        self.update(&format!("Resolve {step} of {repo} {version}"), mark.at, |draft| {
            draft.change_entry(repo, version, |entry| {
                let is_open = entry.steps.get(step).is_some_and(|record| record.done.is_none());
                if is_open {
                    match how {
                        Resolution::Done => {
                            entry.finish(step, mark, Some("settled by hand".to_owned()));
                        }
                        Resolution::Redo => entry.forget(step),
                    }
                }
                is_open
            })
        })
    }
}

impl LedgerSnapshot {
    /// How far the releases repository was applied.
    ///
    /// # Errors
    /// When the file is there and cannot be understood.
    pub fn state(&self) -> Result<LedgerState, LedgerError> {
        Ok(self.parsed(STATE)?.unwrap_or_default())
    }

    /// What was done for one version of one repository.
    ///
    /// # Errors
    /// When the file is there and cannot be understood.
    pub fn entry(
        &self,
        repo: &RepoName,
        version: &str,
    ) -> Result<Option<LedgerEntry>, LedgerError> {
        for file in files_of(repo, version)? {
            if let Some(entry) = self.parsed(&file)? {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    fn parsed<T: DeserializeOwned>(&self, file: &str) -> Result<Option<T>, LedgerError> {
        self.bytes(file)?.map(|bytes| parsed(&bytes, file)).transpose()
    }

    pub(super) fn bytes(&self, file: &str) -> Result<Option<Vec<u8>>, LedgerError> {
        match &self.0 {
            At::Empty => Ok(None),
            At::Commit(repository, commit) => {
                Ok(repository.read(*commit, file, 1 << 24)?.map(|blob| blob.bytes))
            }
            At::Directory(path) => match fs::read(path.join(file)) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(LedgerError::io("reading", &path.join(file), &error)),
            },
        }
    }
}

impl LedgerDraft<'_> {
    /// How far the releases repository was applied, with what was changed in this draft.
    ///
    /// # Errors
    /// When the file is there and cannot be understood.
    pub fn state(&self) -> Result<LedgerState, LedgerError> {
        self.below.state()
    }

    /// Says how far the releases repository was applied.
    ///
    /// # Errors
    /// Never for a state that can be written as JSON.
    pub fn set_state(&mut self, state: &LedgerState) -> Result<(), LedgerError> {
        self.set(STATE.to_owned(), &LedgerState { version: FORMAT, ..state.clone() })
    }

    pub(super) fn change_entry<T>(
        &mut self,
        repo: &RepoName,
        version: &str,
        change: impl FnOnce(&mut LedgerEntry) -> T,
    ) -> Result<T, LedgerError> {
        let before = match self.changed.get(&files_of(repo, version)?[0]) {
            Some(bytes) => parsed(bytes, &files_of(repo, version)?[0])?,
            None => self.below.entry(repo, version)?.unwrap_or_default(),
        };
        let mut entry = before.clone();
        let value = change(&mut entry);
        entry.version = FORMAT;
        if entry.steps != before.steps {
            let file = files_of(repo, version)?.swap_remove(0);
            self.set(file, &entry)?;
        }
        Ok(value)
    }

    /// Puts a file of other bytes into the ledger.
    pub(super) fn put(&mut self, file: String, bytes: Vec<u8>) {
        self.changed.insert(file, bytes);
    }

    fn set(&mut self, file: String, value: &impl Serialize) -> Result<(), LedgerError> {
        let mut bytes = serde_json::to_vec_pretty(value)
            .map_err(|error| LedgerError::Garbled { file: file.clone(), why: error.to_string() })?;
        bytes.push(b'\n');
        self.changed.insert(file, bytes);
        Ok(())
    }
}

/// What a change of the ledger is called that begins a step.
fn begins((repo, name): (&RepoName, &str), step: &StepName) -> String {
    format!("Begin {step} of {repo} {name}")
}

impl LedgerError {
    pub(super) fn io(doing: &'static str, path: &Path, error: &std::io::Error) -> Self {
        Self::Io { doing, path: path.to_owned(), why: error.to_string() }
    }
}

/// The format of a file, whatever else it says: a newer one may be of another shape.
#[derive(Deserialize)]
struct Format {
    version: u32,
}

fn parsed<T: DeserializeOwned>(bytes: &[u8], file: &str) -> Result<T, LedgerError> {
    if let Ok(Format { version }) = serde_json::from_slice(bytes)
        && version > FORMAT
    {
        return Err(LedgerError::Newer { file: file.to_owned(), version });
    }
    let garbled = |error: serde_json::Error| LedgerError::Garbled {
        file: file.to_owned(),
        why: error.to_string(),
    };
    serde_json::from_slice(bytes).map_err(garbled)
}

/// Where a file is written before it takes its place. There is one writer at a time: it writes over what a killed one left.
const NEXT: &str = ".next";

/// Writes a file of the ledger in `root` whole, or not at all.
fn write(root: &Path, name: &str, bytes: &[u8]) -> Result<(), LedgerError> {
    let (path, next) = (root.join(name), root.join(NEXT));
    let place = || {
        fs::create_dir_all(path.parent().unwrap_or(root))?;
        let mut options = File::options();
        let mut file = options.create(true).truncate(true).write(true).mode(0o600).open(&next)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&next, &path)
    };
    place().map_err(|error| LedgerError::io("writing", &path, &error))
}
