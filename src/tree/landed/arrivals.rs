//! What each commit brought, by its files.

use std::collections::{HashMap, HashSet};
use std::thread;

use jiff::Timestamp;
use memchr::memmem;

use super::super::file::FilePath;
use super::super::record::DELIVERABLES;
use super::super::request::change_id;
use super::super::yaml::MAX_BYTES;
use super::RecordLanding;
use crate::git::{CommitInfo, Directories, GitError, Oid, Repository, TreeSide};

/// What is looked at.
const PARTS: &[&str] = &[DELIVERABLES, "doc/source"];
/// Commits that are worth a thread.
const WORTH_A_THREAD: usize = 500;
/// More threads wait for the disk.
const MOST_THREADS: usize = 4;

/// What a commit brought.
pub(super) enum Arrived {
    /// A file of a schedule.
    Schedule { path: String, changed: Timestamp },
    /// Entries of a deliverable. Some of them may have been there before.
    File { name: String, versions: Vec<String>, landing: RecordLanding },
}

/// What the commits of `chain` brought, oldest first.
///
/// # Errors
/// If the repository cannot be read.
pub(super) fn of(repository: &Repository, chain: &Chain) -> Result<Vec<Arrived>, GitError> {
    let parts = chain.parts();
    // The newest part is read here, the others by repositories of their own.
    let Some((last, others)) = parts.split_last() else { return Ok(Vec::new()) };
    let mut opened = Vec::with_capacity(others.len());
    for part in others {
        match repository.again()? {
            Some(again) => opened.push((part, again)),
            None => return chain.whole().read(repository),
        }
    }
    thread::scope(|scope| {
        let reading: Vec<_> = opened
            .into_iter()
            .map(|(part, repository)| scope.spawn(move || part.read(&repository)))
            .collect();
        let last = last.read(repository);
        let mut arrived = Vec::new();
        for part in reading {
            arrived.extend(part.join().expect("reading a history does not panic")?);
        }
        arrived.extend(last?);
        Ok(arrived)
    })
}

/// Commits that follow each other by first parent, oldest first.
pub(super) struct Chain {
    commits: Vec<Oid>,
    pub(super) start: Start,
}

/// What comes before the first commit of a [`Chain`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// Nothing.
    Root,
    /// This commit, which is known.
    After(Oid),
    /// What was not fetched.
    Cut,
}

impl Chain {
    /// Down to `since`, or as far as there is something.
    pub(super) fn down_from(
        repository: &Repository,
        head: Oid,
        since: Option<Oid>,
    ) -> Result<Self, GitError> {
        let mut commits = Vec::new();
        let mut next = head;
        let start = loop {
            if Some(next) == since {
                break Start::After(next);
            }
            commits.push(next);
            match repository.parents(next) {
                Ok(parents) => match parents.first() {
                    Some(parent) => next = *parent,
                    None => break Start::Root,
                },
                Err(GitError::Missing { .. } | GitError::Shallow { .. }) => break Start::Cut,
                Err(error) => return Err(error),
            }
        };
        commits.reverse();
        Ok(Self { commits, start })
    }

    /// All of it.
    fn whole(&self) -> Part<'_> {
        let before = match self.start {
            Start::After(commit) => Before::Commit(commit),
            Start::Root => Before::Nothing,
            Start::Cut => Before::Unknown,
        };
        Part { before, commits: &self.commits }
    }

    /// Parts of about the same length, oldest first: one for each thread.
    fn parts(&self) -> Vec<Part<'_>> {
        let threads = thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
        let worth = (self.commits.len() / WORTH_A_THREAD).clamp(1, threads);
        let length = self.commits.len().div_ceil(worth).max(1);
        let mut before = self.whole().before;
        let mut parts = Vec::new();
        for commits in self.commits.chunks(length) {
            parts.push(Part { before, commits });
            before = commits.last().copied().map_or(before, Before::Commit);
        }
        parts
    }
}

/// Some commits of a [`Chain`].
struct Part<'c> {
    before: Before,
    commits: &'c [Oid],
}

/// What comes before the first commit of a [`Part`].
#[derive(Clone, Copy)]
enum Before {
    /// Nothing.
    Nothing,
    Commit(Oid),
    /// What was not fetched: nobody knows what the first commit brought.
    Unknown,
}

impl Part<'_> {
    fn read(&self, repository: &Repository) -> Result<Vec<Arrived>, GitError> {
        let mut reading = Reading {
            repository,
            directories: Directories::default(),
            known: HashMap::new(),
            arrived: Vec::new(),
        };
        let mut before = self.before;
        for commit in self.commits {
            match before {
                Before::Nothing => reading.step(None, *commit)?,
                Before::Commit(parent) => reading.step(Some(parent), *commit)?,
                Before::Unknown => {}
            }
            before = Before::Commit(*commit);
        }
        Ok(reading.arrived)
    }
}

