//! The notes that came between two commits.

use std::collections::HashSet;

use super::config::{NoteSection, NotesConfig};
use super::note::{BadNote, ReleaseNote};
use super::uid::uid;
use crate::git::{GitError, Oid, Repository};

/// Bytes of the largest note that is read.
const LARGEST: usize = 1 << 20;

/// Release notes, as a reader is given them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// The notes that could be read, by file.
    pub notes: Vec<ReleaseNote>,
    /// What could not be read.
    pub bad: Vec<BadNote>,
    /// The sections of this repository, in the order of a report.
    pub sections: Vec<NoteSection>,
}

impl Notes {
    /// The notes that have texts in the section of that name, or in a part of it.
    pub fn with_section<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a ReleaseNote> {
        self.notes.iter().filter(move |note| {
            note.sections.iter().any(|(known, texts)| {
                !texts.is_empty() && (known == name || self.is_part(known, name))
            })
        })
    }

    fn is_part(&self, part: &str, of: &str) -> bool {
        let at = self.sections.iter().position(|section| section.name == part);
        let mut before = at.into_iter().flat_map(|at| self.sections[..=at].iter().rev());
        before.find(|section| section.level == 1).is_some_and(|section| section.name == of)
    }
}

/// The notes that `newer` has and `older` has not, as `newer` has them; `None` for `older` is before the first commit.
///
/// A note is the same whatever its file is called and however it is edited, so an edited or renamed one is not new. One
/// that was removed before `newer` is in no release. Two directories are compared, however long the history between them.
///
/// # Errors
/// When the repository cannot be read, or lacks an object. A note that cannot be understood is no error: [`Notes::bad`].
pub fn notes_between(
    repository: &Repository,
    older: Option<Oid>,
    newer: Oid,
) -> Result<Notes, GitError> {
    let config = NotesConfig::at(repository, newer)?;
    let known = match older {
        None => HashSet::new(),
        Some(older) => {
            let config = NotesConfig::at(repository, older)?;
            let files = files(repository, older, &config)?;
            files.iter().map(|(file, _)| uid(file).to_owned()).collect()
        }
    };
    let mut new = files(repository, newer, &config)?;
    new.retain(|(file, _)| !known.contains(uid(file)) && !config.ignores(file));
    read(repository, &new, &config)
}

/// The files of notes at `commit`: path and blob.
pub(super) fn files(
    repository: &Repository,
    commit: Oid,
    config: &NotesConfig,
) -> Result<Vec<(String, Oid)>, GitError> {
    let Some(directory) = repository.directory(commit, &config.directory)? else {
        return Ok(Vec::new());
    };
    let files = repository.files_below(directory)?.into_iter();
    let notes = files.filter(|(file, _)| file.ends_with(".yaml"));
    Ok(notes.map(|(file, blob)| (format!("{}/{file}", config.directory), blob)).collect())
}

/// Reads the notes in `files`.
pub(super) fn read(
    repository: &Repository,
    files: &[(String, Oid)],
    config: &NotesConfig,
) -> Result<Notes, GitError> {
    repository.prefetch_blobs(files.iter().map(|(_, blob)| *blob))?;
    let mut notes = Notes { sections: config.sections.clone(), ..Notes::default() };
    for (file, blob) in files {
        let bytes = match repository.read_blob(*blob, LARGEST) {
            Ok(bytes) => bytes,
            Err(GitError::TooLarge { size, .. }) => {
                let why = format!("it is too large to be a note ({size} bytes)");
                notes.bad.push(BadNote { file: file.clone(), why });
                continue;
            }
            Err(error) => return Err(error),
        };
        let note = ReleaseNote::read(file, &bytes, config, &mut notes.bad);
        notes.notes.extend(Some(note).filter(|note| !note.is_empty()));
    }
    Ok(notes)
}
