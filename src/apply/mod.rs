//! Executes a plan: each release step after step, several releases side by side. It knows no kind of step: each says itself
//! how it is carried out.
//!
//! Nothing here reads YAML or decides what is to be done: a step that is to be made is made, any other is passed on as it is.

mod away;
mod course;
mod hands;
mod notebook;
mod outcome;
mod schema;

pub use outcome::{Outcome, ReleaseOutcome, StepOutcome};
pub use schema::outcome_schema;

use jiff::Timestamp;

use crate::facts::Unknown;
use crate::ledger::{
    Beginning, Begun, Claim, Ledger, LedgerSnapshot, Mark, Noted, Resolution, StepName, Unwritten,
};
use crate::plan::{
    About, Action, CarryOut, HeldUntil, Memory, Plan, PlannedRelease, Prepared, Sent, State, Step,
    StepResult, not_shown, to_settle,
};
use away::Away;
use course::Course;
use hands::Part;
use notebook::Notebook;

/// So many releases are on their way side by side: their notes are written together.
const SIDE_BY_SIDE: usize = 64;
/// So many pushes are worth a further hand. What a small run pushes comes one after the other.
const WORTH_A_HAND: usize = 8;

/// Whether what was planned may still be done: a hold may be set while a run is under way.
pub trait Gate {
    /// What `release` has to wait for now, if anything.
    ///
    /// # Errors
    /// A phrase that says why that is not known; nothing is done then.
    fn held(&self, release: &PlannedRelease) -> Result<Option<HeldUntil>, String>;
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
    pub noted: &'a LedgerSnapshot,
    /// Who is at work, for the ledger.
    pub who: &'a str,
    /// The present.
    pub clock: &'a dyn Fn() -> Timestamp,
    /// The most repositories that are pushed to at the same time.
    pub jobs: usize,
}

/// A run of an executor over some releases, side by side.
struct Stretch<'a, 'r, T> {
    executor: &'r Executor<'a, T>,
    courses: Vec<Course<'r>>,
    notes: Notebook<'a>,
    progress: &'r mut dyn FnMut(&StepOutcome),
}

impl<'a, T> Executor<'a, T> {
    /// Executes `plan`. Each release is looked at as a whole before its first push; one that fails keeps none of the others
    /// back. `progress` hears of every step as it ends.
    pub fn execute(&self, plan: &Plan, progress: &mut dyn FnMut(&StepOutcome)) -> Outcome {
        let mut releases = Vec::new();
        for some in plan.releases.chunks(SIDE_BY_SIDE) {
            releases.extend(self.side_by_side(some, progress));
        }
        Outcome { releases, ..Outcome::without_steps(plan) }
    }

    fn side_by_side(
        &self,
        releases: &[PlannedRelease],
        progress: &mut dyn FnMut(&StepOutcome),
    ) -> Vec<ReleaseOutcome> {
        let course = |release| Course::of(release, self.preflight(release).err());
        let courses = releases.iter().map(course).collect();
        let notes = Notebook::new(self.ledger, self.clock, self.who);
        let mut stretch = Stretch { executor: self, courses, notes, progress };
        while stretch.go_on() {}
        let Stretch { mut courses, notes, .. } = stretch;
        for Unwritten { note, why } in notes.write_down() {
            for course in &mut courses {
                course.lacks_note((&note, &why), |action| self.name_in_ledger(action));
            }
        }
        courses.into_iter().map(Course::outcome).collect()
    }

    fn kind(&self, action: &Action) -> Option<&dyn CarryOut<T>> {
        self.kinds.iter().copied().find(|kind| kind.action() == action.kind)
    }

    fn name_in_ledger(&self, action: &Action) -> Option<StepName> {
        self.kind(action)?.memory().name_of(action)
    }

    /// What every step of a release needs, before anything leaves this machine.
    fn preflight(&self, release: &PlannedRelease) -> Result<(), String> {
        if let Some(obstacle) = release.obstacle() {
            return Err(course::to_be_settled(obstacle));
        }
        let to_be_made = release.steps.iter().filter(|step| step.state == State::Create);
        for step in to_be_made {
            if let Some(kind) = self.kind(&step.action) {
                kind.preflight(step, self.tools)?;
            }
        }
        Ok(())
    }

