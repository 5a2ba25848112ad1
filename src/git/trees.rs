//! How commits along a history differ: most directories of one are those of another, and those are read once.

use std::collections::{BTreeMap, HashMap};
use std::mem;
use std::rc::Rc;

use git2::Oid;
use memchr::memchr;

use super::content::TreeKind;
use super::error::GitError;
use super::repository::Repository;

/// A path at which two commits differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeChange {
    /// The path, with invalid UTF-8 replaced.
    pub path: String,
    /// What is there in the newer commit; `None` where nothing is.
    pub after: Option<TreeSide>,
}

/// What one commit has at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeSide {
    /// What it is; never a directory.
    pub kind: TreeKind,
    /// Its blob or commit.
    pub id: Oid,
}

impl TreeSide {
    /// Whether it is a commit of another repository, of which there is nothing to read here.
    pub fn is_submodule(&self) -> bool {
        self.kind == TreeKind::Submodule
    }
}

/// A tree object as git writes it: so it takes one piece of memory, and what two of them share is not taken apart.
type Directory = Rc<[u8]>;

/// Directories that were read: those looked at last, at most twice [`KEPT`].
#[derive(Debug, Default)]
pub struct Directories {
    young: HashMap<Oid, Directory>,
    old: HashMap<Oid, Directory>,
}

/// A directory of 300 files takes some 12 kB.
const KEPT: usize = 128;

impl Directories {
    fn get(&mut self, repository: &Repository, id: Oid) -> Result<Directory, GitError> {
        if let Some(known) = self.young.get(&id) {
            return Ok(Rc::clone(known));
        }
        let found = match self.old.remove(&id) {
            Some(known) => known,
            None => repository.tree_object(id)?.into(),
        };
        if self.young.len() >= KEPT {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(id, Rc::clone(&found));
        Ok(found)
    }
}

/// An entry of a tree object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry<'a> {
    name: &'a [u8],
    kind: TreeKind,
    id: &'a [u8],
}

/// Bytes of an id.
const ID: usize = 20;

impl<'a> Entry<'a> {
    /// The entries of a tree object; `None` for a damaged one.
    fn all(mut raw: &'a [u8]) -> Option<Vec<Self>> {
        let mut entries = Vec::new();
        while !raw.is_empty() {
            let blank = memchr(b' ', raw)?;
            let end = blank + 1 + memchr(0, &raw[blank + 1..])?;
            let id = raw.get(end + 1..end + 1 + ID)?;
            entries.push(Self { name: &raw[blank + 1..end], kind: kind(&raw[..blank])?, id });
            raw = &raw[end + 1 + ID..];
        }
        Some(entries)
    }

    fn name(&self) -> String {
        String::from_utf8_lossy(self.name).into_owned()
    }

    fn oid(&self) -> Oid {
        Oid::from_bytes(self.id).unwrap_or(Oid::ZERO_SHA1)
    }
}

/// What an octal mode stands for.
fn kind(mode: &[u8]) -> Option<TreeKind> {
    let mode = u32::from_str_radix(str::from_utf8(mode).ok()?, 8).ok()?;
    Some(TreeKind::of_mode(mode))
}

impl Repository {
    /// How the files of `new` differ from those of `old`, by path; `None` for `old` is a commit without files. `under`
    /// names directories or files; what lies elsewhere is not looked at.
    ///
    /// # Errors
    /// [`GitError::Missing`] when one of the commits is not here.
    pub fn tree_changes(
        &self,
        old: Option<Oid>,
        new: Oid,
        under: &[&str],
        known: &mut Directories,
    ) -> Result<Vec<TreeChange>, GitError> {
        let top = |commit| self.find_commit(commit).map(|commit| commit.tree_id());
        let mut todo = vec![(String::new(), old.map(top).transpose()?, Some(top(new)?))];
        let mut changes = Vec::new();
        while let Some((path, old_id, new_id)) = todo.pop() {
            let mut read = |id: Option<Oid>| match id {
                Some(id) => known.get(self, id),
                None => Ok(Rc::default()),
            };
            let (old, new) = (read(old_id)?, read(new_id)?);
            let damaged = || self.damaged_tree(new_id.or(old_id));
            let old = Entry::all(&old).ok_or_else(damaged)?;
            let new = Entry::all(&new).ok_or_else(damaged)?;
            for (before, after) in differing(&old, &new) {
                let Some(one) = before.or(after) else { continue };
                let path =
                    if path.is_empty() { one.name() } else { format!("{path}/{}", one.name()) };
                let is_directory = one.kind == TreeKind::Directory;
                if !is_wanted(&path, is_directory, under) {
                    continue;
                }
                if is_directory {
                    todo.push((path, before.map(Entry::oid), after.map(Entry::oid)));
                } else {
                    let after = after.map(|item| TreeSide { kind: item.kind, id: item.oid() });
                    changes.push(TreeChange { path, after });
                }
            }
        }
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(changes)
    }
}

