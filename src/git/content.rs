//! Trees and files of a commit.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::rc::Rc;

use git2::{ErrorCode, ObjectType, Oid, Tree, TreeEntry};

use super::error::GitError;
use super::repository::Repository;

/// How many files and directories are looked at below one directory.
const MOST_ITEMS: usize = 100_000;

/// What an entry of a tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TreeKind {
    /// A file.
    File,
    /// A file that may be executed.
    Executable,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// A commit of another repository.
    Submodule,
}

impl TreeKind {
    /// What git writes as `mode`.
    pub(super) fn of_mode(mode: u32) -> Self {
        match mode & 0o170_000 {
            0o040_000 => Self::Directory,
            0o120_000 => Self::Symlink,
            0o160_000 => Self::Submodule,
            // Old histories have other permissions than git sets today.
            _ if mode & 0o111 != 0 => Self::Executable,
            _ => Self::File,
        }
    }
}

/// An entry of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeItem {
    /// Its name within the directory, with invalid UTF-8 replaced.
    pub name: String,
    /// What it is.
    pub kind: TreeKind,
    /// Its blob, tree or commit.
    pub id: Oid,
}

/// A file as a commit has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeBlob {
    /// File, executable or symbolic link.
    pub kind: TreeKind,
    /// Its content; of a symbolic link the path it leads to.
    pub bytes: Vec<u8>,
    /// The blob.
    pub id: Oid,
}

impl Repository {
    /// What is in the directory `dir` at `commit`, in git's order; "" is the top. `None` when there
    /// is no such directory.
    ///
    /// # Errors
    /// [`GitError::Missing`] when the commit is not here.
    pub fn list(&self, commit: Oid, dir: &str) -> Result<Option<Vec<TreeItem>>, GitError> {
        let top = self.tree(commit)?;
        let dir = dir.trim_matches('/');
        let tree = if matches!(dir, "" | ".") {
            top
        } else {
            match self.entry(&top, dir)? {
                Some(entry) if kind_of(&entry) == TreeKind::Directory => {
                    self.find_tree(entry.id())?
                }
                _ => return Ok(None),
            }
        };
        Ok(Some(items_of(&tree)))
    }

    /// The tree of the directory `dir` at `commit`; `None` when there is no such directory.
    ///
    /// # Errors
    /// [`GitError::Missing`] when the commit is not here.
    pub fn directory(&self, commit: Oid, dir: &str) -> Result<Option<Oid>, GitError> {
        let entry = self.entry(&self.tree(commit)?, dir.trim_matches('/'))?;
        let entry = entry.filter(|entry| kind_of(entry) == TreeKind::Directory);
        Ok(entry.map(|entry| entry.id()))
    }

    /// The files below the directory with this id, each with its path from there and its blob; no links, no submodules.
    ///
    /// # Errors
    /// [`GitError::Missing`] when a directory is not here; [`GitError::Odd`] for one that holds more than anybody writes: a
    /// few objects can be a tree of billions of files.
    pub fn files_below(&self, directory: Oid) -> Result<Vec<(String, Oid)>, GitError> {
        let mut todo = vec![(String::new(), directory)];
        let mut files = Vec::new();
        let mut seen = 0;
        while let Some((folder, id)) = todo.pop() {
            for item in self.items(id)? {
                seen += 1;
                if seen > MOST_ITEMS {
                    return Err(GitError::Odd {
                        doing: format!("listing the directory {directory}"),
                        why: format!("it holds more than {MOST_ITEMS} files"),
                    });
                }
                let path = format!("{folder}{}", item.name);
                match item.kind {
                    TreeKind::Directory => todo.push((path + "/", item.id)),
                    TreeKind::File | TreeKind::Executable => files.push((path, item.id)),
                    TreeKind::Symlink | TreeKind::Submodule => {}
                }
            }
        }
        files.sort();
        Ok(files)
    }

    /// Brings those of `blobs` that a mirror has left out, in one go.
    ///
    /// # Errors
    /// [`GitError::Missing`].
    pub fn prefetch_blobs(&self, blobs: impl IntoIterator<Item = Oid>) -> Result<(), GitError> {
        self.have(blobs)
    }

    /// What is in the directory with this id, in git's order.
    pub(super) fn items(&self, tree: Oid) -> Result<Vec<TreeItem>, GitError> {
        Ok(items_of(&self.find_tree(tree)?))
    }

