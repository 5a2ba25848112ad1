//! Steps whose objects are made and pushed by several hands at the same time.

use super::hands::{Foreman, Part, share};
use super::{Stretch, WORTH_A_HAND};
use crate::ledger::{Noted, StepName};
use crate::plan::{Judge, MadeObject, PushReply, Step, StepResult};

/// A step that some hand carries out.
pub(super) struct Away<'r> {
    /// Which course it is the next step of.
    pub(super) course: usize,
    pub(super) step: &'r Step,
    /// Its name in the ledger.
    pub(super) name: Option<StepName>,
    pub(super) judge: Judge<'r>,
}

type Making<'r> = Box<dyn FnOnce() -> Result<MadeObject<'r>, String> + Send + 'r>;

impl<'r, T> Stretch<'_, 'r, T> {
    /// Makes all objects, notes all intents at once, and pushes.
    pub(super) fn send_away(&mut self, making: Vec<Part<Making<'r>>>, away: Vec<Away<'r>>) {
        let hands = away.len().div_ceil(WORTH_A_HAND).min(self.executor.jobs.max(1));
        let mut made = Collected(away.iter().map(|_| None).collect());
        share(hands, making, |make| make(), &mut made);
        let (mut pushes, mut under_way) = (Vec::new(), Vec::new());
        for (step, made) in away.into_iter().zip(made.0) {
            match made.unwrap_or_else(|| Err("it was not made".to_owned())) {
                Err(why) => self.end(step.course, StepResult::Failed(why)),
                Ok(MadeObject { object, push }) => {
                    self.note(&step, Noted::Intent(Some(object.clone())));
                    pushes.push(Part { place: step.step.repo.to_string(), work: push });
                    under_way.push(Some((step, object)));
                }
            }
        }
        if pushes.is_empty() {
            return;
        }
        self.write_intents(&mut under_way);
        share(hands, pushes, |push| push(), &mut Pushing { stretch: self, under_way });
    }

    /// Writes the intents. A step whose intent is not in the ledger ends here: a killed run would leave a push that is nobody's.
    fn write_intents(&mut self, under_way: &mut [Option<(Away<'r>, String)>]) {
        let written = self.notes.write();
        for place in under_way {
            let Some((Away { course, step, .. }, _)) = place else { continue };
            let why = match &written {
                Err(error) => Some(error),
                Ok(left) => left
                    .iter()
                    .find(|left| left.is_about(&step.repo, step.action.name()))
                    .map(|left| &left.why),
            };
            if let Some(why) = why {
                let (course, result) = (*course, StepResult::Failed(why.to_string()));
                *place = None;
                self.end(course, result);
            }
        }
    }

    fn note(&mut self, step: &Away<'_>, what: Noted) {
        if let Some(name) = &step.name {
            self.notes.put(step.step, name, what);
        }
    }
}

/// What comes of each part, by its number.
struct Collected<R>(Vec<Option<R>>);

impl<R> Foreman<R> for Collected<R> {
    fn may_begin(&mut self, _: usize) -> bool {
        true
    }

    fn ended(&mut self, number: usize, result: R) {
        self.0[number] = Some(result);
    }
}

/// Pushes that are under way, each with the id of its object.
struct Pushing<'s, 'a, 'r, T> {
    stretch: &'s mut Stretch<'a, 'r, T>,
    under_way: Vec<Option<(Away<'r>, String)>>,
}

impl<T> Foreman<PushReply> for Pushing<'_, '_, '_, T> {
    /// A hold that was set meanwhile stops what was not begun.
    fn may_begin(&mut self, number: usize) -> bool {
        let Some((step, _)) = &self.under_way[number] else { return false };
        let Some(held) = self.stretch.hold(step.course) else { return true };
        if let Some((step, object)) = self.under_way[number].take() {
            self.stretch.note(&step, Noted::NotSent(Some(object)));
            self.stretch.end(step.course, held);
        }
        false
    }

    fn ended(&mut self, number: usize, reply: PushReply) {
        let Some((Away { course, step, name, judge }, object)) = self.under_way[number].take()
        else {
            return;
        };
        let result = judge(&object, reply);
        if let Some(name) = &name {
            self.stretch.notes.put_end(step, name, &result);
        }
        self.stretch.end(course, result);
    }
}
