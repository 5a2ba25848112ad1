//! A commit on top of another one, made without a working tree: only the files that change are written, with the
//! directories that lead to them.

use git2::{Email, EmailCreateOptions, Oid, Repository as Libgit2, Signature, Time, Tree};

use super::error::GitError;
use super::repository::Repository;
use super::scratch::Scratch;
use super::tag::Identity;

/// A regular file.
const FILE: i32 = 0o100_644;
/// A directory.
const DIRECTORY: i32 = 0o040_000;
/// A commit to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewCommit<'a> {
    /// The commit that it comes after.
    pub parent: Oid,
    /// The files that differ from those of the parent: path and content.
    pub files: &'a [(String, Vec<u8>)],
    /// Whose it is.
    pub author: &'a Identity,
    /// Its message.
    pub message: &'a str,
}

impl Scratch {
    /// Makes the commit in this repository, which reads the objects of `copy`. It bears the date of its parent: the same edit
    /// of the same commit is the same object, whichever run makes it.
    ///
    /// # Errors
    /// When the parent is not in `copy`, a path leads through what is not a directory, or an object cannot be written.
    pub fn commit(&self, copy: &Repository, new: &NewCommit<'_>) -> Result<Oid, GitError> {
        let doing = format!("making a commit on top of {}", new.parent);
        let parent = copy.find_commit(new.parent)?;
        let here = Libgit2::open_bare(self.git_dir());
        let here = here.map_err(|error| GitError::libgit2(&doing, &self.git_dir(), &error))?;
        let mut top = parent.tree_id();
        for (path, bytes) in new.files {
            top = with_file(&here, copy, Some(top), path, bytes)?;
        }
        let write = || {
            let tree = here.find_tree(top)?;
            let time = Time::new(parent.time().seconds(), 0);
            let who = Signature::new(&new.author.name, &new.author.email, &time)?;
            let parent = here.find_commit(new.parent)?;
            here.commit(None, &who, &who, new.message, &tree, &[&parent])
        };
        write().map_err(|error| GitError::libgit2(&doing, &self.git_dir(), &error))
    }
}

impl Scratch {
    /// A commit as a mail that `git am` takes.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn mail_of(&self, commit: Oid) -> Result<Vec<u8>, GitError> {
        let write = || {
            let here = Libgit2::open_bare(self.git_dir())?;
            let commit = here.find_commit(commit)?;
            let mail = Email::from_commit(&commit, &mut EmailCreateOptions::new())?;
            Ok(mail.as_slice().to_vec())
        };
        write().map_err(|error: git2::Error| {
            GitError::libgit2(format!("writing {commit} as a mail"), &self.git_dir(), &error)
        })
    }
}

/// The directory `tree` (`None`: an empty one) with the file at `path`.
fn with_file(
    here: &Libgit2,
    copy: &Repository,
    tree: Option<Oid>,
    path: &str,
    bytes: &[u8],
) -> Result<Oid, GitError> {
    let doing = format!("writing `{path}` into a tree");
    let failed = |error: git2::Error| GitError::libgit2(&doing, here.path(), &error);
    let before = tree.map(|id| directory(here, copy, id)).transpose()?;
    let below = before.as_ref().and_then(|tree| {
        let name = path.split('/').next().unwrap_or_default();
        tree.get_name(name).map(|entry| (entry.id(), entry.filemode()))
    });
    let (name, id, mode) = match path.split_once('/') {
        Some((name, rest)) => {
            let inner = match below {
                Some((id, DIRECTORY)) => Some(id),
                None => None,
                Some(_) => {
                    let why = format!("`{name}` is not a directory");
                    return Err(GitError::Odd { doing, why });
                }
            };
            (name, with_file(here, copy, inner, rest, bytes)?, DIRECTORY)
        }
        None => (path, here.blob(bytes).map_err(failed)?, below.map_or(FILE, |(_, mode)| mode)),
    };
    let mut builder = here.treebuilder(before.as_ref()).map_err(failed)?;
    builder.insert(name, id, mode).map_err(failed)?;
    builder.write().map_err(failed)
}

/// A directory that was made here, or that `copy` has or brings.
fn directory<'h>(here: &'h Libgit2, copy: &Repository, id: Oid) -> Result<Tree<'h>, GitError> {
    if let Ok(tree) = here.find_tree(id) {
        return Ok(tree);
    }
    copy.find_tree(id)?;
    let found = here.find_tree(id);
    found.map_err(|error| GitError::libgit2(format!("reading the tree {id}"), here.path(), &error))
}

/// A `Change-Id` that follows from these words alone, so that every run gives the same change the same one.
pub fn change_id(words: &[&str]) -> String {
    let id = Oid::hash_object(git2::ObjectType::Blob, words.join("\0").as_bytes());
    format!("I{}", id.expect("bytes in memory can be hashed"))
}

/// What differs between two contents of the file at `path`, as a patch of that file.
///
/// # Errors
/// When git cannot compare them.
pub fn patch_of(path: &str, before: Option<&[u8]>, after: &[u8]) -> Result<String, GitError> {
    let doing = format!("comparing `{path}`");
    let failed = |error: git2::Error| GitError::libgit2(&doing, std::path::Path::new(path), &error);
    let name = Some(std::path::Path::new(path));
    let old = before.unwrap_or_default();
    let mut options = git2::DiffOptions::new();
    let patch = git2::Patch::from_buffers(old, name, after, name, Some(&mut options));
    let bytes = patch.and_then(|mut patch| Ok(patch.to_buf()?.to_vec())).map_err(failed)?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(match before {
        Some(_) => text,
        None => text.replacen(&format!("--- a/{path}\n"), "--- /dev/null\n", 1),
    })
}

#[cfg(test)]
mod tests {
    use super::{change_id, patch_of};

    #[test]
    fn a_change_id_follows_from_its_words() {
        let one = change_id(&["a/b", "master", "gitreview"]);
        assert_eq!(one, change_id(&["a/b", "master", "gitreview"]));
        assert_ne!(one, change_id(&["a/bm", "aster", "gitreview"]));
        assert!(one.starts_with('I') && one.len() == 41, "{one}");
    }

    #[test]
    fn a_patch_shows_old_and_new_lines() {
        let patch = patch_of("a.txt", Some(b"one\ntwo\n"), b"one\nthree\n").unwrap();
        assert!(patch.contains("-two\n+three\n") && patch.contains("+++ b/a.txt"), "{patch}");
        assert!(patch_of("a.txt", None, b"x\n").unwrap().contains("--- /dev/null\n"));
    }
}
