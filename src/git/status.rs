//! How a working tree differs from HEAD, as git sees it.

use std::collections::BTreeSet;

use git2::ConfigLevel;

use super::error::GitError;
use super::program::Git;
use super::repository::Repository;

impl Repository {
    /// The paths in which the working tree or the index differ from HEAD, in order. Untracked files that are not ignored are
    /// among them. A bare repository has none. `under` names directories or files; none means all.
    ///
    /// The git program answers: libgit2 does not read split or sparse indexes, and takes files outside of a sparse
    /// checkout for removed ones.
    ///
    /// # Errors
    /// A damaged repository, an unreadable working tree.
    pub fn status_paths(&self, git: &Git, under: &[&str]) -> Result<Vec<String>, GitError> {
        let Some(work_tree) = self.work_dir() else { return Ok(Vec::new()) };
        let mut command = git
            .command(format!("comparing the working tree {} with HEAD", work_tree.display()))
            .git_dir(self.git_dir())
            .work_tree(work_tree)
            .args(["status", "--porcelain=v1", "-z", "--untracked-files=all"])
            .args(["--ignore-submodules=all", "--no-renames", "--no-ahead-behind", "--"])
            .args(under.iter().map(|path| path.trim_end_matches('/')));
        for setting in self.filters()? {
            // In an argument, git would end the name of the setting at its first `=`.
            command = command.hidden_config(setting, "");
        }
        let said = command.must()?;
        // Two letters and a space precede each path. A nested repository is listed with a slash.
        let paths = said.split(|byte| *byte == 0).filter_map(|entry| entry.get(3..));
        let paths =
            paths.map(|path| String::from_utf8_lossy(path).trim_end_matches('/').to_owned());
        Ok(paths.collect::<BTreeSet<_>>().into_iter().collect())
    }

    /// The settings in this repository's own configuration that name a program for the content of files. A repository that was
    /// unpacked or copied brings them along; those of the user are the user's word.
    fn filters(&self) -> Result<Vec<String>, GitError> {
        let read = || -> Result<Vec<String>, git2::Error> {
            let config = self.inner.config()?.snapshot()?;
            let mut entries =
                config.entries(Some(r"^filter\..*\.(clean|smudge|process|required)$"))?;
            let mut found = Vec::new();
            while let Some(entry) = entries.next() {
                let entry = entry?;
                if matches!(entry.level(), ConfigLevel::Local | ConfigLevel::Worktree) {
                    found.push(entry.name()?.to_owned());
                }
            }
            Ok(found)
        };
        read().map_err(|error| self.failed("reading the configuration", &error))
    }
}
