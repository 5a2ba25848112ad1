//! What is judged: which two states of the releases repository make the request.

mod ends;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

use super::index::cache::TextCache;
use super::record::{DELIVERABLES, Record};
use super::request::{Commit, Request, change_id};
use super::revision::{Nothing, Revision};
use super::snapshot::{ReadError, Snapshot};
use super::stray::{is_below, is_stray, is_yaml};
use super::terms::Terms;
use crate::git::{Arrival, CommitInfo, GitError, Oid, Repository};

pub use ends::{Compared, Ends, With};

/// What the caller asked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// What to compare with.
    pub base: Base,
    /// The revision that is judged; the working tree where there is none.
    pub head: Option<String>,
    /// Only these files or folders, relative to the top of the repository; all where it is empty.
    pub paths: Vec<String>,
    /// The words of the site.
    pub terms: Arc<Terms>,
    /// Texts that take the place of files of the head, by path: what an editor has not saved yet.
    pub unsaved: BTreeMap<String, Vec<u8>>,
    /// Threads that read files.
    pub threads: usize,
    /// Where the index of the record is kept between runs.
    pub text_cache: Option<PathBuf>,
}

/// What a request is compared with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Base {
    /// Dirty work with HEAD; a clean branch with the merge base of its upstream; else HEAD's first parent.
    #[default]
    Automatic,
    /// A revision.
    Revision(String),
    /// Nothing: files are judged whole.
    None,
}

/// Why there is no request.
#[derive(Debug, thiserror::Error)]
pub enum ScopeError {
    /// The user's: not the directory of a releases repository.
    #[error("there is no folder `deliverables` in {at}: this is not a releases repository")]
    NotReleases {
        /// The directory or commit.
        at: String,
    },
    /// The user's: a revision that is not there.
    #[error("`{0}` is not a revision of the releases repository")]
    NoRevision(String),
    /// The user's: two revisions that have no commit in common.
    #[error("`{head}` and `{base}` have no commit in common, so there is nothing to compare")]
    Unrelated {
        /// What was to be judged.
        head: String,
        /// What it was to be compared with.
        base: String,
    },
    /// The user's: a bare repository, and no revision to judge.
    #[error("{0} has no working tree: name the revision to judge with `--head`")]
    Bare(PathBuf),
    /// The user's: a clone whose files were never checked out.
    #[error(
        "nothing is checked out in {0}: run `git checkout`, or name the revision to judge with `--head`"
    )]
    NoCheckout(PathBuf),
    /// The user's: a repository without a commit.
    #[error("{0} has no commit yet")]
    NoCommit(PathBuf),
    /// The repository's: it could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Git's.
    #[error(transparent)]
    Git(#[from] GitError),
}

/// The request between `ends`, which were found for `wanted`.
///
/// # Errors
/// When this is no releases repository, or it cannot be read.
pub fn request(
    repository: &Repository,
    wanted: &Wanted,
    ends: &Ends,
) -> Result<Request, ScopeError> {
    let head = record(ends.head_snapshot(repository), wanted)?;
    if head.is_empty()? {
        let at = match &ends.root {
            Some(root) => tidy(root).display().to_string(),
            None => format!("the commit {}", head.name()),
        };
        return Err(ScopeError::NotReleases { at });
    }
    if wanted.base == Base::None {
        let mut paths = head.paths()?;
        paths.extend(head.misplaced()?);
        paths.retain(|path| is_wanted(path, &wanted.paths));
        for path in wanted.paths.iter().filter(|path| is_yaml(path)) {
            paths.extend(head.bytes(path)?.map(|_| path.clone()));
        }
        head.read_ahead(&paths, wanted.threads);
        return Ok(Request::whole(head, paths));
    }
    let base_snapshot: Box<dyn Snapshot> = match ends.base {
        Some(commit) => Box::new(Revision::new(repository, commit)),
        None => Box::new(Nothing),
    };
    let mut base = record(base_snapshot, wanted)?;
    base.lend_series(head.series());
    let mut paths = repository.changed_paths(ends.base, ends.commit, &[])?;
    paths.extend(ends.dirty.iter().cloned());
    paths.retain(|path| is_wanted(path, &wanted.paths));
    let paths = deliverable_files(paths, &base, &head)?;
    [&base, &head].iter().for_each(|record| record.read_ahead(&paths, wanted.threads));
    let commits = commits(repository, ends.base, ends.commit)?;
    let mut request = Request::between(base, head, paths, commits);
    request.own = own(repository, ends.commit)?.map(|id| id.to_string());
    Ok(request)
}

