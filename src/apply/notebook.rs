//! What a run has to note in the ledger: notes that can wait are written with the next one that cannot.

use jiff::Timestamp;

use crate::ledger::{
    Beginning, Claim, Ledger, LedgerError, Mark, Note, Noted, StepName, Unwritten,
};
use crate::plan::{Step, StepResult};

/// The notes of a run that are not written yet.
pub(super) struct Notebook<'a> {
    ledger: &'a Ledger,
    clock: &'a dyn Fn() -> Timestamp,
    who: &'a str,
    waiting: Vec<Note>,
}

impl<'a> Notebook<'a> {
    pub(super) fn new(ledger: &'a Ledger, clock: &'a dyn Fn() -> Timestamp, who: &'a str) -> Self {
        Self { ledger, clock, who, waiting: Vec::new() }
    }

    /// This moment, and this run.
    pub(super) fn mark(&self) -> Mark {
        Mark::of_this_run((self.clock)(), self.who)
    }

    /// Keeps a note until the next one is written. That a ref was pushed can wait: the remote shows it as well.
    pub(super) fn put(&mut self, step: &Step, name: &StepName, what: Noted) {
        self.waiting.push(Note {
            repo: step.repo.clone(),
            name: step.action.name().to_owned(),
            step: name.clone(),
            mark: self.mark(),
            what,
        });
    }

    /// Writes all notes at once, and says which could not be written. What was about to be done is not done then, and what is
    /// done waits on.
    ///
    /// # Errors
    /// When the ledger cannot be read or written.
    pub(super) fn write(&mut self) -> Result<Vec<Unwritten>, LedgerError> {
        let written = self.ledger.note(&self.waiting, (self.clock)());
        self.keep_what_is_left(written.as_deref().ok());
        written
    }

    /// Writes all notes at once.
    ///
    /// # Errors
    /// When what is noted of `step` could not be written.
    pub(super) fn write_of(&mut self, step: &Step) -> Result<(), LedgerError> {
        let left = self.write()?;
        let ours = left.into_iter().find(|left| left.is_about(&step.repo, step.action.name()));
        ours.map_or(Ok(()), |left| Err(left.why))
    }

    /// Begins a step of which only the ledger knows whether it was done, and writes all notes with it.
    ///
    /// # Errors
    /// When the ledger, or the entry of this step, cannot be read or written.
    pub(super) fn begin(&mut self, step: &Step, name: &StepName) -> Result<Beginning, LedgerError> {
        let about = (&step.repo, step.action.name());
        let begun = self.ledger.begin(about, name, &self.mark(), &self.waiting);
        self.keep_what_is_left(begun.as_ref().ok().map(|written| written.left.as_slice()));
        begun.map(|written| written.value)
    }

    /// Begins a step whose state the remote shows, unless another run is at it or it was accepted and is not shown. Writes all
    /// notes with it.
    ///
    /// # Errors
    /// When the ledger, or the entry of this step, cannot be read or written.
    pub(super) fn claim(
        &mut self,
        step: &Step,
        name: &StepName,
        object: Option<&str>,
    ) -> Result<Claim, LedgerError> {
        let about = (&step.repo, step.action.name());
        let claimed = self.ledger.claim(about, name, (&self.mark(), object), &self.waiting);
        self.keep_what_is_left(claimed.as_ref().ok().map(|written| written.left.as_slice()));
        claimed.map(|written| written.value)
    }

    /// Notes what a step ended with where that is known: also what another run made is there.
    pub(super) fn put_end(&mut self, step: &Step, name: &StepName, result: &StepResult) {
        if let StepResult::Made(what) | StepResult::WasThere(what) | StepResult::Open(what) = result
        {
            self.put(step, name, Noted::Done(what.clone()));
        }
    }

    /// Writes what is left at the end: the notes whose own file is in the way. A ledger that cannot be written at all does not
    /// undo what is done.
    pub(super) fn write_down(mut self) -> Vec<Unwritten> {
        self.write().unwrap_or_else(|error| {
            self.waiting.iter().for_each(|note| warn(note, &error));
            Vec::new()
        })
    }

    /// Keeps the notes that were not written, all of them where nothing was; but what was only about to be done is not done then.
    fn keep_what_is_left(&mut self, left: Option<&[Unwritten]>) {
        let is_left =
            |note: &Note| left.is_none_or(|left| left.iter().any(|one| one.note == *note));
        self.waiting.retain(|note| is_left(note) && !matches!(note.what, Noted::Intent(_)));
    }
}

fn warn(note: &Note, error: &LedgerError) {
    log::warn!("{}, but the ledger could not be written: {error}", became(note));
}

/// What became of the step of a note, in words.
fn became(note: &Note) -> String {
    let Note { repo, name, step, what, .. } = note;
    let became = match what {
        Noted::Intent(_) => "was not begun",
        Noted::Done(_) => "is done",
        Noted::NotShown(_) => "was accepted and is not shown",
        Noted::NotSent(_) => "was not sent",
    };
    format!("{step} `{name}` of `{repo}` {became}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_done_is_said_to_be_done() {
        let note = |what| Note {
            repo: "garden/rose".parse().unwrap(),
            name: "1.0.0".to_owned(),
            step: StepName::new("tag"),
            mark: Mark { at: Timestamp::UNIX_EPOCH, who: "job".to_owned(), run: None },
            what,
        };
        let done = note(Noted::Done("pushed".to_owned()));
        assert_eq!(became(&done), "tag `1.0.0` of `garden/rose` is done");
        assert_eq!(
            became(&note(Noted::NotSent(None))),
            "tag `1.0.0` of `garden/rose` was not sent"
        );
    }
}
