//! Settling what a run left open, as an operator says.

use super::{ExplainOptions, ExplainedEntry, Listed, to_be_settled};
use crate::config::Announce;
use crate::git::Git;
use crate::ledger::{Ledger, LedgerDraft, Mark, Resolution, StepName};
use crate::plan::StepKind;
use crate::steps::NOTICE;
use crate::steps::announcement::ACTION as ANNOUNCE;
use crate::workspace::{Failure, Workspace};

/// Settles the release: its steps and, where no file lists it, what is pending. A line for each thing that was settled.
pub(super) fn settle(
    options: &ExplainOptions,
    how: Resolution,
    workspace: &Workspace,
    (ledger, listed): (&Ledger, &Listed),
) -> Result<Vec<String>, Failure> {
    let mut settled = settle_steps(options, how, workspace, (ledger, listed))?;
    if settled.is_empty()
        && let Some(step) = &options.step
    {
        let (version, deliverable) = (&options.version, &options.deliverable);
        let why = format!("no step `{step}` of {deliverable} {version} is open");
        return Err(
            Failure::usage(why).help("`tagkeeper explain` without `--resolve` lists the steps")
        );
    }
    if listed.files.is_empty() && how == Resolution::Done {
        settle_pending(options, workspace, ledger)?;
        settled.push(format!("{} of {}: settled", options.version, options.deliverable));
    }
    if settled.is_empty() {
        settled.push("nothing to settle: no step was begun without being noted as done".to_owned());
    }
    Ok(settled)
}

/// Settles the steps of which a person has found out whether they were done.
fn settle_steps(
    options: &ExplainOptions,
    how: Resolution,
    workspace: &Workspace,
    (ledger, listed): (&Ledger, &Listed),
) -> Result<Vec<String>, Failure> {
    let is_meant =
        |step: &StepName| options.step.as_ref().is_none_or(|named| *named == step.to_string());
    let mark = Mark::of_this_run(workspace.present(), &workspace.identity(&Git::find()?)?.email);
    let mut settled = Vec::new();
    let noted = ledger.read().map_err(Failure::outside)?;
    for ExplainedEntry { repo, .. } in &listed.entries {
        let at = (repo, options.version.as_str());
        let entry = noted.entry(at.0, at.1).map_err(Failure::outside)?.unwrap_or_default();
        let open = entry.steps.iter().filter(|(step, _)| is_meant(step));
        let open = open.filter_map(|(step, record)| Some((to_be_settled(step, record)?, step)));
        for (kind, step) in open {
            if ledger.resolve(at, step, &mark, how).map_err(Failure::outside)? {
                let item = kind.memory().item_of(step).map(|item| format!(" `{item}`"));
                let item = item.unwrap_or_default();
                let what = format!("the {}{item} of {repo} {}", kind.noun(), options.version);
                settled.push(format!("{what} is {}", after(how, kind, workspace)));
            }
        }
    }
    Ok(settled)
}

/// What comes of a step that was settled.
fn after(how: Resolution, kind: &dyn StepKind, workspace: &Workspace) -> &'static str {
    match (how, kind.action(), workspace.config.announce) {
        (Resolution::Done, _, _) => "noted as done",
        (Resolution::Redo, NOTICE, _) => "open again: `tagkeeper apply --pending` sends it",
        (Resolution::Redo, ANNOUNCE, Announce::Tag) => "open again: `tagkeeper announce` sends it",
        (Resolution::Redo, _, _) => "open again: the next `tagkeeper apply` does it",
    }
}

/// Takes out what is pending and listed nowhere.
fn settle_pending(
    options: &ExplainOptions,
    workspace: &Workspace,
    ledger: &Ledger,
) -> Result<(), Failure> {
    let message = format!("Settle {} of {}", options.version, options.deliverable);
    let take_out = |draft: &mut LedgerDraft<'_>| {
        let mut state = draft.state()?;
        state.pending.retain(|pending| !options.is_about(pending));
        draft.set_state(&state)
    };
    ledger.update(&message, workspace.now, take_out).map_err(Failure::outside)
}
