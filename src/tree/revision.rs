//! States of the releases repository: a commit, the working tree on top of one, and nothing at all.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::index::texts::Content;
use super::snapshot::{Blob, Item, ItemKind, ReadError, Snapshot};
use super::yaml::MAX_BYTES;
use crate::git::{GitError, Handles, Oid, Repository, TreeBlob, TreeItem, TreeKind};

/// The tree of a commit.
pub struct Revision {
    handles: Arc<Handles>,
    commit: Oid,
    folders: Mutex<HashMap<String, Folder>>,
}

/// A directory in which files were looked up. libgit2 reads and hashes a large one again for each of them, so after a few it
/// is listed once.
#[derive(Default)]
struct Folder {
    lookups: usize,
    items: Option<HashMap<String, (TreeKind, Oid)>>,
}

/// What the list of its directory says about a path.
enum ListedPath {
    /// It has no list yet.
    NotYet,
    Nothing,
    As(TreeKind, Oid),
}

/// How many files of a directory are looked up before it is listed.
const FEW: usize = 3;

impl Revision {
    /// The state at `commit`.
    pub fn new(repository: &Repository, commit: Oid) -> Self {
        Self { handles: repository.handles(), commit, folders: Mutex::default() }
    }

    /// The file at `path`, as [`Repository::read`] reads it.
    fn blob(&self, path: &str) -> Result<Option<TreeBlob>, GitError> {
        if nameless(path).is_some() {
            return Ok(None);
        }
        match self.listed(path)? {
            ListedPath::Nothing => Ok(None),
            ListedPath::As(kind @ (TreeKind::File | TreeKind::Executable), id) => {
                let bytes = self.read_blob(id)?;
                Ok(Some(TreeBlob { kind, bytes, id }))
            }
            ListedPath::As(..) | ListedPath::NotYet => {
                self.handles.with(|repository| repository.read(self.commit, path, MAX_BYTES))
            }
        }
    }

    /// The content of a blob, up to the limit of a file.
    pub(super) fn read_blob(&self, id: Oid) -> Result<Vec<u8>, GitError> {
        self.handles.with(|repository| repository.read_blob(id, MAX_BYTES))
    }

    fn listed(&self, path: &str) -> Result<ListedPath, GitError> {
        let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = folders.entry(dir.to_owned()).or_default();
        folder.lookups += 1;
        if folder.items.is_none() && folder.lookups > FEW {
            let items = self.handles.with(|repository| repository.list(self.commit, dir))?;
            let items = items.unwrap_or_default().into_iter();
            folder.items = Some(items.map(|item| (item.name, (item.kind, item.id))).collect());
        }
        Ok(match &folder.items {
            None => ListedPath::NotYet,
            Some(items) => {
                items.get(name).map_or(ListedPath::Nothing, |(kind, id)| ListedPath::As(*kind, *id))
            }
        })
    }
}

impl Snapshot for Revision {
    fn list(&self, dir: &str) -> Result<Vec<Item>, ReadError> {
        let items = self.handles.with(|repository| repository.list(self.commit, dir));
        let items = items.map_err(|error| unreadable(dir, error))?;
        Ok(items.unwrap_or_default().into_iter().map(item).collect())
    }

    fn read(&self, path: &str) -> Result<Option<Blob>, ReadError> {
        match self.blob(path) {
            Ok(Some(found)) => Ok(Some(Blob { kind: kind_of(found.kind), bytes: found.bytes })),
            Ok(None) => Ok(nameless(path)),
            Err(GitError::TooLarge { .. }) => {
                Ok(Some(Blob { kind: ItemKind::File, bytes: too_much() }))
            }
            Err(error) => Err(unreadable(path, error)),
        }
    }

    fn folder(&self, dir: &str) -> Result<Content, ReadError> {
        let mut content = Content::default();
        let add = |name: &str, bytes: &[u8]| content.push(name.to_owned(), bytes);
        let read = self
            .handles
            .with(|repository| repository.each_file_in(self.commit, dir, MAX_BYTES, add));
        read.map_err(|error| unreadable(dir, error))?;
        Ok(content)
    }

    fn name(&self) -> String {
        self.commit.to_string()
    }
}

/// The working tree: a commit, and the files that differ from it on disk.
pub struct WorkingTree {
    below: Box<dyn Snapshot>,
    root: PathBuf,
    /// The paths that differ, each with what is on disk now; `None` where nothing is.
    differing: BTreeMap<String, Option<ItemKind>>,
}

impl WorkingTree {
    /// `below`, with the files of `differing` (paths in the repository) taken from the directory `root`.
    pub fn new(below: Box<dyn Snapshot>, root: PathBuf, differing: &[String]) -> Self {
        let kind = |path: &str| {
            kind_on_disk(&root.join(path)).or_else(|| nameless(path).map(|blob| blob.kind))
        };
        let differing = differing.iter().map(|path| (path.clone(), kind(path))).collect();
        Self { below, root, differing }
    }
}

