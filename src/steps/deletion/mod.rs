//! Deleting a branch that a tag has ended: shown, and done when an operator asks for it.
//!
//! Nothing is lost by it: the tag must be at the tip of the branch, when it is planned and again right before it is deleted.

mod send;

use super::tools::Tools;
use crate::facts::proposed::OpenOnBranch;
use crate::facts::pushed::{BranchState, PushedBranch, PushedTag};
use crate::facts::{Answer, Asks, Facts};
use crate::plan::{
    About, Action, CarryOut, Memory, Occasion, Part, Prepared, RequestedFile, State, Step,
    StepKind, StepResult,
};
use crate::tree::deliverable::{NamedProject, Release};
use crate::tree::{BadCommitId, CommitId};
use crate::version::branches_ended_by;

/// The word for it in plans.
pub const ACTION: &str = "delete-branch";
const IN_LEDGER: &str = "delete-branch";
/// Pages of open changes that are named.
const MOST_NAMED: usize = 20;

/// Deletes a branch that a tag has ended.
#[derive(Clone, Copy, Debug)]
pub struct DeletionKind;

impl StepKind for DeletionKind {
    fn action(&self) -> &'static str {
        ACTION
    }

    fn noun(&self) -> &'static str {
        "deletion of branch"
    }

    fn is_apart(&self) -> bool {
        true
    }

    fn memory(&self) -> Memory {
        Memory::Beside(IN_LEDGER)
    }

    fn asks(&self, part: &Part<'_>, facts: &Facts, asks: &mut Asks) {
        for ended in ended(part) {
            let Ok(branch) = ended.branch() else { continue };
            if facts.get(&branch).known().is_some() {
                asks.put(ended.open_changes());
            }
            asks.put(branch);
            asks.put(ended.tag());
        }
    }

    fn plan(&self, part: &Part<'_>, facts: &Facts, _: &[Step]) -> Vec<Step> {
        let wants = part.subject().occasion == Occasion::DeleteEnded;
        let step = |ended: Ended<'_>| {
            let action = Action::new(self, &ended.name);
            let branch = match ended.branch() {
                Ok(branch) => branch,
                Err(_) if !wants => return None,
                Err(why) => {
                    let (repo, state) =
                        (ended.project.name.clone(), State::Conflict(why.to_string()));
                    return Some(Step { repo, action, state });
                }
            };
            let (action, state) = match facts.get(&branch) {
                Answer::Absent if !wants => return None,
                Answer::Absent => (action, State::Done("the branch is not there".to_owned())),
                Answer::Unknown(_) if !wants => return None,
                Answer::Unknown(why) => (action, State::Unknown(why)),
                Answer::Known(there) => ended.there(action, there, facts),
            };
            Some(Step { repo: ended.project.name.clone(), action, state })
        };
        ended(part).into_iter().filter_map(step).collect()
    }
}

/// A branch that a release ends in a repository.
struct Ended<'a> {
    file: &'a RequestedFile<'a>,
    release: &'a Release,
    project: NamedProject<'a>,
    name: String,
}

fn ended<'p>(part: &'p Part<'_>) -> Vec<Ended<'p>> {
    let Some((file, release)) = part.release() else { return Vec::new() };
    let names = branches_ended_by(release.version.text(), &file.subject.config.branches);
    let of_project = |project: NamedProject<'p>| {
        let project = &project;
        let ended =
            |name: &String| Ended { file, release, project: project.clone(), name: name.clone() };
        names.iter().map(ended).collect::<Vec<_>>()
    };
    file.tagged(release).flat_map(of_project).collect()
}

impl Ended<'_> {
    fn branch(&self) -> Result<PushedBranch, BadCommitId> {
        let (repo, name) = (self.project.name.clone(), self.name.clone());
        Ok(PushedBranch { repo, name, point: self.project.commit()? })
    }

    fn tag(&self) -> PushedTag {
        let name = self.release.version.text().to_owned();
        PushedTag { repo: self.project.name.clone(), name }
    }

    fn open_changes(&self) -> OpenOnBranch {
        OpenOnBranch { repo: self.project.name.clone(), branch: self.name.clone() }
    }

    /// The step for a branch that is there.
    fn there(&self, action: Action, there: &BranchState, facts: &Facts) -> (Action, State) {
        let version = self.release.version.text();
        let action = action.at(there.tip).saying(self.message());
        let wants = self.file.subject.occasion == Occasion::DeleteEnded;
        if !wants {
            return (action, State::Operator(format!("`{version}` ends it{}", self.open(facts))));
        }
        let state = match facts.get(&self.tag()) {
            Answer::Unknown(why) => State::Unknown(why),
            Answer::Absent => State::Conflict(format!(
                "the tag `{version}` is not there, so the end of the branch is kept nowhere"
            )),
            Answer::Known(tag) if tag.peeled != there.tip.oid() => {
                State::Conflict(elsewhere(there.tip, version, tag.peeled.into()))
            }
            Answer::Known(_) if self.file.subject.config.gerrit.is_empty() => State::Conflict(
                "branches are deleted by Gerrit, and the site names none; set `gerrit`".to_owned(),
            ),
            Answer::Known(_) => match facts.get(&self.open_changes()) {
                Answer::Unknown(why) => {
                    let words = format!("which changes are open on the branch: {why}");
                    State::Unknown(why.in_words(words))
                }
                Answer::Known(_) | Answer::Absent => State::Create,
            },
        };
        (action, state)
    }

    /// What the authors of open changes are told.
    fn message(&self) -> String {
        format!(
            "{} has ended with the tag {}, and the branch is being deleted.\n\nIf you still want this change, propose it to a branch that is still maintained.",
            self.name,
            self.release.version.text()
        )
    }

    /// The open changes, in words.
    fn open(&self, facts: &Facts) -> String {
        let Answer::Known(open) = facts.get(&self.open_changes()) else { return String::new() };
        match pages(open) {
            None => ", and no change is open on it".to_owned(),
            Some(pages) => format!(", with open changes that would be abandoned: {pages}"),
        }
    }
}

/// Where changes are read, in words; `None` where there are none.
fn pages(open: &[String]) -> Option<String> {
    let more = open.len().saturating_sub(MOST_NAMED);
    let named = open.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join(", ");
    match (open.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(named),
        (false, more) => Some(format!("{named} and {more} more")),
    }
}

fn elsewhere(tip: CommitId, version: &str, tagged: CommitId) -> String {
    format!(
        "the tip of the branch is {tip}, but `{version}` is at {tagged}; commits would be lost, so it is not deleted"
    )
}

impl CarryOut<Tools<'_>> for DeletionKind {
    fn prepare<'t>(
        &self,
        about: &About<'t>,
        tools: &'t Tools<'_>,
    ) -> Result<Prepared<'t>, StepResult> {
        send::prepare(about, tools)
    }
}
