//! Executes a plan, step after step, or stops. It knows no kind of step: each says itself how it is carried out.
//!
//! Nothing here reads YAML or decides what is to be done: a step that is to be made is made, any other is passed on as it is.

mod outcome;
mod schema;

pub use outcome::{Outcome, ReleaseOutcome, StepOutcome};
pub use schema::outcome_schema;

use jiff::Timestamp;

use crate::facts::Unknown;
use crate::ledger::{Beginning, Begun, Ledger, Mark, Resolution, Snapshot, StepName};
use crate::plan::{
    About, CarryOut, Held, Memory, Plan, PlannedRelease, Prepared, State, Step, StepResult,
};

/// Whether what was planned may still be done: a hold may be set while a run is under way.
pub trait Gate {
    /// What `release` has to wait for now, if anything.
    ///
    /// # Errors
    /// A phrase that says why that is not known; nothing is done then.
    fn held(&self, release: &PlannedRelease) -> Result<Option<Held>, String>;
}

/// Executes plans: the kinds of steps, their tools, and what is asked and noted around each step.
pub struct Executor<'a, T> {
    /// The kinds of steps.
    pub kinds: &'a [&'a dyn CarryOut<T>],
    /// What they work with.
    pub tools: &'a T,
    /// Asked before each ref is pushed.
    pub gate: &'a dyn Gate,
    /// Where it is noted that a step is begun, and done.
    pub ledger: &'a Ledger,
    /// What the ledger said when the plan was made.
    pub noted: &'a Snapshot,
    /// Who is at work, for the ledger.
    pub who: &'a str,
    /// The present.
    pub clock: &'a dyn Fn() -> Timestamp,
}

