//! A release on its way: what became of its steps so far, and what keeps the next ones back.

use super::outcome::{ReleaseOutcome, StepOutcome};
use crate::facts::Unknown;
use crate::ledger::{LedgerError, Note, StepName};
use crate::plan::{Action, PlannedRelease, Step, StepResult};

/// A release on its way.
pub(super) struct Course<'r> {
    pub(super) release: &'r PlannedRelease,
    steps: Vec<StepOutcome>,
    /// Why nothing more of it is begun.
    stopped: Option<String>,
    /// Why no more refs of it are pushed.
    held: Option<StepResult>,
}

impl<'r> Course<'r> {
    /// The beginning, or why there is none.
    pub(super) fn of(release: &'r PlannedRelease, stopped: Option<String>) -> Self {
        Self { release, steps: Vec::new(), stopped, held: None }
    }

    /// The step that has not come to its end.
    pub(super) fn next(&self) -> Option<&'r Step> {
        self.release.steps.get(self.steps.len())
    }

    /// The result of the next step where it need not or cannot be carried out.
    pub(super) fn result_of(&self, step: &Step) -> Option<StepResult> {
        StepResult::of_state(&step.state)
            .or_else(|| self.stopped.clone().map(StepResult::NotBegun))
            .or_else(|| self.held.clone().filter(|_| step.pushes()))
            .or_else(|| lacks(step, &self.steps))
    }

    /// Lets no more refs be pushed.
    pub(super) fn hold(&mut self, result: StepResult) {
        self.held = Some(result);
    }

    /// Notes the result of the next step. A bad one keeps the others back, unless the kind of step is apart from them.
    pub(super) fn end(&mut self, step: &Step, result: StepResult, is_apart: bool) -> &StepOutcome {
        if result.is_bad() && self.stopped.is_none() && !is_apart {
            self.stopped = Some(to_be_settled(step));
        }
        let (repo, action) = (step.repo.clone(), step.action.clone());
        self.steps.push(StepOutcome { repo, action, did: result });
        &self.steps[self.steps.len() - 1]
    }

    /// What is there, but could not be noted as such, is left open: the ledger does not show it.
    pub(super) fn lacks_note(
        &mut self,
        (note, why): (&Note, &LedgerError),
        name: impl Fn(&Action) -> Option<StepName>,
    ) {
        let is_it = |step: &&mut StepOutcome| {
            step.repo == note.repo
                && step.action.name() == note.name
                && name(&step.action).as_ref() == Some(&note.step)
                && step.did.is_settled()
        };
        for step in self.steps.iter_mut().filter(is_it) {
            let did = &step.did;
            step.did = StepResult::Unknown(Unknown::because(format_args!(
                "{did}, but this could not be noted: {why}"
            )));
        }
    }

    pub(super) fn outcome(self) -> ReleaseOutcome {
        ReleaseOutcome { planned: self.release.clone(), steps: self.steps }
    }
}

/// Why the rest of a release waits for `step`.
pub(super) fn to_be_settled(step: &Step) -> String {
    format!("{} must be settled first", step.title())
}

/// What a step still lacks of what it needs.
fn lacks(step: &Step, before: &[StepOutcome]) -> Option<StepResult> {
    let mut needed = step.action.needs.iter();
    needed.find_map(|kind| {
        let is_it = |other: &&StepOutcome| {
            other.repo == step.repo
                && other.action.kind == *kind
                && other.action.name == step.action.name
        };
        match before.iter().find(is_it).map(|other| (&other.action, &other.did)) {
            Some((_, result)) if result.is_there() => None,
            Some((action, StepResult::Held { until, .. })) => {
                let reason = format!("its {} waits", action.noun());
                Some(StepResult::Held { until: *until, reason })
            }
            Some((action, _)) => {
                Some(StepResult::NotBegun(format!("its {} is not there", action.noun())))
            }
            // It was named by itself, as `tagkeeper announce` does.
            None => None,
        }
    })
}
