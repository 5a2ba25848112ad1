//! Under which name Gerrit knows the releases repository.

use crate::git::{Oid, Repository};
use crate::package::{ProjectFiles, reviewed_project};
use crate::workspace::Failure;

/// Bytes of a `.gitreview` at most.
const LARGEST: usize = 1 << 16;

/// The project that `.gitreview` of `commit` names, if it names one.
///
/// # Errors
/// If the file cannot be read.
pub(super) fn own_project(repository: &Repository, commit: Oid) -> Result<Option<String>, Failure> {
    let said = reviewed_project(&At { repository, commit });
    let said = said.map_err(|why| {
        Failure::usage("cannot read `.gitreview` of the releases repository")
            .caused_by(why.to_string())
    })?;
    Ok(said.map(|said| said.value).filter(|name| !name.is_empty()))
}

/// The files of a commit.
struct At<'a> {
    repository: &'a Repository,
    commit: Oid,
}

impl ProjectFiles for At<'_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        let blob = self.repository.read(self.commit, path, LARGEST);
        blob.map(|blob| blob.map(|blob| blob.bytes)).map_err(|error| error.to_string())
    }

    fn list(&self, _: &str) -> Result<Vec<String>, String> {
        Ok(Vec::new())
    }
}
