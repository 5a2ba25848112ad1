//! Which files of a request may be one file under two names.

use std::collections::{BTreeSet, HashMap};

use super::Change;
use crate::tree::record::File;

/// An index of the changes of a request by what can make two of them one file. Built once for all of them.
#[derive(Debug)]
pub(super) struct Moves {
    /// By the name of the deliverable, or by the path if that names none.
    named: HashMap<String, Vec<usize>>,
    /// Deleted files, by the repositories they list.
    deleted: HashMap<String, Vec<usize>>,
    /// Created files, by the repositories they list; empty if none is deleted.
    created: HashMap<String, Vec<usize>>,
}

impl Moves {
    pub(super) fn among(changes: &[Change]) -> Self {
        let mut named: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, change) in changes.iter().enumerate() {
            named.entry(name(change).to_owned()).or_default().push(at);
        }
        let deleted = by_repository(changes, deleted);
        let created =
            if deleted.is_empty() { HashMap::new() } else { by_repository(changes, created) };
        Self { named, deleted, created }
    }

    /// The indexes of the changes that may be about the file of `change`, itself included: those of the same name, and for a
    /// deleted file those that create one for one of its repositories, or the other way round.
    pub(super) fn of(&self, change: &Change) -> BTreeSet<usize> {
        let named = self.named.get(name(change)).into_iter().flatten();
        let others = match (deleted(change), created(change)) {
            (Some(file), _) => of_repositories(&self.created, file),
            (_, Some(file)) => of_repositories(&self.deleted, file),
            (None, None) => Vec::new(),
        };
        named.copied().chain(others).collect()
    }
}

/// A path never equals a name: it has a slash.
fn name(change: &Change) -> &str {
    change.deliverable().unwrap_or(&change.path)
}

fn deleted(change: &Change) -> Option<&File> {
    change.before.as_deref().filter(|_| change.after.is_none())
}

fn created(change: &Change) -> Option<&File> {
    change.after.as_deref().filter(|_| change.before.is_none())
}

fn repositories(file: &File) -> BTreeSet<&str> {
    let projects = file.deliverable.releases.iter().flat_map(|release| &release.projects);
    projects.map(|project| project.repo.as_str()).collect()
}

fn by_repository(
    changes: &[Change],
    of: fn(&Change) -> Option<&File>,
) -> HashMap<String, Vec<usize>> {
    let mut found: HashMap<String, Vec<usize>> = HashMap::new();
    let files = changes.iter().enumerate().filter_map(|(at, change)| Some((at, of(change)?)));
    for (at, file) in files {
        for repo in repositories(file) {
            found.entry(repo.to_owned()).or_default().push(at);
        }
    }
    found
}

fn of_repositories(index: &HashMap<String, Vec<usize>>, file: &File) -> Vec<usize> {
    if index.is_empty() {
        return Vec::new();
    }
    repositories(file).into_iter().filter_map(|repo| index.get(repo)).flatten().copied().collect()
}

#[cfg(test)]
mod tests;
