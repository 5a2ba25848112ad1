//! Telling the merged changes what could not be done for them, each once.

use std::collections::BTreeMap;

use crate::apply::{Outcome, ReleaseOutcome};
use crate::gerrit::{Change, Gerrit, Review, Status};
use crate::report::aftermath;
use crate::workspace::Workspace;

/// As whom it is said.
const SPEAKER: &str = "apply";

/// Tells each change of whose releases something went wrong, unless it was told before. The outcome of the run stays what
/// it is, whatever comes of that.
pub(super) fn tell_changes(workspace: &Workspace, outcome: &Outcome) {
    let mut by_commit: BTreeMap<&str, Vec<&ReleaseOutcome>> = BTreeMap::new();
    for release in &outcome.releases {
        if let Some(commit) = &release.planned.commit {
            by_commit.entry(commit).or_default().push(release);
        }
    }
    let messages: Vec<_> = by_commit
        .into_iter()
        .filter_map(|(commit, releases)| Some((commit, aftermath::message(&releases)?)))
        .collect();
    if messages.is_empty() || workspace.is_offline() {
        return;
    }
    let gerrit = match workspace.gerrit() {
        Ok(Some(gerrit)) if gerrit.is_named() => gerrit,
        Ok(_) => {
            log::info!("no change is told what went wrong: `gerrit-login-file` is not set");
            return;
        }
        Err(failure) => {
            log::warn!("no change is told what went wrong: {failure}");
            return;
        }
    };
    for (commit, message) in messages {
        if let Err(why) = tell(&gerrit, commit, &message) {
            log::warn!("the change of {commit} is not told what went wrong: {why}");
        }
    }
}

fn tell(gerrit: &Gerrit, commit: &str, message: &str) -> Result<(), String> {
    let found = gerrit.changes_of(commit).map_err(|error| error.to_string())?;
    let is_it = |change: &&Change| change.status == Status::Merged;
    let change = found.iter().find(is_it).ok_or("Gerrit shows no merged change of it")?;
    let me = gerrit.myself().map_err(|error| error.to_string())?.id;
    if change.was_told_as(SPEAKER, me) {
        return Ok(());
    }
    let review = Review::new(SPEAKER, message);
    gerrit.post(change, &review).map(drop).map_err(|error| error.to_string())
}
