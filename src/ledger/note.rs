//! What runs note about steps: several notes are written at once.

use jiff::Timestamp;

use super::entry::{LedgerEntry, Mark, StepName};
use super::store::{Ledger, LedgerDraft, LedgerError};
use crate::git::RepoName;

/// A note about a step of one version, or branch, of one repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The repository.
    pub repo: RepoName,
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
    /// A server accepted it and does not show it: what there is to say about it.
    NotShown(String),
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
    pub fn is_about(&self, repo: &RepoName, name: &str) -> bool {
        self.note.repo == *repo && self.note.name == name
    }
}

/// What was written together with notes.
#[derive(Debug)]
pub struct Written<T> {
    /// What came of it.
    pub value: T,
    /// The notes that could not be written.
    pub left: Vec<Unwritten>,
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
        match (self.update(&title(notes), at, |draft| Ok(draft.note_all(notes))), notes) {
            (Err(why @ LedgerError::Io { .. }), [note]) => {
                Ok(vec![Unwritten { note: note.clone(), why }])
            }
            // Which file cannot be written shows where each is written by itself.
            (Err(LedgerError::Io { .. }), several) => {
                let each = several.iter().map(|note| self.note(std::slice::from_ref(note), at));
                Ok(each.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
            }
            (written, _) => written,
        }
    }

    /// Changes an entry, and writes `notes` with it as [`Ledger::note`] does.
    ///
    /// # Errors
    /// When the ledger, or this entry, cannot be read or written.
    pub(super) fn change_with<T>(
        &self,
        (message, at): (&str, Timestamp),
        (repo, name): (&RepoName, &str),
        notes: &[Note],
        change: impl Fn(&mut LedgerEntry) -> T,
    ) -> Result<Written<T>, LedgerError> {
        // In a directory each file is written by itself. One that is in the way must not leave the change of the entry behind,
        // half done.
        let (before, notes) = match self {
            Self::Directory(_) => (self.note(notes, at)?, &[][..]),
            Self::Ref(_) => (Vec::new(), notes),
        };
        let mut written = self.update(message, at, |draft| {
            let left = draft.note_all(notes);
            Ok(Written { value: draft.change_entry(repo, name, &change)?, left })
        })?;
        written.left.extend(before);
        Ok(written)
    }
}

impl LedgerDraft<'_> {
    /// Notes them all, but those whose file cannot be read.
    fn note_all(&mut self, notes: &[Note]) -> Vec<Unwritten> {
        let unwritten = |note: &Note, why| Unwritten { note: note.clone(), why };
        let failed = |note| self.note(note).err().map(|why| unwritten(note, why));
        notes.iter().filter_map(failed).collect()
    }

    fn note(&mut self, note: &Note) -> Result<(), LedgerError> {
        self.change_entry(&note.repo, &note.name, |entry| match &note.what {
            Noted::Intent(object) => entry.intend(&note.step, &note.mark, object.clone()),
            Noted::Done(said) => entry.finish(&note.step, &note.mark, Some(said.clone())),
            Noted::NotShown(said) => entry.accept(&note.step, &note.mark, said.clone()),
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
                Noted::NotShown(_) => "Keep open",
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
