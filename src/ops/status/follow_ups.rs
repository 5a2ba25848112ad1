//! What follows the tags and branches that tagkeeper made.

use super::Wanted;
use crate::facts::Sources;
use crate::ledger::{LedgerSnapshot, StepName};
use crate::ops::overdue::overdue;
use crate::ops::plan::plan_with;
use crate::plan::{Ground, Occasion, State, Step};
use crate::report::audit::{Look, Verdict};
use crate::steps::announcement::ACTION as ANNOUNCE;
use crate::steps::tag::{IN_LEDGER, TAG};
use crate::steps::{BRANCH, DELETE_BRANCH};
use crate::tree::RepoName;
use crate::tree::request::Request;
use crate::workspace::{Failure, Workspace};

/// Whether the ledger knows the tag. An entry that cannot be read hides none: what it is about is looked at.
fn was_tagged(ledger: &LedgerSnapshot, repo: &RepoName, version: &str) -> bool {
    match ledger.entry(repo, version) {
        Ok(entry) => entry.is_some_and(|entry| entry.steps.contains_key(&StepName::new(IN_LEDGER))),
        Err(_) => true,
    }
}

/// The command that makes what is missing of a release or, without a version, of a branch.
pub(in crate::ops) fn command_for(deliverable: &str, version: Option<&str>) -> String {
    match version {
        Some(version) => format!("tagkeeper apply --release {deliverable} {version}"),
        None => "tagkeeper apply".to_owned(),
    }
}

/// Whether a step follows the tag. Tags, branches and announcements are looked at by themselves.
fn follows(step: &Step) -> bool {
    ![TAG, BRANCH, ANNOUNCE, DELETE_BRANCH].contains(&step.action.kind.as_str())
}

/// The changes that follow releases and branches of which the ledger knows the tag, where the site turned them on.
pub(super) fn of_changes(
    workspace: &mut Workspace,
    wanted: &[Wanted],
    sources: &Sources,
    ledger: &LedgerSnapshot,
) -> Result<Vec<Look>, Failure> {
    if workspace.config.after.steps.is_empty() {
        return Ok(Vec::new());
    }
    workspace.compare_with(workspace.head().to_owned())?;
    let mut request: Request = workspace.request()?;
    for one in wanted {
        for release in &one.file.deliverable.releases {
            let version = release.version.text();
            let mut projects = release.projects.iter();
            let is_tagged = |name: &RepoName| was_tagged(ledger, name, version);
            if projects.any(|it| it.named().is_ok_and(|it| is_tagged(&it.name))) {
                request.add_unfinished(&one.path, version);
            }
        }
        for branch in &one.file.deliverable.branches {
            request.add_unfinished(&one.path, &branch.name);
        }
    }
    let asked = (Occasion::OnPurpose, Ground::Real);
    let plan = plan_with(workspace, &request, sources, ledger, asked)?.plan;
    let mut looks = Vec::new();
    for release in &plan.releases {
        let version = release.version.as_deref();
        let is_ours =
            |step: &&Step| version.is_none_or(|version| was_tagged(ledger, &step.repo, version));
        let steps = release.steps.iter().filter(|step| follows(step));
        for step in steps.filter(is_ours) {
            let about = format!("{} {}", step.repo, step.action.name());
            let what = match &step.action.item {
                Some(item) => format!("{} {item}", step.action.noun()),
                None => step.action.noun().to_owned(),
            };
            let look = |verdict, words: String| Look::new(&about, &what, verdict, words);
            if let Some(late) = overdue(step, ledger, workspace.policy.constraints, workspace.now) {
                looks.push(look(Verdict::Bad, format!("{late}; {}", step.state)));
                continue;
            }
            looks.push(match &step.state {
                State::Done(how) => look(Verdict::Good, how.clone()),
                State::Create => look(Verdict::Bad, "not done".to_owned())
                    .fixed_by(command_for(&release.deliverable, version)),
                State::Unknown(why) => look(Verdict::NotChecked, why.to_string()),
                State::Conflict(why) => look(Verdict::Bad, why.clone()),
                other => look(Verdict::Note, other.to_string()),
            });
        }
    }
    Ok(looks)
}
