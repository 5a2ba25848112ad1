//! What is at a path of a commit, for those who want to change it.

use git2::Oid;

use super::content::TreeKind;
use super::error::GitError;
use super::repository::Repository;

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AtPath {
    /// Nothing.
    Nothing,
    /// A file with this content.
    File(Vec<u8>),
    /// A file of more bytes than were to be read.
    TooLarge(u64),
    /// A directory.
    Directory,
    /// A symbolic link: the path itself, or a directory on the way to it.
    Link(String),
    /// A repository of its own: the path itself, or a directory on the way to it.
    Submodule(String),
}

impl Repository {
    /// What is at `path` of `commit`; of a file at most `limit` bytes. No link is followed.
    ///
    /// # Errors
    /// [`GitError::Missing`] when the commit is not here, or a mirror has left something out that cannot be brought.
    pub fn at_path(&self, commit: Oid, path: &str, limit: usize) -> Result<AtPath, GitError> {
        let mut folder = String::new();
        let mut parts = path.split('/').peekable();
        while let Some(part) = parts.next() {
            let items = self.list(commit, &folder)?.unwrap_or_default();
            let Some(item) = items.into_iter().find(|item| item.name == part) else {
                return Ok(AtPath::Nothing);
            };
            let here = if folder.is_empty() { part.to_owned() } else { format!("{folder}/{part}") };
            match item.kind {
                TreeKind::Symlink => return Ok(AtPath::Link(here)),
                TreeKind::Submodule => return Ok(AtPath::Submodule(here)),
                TreeKind::Directory if parts.peek().is_none() => return Ok(AtPath::Directory),
                TreeKind::Directory => folder = here,
                TreeKind::File | TreeKind::Executable if parts.peek().is_some() => {
                    return Ok(AtPath::Nothing);
                }
                TreeKind::File | TreeKind::Executable => {
                    return match self.read_blob(item.id, limit) {
                        Ok(bytes) => Ok(AtPath::File(bytes)),
                        Err(GitError::TooLarge { size, .. }) => Ok(AtPath::TooLarge(size)),
                        Err(error) => Err(error),
                    };
                }
            }
        }
        Ok(AtPath::Nothing)
    }
}