/// Whether `path` is, or lies below, one of `under`, or is a directory above one.
fn is_wanted(path: &str, is_directory: bool, under: &[&str]) -> bool {
    let is_below = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    under.iter().any(|wanted| is_below(path, wanted) || is_directory && is_below(wanted, path))
}

/// Two entries of one name: before, and after.
type Pair<'a> = (Option<&'a Entry<'a>>, Option<&'a Entry<'a>>);

/// The entries of two directories that differ. A file and a directory of the same name are two.
fn differing<'a>(old: &'a [Entry<'a>], new: &'a [Entry<'a>]) -> impl Iterator<Item = Pair<'a>> {
    let n_first = old.iter().zip(new).take_while(|(before, after)| before == after).count();
    let (old, new) = (&old[n_first..], &new[n_first..]);
    let ends = old.iter().rev().zip(new.iter().rev());
    let n_last = ends.take_while(|(before, after)| before == after).count();
    let key = |item: &'a Entry<'a>| (item.name, item.kind == TreeKind::Directory);
    let mut pairs: BTreeMap<_, Pair<'a>> = BTreeMap::new();
    for item in &old[..old.len() - n_last] {
        pairs.entry(key(item)).or_default().0 = Some(item);
    }
    for item in &new[..new.len() - n_last] {
        pairs.entry(key(item)).or_default().1 = Some(item);
    }
    pairs.into_values().filter(|(before, after)| before != after)
}

#[cfg(test)]
mod tests {
    use super::{Entry, TreeKind, differing, is_wanted};

    fn entry(name: &'static str, kind: TreeKind, id: &'static [u8]) -> Entry<'static> {
        Entry { name: name.as_bytes(), kind, id }
    }

    #[test]
    fn entries_are_compared_by_name_and_kind() {
        let file = |name, id| entry(name, TreeKind::File, id);
        let old = [file("a", b"1"), file("b", b"1"), file("c", b"1"), file("e", b"1")];
        let new = [
            file("a", b"1"),
            entry("b", TreeKind::Directory, b"1"),
            entry("c", TreeKind::Executable, b"1"),
            file("d", b"1"),
            file("e", b"1"),
        ];
        let found: Vec<_> = differing(&old, &new)
            .map(|(old, new)| (old.map(Entry::name), new.map(|item| item.kind)))
            .collect();
        assert_eq!(
            found,
            [
                (Some("b".to_owned()), None),
                (None, Some(TreeKind::Directory)),
                (Some("c".to_owned()), Some(TreeKind::Executable)),
                (None, Some(TreeKind::File)),
            ]
        );
        assert_eq!(differing(&old, &old).count(), 0);
        assert_eq!(differing(&old[..1], &[]).count(), 1);
    }

    #[test]
    fn a_tree_object_is_read_to_its_end_or_not_at_all() {
        let mut raw = b"100644 a b\0".to_vec();
        raw.extend([b' '; 20]);
        raw.extend(b"40000 d\0");
        raw.extend([0; 20]);
        let entries = Entry::all(&raw).unwrap();
        let shown: Vec<_> = entries.iter().map(|it| (it.name(), it.kind)).collect();
        assert_eq!(
            shown,
            [("a b".to_owned(), TreeKind::File), ("d".to_owned(), TreeKind::Directory)]
        );
        assert_eq!(entries[0].oid().to_string(), "20".repeat(20));
        assert_eq!(Entry::all(&raw[..raw.len() - 1]), None);
        assert_eq!(Entry::all(b"1x0644 a\0"), None);
    }

    #[test]
    fn only_what_is_wanted_is_looked_at() {
        let wanted = |path, is_directory| is_wanted(path, is_directory, &["doc/source", "data/a"]);
        assert!(
            wanted("doc", true) && wanted("doc/source", true) && wanted("doc/source/x/y", false)
        );
        assert!(wanted("data/a", false) && wanted("data", true));
        assert!(!wanted("doc/sources", true) && !wanted("doc", false) && !wanted("data/ab", false));
    }
}
