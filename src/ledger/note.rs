//! What runs note about steps: several notes are written at once.

use jiff::Timestamp;

use super::entry::{Mark, StepName};
use super::store::{Draft, Ledger, LedgerError};

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

/// A note that could not be written, because the file of its own entry cannot be read or written.
#[derive(Debug)]
pub struct Unwritten {
    /// The note.
    pub note: Note,
    /// What is in the way.
    pub why: LedgerError,
}

impl Unwritten {
    /// Whether it is about this version, or branch, of this repository.
    pub fn is_about(&self, repo: &str, name: &str) -> bool {
        self.note.repo == repo && self.note.name == name
    }
}

impl Ledger {
    /// Writes all `notes` at once, but those whose own file is in the way: that one file keeps none of the others back.
    ///
    /// # Errors
    /// When the ledger cannot be read or written.
    pub fn note(&self, notes: &[Note], at: Timestamp) -> Result<Vec<Unwritten>, LedgerError> {
        if notes.is_empty() {
            return Ok(Vec::new());
        }
        let unwritten = |note: &Note, why| Unwritten { note: note.clone(), why };
        let written = self.update(&title(notes), at, |draft| {
            let failed = |note| draft.note(note).err().map(|why| unwritten(note, why));
            Ok(notes.iter().filter_map(failed).collect())
        });
        match written {
            // Which file cannot be written shows where each is written by itself.
            Err(LedgerError::Io { .. }) if notes.len() > 1 => {
                let one = |note| self.note(std::slice::from_ref(note), at);
                let each = notes.iter().map(|note| match one(note) {
                    Ok(left) => left,
                    Err(why) => vec![unwritten(note, why)],
                });
                Ok(each.flatten().collect())
            }
            written => written,
        }
    }
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
