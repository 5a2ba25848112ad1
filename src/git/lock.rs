//! One process at a time in a mirror, and removing what a killed one left there.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::error::GitError;

/// How long to wait for another process: it may be cloning a large repository.
const PATIENCE: Duration = Duration::from_secs(3700);

/// The right to change a mirror, given back on drop and by the end of the process.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Waits for the lock file `path`, which is created if it is missing.
    pub(super) fn take(path: &Path) -> Result<Self, GitError> {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)
                .map_err(|error| GitError::io("cannot create", parent, &error))?;
        }
        // Neither truncated nor ever removed: others may be waiting on this very file.
        let opened = File::options().read(true).append(true).create(true).open(path);
        let file = opened.map_err(|error| GitError::io("cannot open", path, &error))?;
        let started = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { file, path: path.to_owned() }),
                Err(TryLockError::WouldBlock) if started.elapsed() < PATIENCE => {
                    if started.elapsed() < Duration::from_millis(1) {
                        log::info!("waiting for another process to release {}", path.display());
                    }
                    thread::sleep(Duration::from_millis(20));
                }
                Err(error) => {
                    let error = io::Error::other(error);
                    return Err(GitError::io("cannot lock", path, &error));
                }
            }
        }
    }

    /// The same lock for a child to hold.
    pub(super) fn share(&self) -> Result<File, GitError> {
        self.file.try_clone().map_err(|error| GitError::io("cannot share", &self.path, &error))
    }
}

/// Removes what a killed git leaves in a repository: lock files, half packs and half objects.
///
/// Only for the holder of the lock: a running git still uses these files.
pub(super) fn sweep(repository: &Path) -> Result<(), GitError> {
    sweep_directory(repository, Path::new(""))
}

fn sweep_directory(repository: &Path, below: &Path) -> Result<(), GitError> {
    let directory = repository.join(below);
    let failed = |error: io::Error| GitError::io("cannot read", &directory, &error);
    for entry in fs::read_dir(&directory).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let inside = below.join(entry.file_name());
        let is_directory = entry.file_type().map_err(failed)?.is_dir();
        let path = entry.path();
        if is_litter(&inside, &path) {
            log::info!("removing {}, left by a git that was killed", path.display());
            let removed =
                if is_directory { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            removed.map_err(|error| GitError::io("cannot remove", &path, &error))?;
        } else if is_directory {
            sweep_directory(repository, &inside)?;
        }
    }
    Ok(())
}

fn is_litter(inside: &Path, path: &Path) -> bool {
    let name = inside.file_name().unwrap_or_default().to_string_lossy();
    if inside.starts_with("objects") {
        let is_kept_by_fetch =
            || fs::read(path).is_ok_and(|text| text.is_empty() || text.starts_with(b"fetch-pack"));
        return ["tmp_", "incoming-"].iter().any(|start| name.starts_with(start))
            || name.ends_with(".lock")
            || (name.ends_with(".keep") && is_kept_by_fetch());
    }
    // No ref may end so.
    name.ends_with(".lock")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_litter_is_swept() {
        let directory = tempfile::tempdir().unwrap();
        let litter = [
            "packed-refs.lock",
            "refs/heads/stable/x.lock",
            "objects/pack/tmp_pack_abc",
            "objects/pack/pack-1.keep",
            "objects/tmp_objdir-incoming-abc/pack/tmp_pack_x",
            "objects/12/tmp_obj_abc",
        ];
        let kept = ["packed-refs", "refs/heads/tmp_x", "objects/pack/pack-1.pack", "objects/12/34"];
        for name in litter.iter().chain(&kept) {
            let path = directory.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        sweep(directory.path()).unwrap();
        assert!(litter.iter().all(|name| !directory.path().join(name).exists()));
        assert!(kept.iter().all(|name| directory.path().join(name).exists()));
    }

    #[test]
    fn a_lock_is_exclusive_until_it_is_dropped() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a/b.lock");
        let lock = Lock::take(&path).unwrap();
        let other = File::open(&path).unwrap();
        assert!(matches!(other.try_lock(), Err(TryLockError::WouldBlock)));
        let shared = lock.share().unwrap();
        drop(lock);
        assert!(matches!(other.try_lock(), Err(TryLockError::WouldBlock)));
        drop(shared);
        assert!(other.try_lock().is_ok());
    }
}
