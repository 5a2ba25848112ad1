//! A repository of our own for a moment, on top of one that is not touched.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tempfile::TempDir;

use super::error::GitError;

/// How our directories for a moment begin.
const PREFIX: &str = "tagkeeper-scratch-";

/// The lock in it, held for as long as its owner lives.
const LOCK: &str = "in-use";

/// How long a directory may lack its lock: it was only just made.
const YOUNG: Duration = Duration::from_secs(600);

const DOING: &str = "cannot make a temporary repository in";

/// The whole configuration of a scratch repository.
const CONFIG: &str = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n";

/// A directory that goes when it is dropped. What a killed run left is removed by the next.
#[derive(Debug)]
pub(super) struct OwnDirectory {
    dir: TempDir,
    _lock: File,
}

impl OwnDirectory {
    /// A new one.
    pub(super) fn new() -> Result<Self, GitError> {
        Self::below(std::env::temp_dir())
    }

    /// A new one in `parent`.
    pub(super) fn below(parent: PathBuf) -> Result<Self, GitError> {
        let failed = |error: &std::io::Error| GitError::io(DOING, &parent, error);
        let dir = tempfile::Builder::new().prefix(PREFIX).tempdir_in(&parent);
        let dir = dir.map_err(|error| failed(&error))?;
        let lock = File::create(dir.path().join(LOCK)).map_err(|error| failed(&error))?;
        lock.try_lock().map_err(|error| failed(&error.into()))?;
        if is_first_in(&parent) {
            sweep(&parent, dir.path());
        }
        Ok(Self { dir, _lock: lock })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        self.dir.path()
    }
}

/// Whether this run has made none in `parent` before: once a run is enough to clear away what others left.
fn is_first_in(parent: &Path) -> bool {
    static SWEPT: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    SWEPT.lock().unwrap_or_else(PoisonError::into_inner).insert(parent.to_owned())
}

/// Removes the directories of dead runs of the same user. One that cannot be removed is left to the next run.
fn sweep(parent: &Path, ours: &Path) {
    let Ok(owner) = ours.metadata().map(|data| data.uid()) else { return };
    for entry in parent.read_dir().into_iter().flatten().flatten() {
        let is_ours = entry.file_name().as_encoded_bytes().starts_with(PREFIX.as_bytes())
            && entry.metadata().is_ok_and(|data| data.is_dir() && data.uid() == owner);
        if is_ours && entry.path() != ours && is_dead(&entry.path()) {
            log::info!("removing {}, left by a run that was killed", entry.path().display());
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}

/// Whether the owner of a directory is gone.
fn is_dead(directory: &Path) -> bool {
    match File::open(directory.join(LOCK)) {
        Ok(lock) => lock.try_lock().is_ok(),
        Err(_) => {
            let made = directory.metadata().and_then(|data| data.modified());
            made.is_ok_and(|made| made.elapsed().is_ok_and(|age| age > YOUNG))
        }
    }
}

/// An empty bare repository that reads the objects of another. Nothing of the other's configuration counts in it.
#[derive(Debug)]
pub struct Scratch {
    dir: OwnDirectory,
}

impl Scratch {
    /// On top of the repository whose git directory is `copy`.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn of(copy: &Path) -> Result<Self, GitError> {
        let scratch = Self { dir: OwnDirectory::new()? };
        // By hand: what else belongs into a repository would be a dozen files for each, and a run may need hundreds.
        fs::create_dir_all(scratch.git_dir().join("refs"))
            .map_err(|error| GitError::io(DOING, &scratch.git_dir(), &error))?;
        scratch.write("HEAD", "ref: refs/heads/none\n")?;
        scratch.write("config", CONFIG)?;
        let common = match git2::Repository::open(copy) {
            Ok(repository) => repository.commondir().to_owned(),
            Err(_) => copy.to_owned(),
        };
        let objects = common.join("objects");
        let objects =
            objects.canonicalize().map_err(|error| GitError::io(DOING, &objects, &error))?;
        scratch.write("objects/info/alternates", &format!("{}\n", objects.display()))?;
        if let Ok(cuts) = fs::read_to_string(common.join("shallow")) {
            scratch.write("shallow", &cuts)?;
        }
        Ok(scratch)
    }

    fn write(&self, name: &str, text: &str) -> Result<(), GitError> {
        let path = self.git_dir().join(name);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| fs::write(&path, text))
            .map_err(|error| GitError::io(DOING, &path, &error))
    }

    /// Its git directory.
    pub fn git_dir(&self) -> PathBuf {
        self.dir.path().join("git")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_dead_runs_left_is_removed_and_nothing_else() {
        let parent = tempfile::tempdir().unwrap();
        let make = |name: &str| {
            let path = parent.path().join(name);
            fs::create_dir(&path).unwrap();
            path
        };
        let lock = |directory: &Path| File::create(directory.join(LOCK)).unwrap();
        let (ours, dead, alive) = (
            make("tagkeeper-scratch-ours"),
            make("tagkeeper-scratch-dead"),
            make("tagkeeper-scratch-alive"),
        );
        let (young, other) = (make("tagkeeper-scratch-young"), make("tagkeeper-other"));
        drop(lock(&dead));
        let held = lock(&alive);
        held.try_lock().unwrap();
        sweep(parent.path(), &ours);
        assert!(!dead.exists());
        assert!([ours, alive, young, other].iter().all(|directory| directory.exists()));
    }

    #[test]
    fn a_scratch_repository_goes_when_it_is_dropped() {
        let copy = tempfile::tempdir().unwrap();
        git2::Repository::init_bare(copy.path()).unwrap();
        let scratch = Scratch::of(copy.path()).unwrap();
        let place = scratch.dir.path().to_owned();
        assert!(git2::Repository::open_bare(scratch.git_dir()).is_ok());
        drop(scratch);
        assert!(!place.exists());
    }
}
