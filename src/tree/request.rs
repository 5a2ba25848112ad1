//! A request: the difference between two states of the record.

mod listed;
mod moves;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use listed::ListedCommits;
use moves::Moves;

use super::deliverable::{Branch, Location, Release};
use super::file::FilePath;
use super::record::{File, Record};

/// What is judged.
#[derive(Debug)]
pub struct Request {
    /// The record before the request; `None` if whole files are judged.
    pub base: Option<Record>,
    /// The record after the request.
    pub head: Record,
    /// The deliverable files that differ, sorted by path. Later only [`Request::add_unfinished`] adds to them.
    pub changes: Vec<Change>,
    /// The commits between base and head except merges, newest first; empty for uncommitted work.
    pub commits: Vec<Commit>,
    /// The commit of the change itself, unless the head is uncommitted work: the head, or what it merges. A proposed merge
    /// is not among `commits`.
    pub own: Option<String>,
    /// Entries to treat as new although the base has them: versions or branches, by path.
    unfinished: HashMap<String, BTreeSet<String>>,
    /// Which of `changes` may be one file that moved.
    moves: OnceLock<Moves>,
}

/// One file that differs.
#[derive(Debug)]
pub struct Change {
    /// Its path.
    pub path: String,
    /// The file before; `None` if it is new or whole files are judged.
    pub before: Option<Arc<File>>,
    /// The file after; `None` if it is deleted.
    pub after: Option<Arc<File>>,
}

/// A commit of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: String,
    /// Its first parent; `None` for a root commit.
    pub parent: Option<String>,
    /// `Name <mail>`.
    pub author: String,
    /// The whole message.
    pub message: String,
    /// When it was written.
    pub author_time: Timestamp,
    /// The paths it touches.
    pub paths: Vec<String>,
}

/// A release that the request adds or changes.
#[derive(Clone, Copy, Debug)]
pub struct NewRelease<'a> {
    /// The entry.
    pub release: &'a Release,
    /// Its place in the list of its file.
    pub index: usize,
    /// Added or changed.
    pub novelty: Novelty,
}

/// What a request does to a release; the stronger sorts last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Novelty {
    /// Its version was listed for all of its repositories, and at least one has another commit now.
    Changed,
    /// Its version was not listed for at least one of its repositories.
    Added,
}

impl Change {
    /// Name of the deliverable, if the path gives one.
    fn deliverable(&self) -> Option<&str> {
        let file = self.after.as_ref().or(self.before.as_ref())?;
        file.path.as_ref().ok().map(FilePath::name)
    }
}

impl Commit {
    /// The `Change-Id:` of its message.
    pub fn change_id(&self) -> Option<&str> {
        change_id(&self.message)
    }
}

/// The `Change-Id:` of a message: the last one, as Gerrit reads it.
pub(super) fn change_id(message: &str) -> Option<&str> {
    let mut lines = message.lines().rev();
    lines.find_map(|line| line.trim().strip_prefix("Change-Id:")).map(str::trim)
}

impl Request {
    /// The files of `paths` that differ between `base` and `head`.
    pub fn between(
        base: Record,
        head: Record,
        mut paths: Vec<String>,
        commits: Vec<Commit>,
    ) -> Self {
        paths.sort();
        paths.dedup();
        let changes = paths
            .into_iter()
            .map(|path| Change {
                before: base.known_file(&path),
                after: head.known_file(&path),
                path,
            })
            .filter(|change| change.before.is_some() || change.after.is_some())
            .collect();
        Self::of(Some(base), head, changes, commits)
    }

    /// The whole files of `paths`, with no base to compare with.
    pub fn whole(head: Record, mut paths: Vec<String>) -> Self {
        paths.sort();
        paths.dedup();
        let changes = paths
            .into_iter()
            .map(|path| Change { before: None, after: head.known_file(&path), path })
            .filter(|change| change.after.is_some())
            .collect();
        Self::of(None, head, changes, Vec::new())
    }

    fn of(base: Option<Record>, head: Record, changes: Vec<Change>, commits: Vec<Commit>) -> Self {
        Self {
            base,
            head,
            changes,
            commits,
            own: None,
            unfinished: HashMap::new(),
            moves: OnceLock::new(),
        }
    }

    /// The commit of the change itself: a review shows its message along with its files.
    pub fn own_commit(&self) -> Option<&Commit> {
        self.commits.iter().find(|commit| Some(&commit.id) == self.own.as_ref())
    }

