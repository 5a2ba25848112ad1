//! Open changes that touch the same file as a request.

use super::{Answer, Question, Sources, Unknown};
use crate::gerrit::GerritError;

/// So many open changes to one file are looked into.
const MOST: usize = 20;

/// The open changes in Gerrit that touch a file, with the file as they leave it. Absent if the site has no Gerrit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OpenEdits {
    /// Path in the releases repository.
    pub path: String,
}

/// An open change that touches the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenEdit {
    /// Number of the change.
    pub number: u64,
    /// Its `Change-Id:`.
    pub change_id: String,
    /// Its repository and its branch.
    pub target: (String, String),
    /// The first line of its message.
    pub subject: String,
    /// The commit of its newest patch set.
    pub commit: String,
    /// The file there; `None` if the change deletes it.
    pub bytes: Option<Vec<u8>>,
    /// The file in the commit that the change stands on, which may be another open change; `None` if it is new.
    pub before: Option<Vec<u8>>,
}

impl Question for OpenEdits {
    type Known = Vec<OpenEdit>;

    fn lane(&self) -> &'static str {
        super::review::LANE
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<OpenEdit>> {
        sources.gerrit().and_then(|gerrit| {
            let changes = match gerrit.open_changes_to(&self.path) {
                Ok(changes) if changes.len() <= MOST => changes,
                Ok(changes) => {
                    let (path, count) = (&self.path, changes.len());
                    return Answer::Unknown(Unknown::because(format_args!(
                        "{count} open changes touch `{path}`, and at most {MOST} are checked"
                    )));
                }
                Err(error) => return Answer::Unknown(Unknown::from(error)),
            };
            let edits = || -> Result<Vec<OpenEdit>, GerritError> {
                let mut edits = Vec::new();
                for change in changes {
                    let Some(patchset) = change.patchset else { continue };
                    edits.push(OpenEdit {
                        bytes: gerrit.file_in(change.number, &patchset.commit, &self.path)?,
                        before: gerrit.file_before(change.number, &patchset.commit, &self.path)?,
                        number: change.number,
                        change_id: change.change_id,
                        target: (change.project, change.branch),
                        subject: change.subject,
                        commit: patchset.commit,
                    });
                }
                Ok(edits)
            };
            edits().map_or_else(|error| Answer::Unknown(Unknown::from(error)), Answer::Known)
        })
    }
}
