//! What runs note about steps: several notes are written at once.

use super::entry::{Mark, StepName};
use super::store::{Draft, LedgerError};

/// A note about a step of one version, or branch, of one repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The repository.
    pub repo: String,
    /// The version or branch.
    pub name: String,
    /// The step.
    pub step: StepName,
    /// When, and who.
    pub mark: Mark,
    /// What about it.
    pub what: Noted,
}

/// What is noted about a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Noted {
    /// It is about to be done, also where it was before, as the remote shows its state; the object that is pushed.
    Intent(Option<String>),
    /// It is done: what there is to say about it.
    Done(String),
    /// What this run was about to push was certainly not sent.
    NotSent(Option<String>),
}

impl Draft<'_> {
    /// Notes it.
    ///
    /// # Errors
    /// When the file of the entry cannot be read.
    pub(super) fn note(&mut self, note: &Note) -> Result<(), LedgerError> {
        self.change_entry(&note.repo, &note.name, |entry| match &note.what {
            Noted::Intent(object) => entry.intend(&note.step, &note.mark, object.clone()),
            Noted::Done(said) => entry.finish(&note.step, &note.mark, Some(said.clone())),
            Noted::NotSent(object) => entry.withdraw(&note.step, object.as_deref()),
        })
    }
}

/// What a change of the ledger is called that writes these notes.
pub(super) fn title(notes: &[Note]) -> String {
    match notes {
        [Note { repo, name, step, what, .. }] => {
            let verb = match what {
                Noted::Intent(_) => "Begin",
                Noted::Done(_) => "Finish",
                Noted::NotSent(_) => "Withdraw",
            };
            format!("{verb} {step} of {repo} {name}")
        }
        several => {
            let lines: Vec<String> =
                several.iter().map(|note| title(std::slice::from_ref(note))).collect();
            format!("Note {} steps\n\n{}", several.len(), lines.join("\n"))
        }
    }
}
