//! Pushing one ref, and what became of it. What is there after a lost answer is read again.

use std::path::PathBuf;
use std::sync::Arc;

use crate::git::{CommitId, Destination, Git, Oid, PushAnswer, Scratch, mask_credentials};
use crate::ledger::{LedgerError, StepName};
use crate::plan::{MadeObject, Prepared, PushReply, Step, StepResult};

use super::tools::{RefTarget, Tools};
use crate::facts::Unknown;

/// Whose ref is taken for ours where another run was faster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ours {
    /// Any at the commit that the step names.
    AtCommit,
    /// One whose object a run of ours noted in the ledger, under this name.
    Noted(&'static str),
}

/// The way to the ref of a step, with nothing of the tools that other threads cannot have.
pub(super) struct Way<'t> {
    pub(super) git: &'t Git,
    /// Where objects for it are made.
    scratch: Arc<Scratch>,
    url: String,
    full_ref: String,
}

impl<'t> Way<'t> {
    /// The way of `step`.
    pub(super) fn of(step: &Step, tools: &Tools<'t>) -> Result<Self, StepResult> {
        let scratch = tools.scratch(&step.repo).map_err(StepResult::Failed)?;
        let url = tools.remotes.url(&step.repo);
        let full_ref = step.action.full_ref().unwrap_or_default().to_owned();
        Ok(Self { git: tools.git, scratch, url, full_ref })
    }

    /// The repository in which objects for it are made.
    pub(super) fn git_dir(&self) -> PathBuf {
        self.scratch.git_dir()
    }

    /// `object`, which is pushed when somebody asks for it.
    pub(super) fn sending(self, object: Oid) -> MadeObject<'t> {
        MadeObject { object: object.to_string(), push: Box::new(move || self.push(object)) }
    }

    fn push(&self, object: Oid) -> PushReply {
        let git_dir = self.git_dir();
        let pushed = Destination::new(self.git, &git_dir, &self.url);
        match pushed.create(object, &self.full_ref) {
            Ok(PushAnswer::Created | PushAnswer::Moved) => PushReply::Made,
            Ok(PushAnswer::AlreadyThere) => PushReply::There,
            Ok(PushAnswer::Taken) => PushReply::Taken,
            Ok(PushAnswer::Refused { reason }) => PushReply::Refused(mask_credentials(&reason)),
            Ok(PushAnswer::Unknown { why }) => PushReply::Lost(why),
            Err(error) => PushReply::NotSent(error.to_string()),
        }
    }
}

/// Makes and pushes an object wherever there is a hand, and judges the answer here.
pub(super) fn away<'t>(
    step: &'t Step,
    make: impl FnOnce() -> Result<MadeObject<'t>, String> + Send + 't,
    ours: Ours,
    tools: &'t Tools<'_>,
) -> Prepared<'t> {
    let judge = move |object: &str, reply| judged(object, reply, step, ours, tools);
    Prepared::Away { make: Box::new(make), judge: Box::new(judge) }
}

fn judged(
    object: &str,
    reply: PushReply,
    step: &Step,
    ours: Ours,
    tools: &Tools<'_>,
) -> StepResult {
    match reply {
        PushReply::Made => StepResult::Made(object.to_owned()),
        PushReply::There => StepResult::WasThere("made by another run".to_owned()),
        PushReply::Refused(reason) => StepResult::Refused(reason),
        PushReply::Taken => read_again(object, step, ours, tools, "another run made the ref first"),
        PushReply::Lost(why) => read_again(object, step, ours, tools, &why),
        PushReply::NotSent(why) => StepResult::Failed(why),
    }
}

/// The answer was lost, or somebody was faster: what is there now decides.
fn read_again(object: &str, step: &Step, ours: Ours, tools: &Tools<'_>, why: &str) -> StepResult {
    let full_ref = step.action.full_ref().unwrap_or_default();
    match tools.remotes.reread(&step.repo, full_ref) {
        Ok(Some(there)) if there.object.to_string() == object => {
            StepResult::Made(object.to_owned())
        }
        Ok(Some(there)) => match is_ours(step, there, ours, tools) {
            Ok(true) => StepResult::WasThere("made by another run".to_owned()),
            Ok(false) => StepResult::Conflict(format!(
                "`{full_ref}` is {} now, which this run did not make; run again to see what it is",
                there.object
            )),
            Err(unknown) => StepResult::Unknown(Unknown::because(format_args!(
                "{why}, and the ledger does not say which run made `{full_ref}`: {unknown}"
            ))),
        },
        Ok(None) => StepResult::Failed(format!("{why}; `{full_ref}` is not there: run again")),
        Err(unknown) => StepResult::Unknown(Unknown::because(format_args!(
            "{why}, and `{full_ref}` could not be read again: {unknown}"
        ))),
    }
}

fn is_ours(
    step: &Step,
    there: RefTarget,
    ours: Ours,
    tools: &Tools<'_>,
) -> Result<bool, LedgerError> {
    if step.action.commit != Some(there.commit.into()) {
        return Ok(false);
    }
    let Ours::Noted(name) = ours else { return Ok(true) };
    let entry = tools.ledger.read()?.entry(&step.repo, step.action.name())?;
    let record = entry.as_ref().and_then(|entry| entry.steps.get(&StepName::new(name)));
    Ok(record.is_some_and(|record| record.objects.contains(&there.object.to_string())))
}

/// The commit that a step names.
pub(super) fn commit_of(step: &Step) -> Result<Oid, StepResult> {
    let id = step.action.commit.map(CommitId::oid);
    id.ok_or_else(|| StepResult::Failed(format!("the plan names no commit for {}", step.title())))
}
