//! A repository of our own to make objects in, on top of a copy that is not touched.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::git::{Git, GitError};

/// An empty bare repository that reads the objects of another. It goes when it is dropped.
pub(super) struct Scratch {
    dir: TempDir,
}

impl Scratch {
    /// On top of the repository whose git directory is `copy`.
    pub(super) fn of(git: &Git, copy: &Path) -> Result<Self, GitError> {
        let io = |path: &Path, error: &std::io::Error| {
            GitError::io("making room for new tags", path, error)
        };
        let dir = tempfile::Builder::new()
            .prefix("tagkeeper-")
            .tempdir()
            .map_err(|error| io(&std::env::temp_dir(), &error))?;
        git.command("making room for new tags")
            .args(["init", "--quiet", "--bare"])
            .arg(dir.path())
            .must()?;
        let objects = objects_of(copy).map_err(|error| io(copy, &error))?;
        let alternates = dir.path().join("objects/info/alternates");
        fs::create_dir_all(dir.path().join("objects/info"))
            .map_err(|error| io(&alternates, &error))?;
        fs::write(&alternates, format!("{}\n", objects.display()))
            .map_err(|error| io(&alternates, &error))?;
        Ok(Self { dir })
    }

    /// Its git directory.
    pub(super) fn git_dir(&self) -> &Path {
        self.dir.path()
    }
}

fn objects_of(git_dir: &Path) -> std::io::Result<PathBuf> {
    git_dir.join("objects").canonicalize()
}