    /// The tree object with this id, as git writes it.
    pub(super) fn tree_object(&self, id: Oid) -> Result<Rc<[u8]>, GitError> {
        self.have([id])?;
        let objects = self.inner.odb().map_err(|error| self.failed("reading objects", &error))?;
        let object = objects.read(id).map_err(|error| match error.code() {
            ErrorCode::NotFound => self.missing(format!("the tree {id}")),
            _ => self.failed(format!("reading the tree {id}"), &error),
        })?;
        match object.kind() {
            ObjectType::Tree => Ok(object.data().into()),
            _ => Err(self.damaged_tree(Some(id))),
        }
    }

    /// A tree object that is none.
    pub(super) fn damaged_tree(&self, id: Option<Oid>) -> GitError {
        let id = id.map(|id| id.to_string()).unwrap_or_default();
        let error = git2::Error::from_str("the object is not a directory: it is damaged");
        self.failed(format!("reading the tree {id}"), &error)
    }

    /// The file or symbolic link `path` at `commit`, of at most `limit` bytes; `None` when there is
    /// none, or only a directory or submodule.
    ///
    /// # Errors
    /// [`GitError::TooLarge`]; [`GitError::Missing`] when the commit is not here, or the mirror has
    /// left the content out and it could not be brought.
    pub fn read(
        &self,
        commit: Oid,
        path: &str,
        limit: usize,
    ) -> Result<Option<TreeBlob>, GitError> {
        let Some(entry) = self.entry(&self.tree(commit)?, path)? else { return Ok(None) };
        let kind = kind_of(&entry);
        match kind {
            TreeKind::File | TreeKind::Executable | TreeKind::Symlink => {}
            TreeKind::Directory => return Ok(None),
            TreeKind::Submodule => {
                return Ok(Some(TreeBlob { kind, bytes: Vec::new(), id: entry.id() }));
            }
        }
        let bytes = self.read_blob(entry.id(), limit).map_err(|error| match error {
            GitError::TooLarge { size, limit, .. } => {
                GitError::TooLarge { what: format!("`{path}` at {commit}"), size, limit }
            }
            GitError::Offline { path: repository, .. } => {
                GitError::Offline { what: format!("`{path}` at {commit}"), path: repository }
            }
            GitError::Missing { path: repository, why, .. } => {
                GitError::Missing { what: format!("`{path}` at {commit}"), path: repository, why }
            }
            other => other,
        })?;
        Ok(Some(TreeBlob { kind, bytes, id: entry.id() }))
    }

