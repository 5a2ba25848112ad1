//! What the contracts of several kinds of steps have in common.

use std::sync::Arc;

use super::tag;
use super::tools::Tools;
use crate::facts::Answer;
use crate::facts::Unknown;
use crate::plan::{About, Action, Memory, RequestedFile, State, Step, StepResult, not_shown};
use crate::tree::RepoName;
use crate::tree::deliverable::{ProjectAt, Release};
use crate::tree::file::FilePath;
use crate::tree::record::File;

/// The tag of `repo` among the steps planned before, where it is there or will be: nothing follows one that is not made.
pub(super) fn tag_of<'s>(repo: &RepoName, before: &'s [Step]) -> Option<&'s Step> {
    let tag = before.iter().find(|step| step.repo == *repo && step.action.kind == tag::ACTION)?;
    (!matches!(tag.state, State::Conflict(_) | State::Ended(_))).then_some(tag)
}

/// What the ledger has noted of a step that a server was asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SentBefore {
    /// It was done.
    Done,
    /// The server accepted it and did not show it: in words.
    NotShown(String),
}

/// What the ledger has noted of a step of `file`; absent where it was never sent, or nobody knows whether it arrived.
pub(super) fn sent(
    file: &RequestedFile<'_>,
    repo: &RepoName,
    action: &Action,
    memory: Memory,
) -> Answer<SentBefore> {
    (file.subject.ledger)(repo, action.name()).and_then(|entry| {
        let record = memory.name_of(action).and_then(|name| entry.steps.get(&name));
        let Some(record) = record else { return Answer::Absent };
        match (&record.done, &record.accepted, &record.note) {
            (Some(_), _, _) => Answer::Known(SentBefore::Done),
            (None, Some(_), said) => {
                let said = said.as_deref().unwrap_or("the server accepted it");
                Answer::Known(SentBefore::NotShown(not_shown(
                    said,
                    file.path.name(),
                    action.name(),
                )))
            }
            (None, None, _) => Answer::Absent,
        }
    })
}

/// The state of a step that is not there, where the ledger has noted `sent`: what was done and taken away since is somebody's
/// decision, and it is in the state `gone` then.
pub(super) fn unless_sent(sent: &Answer<SentBefore>, gone: State) -> State {
    match sent {
        Answer::Known(SentBefore::Done) => gone,
        Answer::Known(SentBefore::NotShown(why)) => State::Unknown(Unknown::because(why)),
        Answer::Absent => State::Create,
        Answer::Unknown(why) => State::Unknown(why.clone()),
    }
}

/// A step that would be made, unless the ledger has it as sent before; `gone` is its state where it was done.
pub(super) fn once_ever(step: Step, file: &RequestedFile<'_>, memory: Memory, gone: State) -> Step {
    if step.state != State::Create {
        return step;
    }
    let sent = sent(file, &step.repo, &step.action, memory);
    Step { state: unless_sent(&sent, gone), ..step }
}

/// The result of a step that something outside keeps from being carried out.
pub(super) fn failed(why: impl ToString) -> StepResult {
    StepResult::Failed(why.to_string())
}

/// The deliverable file of a step that is carried out.
pub(super) struct Listing {
    /// The file.
    pub(super) file: Arc<File>,
    name: String,
}

impl Listing {
    /// Reads it from the record.
    ///
    /// # Errors
    /// The result of the step, when it cannot be read.
    pub(super) fn of(about: &About<'_>, tools: &Tools<'_>) -> Result<Self, StepResult> {
        let file = tools.record.file(about.file).map_err(failed)?;
        let file = file.ok_or_else(|| failed(format!("{} could not be read", about.file)))?;
        Ok(Self { file, name: about.file.to_owned() })
    }

    /// Its path.
    ///
    /// # Errors
    /// The result of the step, when it is not that of a deliverable.
    pub(super) fn path(&self) -> Result<&FilePath, StepResult> {
        self.file.path.as_ref().map_err(failed)
    }

    /// The release that a step is about, and its repository.
    ///
    /// # Errors
    /// The result of the step, when the file does not list it.
    pub(super) fn release(&self, step: &Step) -> Result<(&Release, ProjectAt<'_>), StepResult> {
        let found = self.file.deliverable.releases.iter().find_map(|release| {
            let project = release.projects.iter().find(|project| *project.repo == *step.repo)?;
            let project = project.at_commit()?;
            (release.version.text() == step.action.name()).then_some((release, project))
        });
        found.ok_or_else(|| failed(format!("{} no longer lists {}", self.name, step.action.name())))
    }
}