/// Those of `paths` that lie below `deliverables/`, and those that are new elsewhere and were meant to.
fn deliverable_files(
    paths: Vec<String>,
    base: &Record,
    head: &Record,
) -> Result<Vec<String>, ReadError> {
    let mut found = Vec::new();
    for path in paths {
        let is_new_stray = || {
            let stray = is_yaml(&path) && head.bytes(&path)?.is_some_and(|it| is_stray(&path, &it));
            Ok::<_, ReadError>(stray && base.bytes(&path)?.is_none())
        };
        if is_below(&path) || is_new_stray()? {
            found.push(path);
        }
    }
    Ok(found)
}

/// The record whose configuration counts: that of the base, so that a request cannot loosen its own check. The first commit of a
/// repository has nothing before it and brings its own.
///
/// # Errors
/// When a revision cannot be read.
pub fn trusted_record(
    repository: &Repository,
    wanted: &Wanted,
    ends: &Ends,
) -> Result<Record, ScopeError> {
    match ends.is_first() {
        true => Ok(record(ends.head_snapshot(repository), wanted)?),
        false => base_record(repository, wanted, ends),
    }
}

/// The record that `wanted` compares with, else the one it judges.
///
/// # Errors
/// When a revision cannot be read.
pub fn base_record(
    repository: &Repository,
    wanted: &Wanted,
    ends: &Ends,
) -> Result<Record, ScopeError> {
    let snapshot: Box<dyn Snapshot> = match (ends.base, &wanted.base) {
        (Some(commit), _) => Box::new(Revision::new(repository, commit)),
        (None, Base::None) => ends.head_snapshot(repository),
        (None, _) => Box::new(Nothing),
    };
    Ok(record(snapshot, wanted)?)
}

/// The record at one revision, such as `HEAD`.
///
/// # Errors
/// When the revision is not there or cannot be read.
pub fn record_at(
    repository: &Repository,
    revision: &str,
    text_cache: Option<PathBuf>,
) -> Result<Record, ScopeError> {
    let commit = resolve(repository, revision)?;
    let snapshot = Box::new(Revision::new(repository, commit));
    Ok(Record::open(snapshot, TextCache::new(text_cache))?)
}

/// When the commit of `revision` was committed.
///
/// # Errors
/// When the revision is not there or cannot be read.
pub fn date_of(repository: &Repository, revision: &str) -> Result<Timestamp, ScopeError> {
    let commit = repository.commit(resolve(repository, revision)?)?;
    let seconds = commit.map_or(0, |commit| commit.committer_time.seconds);
    Ok(Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH))
}

/// The first-parent chain that ends in the revision `head`, oldest first, without `since` and what came before it.
///
/// # Errors
/// When a revision is not there, `since` is not on the chain, or the history cannot be read.
pub fn arrivals(
    repository: &Repository,
    head: &str,
    since: Option<&str>,
) -> Result<Vec<Arrival>, ScopeError> {
    let since = since.map(|revision| resolve(repository, revision)).transpose()?;
    Ok(repository.arrivals(since, resolve(repository, head)?)?)
}

/// The commits of the whole history of the head that are no merges and touch `path`, newest first.
///
/// # Errors
/// When the history cannot be read.
pub fn history_of(
    repository: &Repository,
    wanted: &Wanted,
    path: &str,
) -> Result<Vec<Commit>, ScopeError> {
    let head = resolve(repository, wanted.head.as_deref().unwrap_or("HEAD"))?;
    let mut found = Vec::new();
    for commit in repository.log(None, head)?.into_iter().filter(|commit| commit.parents.len() < 2)
    {
        let parent = commit.parents.first().copied();
        if !repository.changed_paths(parent, commit.id, &[path])?.is_empty() {
            found.push(of_git(repository, commit)?);
        }
    }
    Ok(found)
}