    /// The content of a blob, of at most `limit` bytes.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_blob(&self, id: Oid, limit: usize) -> Result<Vec<u8>, GitError> {
        if !self.has(id) {
            self.bring(&[id])?;
        }
        let failed = |error: git2::Error| self.failed(format!("reading the blob {id}"), &error);
        let objects = self.inner.odb().map_err(failed)?;
        // Its size is looked at before it is read. Over a damaged header, with a kind that is none, git2 panics.
        let header = AssertUnwindSafe(|| objects.read_header(id));
        let header = catch_unwind(header)
            .map_err(|_| failed(git2::Error::from_str("the object has no kind: it is damaged")))?;
        let size = header.map_err(failed)?.0;
        if size > limit {
            let (size, limit) = (size as u64, limit as u64);
            return Err(GitError::TooLarge { what: format!("the blob {id}"), size, limit });
        }
        Ok(objects.read(id).map_err(failed)?.data().to_vec())
    }

    /// Gives `take` the name and content of every regular file directly in `dir` at `commit`; of one with more than `limit`
    /// bytes no content. No file if there is no such directory.
    ///
    /// # Errors
    /// [`GitError::Missing`], and those of a damaged repository.
    pub fn each_file_in(
        &self,
        commit: Oid,
        dir: &str,
        limit: usize,
        mut take: impl FnMut(&str, &[u8]),
    ) -> Result<(), GitError> {
        let mut files = self.list(commit, dir)?.unwrap_or_default();
        files.retain(|item| matches!(item.kind, TreeKind::File | TreeKind::Executable));
        self.have(files.iter().map(|file| file.id))?;
        let failed =
            |error: git2::Error| self.failed(format!("reading `{dir}` at {commit}"), &error);
        let objects = self.inner.odb().map_err(failed)?;
        for file in files {
            let blob = objects.read(file.id).map_err(failed)?;
            let is_small = blob.data().len() <= limit;
            take(&file.name, if is_small { blob.data() } else { &[] });
        }
        Ok(())
    }

    /// Brings what a mirror has left out of these files (commit and path) in one go, so that
    /// reading them asks the remote no more. Files that do not exist are skipped.
    ///
    /// # Errors
    /// [`GitError::Missing`].
    pub fn prefetch(&self, files: &[(Oid, &str)]) -> Result<(), GitError> {
        if !self.is_partial() {
            return Ok(());
        }
        let trees =
            files.iter().map(|(commit, _)| self.find_commit(*commit).map(|it| it.tree_id()));
        self.have(trees.collect::<Result<Vec<_>, _>>()?)?;
        let mut wanted = Vec::new();
        for (commit, path) in files {
            let entry = self.entry(&self.tree(*commit)?, path)?;
            let is_file = |entry: &TreeEntry<'_>| {
                !matches!(kind_of(entry), TreeKind::Directory | TreeKind::Submodule)
            };
            wanted.extend(entry.filter(is_file).map(|entry| entry.id()));
        }
        self.have(wanted)
    }

    /// The paths of the submodules at `commit`. A directory that is there twice is looked at once.
    ///
    /// # Errors
    /// [`GitError::Missing`] when the commit is not here.
    pub fn submodules(&self, commit: Oid) -> Result<Vec<String>, GitError> {
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        let mut open = vec![(String::new(), self.find_commit(commit)?.tree_id())];
        while let Some((path, tree)) = open.pop() {
            for item in items_of(&self.find_tree(tree)?) {
                let path =
                    if path.is_empty() { item.name } else { format!("{path}/{}", item.name) };
                match item.kind {
                    TreeKind::Submodule => found.push(path),
                    TreeKind::Directory if seen.insert(item.id) => open.push((path, item.id)),
                    _ => {}
                }
            }
        }
        found.sort();
        Ok(found)
    }

    pub(super) fn tree(&self, commit: Oid) -> Result<Tree<'_>, GitError> {
        self.find_tree(self.find_commit(commit)?.tree_id())
    }

    pub(super) fn find_tree(&self, id: Oid) -> Result<Tree<'_>, GitError> {
        self.have([id])?;
        self.inner.find_tree(id).map_err(|error| match error.code() {
            ErrorCode::NotFound => self.missing(format!("the tree {id}")),
            _ => self.failed(format!("reading the tree {id}"), &error),
        })
    }

    /// The entry at `path`, as distinct from a tree on the way that is not here.
    fn entry(&self, top: &Tree<'_>, path: &str) -> Result<Option<TreeEntry<'static>>, GitError> {
        let mut steps = Path::new(path).iter().peekable();
        let mut subtree = None;
        while let Some(name) = steps.next() {
            let tree = subtree.as_ref().unwrap_or(top);
            let entry = tree.get_name_bytes(name.as_encoded_bytes()).map(|entry| entry.to_owned());
            match entry {
                Some(entry) if steps.peek().is_none() => return Ok(Some(entry)),
                Some(entry) if kind_of(&entry) == TreeKind::Directory => {
                    subtree = Some(self.find_tree(entry.id())?);
                }
                _ => break,
            }
        }
        Ok(None)
    }
}

/// The content of every file at `commit`.
pub(super) fn blobs(repository: &Repository, commit: Oid) -> Result<Vec<Oid>, GitError> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    let mut open = vec![repository.find_commit(commit)?.tree_id()];
    while let Some(tree) = open.pop() {
        for item in repository.items(tree)? {
            match item.kind {
                TreeKind::Submodule => {}
                TreeKind::Directory if seen.insert(item.id) => open.push(item.id),
                TreeKind::Directory => {}
                _ => found.push(item.id),
            }
        }
    }
    Ok(found)
}

fn items_of(tree: &Tree<'_>) -> Vec<TreeItem> {
    let items = tree.iter().map(|entry| TreeItem {
        name: String::from_utf8_lossy(entry.name_bytes()).into_owned(),
        kind: kind_of(&entry),
        id: entry.id(),
    });
    items.collect()
}

fn kind_of(entry: &TreeEntry<'_>) -> TreeKind {
    u32::try_from(entry.filemode()).map_or(TreeKind::File, TreeKind::of_mode)
}
