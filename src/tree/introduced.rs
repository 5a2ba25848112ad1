//! Which commit brought an entry into the record.

use super::deliverable;
use super::deliverable::Release;
use super::record::Blob;
use super::request::{Change, Commit, Request};
use super::revision::Revision;
use super::scope::ScopeError;
use crate::git::{Oid, Repository};
use crate::tree::record::Snapshot as _;
use std::rc::Rc;

/// The commit of the request that brought `release` of the file of `change`: the newest that has it and
/// whose parent has not. `None` for work that is not committed, and for entries that came before the request.
///
/// # Errors
/// When a commit of the request cannot be read.
pub fn introducer<'a>(
    repository: &Rc<Repository>,
    request: &'a Request,
    change: &Change,
    release: &Release,
) -> Result<Option<&'a Commit>, ScopeError> {
    for commit in request.commits.iter().filter(|commit| commit.paths.contains(&change.path)) {
        let has_now = has(repository, Some(&commit.id), &change.path, release)?;
        if has_now && !has(repository, commit.parent.as_deref(), &change.path, release)? {
            return Ok(Some(commit));
        }
    }
    Ok(None)
}

fn has(
    repository: &Rc<Repository>,
    commit: Option<&str>,
    path: &str,
    release: &Release,
) -> Result<bool, ScopeError> {
    let Some(commit) = commit.and_then(|id| Oid::from_str(id).ok()) else { return Ok(false) };
    let Some(Blob { bytes, .. }) = Revision::new(Rc::clone(repository), commit).read(path)? else {
        return Ok(false);
    };
    let (then, _) = deliverable::read(&bytes);
    let entry = then.releases.iter().find(|other| other.version.text() == release.version.text());
    Ok(entry.is_some_and(|entry| {
        release.projects.iter().all(|project| {
            entry.projects.iter().any(|other| {
                *other.repo == *project.repo && other.hash.eq_ignore_ascii_case(&project.hash)
            })
        })
    }))
}
