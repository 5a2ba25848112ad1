//! A clone for one answer.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::error::GitError;
use super::program::Git;
use super::refs::REMOTE;
use super::scratch::OwnDirectory;

/// How long cloning may take.
const PATIENCE: Duration = Duration::from_secs(900);

/// A bare clone that goes when it is dropped.
#[derive(Debug)]
pub struct TempClone {
    _directory: OwnDirectory,
    path: PathBuf,
}

impl TempClone {
    /// Clones what is at `url`, a URL or a path.
    ///
    /// # Errors
    /// When it cannot be cloned.
    pub fn of(git: &Git, url: &str) -> Result<Self, GitError> {
        let directory = OwnDirectory::new()?;
        let path = directory.path().join("clone");
        let failed = |error: git2::Error| GitError::libgit2("making a clone", &path, &error);
        git2::Repository::init_bare(&path).map_err(failed)?;
        git.command("cloning the releases repository")
            .git_dir(&path)
            .remote(REMOTE, url)
            .args([
                "fetch",
                "--quiet",
                "--no-tags",
                "--no-write-fetch-head",
                "--end-of-options",
                REMOTE,
            ])
            .args(["+HEAD:refs/heads/head"])
            .network()
            .timeout(PATIENCE)
            .must()?;
        let repository = git2::Repository::open_bare(&path).map_err(failed)?;
        repository.set_head("refs/heads/head").map_err(failed)?;
        Ok(Self { _directory: directory, path })
    }

    /// Its git directory.
    pub fn path(&self) -> &Path {
        &self.path
    }
}
