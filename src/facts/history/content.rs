//! What a range changed: files and release notes.

use super::CommitRange;
use crate::facts::{Answer, Question, Sources};
use crate::notes::{Notes, notes_between};

/// The paths that differ between the two commits, sorted; a file that moved counts as two.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ChangedFiles(pub CommitRange);

/// The release notes that the newer commit has and the older one has not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NotesIn(pub CommitRange);

impl Question for ChangedFiles {
    type Known = Vec<String>;

    fn lane(&self) -> &str {
        &self.0.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<String>> {
        self.0.ask(sources, |repository, older, newer| repository.changed_paths(older, newer, &[]))
    }
}

impl Question for NotesIn {
    type Known = Notes;

    fn lane(&self) -> &str {
        &self.0.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<Notes> {
        self.0.ask(sources, notes_between)
    }
}
