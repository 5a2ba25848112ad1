//! The index of a record that changes from request to request.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::{Deliverable, Tags};

/// Repository and version to files, kept up to date file by file.
#[derive(Clone, Debug, Default)]
pub(in crate::tree) struct Table {
    /// By file.
    tags: HashMap<Rc<str>, Tags>,
    /// By `repo version`.
    files: HashMap<Box<str>, BTreeSet<Rc<str>>>,
}

impl Table {
    /// Takes in what the file at `path` lists now; `None` for one that is gone.
    pub(in crate::tree) fn put(&mut self, path: &str, deliverable: Option<&Deliverable>) {
        if let Some(before) = self.tags.remove(path) {
            for text in before.texts() {
                let Some(files) = self.files.get_mut(text) else { continue };
                files.remove(path);
                if files.is_empty() {
                    self.files.remove(text);
                }
            }
        }
        let Some(deliverable) = deliverable else { return };
        let (path, tags) = (Rc::from(path), Tags::of(deliverable));
        for text in tags.texts() {
            let files = self.files.entry(text.into()).or_default();
            files.insert(Rc::clone(&path));
        }
        self.tags.insert(path, tags);
    }

    /// The files that list `text`, `repo version`, sorted.
    pub(super) fn files_with(&self, text: &str) -> Vec<&str> {
        self.files.get(text).into_iter().flatten().map(AsRef::as_ref).collect()
    }

    /// Every (repository, version), by file.
    pub(super) fn tags(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut files: Vec<_> = self.tags.iter().collect();
        files.sort_by_key(|(path, _)| *path);
        files.into_iter().flat_map(|(_, tags)| tags.pairs())
    }
}

#[cfg(test)]
mod tests {
    use super::Table;
    use crate::tree::deliverable;

    fn put(table: &mut Table, path: &str, versions: &[&str]) {
        let entry = |version: &&str| {
            format!(
                "  - version: {version}\n    projects:\n      - repo: o/nova\n        hash: 12\n"
            )
        };
        let text = format!("releases:\n{}", versions.iter().map(entry).collect::<String>());
        table.put(path, Some(&deliverable::read(text.as_bytes()).0));
    }

    #[test]
    fn a_file_that_changes_leaves_nothing_of_what_it_was() {
        let mut table = Table::default();
        put(&mut table, "b.yaml", &["1.0.0", "1.1.0"]);
        put(&mut table, "a.yaml", &["1.1.0"]);
        assert_eq!(table.files_with("o/nova 1.1.0"), ["a.yaml", "b.yaml"]);
        put(&mut table, "b.yaml", &["1.2.0"]);
        assert_eq!(table.files_with("o/nova 1.1.0"), ["a.yaml"]);
        assert_eq!(table.files_with("o/nova 1.0.0"), [""; 0]);
        table.put("a.yaml", None);
        assert_eq!(table.tags().collect::<Vec<_>>(), [("o/nova", "1.2.0")]);
        assert_eq!(table.files.len(), 1);
    }
}
