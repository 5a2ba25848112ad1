//! The text of every deliverable file, to look for a name without parsing 6,000 files.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use memchr::memmem;

use super::cache::TextCache;
use crate::tree::deliverable::{self, Branch, Location};
use crate::tree::record::DELIVERABLES;
use crate::tree::snapshot::{ItemKind, ReadError, Snapshot};

/// Every deliverable file as text.
///
/// Only files that hold the name of a repository are parsed, each once: for one request that is a handful of the record.
#[derive(Debug, Default)]
pub struct Texts {
    folders: Vec<Folder>,
    /// Repository to the files whose text holds its name.
    naming: Mutex<HashMap<String, Arc<[At]>>>,
}

/// A file: its folder, and its place there.
type At = (usize, usize);

impl Texts {
    /// Reads all files of `snapshot`; `cache` has the folders that an earlier run read.
    ///
    /// # Errors
    /// If the repository cannot be read.
    pub(in crate::tree) fn of<S: Snapshot + ?Sized>(
        snapshot: &S,
        cache: &TextCache,
    ) -> Result<Self, ReadError> {
        let mut folders = Vec::new();
        for dir in snapshot.list(DELIVERABLES)? {
            if dir.kind != ItemKind::Directory {
                continue;
            }
            let path = format!("{DELIVERABLES}/{}", dir.name);
            let content = cache.get_or(dir.id.as_deref(), || snapshot.folder(&path))?;
            folders.push(Folder::new(path, content));
        }
        folders.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { folders, naming: Mutex::default() })
    }

    /// The files that list `version` of `repo`, sorted by path.
    pub(super) fn files_with(&self, repo: &str, version: &str) -> Vec<String> {
        let naming = self.naming(repo);
        let finder = memmem::Finder::new(version);
        let files = naming.iter().map(|(folder, file)| (&self.folders[*folder], *file));
        files
            .filter(|(folder, file)| folder.may_hold(*file, &finder))
            .filter(|(folder, file)| folder.lists(*file).of(repo).versions.contains(version))
            .map(|(folder, file)| folder.path_of(file))
            .collect()
    }

    /// Every version of `repo` that a file lists.
    pub fn versions_of(&self, repo: &str) -> BTreeSet<&str> {
        self.names(repo, |names| &names.versions)
    }

    /// Every branch of `repo` that a file lists.
    pub fn branches_of(&self, repo: &str) -> BTreeSet<&str> {
        self.names(repo, |names| &names.branches)
    }

    fn names(&self, repo: &str, which: impl Fn(&Names) -> &BTreeSet<String>) -> BTreeSet<&str> {
        let naming = self.naming(repo);
        let lists = naming.iter().map(|(folder, file)| self.folders[*folder].lists(*file).of(repo));
        lists.flat_map(which).map(String::as_str).collect()
    }

    /// The files whose text may name `repo`.
    fn naming(&self, repo: &str) -> Arc<[At]> {
        let mut known = self.naming.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(files) = known.get(repo) {
            return Arc::clone(files);
        }
        let finder = memmem::Finder::new(repo);
        let files = self.folders.iter().enumerate().flat_map(|(folder, within)| {
            within.holding(&finder).into_iter().map(move |file| (folder, file))
        });
        let files: Arc<[At]> = files.collect();
        known.insert(repo.to_owned(), Arc::clone(&files));
        files
    }
}

/// The files of one directory, one text behind the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Name of each file, and where its text ends.
    pub(super) ends: Vec<(String, usize)>,
    /// The text of all.
    pub(super) text: Vec<u8>,
}

impl Content {
    /// Adds a file.
    pub fn push(&mut self, name: String, text: &[u8]) {
        self.text.extend_from_slice(text);
        self.ends.push((name, self.text.len()));
    }

    /// Removes the file of that name, if there is one.
    pub(in crate::tree) fn remove(&mut self, name: &str) {
        let Some(at) = self.ends.iter().position(|(known, _)| known == name) else { return };
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before].1);
        let (_, end) = self.ends.remove(at);
        self.text.drain(start..end);
        self.ends[at..].iter_mut().for_each(|(_, later)| *later -= end - start);
    }
}

#[derive(Debug)]
struct Folder {
    path: String,
    content: Content,
    /// Files with a backslash: what a quoted text in them says may differ from its bytes.
    escaping: BTreeSet<usize>,
    /// What each file lists, once it was parsed.
    lists: Vec<OnceLock<ListedByRepository>>,
}

impl Folder {
    fn new(path: String, content: Content) -> Self {
        let lists = content.ends.iter().map(|_| OnceLock::new()).collect();
        let mut folder = Self { path, content, escaping: BTreeSet::new(), lists };
        folder.escaping = folder.holding(&memmem::Finder::new("\\"));
        folder
    }

    /// The files whose text holds what `finder` looks for, and those where it may be written with an escape.
    fn holding(&self, finder: &memmem::Finder<'_>) -> BTreeSet<usize> {
        // A text without characters is found everywhere, also after the last file.
        if finder.needle().is_empty() {
            return (0..self.content.ends.len()).collect();
        }
        let places = finder.find_iter(&self.content.text);
        let mut found = self.escaping.clone();
        for place in places {
            let file = self.content.ends.partition_point(|(_, end)| *end <= place);
            // A name does not reach from one file into the next.
            if place + finder.needle().len() <= self.range(file).end {
                found.insert(file);
            }
        }
        found
    }

