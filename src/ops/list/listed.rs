//! When entries were merged into the record, from its own history.

use std::collections::HashSet;

use jiff::Timestamp;

use super::Filter;
use super::releases::MergeTimes;
use crate::git::{Oid, Repository};
use crate::tree::deliverable::read_in;
use crate::tree::record::DELIVERABLES;
use crate::workspace::{Failure, Workspace};

/// Bytes of the largest deliverable file.
const LARGEST: usize = 1 << 20;

/// The entries that were merged in the time of the filter; `None` where it names no time.
///
/// # Errors
/// If the history cannot be read.
pub(super) fn since(workspace: &Workspace, filter: &Filter) -> Result<Option<MergeTimes>, Failure> {
    if filter.since.is_none() && filter.until.is_none() {
        return Ok(None);
    }
    let repository = &*workspace.repository;
    let head = repository.resolve(workspace.head())?.ok_or_else(|| {
        Failure::usage(format!(
            "`{}` is not a revision of the releases repository",
            workspace.head()
        ))
    })?;
    let mut chain = repository.first_parents(None, head)?;
    chain.reverse();
    let mut listed = MergeTimes::new();
    for pair in chain.windows(2) {
        let (commit, parent) = (pair[0], pair[1]);
        let at = time_of(repository, commit)?;
        if filter.since.is_some_and(|since| at < since) {
            break;
        }
        for path in repository.changed_paths(Some(parent), commit, &[DELIVERABLES])? {
            let before = versions(workspace, parent, &path)?;
            let new = versions(workspace, commit, &path)?;
            let new = new.into_iter().filter(|version| !before.contains(version));
            // Going back, the first time that it was listed comes last.
            listed.extend(new.map(|version| ((path.clone(), version), at)));
        }
    }
    Ok(Some(listed))
}

fn time_of(repository: &Repository, commit: Oid) -> Result<Timestamp, Failure> {
    let seconds = repository.commit(commit)?.map_or(0, |commit| commit.committer_time.seconds);
    Ok(Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH))
}

fn versions(workspace: &Workspace, commit: Oid, path: &str) -> Result<HashSet<String>, Failure> {
    let Some(blob) = workspace.repository.read(commit, path, LARGEST)? else {
        return Ok(HashSet::new());
    };
    let (file, _) = read_in(&blob.bytes, &workspace.config.terms);
    Ok(file.releases.iter().map(|release| release.version.text().to_owned()).collect())
}