/// A part of the history on its way through.
struct Reading<'r> {
    repository: &'r Repository,
    directories: Directories,
    /// The versions that this part has seen, by deliverable.
    known: HashMap<String, HashSet<String>>,
    arrived: Vec<Arrived>,
}

impl Reading<'_> {
    /// Takes in what is new in `commit`.
    fn step(&mut self, before: Option<Oid>, commit: Oid) -> Result<(), GitError> {
        let changes = self.repository.tree_changes(before, commit, PARTS, &mut self.directories)?;
        let mut landing = None;
        for change in changes {
            let Some(side) = change.after.filter(|side| !side.is_submodule()) else { continue };
            let is_of_schedule = is_of_schedule(&change.path);
            let new = if is_of_schedule { None } else { self.first_seen(&change.path, side) };
            if !is_of_schedule && new.is_none() {
                continue;
            }
            let landing: &RecordLanding = match &landing {
                Some(landing) => landing,
                None => landing.insert(landing_of(self.repository, commit)?),
            };
            self.arrived.push(match new {
                Some((name, versions)) => {
                    Arrived::File { name, versions, landing: landing.clone() }
                }
                None => Arrived::Schedule { path: change.path, changed: landing.merged },
            });
        }
        Ok(())
    }

    /// The deliverable, and its versions that this part sees for the first time, if there are any.
    fn first_seen(&mut self, path: &str, side: TreeSide) -> Option<(String, Vec<String>)> {
        let path = FilePath::parse(path).ok()?;
        let bytes = self.repository.read_blob(side.id, MAX_BYTES).ok()?;
        if !self.known.contains_key(path.name()) {
            self.known.insert(path.name().to_owned(), HashSet::new());
        }
        let known = self.known.get_mut(path.name())?;
        let mut new = Vec::new();
        for version in versions(&bytes) {
            if !known.contains(version) {
                known.insert(version.to_owned());
                new.push(version.to_owned());
            }
        }
        (!new.is_empty()).then(|| (path.name().to_owned(), new))
    }
}

/// `schedule.yaml` and `schedule.rst`.
fn is_of_schedule(path: &str) -> bool {
    path.starts_with("doc/source/") && path.contains("/schedule.")
}

/// When `commit` was merged, and when the change that it brought was written.
fn landing_of(repository: &Repository, commit: Oid) -> Result<RecordLanding, GitError> {
    let at = |seconds| Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    let read = |id| match repository.commit(id) {
        Err(GitError::Missing { .. } | GitError::Shallow { .. }) => Ok(None),
        other => other,
    };
    let merge = read(commit)?;
    let merged = merge.as_ref().map_or(Timestamp::UNIX_EPOCH, |it| at(it.committer_time.seconds));
    let change = match merge.as_ref().and_then(|merge| merge.parents.get(1)) {
        Some(second) => read(*second)?,
        None => merge,
    };
    let proposed = change.as_ref().map_or(merged, |it: &CommitInfo| at(it.author_time.seconds));
    let change_id = change.and_then(|it| change_id(&it.message).map(ToOwned::to_owned));
    Ok(RecordLanding { merged, proposed: proposed.min(merged), change_id, is_backfilled: false })
}

/// The texts after `version:` in a deliverable file, in every way in which YAML writes them on one line. For dates only: 14,000
/// states are looked through, and an entry that is missed has no date.
fn versions(bytes: &[u8]) -> Vec<&str> {
    const KEY: &[u8] = b"version:";
    let is_key =
        |at: &usize| at.checked_sub(1).is_none_or(|before| b" {\n,".contains(&bytes[before]));
    let after = |at: usize| {
        let rest = &bytes[at + KEY.len()..];
        let line = &rest[..memchr::memchr2(b'\n', b',', rest).unwrap_or(rest.len())];
        let text = str::from_utf8(line).ok()?;
        let text = text.split(" #").next()?.trim().trim_end_matches('}').trim();
        let text = text.trim_matches(['\'', '"']);
        let is_plain = !text.is_empty() && !text.contains(char::is_whitespace);
        is_plain.then_some(text)
    };
    memmem::find_iter(bytes, KEY).filter(is_key).filter_map(after).collect()
}

#[cfg(test)]
mod tests {
    use super::versions;

    #[test]
    fn versions_are_found_however_they_are_written() {
        let text = b"releases:\n- projects: []\n  version: 1.0.0\n- version: '1.1.0'  # later\n  projects: []\n\
            - {version: 2.0, projects: []}\n- {projects: [], version: \"2.1.0\"}\nupstream-version: 9\nversion:\n";
        assert_eq!(versions(text), ["1.0.0", "1.1.0", "2.0", "2.1.0"]);
    }
}