    fn may_hold(&self, file: usize, finder: &memmem::Finder<'_>) -> bool {
        self.escaping.contains(&file) || finder.find(self.text(file)).is_some()
    }

    fn lists(&self, file: usize) -> &ListedByRepository {
        self.lists[file].get_or_init(|| ListedByRepository::read(self.text(file)))
    }

    fn text(&self, file: usize) -> &[u8] {
        &self.content.text[self.range(file)]
    }

    fn range(&self, file: usize) -> Range<usize> {
        let start = file.checked_sub(1).map_or(0, |before| self.content.ends[before].1);
        start..self.content.ends[file].1
    }

    fn path_of(&self, file: usize) -> String {
        format!("{}/{}", self.path, self.content.ends[file].0)
    }
}

/// What one file lists, by repository.
#[derive(Debug, Default)]
struct ListedByRepository(BTreeMap<String, Names>);

/// The versions and branches of a repository.
#[derive(Debug, Default)]
struct Names {
    versions: BTreeSet<String>,
    branches: BTreeSet<String>,
}

impl ListedByRepository {
    fn read(text: &[u8]) -> Self {
        let (deliverable, _) = deliverable::read(text);
        let mut listed = Self::default();
        for release in &deliverable.releases {
            for project in &release.projects {
                let names = listed.0.entry(project.repo.value.clone()).or_default();
                names.versions.insert(release.version.text().to_owned());
            }
        }
        for branch in &deliverable.branches {
            listed.add_branch(branch);
        }
        listed
    }

    /// A branch that starts at a version is one of every repository of the file.
    fn add_branch(&mut self, branch: &Branch) {
        let name = || branch.name.value.clone();
        match &branch.location.value {
            Location::Version(_) => {
                self.0.values_mut().for_each(|names| names.branches.extend([name()]));
            }
            Location::Commits(commits) => {
                for (repo, _) in commits {
                    self.0.entry(repo.value.clone()).or_default().branches.insert(name());
                }
            }
        }
    }

    fn of(&self, repo: &str) -> &Names {
        static NONE: Names = Names { versions: BTreeSet::new(), branches: BTreeSet::new() };
        self.0.get(repo).unwrap_or(&NONE)
    }
}

#[cfg(test)]
mod tests {
    use super::{Content, Folder, Texts};

    fn texts(files: &[(&str, &str)]) -> Texts {
        let mut content = Content::default();
        for (name, text) in files {
            content.push((*name).to_owned(), text.as_bytes());
        }
        let folders = vec![Folder::new("deliverables/zed".to_owned(), content)];
        Texts { folders, ..Texts::default() }
    }

    fn listing(repo: &str, version: &str) -> String {
        format!(
            "releases:\n  - version: {version}\n    projects:\n      - repo: {repo}\n        hash: 12\n"
        )
    }

    #[test]
    fn a_release_is_found_by_repository_and_version() {
        let texts = texts(&[
            ("a.yaml", &listing("o/nova", "1.0.0")),
            ("b.yaml", &listing("o/nova", "1.1.0")),
            ("c.yaml", &listing("o/nova-more", "1.0.0")),
            ("d.yaml", &format!("# o/nova 1.0.0\n{}", listing("o/other", "1.0.0"))),
        ]);
        assert_eq!(texts.files_with("o/nova", "1.0.0"), ["deliverables/zed/a.yaml"]);
        assert_eq!(texts.files_with("o/nova", "1.0"), [""; 0]);
        assert_eq!(texts.versions_of("o/nova").into_iter().collect::<Vec<_>>(), ["1.0.0", "1.1.0"]);
    }

    #[test]
    fn nobody_lists_a_repository_without_a_name() {
        let texts = texts(&[("a.yaml", &listing("o/nova", "1.0.0")), ("b.yaml", "")]);
        assert_eq!(texts.files_with("", "1.0.0"), [""; 0]);
        assert!(texts.versions_of("").is_empty() && texts.branches_of("").is_empty());
    }

    #[test]
    fn branches_are_listed_by_version_or_by_commit() {
        let at_version = "branches:\n  - name: stable/zed\n    location: 1.0.0\n";
        let at_commits = "branches:\n  - name: feature/roof\n    location:\n      o/nova: '12'\n      o/glance: '34'\n";
        let texts = texts(&[
            ("a.yaml", &format!("{}{at_version}", listing("o/nova", "1.0.0"))),
            ("b.yaml", at_commits),
        ]);
        let branches = |repo| texts.branches_of(repo).into_iter().collect::<Vec<_>>();
        assert_eq!(branches("o/nova"), ["feature/roof", "stable/zed"]);
        assert_eq!(branches("o/glance"), ["feature/roof"]);
    }

    #[test]
    fn a_name_written_with_an_escape_is_found_too() {
        let texts = texts(&[
            ("a.yaml", &listing(r#""o\x2Fnova""#, "1.0.0")),
            ("b.yaml", &listing("o/nova", r#""1.0\x2E0""#)),
        ]);
        let found = texts.files_with("o/nova", "1.0.0");
        assert_eq!(found, ["deliverables/zed/a.yaml", "deliverables/zed/b.yaml"]);
    }

    #[test]
    fn a_name_does_not_reach_from_one_file_into_the_next() {
        let texts = texts(&[("a.yaml", "# o/no"), ("b.yaml", "va"), ("empty.yaml", "")]);
        assert!(texts.naming("o/nova").is_empty());
        assert_eq!(*texts.naming("va"), [(0, 1)]);
    }
}
