//! The files of the ledger.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::run::{Begun, Run};

/// What was done for one version of one repository.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// Format of the file.
    pub version: u32,
    /// Each step that was begun.
    pub steps: BTreeMap<StepName, StepRecord>,
    /// What a newer program wrote and this one does not know: it is kept.
    #[serde(flatten)]
    pub other: Others,
}

/// Fields of a JSON object by name.
pub type Others = BTreeMap<String, serde_json::Value>;

/// Name of a step, such as `mail`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepName(String);

impl StepName {
    /// The name of a kind of step, as the kind says it.
    pub fn new(name: &str) -> Self {
        Self(name.to_owned())
    }
}

impl fmt::Display for StepName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How far a step came. One that was begun and not done may have had its effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRecord {
    /// When it was begun, and by whom.
    pub intent: Mark,
    /// When it was done.
    pub done: Option<Mark>,
    /// What there is to say about it, such as the answer of the mail server.
    pub note: Option<String>,
    /// When a server accepted it without showing it since: whether it is there, a person finds out. An older program noted none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Mark>,
    /// The objects that runs were about to push: a ref that names one of them is ours.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<String>,
    /// What a newer program wrote and this one does not know: it is kept.
    #[serde(flatten)]
    pub other: Others,
}

/// A moment, and who was at work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// When.
    pub at: Timestamp,
    /// Who: a job or a person.
    pub who: String,
    /// Which run of the program; an older one named none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<Run>,
}

/// The answer to a run that wants to begin a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beginning {
    /// It is ours to do.
    GoAhead,
    /// It was done.
    AlreadyDone(Mark),
    /// Another run began it and has not said how it ended.
    InFlight(Mark),
}

/// The answer to a run that wants to do a step whose state the remote shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It is ours to do.
    GoAhead,
    /// Another run is doing it, or may be: in words.
    AtWork(String),
    /// A server accepted it and has not shown it since: when, and by whom.
    NotShown(Mark),
}

/// What an operator knows of a step that was begun and not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// It had its effect.
    Done,
    /// It had not: it may be done again.
    Redo,
}

impl StepRecord {
    fn begun(mark: &Mark) -> Self {
        Self {
            intent: mark.clone(),
            done: None,
            note: None,
            accepted: None,
            objects: Vec::new(),
            other: Others::new(),
        }
    }
}

impl LedgerEntry {
    /// Begins a step, unless it was begun.
    pub fn begin(&mut self, step: &StepName, mark: &Mark) -> Beginning {
        match self.steps.get(step) {
            Some(StepRecord { done: Some(done), .. }) => Beginning::AlreadyDone(done.clone()),
            Some(StepRecord { intent, .. }) => Beginning::InFlight(intent.clone()),
            None => {
                self.steps.insert(step.clone(), StepRecord::begun(mark));
                Beginning::GoAhead
            }
        }
    }

    /// Notes that a step is about to be done, also where it was before: what is there at the remote decides.
    pub fn intend(&mut self, step: &StepName, mark: &Mark, object: Option<String>) {
        let record = self.steps.entry(step.clone()).or_insert_with(|| StepRecord::begun(mark));
        record.intent = mark.clone();
        record.done = None;
        record.objects.extend(object.filter(|object| !record.objects.contains(object)));
    }

    /// Notes that a step is done.
    pub fn finish(&mut self, step: &StepName, mark: &Mark, note: Option<String>) {
        let record = self.steps.entry(step.clone());
        let record = record.or_insert_with(|| StepRecord::begun(mark));
        record.done = Some(mark.clone());
        record.accepted = None;
        record.note = note;
    }

    /// Notes that a server accepted a step and does not show it. It is not done again until somebody has settled it.
    pub fn accept(&mut self, step: &StepName, mark: &Mark, note: String) {
        let record = self.steps.entry(step.clone());
        let record = record.or_insert_with(|| StepRecord::begun(mark));
        record.accepted = Some(mark.clone());
        record.note = Some(note);
    }

