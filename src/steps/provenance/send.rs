//! Signing the statement about the tag that is there, and keeping it.

use super::statement::statement;
use crate::git::{Refs, Repository, Signature, signature_of};
use crate::ledger::Statement;
use crate::plan::{Prepared, Step, StepResult};
use crate::steps::frame::failed;
use crate::steps::tools::Tools;

pub(super) fn prepare<'t>(
    step: &'t Step,
    tools: &'t Tools<'_>,
) -> Result<Prepared<'t>, StepResult> {
    let keys = tools.keys.as_ref().map_err(failed)?;
    let mut made = Err(failed(format!("`{}` was not read", step.repo)));
    let look = &mut |repository: &Repository, refs: &Refs| {
        made = of_tag(step, (repository, refs), tools);
    };
    tools.remotes.read_now(&step.repo, look).map_err(failed)?;
    let text = made?;
    let signature = keys.signer.sign(&text).map_err(failed)?;
    let kept = Statement { text, signature: signature.into_bytes() };
    let (repo, version) = (&step.repo, step.action.name());
    let path = Statement::path(repo, version).map_err(failed)?;
    let send = move || match tools.ledger.keep((repo, version), &kept, (tools.clock)()) {
        Ok(()) => StepResult::Made(path),
        Err(error) => failed(error),
    };
    Ok(Prepared::here(None, send))
}

/// The statement about the tag as it is at the remote. Nothing is stated about a tag that is not ours.
fn of_tag(
    step: &Step,
    (repository, refs): (&Repository, &Refs),
    tools: &Tools<'_>,
) -> Result<Vec<u8>, StepResult> {
    let version = step.action.name();
    let there = refs.tags.get(version);
    let there = there.ok_or_else(|| failed(format!("tag `{version}` no longer exists")))?;
    let keys = tools.keys.as_ref().map_err(failed)?;
    match signature_of(tools.git, repository.git_dir(), there.object, keys) {
        Signature::Good(_) => {}
        Signature::None => {
            return Err(StepResult::Conflict(format!("tag `{version}` is not signed")));
        }
        Signature::Bad(why) => {
            return Err(StepResult::Conflict(format!("tag `{version}` is not ours: {why}")));
        }
        Signature::NotVerified(why) => {
            return Err(failed(format!(
                "the signature of tag `{version}` was not verified: {why}"
            )));
        }
    }
    let predicate = step.action.message.as_deref().unwrap_or_default();
    let tag = (there.object.to_string(), there.peeled.to_string());
    statement((&step.repo, version), (&tag.0, &tag.1), predicate).map_err(failed)
}
