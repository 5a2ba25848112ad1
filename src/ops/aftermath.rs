//! Comments on merged changes about what could not be done for them, one each.

use std::collections::BTreeMap;

use crate::apply::{Outcome, ReleaseOutcome};
use crate::gerrit::{Change, Gerrit, ReviewInput, Status};
use crate::report::aftermath;
use crate::workspace::Workspace;

/// The name under which `apply` comments.
const SPEAKER: &str = "apply";

/// Comments on each change one of whose releases failed, unless an earlier run did. A comment that fails does not change the
/// outcome of the run.
pub(super) fn comment_on_changes(workspace: &Workspace, outcome: &Outcome) {
    let mut by_commit: BTreeMap<&str, Vec<&ReleaseOutcome>> = BTreeMap::new();
    for release in &outcome.releases {
        if let Some(commit) = &release.planned.commit {
            by_commit.entry(commit).or_default().push(release);
        }
    }
    let messages: Vec<_> = by_commit
        .into_iter()
        .filter_map(|(commit, releases)| {
            let run_again = workspace.config.after.run_again(commit);
            Some((commit, aftermath::message(&releases, run_again.as_deref())?))
        })
        .collect();
    if messages.is_empty() || workspace.is_offline() {
        return;
    }
    let gerrit = match workspace.gerrit() {
        Ok(Some(gerrit)) if gerrit.is_named() => gerrit,
        Ok(_) => {
            log::info!(
                "no change gets a comment about the failure: `gerrit-login-file` is not set"
            );
            return;
        }
        Err(failure) => {
            log::warn!("no change gets a comment about the failure: {failure}");
            return;
        }
    };
    for (commit, message) in messages {
        if let Err(why) = comment(&gerrit, commit, &message) {
            log::warn!("cannot comment on the change of {commit} about the failure: {why}");
        }
    }
}

fn comment(gerrit: &Gerrit, commit: &str, message: &str) -> Result<(), String> {
    let found = gerrit.changes_of(commit).map_err(|error| error.to_string())?;
    let is_it = |change: &&Change| change.status == Status::Merged;
    let change =
        found.iter().find(is_it).ok_or("Gerrit shows no merged change with this commit")?;
    let me = gerrit.myself().map_err(|error| error.to_string())?.id;
    if change.was_told_as(SPEAKER, me) {
        return Ok(());
    }
    let review = ReviewInput::new(SPEAKER, message);
    gerrit.post(change, &review).map(drop).map_err(|error| error.to_string())
}
