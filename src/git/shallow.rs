//! Clones whose history is cut off: where it ends there is not where it begins.

use std::collections::HashSet;
use std::fs;
use std::io::ErrorKind;

use git2::Oid;

use super::error::GitError;
use super::repository::Repository;

impl Repository {
    /// The commits whose parents exist and were not fetched; none in a full clone.
    pub(super) fn cuts(&self) -> Result<&HashSet<Oid>, GitError> {
        if let Some(known) = self.cuts.get() {
            return Ok(known);
        }
        let path = self.common_dir().join("shallow");
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(GitError::io("cannot read", &path, &error)),
        };
        let read = |line: &str| {
            Oid::from_str(line).map_err(|_| GitError::Corrupt {
                path: self.git_dir().to_owned(),
                why: format!("`{line}` in the file `shallow` is not a commit id"),
            })
        };
        let cuts = text.lines().map(read).collect::<Result<_, _>>()?;
        Ok(self.cuts.get_or_init(|| cuts))
    }

    /// Refuses to take the commit `id` for one without parents when they were only not fetched.
    pub(super) fn must_have_parents_of(&self, id: Oid) -> Result<(), GitError> {
        if self.cuts()?.contains(&id) {
            return Err(self.shallow(format!("the parents of {id} were not fetched")));
        }
        Ok(())
    }

    /// Refuses an answer that only a full clone can give.
    pub(super) fn must_be_whole(&self, unknown: impl FnOnce() -> String) -> Result<(), GitError> {
        if self.cuts()?.is_empty() { Ok(()) } else { Err(self.shallow(unknown())) }
    }

    pub(super) fn shallow(&self, unknown: String) -> GitError {
        let path = self.work_dir().unwrap_or_else(|| self.git_dir());
        GitError::Shallow { path: path.components().collect(), unknown }
    }
}
