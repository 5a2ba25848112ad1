//! Patches that were written into a directory of this machine.

use std::env;
use std::path::{Path, PathBuf};

use super::{Answer, Cause, Question, Sources, Unknown};
use crate::config::expand_home;

/// Whether a patch is in a directory; its path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PatchIn {
    /// The directory, perhaps with `~`.
    pub directory: String,
    /// The name of the file.
    pub name: String,
}

impl PatchIn {
    /// Where the patch is, or will be.
    pub fn path(&self) -> PathBuf {
        let home = env::var_os("HOME");
        expand_home(&self.directory, home.as_deref().map(Path::new)).join(&self.name)
    }
}

impl Question for PatchIn {
    type Known = String;

    fn lane(&self) -> &str {
        &self.directory
    }

    fn answer(&self, _: &Sources) -> Answer<String> {
        let path = self.path();
        let shown = path.display().to_string();
        match path.try_exists() {
            Ok(true) => Answer::Known(shown),
            Ok(false) => Answer::Absent,
            Err(error) => {
                let why = format!("cannot read {shown}: {error}");
                Answer::Unknown(Unknown::at(&shown, Cause::Unreadable, why))
            }
        }
    }
}
