//! How commits along a history differ: most directories of one are those of another, and those are read once.

use std::collections::{BTreeMap, HashMap};
use std::mem;
use std::rc::Rc;

use git2::Oid;

use super::content::{TreeItem, TreeKind};
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

type Directory = Rc<[TreeItem]>;

/// Directories that were read: those looked at last, at most twice [`KEPT`].
#[derive(Debug, Default)]
pub struct Directories {
    young: HashMap<Oid, Directory>,
    old: HashMap<Oid, Directory>,
}

/// A directory of 300 files takes some 20 kB.
const KEPT: usize = 128;

impl Directories {
    fn get(&mut self, repository: &Repository, id: Oid) -> Result<Directory, GitError> {
        if let Some(known) = self.young.get(&id) {
            return Ok(Rc::clone(known));
        }
        let found = match self.old.remove(&id) {
            Some(known) => known,
            None => repository.items(id)?.into(),
        };
        if self.young.len() >= KEPT {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(id, Rc::clone(&found));
        Ok(found)
    }
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
        while let Some((path, old, new)) = todo.pop() {
            let mut read = |id: Option<Oid>| match id {
                Some(id) => known.get(self, id),
                None => Ok(Rc::default()),
            };
            let (old, new) = (read(old)?, read(new)?);
            for (before, after) in differing(&old, &new) {
                let Some(one) = before.or(after) else { continue };
                let path =
                    if path.is_empty() { one.name.clone() } else { format!("{path}/{}", one.name) };
                let is_directory = one.kind == TreeKind::Directory;
                if !is_wanted(&path, is_directory, under) {
                    continue;
                }
                if is_directory {
                    todo.push((path, before.map(|item| item.id), after.map(|item| item.id)));
                } else {
                    let after = after.map(|item| TreeSide { kind: item.kind, id: item.id });
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
type Pair<'a> = (Option<&'a TreeItem>, Option<&'a TreeItem>);

/// The entries of two directories that differ. A file and a directory of the same name are two.
fn differing<'a>(old: &'a [TreeItem], new: &'a [TreeItem]) -> impl Iterator<Item = Pair<'a>> {
    let n_first = old.iter().zip(new).take_while(|(before, after)| before == after).count();
    let (old, new) = (&old[n_first..], &new[n_first..]);
    let ends = old.iter().rev().zip(new.iter().rev());
    let n_last = ends.take_while(|(before, after)| before == after).count();
    let key = |item: &'a TreeItem| (item.name.as_str(), item.kind == TreeKind::Directory);
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
    use super::{Oid, TreeItem, TreeKind, differing, is_wanted};

    fn item(name: &str, kind: TreeKind, digit: char) -> TreeItem {
        let id = Oid::from_str(&digit.to_string().repeat(40)).unwrap();
        TreeItem { name: name.to_owned(), kind, id }
    }

    #[test]
    fn entries_are_compared_by_name_and_kind() {
        let file = |name, digit| item(name, TreeKind::File, digit);
        let old = [file("a", '1'), file("b", '1'), file("c", '1'), file("e", '1')];
        let new = [
            file("a", '1'),
            item("b", TreeKind::Directory, '1'),
            item("c", TreeKind::Executable, '1'),
            file("d", '1'),
            file("e", '1'),
        ];
        let found: Vec<_> = differing(&old, &new)
            .map(|(old, new)| (old.map(|item| item.name.as_str()), new.map(|item| item.kind)))
            .collect();
        assert_eq!(
            found,
            [
                (Some("b"), None),
                (None, Some(TreeKind::Directory)),
                (Some("c"), Some(TreeKind::Executable)),
                (None, Some(TreeKind::File)),
            ]
        );
        assert_eq!(differing(&old, &old).count(), 0);
        assert_eq!(differing(&old[..1], &[]).count(), 1);
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
