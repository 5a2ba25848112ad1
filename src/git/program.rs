//! The `git` program: where it is, what it can.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::{env, fmt};

use super::command::GitCommand;
use super::error::GitError;

/// The oldest git we work with, for its options.
const OLDEST: (u32, u32) = (2, 34);

/// The `git` program. Cheap to clone; all clones share what was learnt about it.
#[derive(Clone)]
pub struct Git {
    program: Arc<Program>,
    pub(super) variables: Vec<(OsString, OsString)>,
}

#[derive(Debug)]
struct Program {
    path: PathBuf,
    version: OnceLock<Result<(u32, u32), GitError>>,
    own_ssh: OnceLock<Result<bool, GitError>>,
}

impl Git {
    /// Looks for `git` on the `PATH`. Starts nothing: the version is looked at when the first
    /// command fails.
    ///
    /// # Errors
    /// [`GitError::NoGit`].
    pub fn find() -> Result<Self, GitError> {
        let paths = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&paths)
            .filter(|directory| directory.is_absolute())
            .map(|directory| directory.join("git"))
            .find(|path| is_program(path))
            .map(Self::at)
            .ok_or_else(|| GitError::NoGit { why: "it is not on the PATH".to_owned() })
    }

    /// The program at `path`, an absolute one.
    pub fn at(path: PathBuf) -> Self {
        let program = Program { path, version: OnceLock::new(), own_ssh: OnceLock::new() };
        Self { program: Arc::new(program), variables: Vec::new() }
    }

    /// The same program, every command of which gets one more environment variable.
    #[must_use]
    pub fn with_env(mut self, key: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.variables.push((key.into(), value.into()));
        self
    }

    /// Major and minor version.
    ///
    /// # Errors
    /// [`GitError::NoGit`] for one older than 2.34.
    pub fn version(&self) -> Result<(u32, u32), GitError> {
        let asked = || {
            let output = self.command("asking git for its version").arg("version").start()?;
            let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
            match parse_version(&text) {
                Some(version) if version >= OLDEST => Ok(version),
                _ => Err(GitError::NoGit {
                    why: format!("`{}` says `{text}`", self.program.path.display()),
                }),
            }
        };
        self.program.version.get_or_init(asked).clone()
    }

    /// Begins a command. `doing` says in an error what it was for: "reading the refs of …".
    ///
    /// It may not touch any remote, not even to bring a missing object, before
    /// [`GitCommand::network`].
    pub fn command(&self, doing: impl Into<String>) -> GitCommand<'_> {
        GitCommand::new(self, doing.into())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.program.path
    }

    /// Whether the user chose an ssh of their own.
    ///
    /// # Errors
    /// When git does not say: then nothing is set in its place.
    pub(super) fn has_own_ssh(&self) -> Result<bool, GitError> {
        self.program.own_ssh.get_or_init(|| self.ask_own_ssh()).clone()
    }

    fn ask_own_ssh(&self) -> Result<bool, GitError> {
        let is_set = |key: &str| {
            self.variables.iter().any(|(name, _)| name == key) || env::var_os(key).is_some()
        };
        if ["GIT_SSH", "GIT_SSH_COMMAND"].into_iter().any(is_set) {
            return Ok(true);
        }
        let doing = "asking git for core.sshCommand";
        let asked = self.command(doing).args(["config", "--get", "core.sshCommand"]).start()?;
        match asked.status {
            Some(0) => Ok(true),
            Some(1) => Ok(false),
            status => {
                let stderr = asked.stderr;
                Err(GitError::Failed { doing: doing.to_owned(), status, stderr })
            }
        }
    }
}

// Without the variables: they may be secret.
impl fmt::Debug for Git {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Git").field(&self.program.path).finish()
    }
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.strip_prefix("git version ")?.split(['.', ' ']);
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_all_builds_are_read() {
        assert_eq!(parse_version("git version 2.39.5"), Some((2, 39)));
        assert_eq!(parse_version("git version 2.50.1 (Apple Git-155)"), Some((2, 50)));
        assert_eq!(parse_version("git version 3.0-rc0"), None);
        assert_eq!(parse_version("hub version 2"), None);
    }
}
