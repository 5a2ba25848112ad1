//! Pushing one ref, and what became of it. What is there after a lost answer is read again.

use crate::git::{Destination, GitError, Oid, PushAnswer, mask_credentials};
use crate::ledger::{LedgerError, StepName};
use crate::plan::{Prepared, Step, StepResult};

use super::tools::{Named, Tools};
use crate::facts::Unknown;

/// Whose ref is taken for ours where another run was faster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ours {
    /// Any at the commit that the step names.
    AtCommit,
    /// One whose object a run of ours noted in the ledger, under this name.
    Noted(&'static str),
}

/// Sends `object` to the ref of `step` when it is asked to.
pub(super) fn prepared<'t>(
    step: &'t Step,
    object: Oid,
    ours: Ours,
    tools: &'t Tools<'_>,
) -> Prepared<'t> {
    let send = move || {
        let pushed = push(step, object, tools);
        match pushed {
            Ok(answer) => after_push(answer, object, step, ours, tools),
            Err(why) => StepResult::Failed(why),
        }
    };
    Prepared { object: Some(object.to_string()), send: Box::new(send) }
}

fn push(
    step: &Step,
    object: Oid,
    tools: &Tools<'_>,
) -> Result<Result<PushAnswer, GitError>, String> {
    let scratch = tools.scratch(&step.repo)?;
    let url = tools.remotes.url(&step.repo)?;
    let full_ref = step.action.full_ref().unwrap_or_default();
    Ok(Destination::new(tools.git, &scratch.git_dir(), &url).create(object, full_ref))
}

fn after_push(
    answer: Result<PushAnswer, GitError>,
    object: Oid,
    step: &Step,
    ours: Ours,
    tools: &Tools<'_>,
) -> StepResult {
    match answer {
        Ok(PushAnswer::Created | PushAnswer::Moved) => StepResult::Made(object.to_string()),
        Ok(PushAnswer::AlreadyThere) => StepResult::WasThere("made by another run".to_owned()),
        Ok(PushAnswer::Refused { reason }) => StepResult::Refused(mask_credentials(&reason)),
        Ok(PushAnswer::Taken) => {
            read_again(object, step, ours, tools, "another run made the ref first")
        }
        Ok(PushAnswer::Unknown { why }) => read_again(object, step, ours, tools, &why),
        Err(error) => StepResult::Failed(error.to_string()),
    }
}

/// The answer was lost, or somebody was faster: what is there now decides.
fn read_again(object: Oid, step: &Step, ours: Ours, tools: &Tools<'_>, why: &str) -> StepResult {
    let full_ref = step.action.full_ref().unwrap_or_default();
    match tools.remotes.reread(&step.repo, full_ref) {
        Ok(Some(there)) if there.object == object => StepResult::Made(object.to_string()),
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

fn is_ours(step: &Step, there: Named, ours: Ours, tools: &Tools<'_>) -> Result<bool, LedgerError> {
    if step.action.commit.as_deref() != Some(there.commit.to_string().as_str()) {
        return Ok(false);
    }
    let Ours::Noted(name) = ours else { return Ok(true) };
    let entry = tools.ledger.read()?.entry(&step.repo, step.action.name())?;
    let record = entry.as_ref().and_then(|entry| entry.steps.get(&StepName::new(name)));
    Ok(record.is_some_and(|record| record.objects.contains(&there.object.to_string())))
}

/// The commit that a step names.
pub(super) fn commit_of(step: &Step) -> Result<Oid, StepResult> {
    let hash = step.action.commit.as_deref().unwrap_or_default();
    Oid::from_str(hash)
        .map_err(|error| StepResult::Failed(format!("`{hash}` is not a commit id: {error}")))
}
