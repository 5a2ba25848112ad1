//! Constraints that wait for too long: nothing is tested with a release that the constraints do not have.

use jiff::Timestamp;

use crate::config::ConstraintDays;
use crate::ledger::{LedgerSnapshot, StepName};
use crate::plan::{State, Step};
use crate::steps::CONSTRAINT;
use crate::steps::tag::IN_LEDGER as TAG;

const DAY: i64 = 24 * 60 * 60;

/// In words, that a constraint is not there though its tag was made longer ago than it may take; `None` for any other step.
pub(super) fn overdue(
    step: &Step,
    ledger: &LedgerSnapshot,
    ConstraintDays(most): ConstraintDays,
    now: Timestamp,
) -> Option<String> {
    let is_open = !matches!(step.state, State::Done(_) | State::Ended(_));
    if step.action.kind != CONSTRAINT || !is_open {
        return None;
    }
    let entry = ledger.entry(&step.repo, step.action.name()).ok()??;
    let tagged = entry.steps.get(&StepName::new(TAG))?.done.as_ref()?.at;
    let days = (now.as_second() - tagged.as_second()) / DAY;
    (days > i64::from(most))
        .then(|| format!("its tag was made {days} days ago, and constraints may take {most}"))
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;

    use super::*;
    use crate::ledger::{Ledger, Mark, Note, Noted};
    use crate::plan::Action;

    #[test]
    fn a_constraint_is_overdue_after_the_days_of_the_policy_and_nothing_else_is() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = Ledger::Directory(dir.path().to_owned());
        let tagged: Timestamp = "2026-08-01T00:00:00Z".parse().unwrap();
        let mark = Mark { at: tagged, who: "job".to_owned(), run: None };
        let note = Note {
            repo: "garden/rose".parse().unwrap(),
            name: "1.0.0".to_owned(),
            step: StepName::new(TAG),
            mark,
            what: Noted::Done("x".to_owned()),
        };
        ledger.note(&[note], tagged).unwrap();
        let step = |kind: &str, state: State| {
            let action = Action {
                kind: kind.to_owned(),
                name: "1.0.0".to_owned(),
                item: Some("rose".to_owned()),
                commit: None,
                message: None,
                patch: None,
                noun: None,
                full_ref: None,
                needs: Vec::new(),
            };
            Step { repo: "garden/rose".parse().unwrap(), action, state }
        };
        let within = |days: u16, hours: i64, step: &Step| {
            let now = tagged.checked_add(hours.hours()).unwrap();
            overdue(step, &ledger.read().unwrap(), ConstraintDays(days), now).is_some()
        };
        let after = |hours, step: &Step| within(ConstraintDays::default().0, hours, step);
        let open = step(CONSTRAINT, State::Open("in review".to_owned()));
        assert!(after(6 * 24, &open) && !after(5 * 24, &open));
        assert!(within(2, 3 * 24, &open) && !within(9, 6 * 24, &open));
        assert!(!after(240, &step(CONSTRAINT, State::Done("there".to_owned()))));
        assert!(!after(240, &step("follow-up", State::Open("in review".to_owned()))));
    }
}
