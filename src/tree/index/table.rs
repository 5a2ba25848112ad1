//! The index of a record that changes from request to request.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::tree::deliverable::Deliverable;

/// Repository and version to files, kept up to date file by file.
#[derive(Clone, Debug, Default)]
pub(in crate::tree) struct Table {
    /// By file.
    releases: HashMap<Arc<str>, Vec<Box<str>>>,
    /// By release, as [`one`] text.
    files: HashMap<Box<str>, BTreeSet<Arc<str>>>,
}

impl Table {
    /// Takes in what the file at `path` lists now; `None` for one that is gone.
    pub(in crate::tree) fn put(&mut self, path: &str, deliverable: Option<&Deliverable>) {
        for release in self.releases.remove(path).unwrap_or_default() {
            let Some(files) = self.files.get_mut(&release) else { continue };
            files.remove(path);
            if files.is_empty() {
                self.files.remove(&release);
            }
        }
        let Some(deliverable) = deliverable else { return };
        let path = Arc::from(path);
        let releases: Vec<Box<str>> = releases_of(deliverable).collect();
        for release in &releases {
            self.files.entry(release.clone()).or_default().insert(Arc::clone(&path));
        }
        self.releases.insert(path, releases);
    }

    /// The files that list `version` of `repo`, sorted.
    pub(super) fn files_with(&self, repo: &str, version: &str) -> Vec<String> {
        let files = self.files.get(one(repo, version).as_str());
        files.into_iter().flatten().map(|file| file.to_string()).collect()
    }
}

/// A release as one text: a line break is in no name, so two releases never share one.
fn one(repo: &str, version: &str) -> String {
    format!("{repo}\n{version}")
}

fn releases_of(deliverable: &Deliverable) -> impl Iterator<Item = Box<str>> {
    deliverable.releases.iter().flat_map(|release| {
        let version = release.version.text();
        release.projects.iter().map(move |project| one(&project.repo, version).into())
    })
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
        assert_eq!(table.files_with("o/nova", "1.1.0"), ["a.yaml", "b.yaml"]);
        put(&mut table, "b.yaml", &["1.2.0"]);
        assert_eq!(table.files_with("o/nova", "1.1.0"), ["a.yaml"]);
        assert_eq!(table.files_with("o/nova", "1.0.0"), [""; 0]);
        table.put("a.yaml", None);
        assert_eq!(table.files_with("o/nova", "1.2.0"), ["b.yaml"]);
        assert_eq!(table.files.len(), 1);
    }
}
