//! Notes on commits, read at the tip of their ref.

use git2::Oid;

use super::error::GitError;
use super::repository::Repository;

/// Bytes of a note at most.
const LONGEST: usize = 1 << 20;

impl Repository {
    /// The note on `commit` in the notes whose newest commit is `tip`; `None` where there is none.
    ///
    /// # Errors
    /// A damaged repository, or a note of more than a mebibyte.
    pub fn note(&self, tip: Oid, commit: Oid) -> Result<Option<Vec<u8>>, GitError> {
        let hex = commit.to_string();
        // The more notes there are, the more folders git makes of the name.
        let mut name = hex.clone();
        for at in (2..hex.len()).step_by(2).map(|at| at / 2 * 3 - 1) {
            if let Some(found) = self.read(tip, &name, LONGEST)? {
                return Ok(Some(found.bytes));
            }
            name.insert(at, '/');
        }
        Ok(None)
    }
}