    /// Treats an entry of the file at `path` as new, although the base has it: an earlier run did not finish it.
    ///
    /// `name` is a version, which includes the branches that start at it, or a branch. Returns the path that lists the entry
    /// now, as the file may have moved; `None` if no file lists it any more.
    pub fn add_unfinished(&mut self, path: &str, name: &str) -> Option<String> {
        let path = self.place_of(path, name)?;
        self.unfinished.entry(path.clone()).or_default().insert(name.to_owned());
        if !self.changes.iter().any(|change| change.path == path) {
            let before = self.base.as_ref().and_then(|base| base.known_file(&path));
            self.changes.push(Change {
                path: path.clone(),
                before,
                after: self.head.known_file(&path),
            });
            self.moves.take();
        }
        Some(path)
    }

    /// The file that lists an entry which was at `path`: that one, else one to which it may have moved.
    fn place_of(&self, path: &str, name: &str) -> Option<String> {
        let holds = |path: &str| {
            self.head.known_file(path).is_some_and(|file| {
                let mut releases = file.deliverable.releases.iter();
                releases.any(|release| release.version.text() == name)
                    || file.deliverable.branches.iter().any(|branch| *branch.name == name)
            })
        };
        if holds(path) {
            return Some(path.to_owned());
        }
        let same_name = path.rsplit_once('/').map(|(_, file)| format!("/{file}"))?;
        let created = self.changes.iter().filter(|change| change.before.is_none());
        let created = created.map(|change| change.path.clone());
        let moved = self.head.paths().unwrap_or_default().into_iter();
        moved.filter(|path| path.ends_with(&same_name)).chain(created).find(|path| holds(path))
    }

    fn is_unfinished(&self, change: &Change, name: &str) -> bool {
        self.unfinished.get(&change.path).is_some_and(|names| names.contains(name))
    }

    /// The releases of the file of `change` that the request adds or changes.
    ///
    /// Entries match by repository and version, also in another file of the request, so moving a file makes nothing new.
    /// Without a base the newest entry counts as added.
    pub fn new_releases<'a>(&'a self, change: &'a Change) -> Vec<NewRelease<'a>> {
        let releases = change.after.as_ref().map_or(&[][..], |file| &file.deliverable.releases);
        let mut listed = ListedCommits::in_files(self.files_before(change));
        let mut new = Vec::new();
        for (index, release) in releases.iter().enumerate() {
            let by_base = match self.base {
                Some(_) => listed.take(release),
                None => (index + 1 == releases.len()).then_some(Novelty::Added),
            };
            let again =
                self.is_unfinished(change, release.version.text()).then_some(Novelty::Added);
            if let Some(novelty) = by_base.max(again) {
                new.push(NewRelease { release, index, novelty });
            }
        }
        new
    }

    /// Whether the request adds or changes `branch` of the file of `change`.
    pub fn is_new_branch(&self, change: &Change, branch: &Branch) -> bool {
        let starts_again = matches!(&branch.location.value, Location::Version(at) if self.is_unfinished(change, at));
        if starts_again || self.is_unfinished(change, &branch.name) {
            return true;
        }
        let same = |before: &Branch| {
            before.name.value == branch.name.value && before.location.value == branch.location.value
        };
        !self.files_before(change).any(|file| file.deliverable.branches.iter().any(same))
    }

    /// The file of `change` before the request, and every other file that it may have been moved from.
    pub fn files_before<'a>(
        &'a self,
        change: &'a Change,
    ) -> impl Iterator<Item = &'a Arc<File>> + use<'a> {
        let has_base = self.base.is_some();
        let alike = has_base.then(|| self.alike(change)).into_iter().flatten();
        alike.filter_map(|other| other.before.as_ref())
    }

    /// The file of `change` after the request, and every other file that it may have been moved to.
    pub fn files_after<'a>(
        &'a self,
        change: &'a Change,
    ) -> impl Iterator<Item = &'a Arc<File>> + use<'a> {
        self.alike(change).filter_map(|other| other.after.as_ref())
    }

    /// The changes that may be about the file of `change`: its own, those of the same name in another folder, and for a
    /// deleted file those that create one for the same repository, or the other way round.
    fn alike<'a>(&'a self, change: &Change) -> impl Iterator<Item = &'a Change> + use<'a> {
        let moves = self.moves.get_or_init(|| Moves::among(&self.changes));
        moves.of(change).into_iter().map(|at| &self.changes[at])
    }

    /// What could not be read, on either side.
    pub fn failures(&self) -> Vec<super::snapshot::ReadError> {
        let base = self.base.as_ref().map(Record::failures).unwrap_or_default();
        base.into_iter().chain(self.head.failures()).collect()
    }
}
