//! Release notes as projects write them: files for reno, `Sem-Ver:` lines of commits, and the bugs that commits name.
//!
//! A note is a YAML file in `releasenotes/notes`. It is known by the random part of its name, and belongs to the version
//! that first had it. Everything is read from git objects, in process; nothing of a project is run. [`notes_between`]
//! compares two commits, [`History`] sorts the notes of a branch by version.
//!
//! reno walks through commits instead and gives a commit to the tag that it met last. So where a tag is on a commit beside the
//! merges (on the change, not on its merge), it lists notes under a version that does not have them. Here a note is under a
//! version only if it is in the files of that version.

mod config;
mod history;
mod note;
mod range;
mod semver;
mod trailers;
mod uid;

pub use config::{NoteSection, NotesConfig};
pub use history::{History, VersionNotes};
pub use note::{BadNote, ReleaseNote};
pub use range::{Notes, notes_between};
pub use semver::SemVer;
pub use trailers::{
    BugReference, Relation, Tracker, bugs, change_id, change_number, depends_on, numbers, trailers,
};
