//! The entries that were listed before a request.

use std::collections::HashMap;
use std::sync::Arc;

use super::Novelty;
use crate::tree::deliverable::Release;
use crate::tree::record::File;

/// The commits listed for each version and repository; an empty repository stands for the version itself.
pub(super) struct ListedCommits<'a>(HashMap<(&'a str, &'a str), Entries<'a>>);

#[derive(Default)]
struct Entries<'a> {
    hashes: Vec<&'a str>,
    /// Entries of the head that were matched with one of these.
    taken: usize,
}

impl<'a> ListedCommits<'a> {
    pub(super) fn in_files(files: impl Iterator<Item = &'a Arc<File>>) -> Self {
        let mut listed: HashMap<_, Entries<'_>> = HashMap::new();
        for release in files.flat_map(|file| &file.deliverable.releases) {
            let version = release.version.text();
            listed.entry((version, "")).or_default().hashes.push("");
            for project in &release.projects {
                let entries = listed.entry((version, project.repo.as_str())).or_default();
                entries.hashes.push(&project.hash);
            }
        }
        Self(listed)
    }

    /// Whether `release` is new or changed; one that is listed more often than before is added.
    pub(super) fn take(&mut self, release: &'a Release) -> Option<Novelty> {
        let projects = release.projects.iter();
        let commits = projects.map(|project| (project.repo.as_str(), project.hash.as_str()));
        let itself = release.projects.is_empty().then_some(("", ""));
        let judge = |(repo, hash): (&'a str, &str)| {
            let Some(entries) = self.0.get_mut(&(release.version.text(), repo)) else {
                return Some(Novelty::Added);
            };
            entries.taken += 1;
            if entries.taken > entries.hashes.len() {
                Some(Novelty::Added)
            } else if entries.hashes.iter().any(|old| old.eq_ignore_ascii_case(hash)) {
                None
            } else {
                Some(Novelty::Changed)
            }
        };
        commits.chain(itself).map(judge).max().flatten()
    }
}