    /// Notes that a step is about to be done, unless another run is at it or it was accepted and is not shown.
    pub fn claim(&mut self, step: &StepName, mark: &Mark, object: Option<String>) -> Claim {
        if let Some(record) = self.steps.get(step).filter(|record| record.done.is_none()) {
            if let Some(accepted) = &record.accepted {
                return Claim::NotShown(accepted.clone());
            }
            if let Begun::AtWork(run) = record.intent.standing(mark.at) {
                return Claim::AtWork(run);
            }
        }
        self.intend(step, mark, object);
        Claim::GoAhead
    }

    /// Takes back that `object` was about to be pushed: it was not. What earlier runs were about to push stays.
    pub fn withdraw(&mut self, step: &StepName, object: Option<&str>) {
        let Some(record) = self.steps.get_mut(step).filter(|record| record.done.is_none()) else {
            return;
        };
        record.objects.retain(|known| Some(known.as_str()) != object);
        if record.objects.is_empty() {
            self.forget(step);
        }
    }

    /// Takes a step back that certainly had no effect.
    pub fn forget(&mut self, step: &StepName) {
        self.steps.remove(step);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(who: &str) -> Mark {
        Mark { at: Timestamp::UNIX_EPOCH, who: who.to_owned(), run: None }
    }

    #[test]
    fn a_step_is_begun_once() {
        let mut entry = LedgerEntry::default();
        assert_eq!(entry.begin(&StepName::new("mail"), &mark("a")), Beginning::GoAhead);
        assert_eq!(entry.begin(&StepName::new("mail"), &mark("b")), Beginning::InFlight(mark("a")));
        entry.finish(&StepName::new("mail"), &mark("a"), None);
        assert_eq!(
            entry.begin(&StepName::new("mail"), &mark("b")),
            Beginning::AlreadyDone(mark("a"))
        );
    }

    #[test]
    fn of_two_runs_that_are_at_work_one_claims_a_step() {
        let (mut entry, bug) = (LedgerEntry::default(), StepName::new("bug #1"));
        let run = |id: &str| {
            let run =
                Run { id: id.to_owned(), host: "elsewhere".to_owned(), ..Run::this().clone() };
            Mark { run: Some(run), ..mark(id) }
        };
        assert_eq!(entry.claim(&bug, &run("a"), None), Claim::GoAhead);
        assert!(matches!(entry.claim(&bug, &run("b"), None), Claim::AtWork(_)));
        assert_eq!(entry.steps[&bug].intent, run("a"));
        entry.finish(&bug, &run("a"), None);
        assert_eq!(
            entry.claim(&bug, &run("b"), None),
            Claim::GoAhead,
            "whether it is there, the remote says"
        );
    }

    #[test]
    fn what_was_accepted_and_is_not_shown_is_claimed_by_nobody() {
        let (mut entry, bug) = (LedgerEntry::default(), StepName::new("bug #1"));
        assert_eq!(entry.claim(&bug, &mark("a"), None), Claim::GoAhead);
        entry.accept(&bug, &mark("a"), "201".to_owned());
        assert_eq!(entry.claim(&bug, &mark("b"), None), Claim::NotShown(mark("a")));
        entry.forget(&bug);
        assert_eq!(entry.claim(&bug, &mark("b"), None), Claim::GoAhead);
        entry.accept(&bug, &mark("b"), "201".to_owned());
        entry.finish(&bug, &mark("c"), None);
        assert_eq!(entry.steps[&bug].accepted, None, "it is settled");
    }

    #[test]
    fn what_was_not_sent_is_taken_back_and_what_earlier_runs_sent_stays() {
        let (mut entry, tag) = (LedgerEntry::default(), StepName::new("tag"));
        entry.intend(&tag, &mark("a"), Some("1".to_owned()));
        entry.intend(&tag, &mark("b"), Some("2".to_owned()));
        entry.withdraw(&tag, Some("2"));
        assert_eq!(entry.steps[&tag].objects, ["1"]);
        entry.withdraw(&tag, Some("1"));
        assert!(entry.steps.is_empty());
    }

    #[test]
    fn what_had_no_effect_may_be_begun_again() {
        let mut entry = LedgerEntry::default();
        entry.begin(&StepName::new("mail"), &mark("a"));
        entry.forget(&StepName::new("mail"));
        assert_eq!(entry.begin(&StepName::new("mail"), &mark("b")), Beginning::GoAhead);
    }
}