/// The commits of the head that come after `base`, are no merges, and whose message is wanted; newest first.
///
/// # Errors
/// When the history cannot be read.
pub fn commits_after(
    repository: &Repository,
    wanted: &Wanted,
    base: &str,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<Vec<Commit>, ScopeError> {
    let head = resolve(repository, wanted.head.as_deref().unwrap_or("HEAD"))?;
    let base = resolve(repository, base)?;
    let log = repository.log(Some(base), head)?.into_iter();
    let found = log.filter(|commit| commit.parents.len() < 2 && is_wanted(&commit.message));
    Ok(found.map(|commit| of_git(repository, commit)).collect::<Result<_, _>>()?)
}

/// Whether `tip` is the head or comes after it.
///
/// # Errors
/// When a revision is not there or cannot be read.
pub fn is_behind(repository: &Repository, wanted: &Wanted, tip: Oid) -> Result<bool, ScopeError> {
    let head = resolve(repository, wanted.head.as_deref().unwrap_or("HEAD"))?;
    Ok(repository.is_ancestor(head, tip)?)
}

/// Whether the head is `revision` or comes after it.
///
/// # Errors
/// When a revision is not there or cannot be read.
pub fn comes_after(
    repository: &Repository,
    wanted: &Wanted,
    revision: &str,
) -> Result<bool, ScopeError> {
    let head = resolve(repository, wanted.head.as_deref().unwrap_or("HEAD"))?;
    Ok(repository.is_ancestor(resolve(repository, revision)?, head)?)
}

/// A path as people write it: libgit2 puts a slash at the end.
fn tidy(path: &Path) -> PathBuf {
    path.components().collect()
}

fn resolve(repository: &Repository, revision: &str) -> Result<Oid, ScopeError> {
    match repository.resolve(revision)? {
        Some(commit) => Ok(commit),
        None if revision == "HEAD" && repository.head()?.is_none() => {
            let at = repository.work_dir().unwrap_or(repository.git_dir());
            Err(ScopeError::NoCommit(tidy(at)))
        }
        None => Err(ScopeError::NoRevision(revision.to_owned())),
    }
}

fn record(snapshot: Box<dyn Snapshot>, wanted: &Wanted) -> Result<Record, ReadError> {
    let record = Record::open(snapshot, TextCache::new(wanted.text_cache.clone()))?;
    Ok(record.with_terms(Arc::clone(&wanted.terms)))
}

/// The commits that are no merges, newest first, each with the deliverable files it touches.
fn commits(repository: &Repository, base: Option<Oid>, head: Oid) -> Result<Vec<Commit>, GitError> {
    let log = repository.log(base, head)?;
    log.into_iter()
        .filter(|commit| commit.parents.len() < 2)
        .map(|commit| of_git(repository, commit))
        .collect()
}

/// The commit of the change that `head` brings. A merge without a Change-Id was made by what merges changes, such as a
/// job before it is run: the change is what it merges.
fn own(repository: &Repository, head: Oid) -> Result<Option<Oid>, GitError> {
    let commit = repository.commit(head)?;
    let merged = commit.filter(|commit| commit.is_merge() && change_id(&commit.message).is_none());
    Ok(match merged {
        Some(merge) => merge.parents.last().copied(),
        None => Some(head),
    })
}

fn of_git(repository: &Repository, commit: CommitInfo) -> Result<Commit, GitError> {
    let paths =
        repository.changed_paths(commit.parents.first().copied(), commit.id, &[DELIVERABLES])?;
    Ok(as_commit(commit, paths))
}

/// The commit, which touches `paths`.
pub(super) fn as_commit(commit: CommitInfo, paths: Vec<String>) -> Commit {
    Commit {
        id: commit.id.to_string(),
        parent: commit.parents.first().map(ToString::to_string),
        author: format!("{} <{}>", commit.author_name, commit.author_email),
        author_time: Timestamp::from_second(commit.author_time.seconds)
            .unwrap_or(Timestamp::UNIX_EPOCH),
        message: commit.message,
        paths,
    }
}

/// Whether `path` is one of `wanted` or below one; everything is where none are named.
pub fn is_wanted(path: &str, wanted: &[String]) -> bool {
    wanted.is_empty() || wanted.iter().any(|wanted| Path::new(path).starts_with(wanted))
}