impl<T> Executor<'_, T> {
    /// Executes `plan`. Each release is looked at as a whole before its first push; one that fails keeps none of the others
    /// back. `progress` hears of every step as it ends.
    pub fn execute(&self, plan: &Plan, progress: &mut dyn FnMut(&StepOutcome)) -> Outcome {
        let releases = plan.releases.iter().map(|release| self.release(release, progress));
        Outcome {
            releases: releases.collect(),
            unread: plan.unread.clone(),
            unreadable: plan.unreadable.clone(),
            ..Outcome::default()
        }
    }

    fn release(
        &self,
        release: &PlannedRelease,
        progress: &mut dyn FnMut(&StepOutcome),
    ) -> ReleaseOutcome {
        let mut stopped = release.obstacle().map(to_be_settled);
        if stopped.is_none() {
            stopped = self.preflight(release).err();
        }
        let mut steps: Vec<StepOutcome> = Vec::new();
        let mut held = None;
        for step in &release.steps {
            let result = match (StepResult::of_state(&step.state), &stopped) {
                (Some(result), _) => {
                    self.settle(step);
                    result
                }
                (None, Some(why)) => StepResult::NotBegun(why.clone()),
                (None, None) => {
                    if held.is_none() && step.pushes() {
                        held = self.held_now(release);
                    }
                    let kept = held.clone().filter(|_| step.pushes());
                    kept.or_else(|| lacks(step, &steps))
                        .unwrap_or_else(|| self.carry_out(release, step))
                }
            };
            let is_apart = self.kind(step).is_some_and(|kind| kind.is_apart());
            if result.is_bad() && stopped.is_none() && !is_apart {
                stopped = Some(to_be_settled(step));
            }
            let outcome =
                StepOutcome { repo: step.repo.clone(), action: step.action.clone(), did: result };
            progress(&outcome);
            steps.push(outcome);
        }
        ReleaseOutcome { planned: release.clone(), steps }
    }

    fn kind(&self, step: &Step) -> Option<&dyn CarryOut<T>> {
        self.kinds.iter().copied().find(|kind| kind.action() == step.action.kind)
    }

    /// What every step of a release needs, before anything leaves this machine.
    fn preflight(&self, release: &PlannedRelease) -> Result<(), String> {
        let to_be_made = release.steps.iter().filter(|step| step.state == State::Create);
        for step in to_be_made {
            if let Some(kind) = self.kind(step) {
                kind.preflight(step, self.tools)?;
            }
        }
        Ok(())
    }

    /// What keeps a release back that was to be done when the plan was made.
    fn held_now(&self, release: &PlannedRelease) -> Option<StepResult> {
        match self.gate.held(release) {
            Ok(None) => None,
            Ok(Some(Held { until, reason })) => Some(StepResult::Held { until, reason }),
            Err(why) => {
                Some(StepResult::NotBegun(format!("the policy could not be read again: {why}")))
            }
        }
    }

    fn carry_out(&self, release: &PlannedRelease, step: &Step) -> StepResult {
        let Some(kind) = self.kind(step) else {
            return StepResult::Failed(format!(
                "this version of tagkeeper has no step `{}`",
                step.action.kind
            ));
        };
        let about = About { step, file: &release.file, deliverable: &release.deliverable };
        let prepared = match kind.prepare(&about, self.tools) {
            Ok(prepared) => prepared,
            Err(result) => return result,
        };
        let memory = kind.memory();
        match (memory, memory.name_of(&step.action)) {
            (Memory::Beside(_), Some(name)) => self.noting(step, &name, prepared),
            (Memory::Only(_), Some(name)) => self.once(release, step, &name, prepared),
            (_, _) => (prepared.send)(),
        }
    }

    fn mark(&self) -> Mark {
        Mark::of_this_run((self.clock)(), self.who)
    }

    /// Notes a step before and after. A run that is killed between them leaves the intent behind: what it pushed is ours.
    fn noting(&self, step: &Step, name: &StepName, prepared: Prepared<'_>) -> StepResult {
        let at = (step.repo.as_str(), step.action.name());
        let object = prepared.object.as_deref();
        if let Err(error) = self.ledger.intend(at, name, &self.mark(), object) {
            return StepResult::Failed(error.to_string());
        }
        let result = (prepared.send)();
        if let StepResult::Made(what) = &result {
            self.note_done(step, name, what);
        }
        result
    }

    fn note_done(&self, step: &Step, name: &StepName, what: &str) {
        let noted = self.ledger.finish(&step.repo, step.action.name(), name, &self.mark(), what);
        if let Err(error) = noted {
            log::warn!("{} is done, but the ledger could not be written: {error}", step.title());
        }
    }

    /// Does a step of which only the ledger knows whether it was done: never twice.
    fn once(
        &self,
        release: &PlannedRelease,
        step: &Step,
        name: &StepName,
        prepared: Prepared<'_>,
    ) -> StepResult {
        let (repo, version) = (step.repo.as_str(), step.action.name());
        let settle = format!("`tagkeeper explain {} {version}`", release.deliverable);
        match self.ledger.begin(repo, version, name, &self.mark()) {
            Ok(Beginning::GoAhead) => {}
            Ok(Beginning::AlreadyDone(done)) => {
                return StepResult::WasThere(format!("by {} on {}", done.who, done.at));
            }
            Ok(Beginning::InFlight(begun)) => return in_flight(&begun, (self.clock)(), &settle),
            Err(error) => return StepResult::Failed(error.to_string()),
        }
        let result = (prepared.send)();
        match &result {
            StepResult::Made(said) => {
                // Done is done, also when the ledger cannot be written: its intent keeps it from being done twice.
                match self.ledger.finish(repo, version, name, &self.mark(), said) {
                    Ok(()) => result,
                    Err(error) => StepResult::Unknown(Unknown::because(format_args!(
                        "it was done ({said}), but the ledger could not be written: {error}; settle it with {settle} --resolve done"
                    ))),
                }
            }
            StepResult::Unknown(why) => {
                let words = format!("{why}; {settle} shows how to settle it");
                StepResult::Unknown(why.clone().in_words(words))
            }
            _ => {
                let mark = self.mark();
                match self.ledger.resolve((repo, version), name, &mark, Resolution::Redo) {
                    Ok(_) => result,
                    Err(error) => StepResult::Failed(format!(
                        "{result}; and the ledger could not be written: {error}"
                    )),
                }
            }
        }
    }

    /// Notes as done what is there and what a run that was killed had begun: a ref at the very object that it was about to
    /// push. Of a tag only its kind can say whose it is.
    fn settle(&self, step: &Step) {
        let Some(memory @ Memory::Beside(_)) = self.kind(step).map(|kind| kind.memory()) else {
            return;
        };
        let (State::Done(_), Some(name)) = (&step.state, memory.name_of(&step.action)) else {
            return;
        };
        let entry = self.noted.entry(&step.repo, step.action.name()).ok().flatten();
        let record = entry.as_ref().and_then(|entry| entry.steps.get(&name));
        let commit = step.action.commit.as_ref();
        if record.is_some_and(|record| {
            record.done.is_none() && commit.is_some_and(|commit| record.objects.contains(commit))
        }) {
            self.note_done(step, &name, "found done by a later run");
        }
    }
}

/// Why the rest of a release waits for `step`.
fn to_be_settled(step: &Step) -> String {
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

/// Another run began the step and has not finished it.
fn in_flight(begun: &Mark, now: Timestamp, settle: &str) -> StepResult {
    match begun.standing(now) {
        Begun::AtWork(who) => StepResult::Held {
            until: None,
            reason: format!("{who} and is doing it: run again later"),
        },
        Begun::Over => StepResult::Unknown(Unknown::because(format_args!(
            "{} began it at {} and did not note the result; {settle} shows how to settle it",
            begun.who, begun.at
        ))),
    }
}