    /// What keeps a release back that was to be done when the plan was made.
    fn held_now(&self, release: &PlannedRelease) -> Option<StepResult> {
        match self.gate.held(release) {
            Ok(None) => None,
            Ok(Some(HeldUntil { until, reason })) => Some(StepResult::Held { until, reason }),
            Err(why) => {
                Some(StepResult::NotBegun(format!("the policy could not be read again: {why}")))
            }
        }
    }

    /// Whether a step that is there, and that a run which was killed had begun, is of that run.
    fn is_found_done(&self, step: &Step) -> Option<StepName> {
        let kind = self.kind(&step.action)?;
        let Memory::Beside(_) = kind.memory() else { return None };
        if !matches!(step.state, State::Done(_) | State::Open(_)) {
            return None;
        }
        let name = kind.memory().name_of(&step.action)?;
        let entry = self.noted.entry(&step.repo, step.action.name()).ok().flatten()?;
        let record = entry.steps.get(&name).filter(|record| record.done.is_none())?;
        kind.is_at(step, &record.objects, self.tools).then_some(name)
    }
}

impl<'r, T> Stretch<'_, 'r, T> {
    /// Carries out the next step of each release; whether there was any.
    fn go_on(&mut self) -> bool {
        let next: Vec<(usize, &'r Step)> =
            (0..self.courses.len()).filter_map(|at| Some((at, self.next_of(at)?))).collect();
        let (mut making, mut away) = (Vec::new(), Vec::new());
        for (at, step) in &next {
            match self.prepare(*at, step) {
                Err(result) => self.end(*at, result),
                Ok((name, Prepared::Here { object, send })) => {
                    let held = if step.pushes() { self.hold(*at) } else { None };
                    let result = match held {
                        Some(held) => held,
                        None => self.here((*at, step), name, object, send),
                    };
                    self.end(*at, result);
                }
                Ok((name, Prepared::Away { make, judge })) => {
                    making.push(Part { place: step.repo.to_string(), work: make });
                    away.push(Away { course: *at, step, name, judge });
                }
            }
        }
        self.send_away(making, away);
        !next.is_empty()
    }

    /// The next step of a release that is to be carried out; what need not or cannot be is passed on as it is.
    fn next_of(&mut self, at: usize) -> Option<&'r Step> {
        while let Some(step) = self.courses[at].next() {
            let Some(result) = self.courses[at].result_of(step) else { return Some(step) };
            if let Some(name) = self.executor.is_found_done(step) {
                self.notes.put(step, &name, Noted::Done("found done by a later run".to_owned()));
            }
            self.end(at, result);
        }
        None
    }

    fn prepare(
        &self,
        at: usize,
        step: &'r Step,
    ) -> Result<(Option<StepName>, Prepared<'r>), StepResult> {
        let Some(kind) = self.executor.kind(&step.action) else {
            return Err(StepResult::Failed(format!(
                "this version of tagkeeper has no step `{}`",
                step.action.kind
            )));
        };
        let release = self.courses[at].release;
        let about = About { step, file: &release.file, deliverable: &release.deliverable };
        let prepared = kind.prepare(&about, self.executor.tools)?;
        Ok((kind.memory().name_of(&step.action), prepared))
    }

    /// The next step of a release has come to its end.
    fn end(&mut self, at: usize, result: StepResult) {
        let Some(step) = self.courses[at].next() else { return };
        let is_apart = self.executor.kind(&step.action).is_some_and(|kind| kind.is_apart());
        let outcome = self.courses[at].end(step, result, is_apart);
        (self.progress)(outcome);
    }

    /// Whether a hold was set meanwhile: then no more refs of the release are pushed.
    fn hold(&mut self, at: usize) -> Option<StepResult> {
        let held = self.executor.held_now(self.courses[at].release)?;
        self.courses[at].hold(held.clone());
        Some(held)
    }

    /// Carries out a step that is sent from this thread.
    fn here(
        &mut self,
        (at, step): (usize, &Step),
        name: Option<StepName>,
        object: Option<String>,
        send: Box<dyn FnOnce() -> Sent + 'r>,
    ) -> StepResult {
        match (self.executor.kind(&step.action).map(|kind| kind.memory()), name) {
            (Some(Memory::Beside(_)), Some(name)) => self.noting((at, step), &name, object, send),
            (Some(Memory::Only(_)), Some(name)) => self.once((at, step), &name, send),
            (_, _) => send().into_result(),
        }
    }

    /// Notes a step before and after. A run that is killed between them leaves the intent behind: what it sent is ours. Of two
    /// runs that are at it, one goes ahead.
    fn noting(
        &mut self,
        (at, step): (usize, &Step),
        name: &StepName,
        object: Option<String>,
        send: Box<dyn FnOnce() -> Sent + 'r>,
    ) -> StepResult {
        match self.notes.claim(step, name, object.as_deref()) {
            Ok(Claim::GoAhead) => {}
            Ok(Claim::AtWork(run)) => return at_work(&run),
            Ok(Claim::NotShown(by)) => {
                let said = format!("{} sent it at {:.0}, and it is not shown", by.who, by.at);
                return self.left_open((at, step), &said);
            }
            Err(error) => return StepResult::Failed(error.to_string()),
        }
        let result = match send() {
            Sent::Ended(result) => result,
            Sent::NotShown(said) => return self.keep_open((at, step), name, said),
        };
        match &result {
            StepResult::Unknown(_) => {}
            _ if result.is_there() || matches!(result, StepResult::Open(_)) => {
                self.notes.put_end(step, name, &result);
            }
            _ => self.notes.put(step, name, Noted::NotSent(object)),
        }
        result
    }

    /// Notes at once that a server accepted a step and does not show it: no later run must send it again by itself.
    fn keep_open(
        &mut self,
        (at, step): (usize, &Step),
        name: &StepName,
        said: String,
    ) -> StepResult {
        self.notes.put(step, name, Noted::NotShown(said.clone()));
        match self.notes.write_of(step) {
            Ok(()) => self.left_open((at, step), &said),
            Err(error) => StepResult::Unknown(Unknown::because(format_args!(
                "{said}, and this could not be noted: {error}; check whether it is there before you run again"
            ))),
        }
    }

    fn left_open(&self, (at, step): (usize, &Step), said: &str) -> StepResult {
        let deliverable = &self.courses[at].release.deliverable;
        StepResult::Unknown(Unknown::because(not_shown(said, deliverable, step.action.name())))
    }

    /// Does a step of which only the ledger knows whether it was done: never twice.
    fn once(
        &mut self,
        (at, step): (usize, &Step),
        name: &StepName,
        send: Box<dyn FnOnce() -> Sent + 'r>,
    ) -> StepResult {
        let (repo, version) = (&step.repo, step.action.name());
        let deliverable = &self.courses[at].release.deliverable;
        let settle = to_settle(deliverable, version);
        match self.notes.begin(step, name) {
            Ok(Beginning::GoAhead) => {}
            Ok(Beginning::AlreadyDone(done)) => {
                return StepResult::WasThere(format!("by {} on {:.0}", done.who, done.at));
            }
            Ok(Beginning::InFlight(begun)) => {
                return in_flight(&begun, (self.executor.clock)(), &settle);
            }
            Err(error) => return StepResult::Failed(error.to_string()),
        }
        let result = send().into_result();
        match &result {
            StepResult::Made(said) => {
                // Done is done, also when the ledger cannot be written: its intent keeps it from being done twice.
                self.notes.put(step, name, Noted::Done(said.clone()));
                match self.notes.write_of(step) {
                    Ok(()) => result,
                    Err(error) => StepResult::Unknown(Unknown::because(format_args!(
                        "it was done ({said}), but the ledger could not be written: {error}; {settle}: it was done"
                    ))),
                }
            }
            StepResult::Unknown(why) => {
                let words = format!("{why}; {settle}");
                StepResult::Unknown(why.clone().in_words(words))
            }
            _ => {
                let (ledger, mark) = (self.executor.ledger, self.notes.mark());
                match ledger.resolve((repo, version), name, &mark, Resolution::Redo) {
                    Ok(_) => result,
                    Err(error) => StepResult::Failed(format!(
                        "{result}; and the ledger could not be written: {error}"
                    )),
                }
            }
        }
    }
}

/// Another run began the step and has not finished it.
fn in_flight(begun: &Mark, now: Timestamp, settle: &str) -> StepResult {
    match begun.standing(now) {
        Begun::AtWork(run) => at_work(&run),
        Begun::Over => StepResult::Unknown(Unknown::because(format_args!(
            "{} began it at {:.0} and did not note the result; {settle}",
            begun.who, begun.at
        ))),
    }
}

fn at_work(run: &str) -> StepResult {
    StepResult::Held { until: None, reason: format!("{run} and is doing it: run again later") }
}
