//! The files of the ledger.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What was done for one version of one repository.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
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
    /// The announcement.
    pub fn mail() -> Self {
        Self("mail".to_owned())
    }

    /// The tag: begun by the run that pushed it, so that later runs know it for ours.
    pub fn tag() -> Self {
        Self("tag".to_owned())
    }

    /// The branch: done by the run that made it, so that later runs do not make it again when it was deleted.
    pub fn branch() -> Self {
        Self("branch".to_owned())
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
}

/// How far the releases repository was applied.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Format of the file.
    pub version: u32,
    /// The commit up to which everything was done or is pending.
    pub applied_through: Option<String>,
    /// What is still to be done.
    pub pending: Vec<Pending>,
    /// What a newer program wrote and this one does not know: it is kept.
    #[serde(flatten)]
    pub other: Others,
}

/// A release, or a branch by itself, that is still to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// The deliverable file.
    pub file: String,
    /// The version, or the branch.
    pub name: String,
    /// Why it is pending.
    pub reason: Reason,
    /// The same in words.
    pub detail: String,
    /// Since when.
    pub since: Timestamp,
    /// What its tag waited for at first, for the tag and the announcement: a run that fails later does not change that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waited: Option<String>,
}

impl Pending {
    /// Whether it is an entry called `name` of the deliverable file at `path`, which may have moved to another folder since.
    pub fn is_about(&self, path: &str, name: &str) -> bool {
        let file = |path: &str| path.rsplit('/').next().map(str::to_owned);
        self.name == name && file(&self.file) == file(path)
    }
}

/// Why something is pending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It waits for a window, the end of a hold or the like.
    Held,
    /// The answer was no.
    Refused,
    /// Something outside failed.
    Failed,
    /// It is not known whether it was done.
    Unknown,
    /// Its announcement has no way to go yet.
    Unsent,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Held => "held",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Unsent => "unsent",
        })
    }
}

/// The answer to beginning a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It is ours to do.
    GoAhead,
    /// It was done.
    AlreadyDone(Mark),
    /// Another run began it and has not said how it ended.
    InFlight(Mark),
}

/// What an operator knows of a step that was begun and not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// It had its effect.
    Done,
    /// It had not: it may be done again.
    Redo,
}

impl State {
    /// Whether both say the same; since when something is pending is no difference.
    pub fn is_same(&self, other: &Self) -> bool {
        // What failed may say so in other words each time; what is waited for is worth a note.
        let why =
            |pending: &Pending| (pending.reason == Reason::Held).then(|| pending.detail.clone());
        let what = |pending: &Pending| {
            (pending.file.clone(), pending.name.clone(), pending.reason, why(pending))
        };
        self.applied_through == other.applied_through
            && self.pending.iter().map(what).eq(other.pending.iter().map(what))
    }

    /// This state, which is further, with what another run left open.
    #[must_use]
    pub fn joined_by(&self, behind: &Self) -> Self {
        let mut joined = self.clone();
        for pending in &behind.pending {
            if !joined
                .pending
                .iter()
                .any(|other| other.file == pending.file && other.name == pending.name)
            {
                joined.pending.push(pending.clone());
            }
        }
        joined
    }
}

impl StepRecord {
    fn begun(mark: &Mark) -> Self {
        Self { intent: mark.clone(), done: None, note: None, other: Others::new() }
    }
}

impl Entry {
    /// Begins a step, unless it was begun.
    pub fn begin(&mut self, step: &StepName, mark: &Mark) -> Begun {
        match self.steps.get(step) {
            Some(StepRecord { done: Some(done), .. }) => Begun::AlreadyDone(done.clone()),
            Some(StepRecord { intent, .. }) => Begun::InFlight(intent.clone()),
            None => {
                self.steps.insert(step.clone(), StepRecord::begun(mark));
                Begun::GoAhead
            }
        }
    }

    /// Notes that a step is done.
    pub fn finish(&mut self, step: &StepName, mark: &Mark, note: Option<String>) {
        let record = self.steps.entry(step.clone());
        let record = record.or_insert_with(|| StepRecord::begun(mark));
        record.done = Some(mark.clone());
        record.note = note;
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
        Mark { at: Timestamp::UNIX_EPOCH, who: who.to_owned() }
    }

    #[test]
    fn a_step_is_begun_once() {
        let mut entry = Entry::default();
        assert_eq!(entry.begin(&StepName::mail(), &mark("a")), Begun::GoAhead);
        assert_eq!(entry.begin(&StepName::mail(), &mark("b")), Begun::InFlight(mark("a")));
        entry.finish(&StepName::mail(), &mark("a"), None);
        assert_eq!(entry.begin(&StepName::mail(), &mark("b")), Begun::AlreadyDone(mark("a")));
    }

    #[test]
    fn a_run_that_is_behind_adds_what_it_left_open() {
        let pending = |name: &str| Pending {
            file: "deliverables/a/b.yaml".to_owned(),
            name: name.to_owned(),
            reason: Reason::Failed,
            detail: String::new(),
            since: Timestamp::UNIX_EPOCH,
            waited: None,
        };
        let further = State {
            applied_through: Some("b".into()),
            pending: vec![pending("1.0.0")],
            ..State::default()
        };
        let behind = State {
            applied_through: Some("a".into()),
            pending: vec![pending("1.0.0"), pending("2.0.0")],
            ..State::default()
        };
        let joined = further.joined_by(&behind);
        assert_eq!((joined.applied_through.as_deref(), joined.pending.len()), (Some("b"), 2));
        assert!(!joined.is_same(&further) && joined.is_same(&joined.clone()));
    }

    #[test]
    fn what_had_no_effect_may_be_begun_again() {
        let mut entry = Entry::default();
        entry.begin(&StepName::mail(), &mark("a"));
        entry.forget(&StepName::mail());
        assert_eq!(entry.begin(&StepName::mail(), &mark("b")), Begun::GoAhead);
    }
}
