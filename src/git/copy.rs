//! A throw-away clone of one commit, for a build.

use std::fs;
use std::path::{Path, PathBuf};

use git2::build::CheckoutBuilder;
use git2::{Oid, RepositoryInitOptions, Signature};

use super::content::blobs;
use super::error::GitError;
use super::repository::Repository;

impl Repository {
    /// Makes a repository in `directory` that has `commit` checked out and tagged `tag`, with all other tags of this one.
    /// It borrows the objects of this one, which are in the directory that is returned.
    ///
    /// # Errors
    /// [`GitError::Missing`] when the commit is not here, or its files cannot be brought.
    pub fn copy_with_tag(
        &self,
        commit: Oid,
        tag: &str,
        directory: &Path,
    ) -> Result<PathBuf, GitError> {
        self.have(blobs(self, commit)?)?;
        let objects = self.common_dir().join("objects");
        let objects = fs::canonicalize(&objects).unwrap_or(objects);
        self.copied(commit, tag, directory, &objects)
            .map_err(|error| self.failed("copying a commit for a build", &error))?;
        Ok(objects)
    }

    fn copied(
        &self,
        commit: Oid,
        tag: &str,
        directory: &Path,
        objects: &Path,
    ) -> Result<(), git2::Error> {
        let mut options = RepositoryInitOptions::new();
        options.external_template(false).initial_head("build");
        let copy = git2::Repository::init_opts(directory, &options)?;
        let alternates = copy.path().join("objects/info/alternates");
        fs::create_dir_all(alternates.parent().unwrap_or(directory))
            .and_then(|()| fs::write(&alternates, format!("{}\n", objects.display())))
            .map_err(|error| git2::Error::from_str(&error.to_string()))?;
        let copy = git2::Repository::open(directory)?;
        copy.reference("refs/heads/build", commit, true, "")?;
        for reference in self.inner.references_glob("refs/tags/*")?.flatten() {
            if let (Ok(name), Some(target)) = (reference.name(), reference.target()) {
                copy.reference(name, target, true, "")?;
            }
        }
        let target = copy.find_object(commit, None)?;
        let tagger = Signature::now("tagkeeper", "tagkeeper@localhost")?;
        copy.tag(tag, &target, &tagger, "A build\n", true)?;
        copy.checkout_head(Some(CheckoutBuilder::new().force()))
    }
}
