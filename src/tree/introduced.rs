//! Which commit added an entry.

use super::deliverable;
use super::deliverable::{Branch, Deliverable, Release};
use super::request::{Change, Commit, Request};
use super::revision::Revision;
use super::scope::ScopeError;
use super::snapshot::Blob;
use crate::git::{Oid, Repository};
use crate::tree::snapshot::Snapshot as _;

/// The commit of the request that added `release` to the file of `change`: the newest that has it and whose parent does not.
/// `None` for uncommitted work, and for entries from before the request.
///
/// # Errors
/// If a commit of the request cannot be read.
pub fn introducer<'a>(
    repository: &Repository,
    request: &'a Request,
    change: &Change,
    release: &Release,
) -> Result<Option<&'a Commit>, ScopeError> {
    newest(repository, request, change, |then| {
        let mut entries = then.releases.iter();
        let entry = entries.find(|other| other.version.text() == release.version.text());
        entry.is_some_and(|entry| {
            release.projects.iter().all(|project| {
                entry.projects.iter().any(|other| {
                    *other.repo == *project.repo && other.hash.eq_ignore_ascii_case(&project.hash)
                })
            })
        })
    })
}

/// The commit of the request that added `branch` with its current starting point.
///
/// # Errors
/// If a commit of the request cannot be read.
pub fn introducer_of_branch<'a>(
    repository: &Repository,
    request: &'a Request,
    change: &Change,
    branch: &Branch,
) -> Result<Option<&'a Commit>, ScopeError> {
    newest(repository, request, change, |then| {
        let mut entries = then.branches.iter();
        entries.any(|other| {
            other.name.value == branch.name.value && other.location.value == branch.location.value
        })
    })
}

/// The newest commit in which the file has it, and whose parent does not.
fn newest<'a>(
    repository: &Repository,
    request: &'a Request,
    change: &Change,
    has: impl Fn(&Deliverable) -> bool,
) -> Result<Option<&'a Commit>, ScopeError> {
    let had = |commit: Option<&str>| -> Result<bool, ScopeError> {
        let Some(commit) = commit.and_then(|id| Oid::from_str(id).ok()) else { return Ok(false) };
        let then = Revision::new(repository, commit).read(&change.path)?;
        Ok(then.is_some_and(|Blob { bytes, .. }| has(&deliverable::read(&bytes).0)))
    };
    for commit in request.commits.iter().filter(|commit| commit.paths.contains(&change.path)) {
        if had(Some(&commit.id))? && !had(commit.parent.as_deref())? {
            return Ok(Some(commit));
        }
    }
    Ok(None)
}
