//! Branches: one that contains its point is done, wherever its tip has moved.

use jiff::Timestamp;

use super::push::{Ours, Way, away, commit_of};
use super::tag::{ask_commit, create_at, place_of};
use super::tools::Tools;
use crate::facts::pushed::{PushedBranch, PushedRepository, PushedTag};
use crate::facts::ref_in_the_way::RefKind;
use crate::facts::{Answer, Asks, Facts};
use crate::ledger::StepName;
use crate::plan::{
    About, Action, CarryOut, Memory, Part, Prepared, RequestedFile, State, Step, StepKind,
    StepResult,
};
use crate::tree::deliverable::Branch;
use crate::tree::{CommitId, RepoName};
use crate::version::tags_that_end;

/// The word for a branch in plans, which what depends on it names.
/// The name of the action.
pub const ACTION: &str = "branch";
const IN_LEDGER: &str = "branch";

/// Makes a branch.
#[derive(Clone, Copy, Debug)]
pub struct NewBranchKind;

impl StepKind for NewBranchKind {
    fn action(&self) -> &'static str {
        ACTION
    }

    fn full_ref(&self, name: &str) -> Option<String> {
        Some(format!("refs/heads/{name}"))
    }

    fn memory(&self) -> Memory {
        Memory::Beside(IN_LEDGER)
    }

    fn asks(&self, part: &Part<'_>, facts: &Facts, asks: &mut Asks) {
        let Some((file, branches)) = part.branches() else { return };
        for branch in branches {
            for (repo, point) in file.points(branch) {
                asks.put(PushedRepository { repo: repo.clone() });
                for name in tags_that_end(&branch.name, &file.subject.config.branches) {
                    asks.put(PushedTag { repo: repo.clone(), name });
                }
                if let Ok(point) = point {
                    ask_commit(&repo, point, facts, asks);
                    asks.put(place_of(&repo, RefKind::Branch, &branch.name));
                    asks.put(PushedBranch { repo, name: branch.name.value.clone(), point });
                }
            }
        }
    }

    fn plan(&self, part: &Part<'_>, facts: &Facts, before: &[Step]) -> Vec<Step> {
        let Some((file, branches)) = part.branches() else { return Vec::new() };
        let mut steps: Vec<Step> =
            branches.iter().flat_map(|branch| self.steps(file, branch, facts)).collect();
        // A branch at a release comes with the tag of its repository.
        if part.release().is_some() {
            steps.retain(|step| before.iter().any(|tag| tag.repo == step.repo));
        }
        steps
    }
}

impl NewBranchKind {
    fn steps(self, file: &RequestedFile<'_>, branch: &Branch, facts: &Facts) -> Vec<Step> {
        let name = &branch.name.value;
        file.points(branch)
            .into_iter()
            .map(|(repo, point)| {
                let action = Action::new(&self, name);
                match point {
                    Ok(point) => {
                        let state = state(file, name, (&repo, point), facts);
                        Step { repo, action: action.at(point), state }
                    }
                    Err(why) => Step { repo, action, state: State::Conflict(why.to_string()) },
                }
            })
            .collect()
    }
}

fn state(
    file: &RequestedFile<'_>,
    name: &str,
    (repo, point): (&RepoName, CommitId),
    facts: &Facts,
) -> State {
    let question = PushedBranch { repo: repo.clone(), name: name.to_owned(), point };
    match facts.get(&question) {
        Answer::Known(there) if there.holds_point => {
            State::Done("the branch is there and contains its point".to_owned())
        }
        Answer::Known(there) => State::Conflict(format!(
            "branch `{name}` is at {} and does not contain {point}",
            there.tip
        )),
        Answer::Unknown(why) => State::Unknown(why),
        Answer::Absent => absent(file, name, (repo, point), facts),
    }
}

/// The state of a branch that is not there: it was ended, or deleted, or is to be made.
fn absent(
    file: &RequestedFile<'_>,
    name: &str,
    (repo, point): (&RepoName, CommitId),
    facts: &Facts,
) -> State {
    match ending(file, name, repo, facts) {
        Answer::Known(by) => return State::Ended(format!("`{by}` ended the branch")),
        Answer::Unknown(why) => return State::Unknown(why),
        Answer::Absent => {}
    }
    match made_before(file, name, repo) {
        Answer::Known(at) => State::Ended(format!(
            "tagkeeper made it on {at}, and it has been deleted since; to have it again, create it by hand"
        )),
        Answer::Unknown(why) => State::Unknown(why),
        Answer::Absent => create_at(&place_of(repo, RefKind::Branch, name), point, facts),
    }
}

/// When tagkeeper made the branch, by the ledger: a feature branch ends by being deleted.
fn made_before(file: &RequestedFile<'_>, branch: &str, repo: &RepoName) -> Answer<Timestamp> {
    (file.subject.ledger)(repo, branch).and_then(|entry| {
        let record = entry.steps.get(&StepName::new(IN_LEDGER));
        let done = record.and_then(|record| record.done.as_ref());
        done.map_or(Answer::Absent, |done| Answer::Known(done.at))
    })
}

/// The tag, in the file or the repository, that ended a branch.
fn ending(
    file: &RequestedFile<'_>,
    branch: &str,
    repo: &RepoName,
    facts: &Facts,
) -> Answer<String> {
    for name in tags_that_end(branch, &file.subject.config.branches) {
        if file.file.deliverable.releases.iter().any(|release| release.version.text() == name) {
            return Answer::Known(name);
        }
        match facts.get(&PushedTag { repo: repo.clone(), name: name.clone() }) {
            Answer::Known(_) => return Answer::Known(name),
            Answer::Unknown(why) => return Answer::Unknown(why),
            Answer::Absent => {}
        }
    }
    Answer::Absent
}

impl CarryOut<Tools<'_>> for NewBranchKind {
    fn preflight(&self, step: &Step, tools: &Tools<'_>) -> Result<(), String> {
        tools.scratch(&step.repo).map(drop)
    }

    fn prepare<'t>(
        &self,
        about: &About<'t>,
        tools: &'t Tools<'_>,
    ) -> Result<Prepared<'t>, StepResult> {
        let (commit, way) = (commit_of(about.step)?, Way::of(about.step, tools)?);
        Ok(away(about.step, move || Ok(way.sending(commit)), Ours::AtCommit, tools))
    }
}
