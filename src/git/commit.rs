//! Commits of our own, such as those of the ledger: made in the object store, without a checkout.

use std::path::Path;

use git2::{Oid, Repository as Libgit2, Signature, Time};

use super::error::GitError;
use super::tag::{Identity, TagTime};

/// A commit on top of `parent` in which some files have new content; no ref is made.
///
/// # Errors
/// When the repository cannot be read or written.
pub fn commit_files(
    git_dir: &Path,
    parent: Option<Oid>,
    files: &[(String, Vec<u8>)],
    by: (&Identity, TagTime),
    message: &str,
) -> Result<Oid, GitError> {
    let make = || -> Result<Oid, git2::Error> {
        let repository = Libgit2::open(git_dir)?;
        let parent = parent.map(|parent| repository.find_commit(parent)).transpose()?;
        let mut index = git2::Index::new()?;
        if let Some(parent) = &parent {
            index.read_tree(&parent.tree()?)?;
        }
        for (path, content) in files {
            let id = repository.blob(content)?;
            index.add(&entry(path, id))?;
        }
        let tree = repository.find_tree(index.write_tree_to(&repository)?)?;
        let (who, time) = by;
        let signature =
            Signature::new(&who.name, &who.email, &Time::new(time.seconds, time.offset_minutes))?;
        let parents: Vec<_> = parent.iter().collect();
        repository.commit(None, &signature, &signature, message, &tree, &parents)
    };
    make().map_err(|error| GitError::libgit2("writing a commit", git_dir, &error))
}

fn entry(path: &str, id: Oid) -> git2::IndexEntry {
    git2::IndexEntry {
        ctime: git2::IndexTime::new(0, 0),
        mtime: git2::IndexTime::new(0, 0),
        dev: 0,
        ino: 0,
        mode: 0o100_644,
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: 0,
        flags_extended: 0,
        path: path.as_bytes().to_vec(),
    }
}
