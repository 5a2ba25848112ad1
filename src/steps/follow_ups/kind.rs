//! The kind of step: planned from what is on the branches, carried out as a proposal.

use super::list::{NewBranch, following};
use crate::config::Optional;
use crate::facts::{Asks, Facts};
use crate::plan::{
    About, Action, CarryOut, Memory, Part, Prepared, RequestedFile, State, Step, StepKind,
    StepResult,
};
use crate::steps::branch;
use crate::steps::frame::{self, Listing, failed};
use crate::steps::proposing::{self, ProposedChange};
use crate::steps::tools::Tools;
use crate::tree::deliverable::{Branch, Location};
use crate::tree::{CommitId, RepoName};

const ACTION: &str = "follow-up";
const IN_LEDGER: &str = "follow-up";
/// The line of a tag message that names the change of the request.
const CHANGE_ID: &str = "Change-Id";

/// Proposes the changes that follow a new branch.
#[derive(Clone, Copy, Debug)]
pub struct FollowUpKind;

impl StepKind for FollowUpKind {
    fn action(&self) -> &'static str {
        ACTION
    }

    fn needs(&self) -> &'static [&'static str] {
        &[branch::ACTION]
    }

    fn is_apart(&self) -> bool {
        true
    }

    fn memory(&self) -> Memory {
        Memory::Beside(IN_LEDGER)
    }

    fn asks(&self, part: &Part<'_>, facts: &Facts, asks: &mut Asks) {
        each(part, &mut |_, _, change| {
            proposing::asks(change, part.subject().config, facts, asks);
        });
    }

    fn plan(&self, part: &Part<'_>, facts: &Facts, before: &[Step]) -> Vec<Step> {
        let mut steps = Vec::new();
        each(part, &mut |file, name, change| {
            let first = before.iter().find(|step| {
                step.repo == change.repo
                    && step.action.kind == branch::ACTION
                    && step.action.name == name
            });
            // Nothing follows a branch that is not made.
            let is_made = first.is_some_and(|step| {
                !matches!(step.state, State::Conflict(_) | State::Ended(_) | State::Operator(_))
            });
            if is_made {
                steps.push(self.step(file, name, change, facts));
            }
        });
        steps
    }
}

impl FollowUpKind {
    fn step(
        self,
        file: &RequestedFile<'_>,
        name: &str,
        change: &ProposedChange,
        facts: &Facts,
    ) -> Step {
        let action = Action::new(&self, name).item(&change.kind);
        let sent = frame::sent(file, &change.repo, &action, self.memory());
        let config = file.subject.config;
        let (action, state) = proposing::planned(change, action, config, facts, &sent);
        Step { repo: change.repo.clone(), action, state }
    }
}

/// Every change that follows a branch of a part of a request, with the name of the branch.
fn each(part: &Part<'_>, take: &mut dyn FnMut(&RequestedFile<'_>, &str, &ProposedChange)) {
    let subject = part.subject();
    if !subject.config.after.does(Optional::FollowUps) {
        return;
    }
    let Some((file, branches)) = part.branches() else { return };
    for branch in branches {
        for change in of_branch(file, branch) {
            take(file, &branch.name, &change);
        }
    }
}

fn of_branch(file: &RequestedFile<'_>, branch: &Branch) -> Vec<ProposedChange> {
    let by = [branch.name.as_str()]
        .into_iter()
        .chain(match &branch.location.value {
            Location::Version(version) => Some(version.as_str()),
            Location::Commits(_) => None,
        })
        .find_map(|name| file.introduction(name));
    let mut lines = by.into_iter().flat_map(|by| &by.lines);
    let request = lines.find(|(label, _)| label == CHANGE_ID).map(|(_, id)| id.as_str());
    let changes = |(repo, point): (RepoName, CommitId)| {
        let new = NewBranch {
            repo: &repo,
            name: &branch.name,
            point: Some(point),
            file: file.file,
            path: file.path,
            request,
        };
        following(&new, file.subject.config, file.subject.policy)
    };
    // A branch without a commit is not made, and nothing follows it.
    let points = file.points(branch).into_iter();
    points.filter_map(|(repo, point)| Some((repo, point.ok()?))).flat_map(changes).collect()
}

impl CarryOut<Tools<'_>> for FollowUpKind {
    fn prepare<'t>(
        &self,
        about: &About<'t>,
        tools: &'t Tools<'_>,
    ) -> Result<Prepared<'t>, StepResult> {
        let Step { repo, action, .. } = about.step;
        let listing = Listing::of(about, tools)?;
        let (file, path, name) = (&*listing.file, listing.path()?, action.name());
        let new = NewBranch { repo, name, point: None, file, path, request: None };
        let wanted = action.item.as_deref();
        let change = following(&new, tools.config, tools.policy)
            .into_iter()
            .find(|change| Some(change.kind.as_str()) == wanted)
            .ok_or_else(|| failed("it no longer follows the branch"))?;
        proposing::prepare(change, action.message.as_deref(), tools)
    }
}
