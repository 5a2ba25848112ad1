//! How commits along a history differ: most directories of one are those of another, and those are read once.

use std::cmp::Ordering;
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
            None => repository.tree_object(id)?,
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

/// A tree object ends in the middle of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Damaged;

/// Bytes of an id.
const ID: usize = 20;

impl<'a> Entry<'a> {
    /// Takes the first entry from a tree object; `None` at its end.
    ///
    /// # Errors
    /// If the object is damaged.
    fn take(raw: &mut &'a [u8]) -> Result<Option<Self>, Damaged> {
        if raw.is_empty() {
            return Ok(None);
        }
        let blank = memchr(b' ', raw).ok_or(Damaged)?;
        let end = blank + 1 + memchr(0, &raw[blank + 1..]).ok_or(Damaged)?;
        let id = raw.get(end + 1..end + 1 + ID).ok_or(Damaged)?;
        let kind = kind(&raw[..blank]).ok_or(Damaged)?;
        let entry = Self { name: &raw[blank + 1..end], kind, id };
        *raw = &raw[end + 1 + ID..];
        Ok(Some(entry))
    }

    /// What makes it the same item in two trees. A file and a directory of the same name are two.
    fn key(&self) -> (&'a [u8], bool) {
        (self.name, self.kind == TreeKind::Directory)
    }

    /// How git sorts it: a directory as if its name ended with a slash.
    fn rank(&self) -> impl Iterator<Item = u8> {
        let slash = (self.kind == TreeKind::Directory).then_some(b'/');
        self.name.iter().copied().chain(slash)
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
            let differing = differing(&old, &new);
            let differing = differing.map_err(|Damaged| self.damaged_tree(new_id.or(old_id)))?;
            for (before, after) in differing {
                let Some(one) = before.or(after) else { continue };
                let path =
                    if path.is_empty() { one.name() } else { format!("{path}/{}", one.name()) };
                let is_directory = one.kind == TreeKind::Directory;
                if !is_wanted(&path, is_directory, under) {
                    continue;
                }
                if is_directory {
                    let id = |entry: Entry<'_>| entry.oid();
                    todo.push((path, before.map(id), after.map(id)));
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
type Pair<'a> = (Option<Entry<'a>>, Option<Entry<'a>>);

/// The entries of two tree objects that differ. Most are the same, and nothing is kept of those.
fn differing<'a>(mut old: &'a [u8], mut new: &'a [u8]) -> Result<Vec<Pair<'a>>, Damaged> {
    let mut pairs: BTreeMap<_, Pair<'a>> = BTreeMap::new();
    skip_same(&mut old, &mut new)?;
    let (mut before, mut after) = (Entry::take(&mut old)?, Entry::take(&mut new)?);
    loop {
        let order = match (&before, &after) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(before), Some(after)) => before.rank().cmp(after.rank()),
        };
        // In a tree that git would not have sorted so, the two of a pair come one after the other.
        if let Some(entry) = before.filter(|_| order.is_le()) {
            pairs.entry(entry.key()).or_default().0 = Some(entry);
        }
        if let Some(entry) = after.filter(|_| order.is_ge()) {
            pairs.entry(entry.key()).or_default().1 = Some(entry);
        }
        if order.is_eq() {
            skip_same(&mut old, &mut new)?;
        }
        if order.is_le() {
            before = Entry::take(&mut old)?;
        }
        if order.is_ge() {
            after = Entry::take(&mut new)?;
        }
    }
    Ok(pairs.into_values().filter(|(before, after)| before != after).collect())
}

/// Takes from two tree objects the entries with which both begin.
fn skip_same(old: &mut &[u8], new: &mut &[u8]) -> Result<(), Damaged> {
    while let Some(end) = memchr(0, old) {
        let length = end + 1 + ID;
        let entry = old.get(..length).ok_or(Damaged)?;
        let Some(rest) = new.strip_prefix(entry) else { break };
        (*old, *new) = (&old[length..], rest);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Damaged, Entry, TreeKind, differing, is_wanted};

    /// An entry of a tree object.
    fn raw(mode: &str, name: &str, id: u8) -> Vec<u8> {
        [format!("{mode} {name}\0").as_bytes(), &[id; 20]].concat()
    }

    fn file(name: &str, id: u8) -> Vec<u8> {
        raw("100644", name, id)
    }

    #[test]
    fn entries_are_compared_by_name_and_kind() {
        let old = [file("a", 1), file("b", 1), file("c", 1), file("e", 1)].concat();
        let directory = raw("40000", "b", 1);
        let new =
            [file("a", 1), directory, raw("100755", "c", 1), file("d", 1), file("e", 1)].concat();
        let found: Vec<_> = differing(&old, &new)
            .unwrap()
            .into_iter()
            .map(|(old, new)| (old.map(|item| item.name()), new.map(|item| item.kind)))
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
        assert_eq!(differing(&old, &old), Ok(Vec::new()));
        assert_eq!(differing(&file("a", 1), &[]).unwrap().len(), 1);
    }

    #[test]
    fn entries_in_any_order_are_paired() {
        let names = ["a", "a.b", "a0", "b"];
        let entry = |name: &&str| match *name {
            "a" => raw("40000", "a", 1),
            name => file(name, 1),
        };
        let sorted = [file("a.b", 1), raw("40000", "a", 1), file("a0", 1), file("b", 1)].concat();
        let unsorted: Vec<u8> = names.iter().rev().flat_map(entry).collect();
        assert_eq!(differing(&sorted, &unsorted), Ok(Vec::new()));
        let changed = [file("a.b", 2), raw("40000", "a", 1), file("b", 1)].concat();
        let found = differing(&unsorted, &changed).unwrap();
        let shown: Vec<_> = found
            .iter()
            .map(|(old, new)| (old.map(|it| it.id[0]), new.map(|it| (it.name(), it.id[0]))))
            .collect();
        assert_eq!(shown, [(Some(1), Some(("a.b".to_owned(), 2))), (Some(1), None)]);
    }

    #[test]
    fn a_tree_object_is_read_to_its_end_or_not_at_all() {
        let whole = [raw("100644", "a b", b' '), raw("40000", "d", 0)].concat();
        let mut rest = whole.as_slice();
        let mut entries = Vec::new();
        while let Some(entry) = Entry::take(&mut rest).unwrap() {
            entries.push(entry);
        }
        let shown: Vec<_> = entries.iter().map(|it| (it.name(), it.kind)).collect();
        assert_eq!(
            shown,
            [("a b".to_owned(), TreeKind::File), ("d".to_owned(), TreeKind::Directory)]
        );
        assert_eq!(entries[0].oid().to_string(), "20".repeat(20));
        for damaged in [&whole[..whole.len() - 1], b"1x0644 a\0"] {
            assert_eq!(differing(damaged, &whole), Err(Damaged));
            assert_eq!(differing(&whole, damaged), Err(Damaged));
            assert_eq!(differing(&[], damaged), Err(Damaged));
        }
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