impl Snapshot for WorkingTree {
    fn list(&self, dir: &str) -> Result<Vec<Item>, ReadError> {
        let mut items: BTreeMap<String, Item> =
            self.below.list(dir)?.into_iter().map(|item| (item.name.clone(), item)).collect();
        for (path, kind) in &self.differing {
            let Some(rest) = path.strip_prefix(dir).and_then(|rest| rest.strip_prefix('/')) else {
                continue;
            };
            match (rest.split_once('/'), kind) {
                (Some((folder, _)), Some(_)) => {
                    let item =
                        || Item { name: folder.to_owned(), kind: ItemKind::Directory, id: None };
                    items.entry(folder.to_owned()).or_insert_with(item).id = None;
                }
                (None, Some(kind)) => {
                    items.insert(
                        rest.to_owned(),
                        Item { name: rest.to_owned(), kind: *kind, id: None },
                    );
                }
                (None, None) => drop(items.remove(rest)),
                (Some((folder, _)), None) => {
                    if let Some(item) = items.get_mut(folder) {
                        item.id = None;
                    }
                }
            }
        }
        Ok(items.into_values().collect())
    }

    fn read(&self, path: &str) -> Result<Option<Blob>, ReadError> {
        match self.differing.get(path) {
            None => self.below.read(path),
            Some(None) => Ok(None),
            Some(Some(kind)) => {
                let bytes = read_on_disk(&self.root.join(path), *kind)
                    .map_err(|error| unreadable(path, error))?;
                Ok(Some(Blob { kind: *kind, bytes }))
            }
        }
    }

    fn folder(&self, dir: &str) -> Result<Content, ReadError> {
        let differing = self.differing.keys().map(String::as_str);
        folder_on_top(self, self.below.as_ref(), dir, differing)
    }

    fn name(&self) -> String {
        "working tree".to_owned()
    }
}

/// Before the first commit.
pub struct Nothing;

impl Snapshot for Nothing {
    fn list(&self, _: &str) -> Result<Vec<Item>, ReadError> {
        Ok(Vec::new())
    }

    fn read(&self, _: &str) -> Result<Option<Blob>, ReadError> {
        Ok(None)
    }

    fn name(&self) -> String {
        "nothing".to_owned()
    }
}

/// The files in `dir` of `top`, which differs from `below` at the paths `differing` at most: the others are read together.
pub(super) fn folder_on_top<'a>(
    top: &impl Snapshot,
    below: &dyn Snapshot,
    dir: &str,
    differing: impl Iterator<Item = &'a str>,
) -> Result<Content, ReadError> {
    let mut content = below.folder(dir)?;
    for path in differing {
        let Some(name) = path.strip_prefix(dir).and_then(|rest| rest.strip_prefix('/')) else {
            continue;
        };
        content.remove(name);
        if let Some(blob) = top.read(path)?.filter(|blob| blob.kind == ItemKind::File) {
            content.push(name.to_owned(), &blob.bytes);
        }
    }
    Ok(content)
}

fn kind_on_disk(path: &Path) -> Option<ItemKind> {
    let kind = fs::symlink_metadata(path).ok()?.file_type();
    Some(if kind.is_file() {
        ItemKind::File
    } else if kind.is_symlink() {
        ItemKind::Symlink
    } else if kind.is_dir() {
        ItemKind::Directory
    } else {
        ItemKind::Other
    })
}

/// What lies at a path of the working tree, of at most one byte more than is read.
pub(super) fn read_on_disk(path: &Path, kind: ItemKind) -> io::Result<Vec<u8>> {
    match kind {
        ItemKind::File => {
            let mut bytes = Vec::new();
            let enough = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
            fs::File::open(path)?.take(enough).read_to_end(&mut bytes)?;
            Ok(bytes)
        }
        ItemKind::Symlink => Ok(fs::read_link(path)?.into_os_string().into_encoded_bytes()),
        ItemKind::Directory | ItemKind::Other => Ok(Vec::new()),
    }
}

fn item(found: TreeItem) -> Item {
    Item { name: found.name, kind: kind_of(found.kind), id: Some(found.id.to_string()) }
}

pub(super) fn kind_of(kind: TreeKind) -> ItemKind {
    match kind {
        TreeKind::File | TreeKind::Executable => ItemKind::File,
        TreeKind::Directory => ItemKind::Directory,
        TreeKind::Symlink => ItemKind::Symlink,
        TreeKind::Submodule => ItemKind::Other,
    }
}

/// Stands for the content of a file beyond the limit, which is never loaded: the reader reports its size.
pub(super) fn too_much() -> Vec<u8> {
    vec![b'\n'; MAX_BYTES + 1]
}

/// Stands for a file whose name is not UTF-8: nobody can ask for it by name, and it must not pass for absent.
pub(super) fn nameless(path: &str) -> Option<Blob> {
    path.contains(char::REPLACEMENT_CHARACTER)
        .then(|| Blob { kind: ItemKind::Other, bytes: Vec::new() })
}

pub(super) fn unreadable(path: &str, why: impl ToString) -> ReadError {
    ReadError { path: path.to_owned(), why: why.to_string() }
}
