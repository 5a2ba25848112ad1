//! How a command ends when it cannot give its answer.

use std::fmt;
use std::process::ExitCode;

use crate::git::GitError;
use crate::text::hanging;
use crate::tree::scope::ScopeError;

/// What an exit status means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Exit {
    /// Fine.
    Fine,
    /// The answer is no.
    No,
    /// Wrong usage or configuration; nothing was tried.
    Usage,
    /// No answer: something outside failed.
    NoAnswer,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Fine => 0,
            Exit::No => 1,
            Exit::Usage => 2,
            Exit::NoAnswer => 3,
        })
    }
}

/// Why there is no answer, and what to do.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) exit: Exit,
    message: String,
    help: Option<String>,
}

impl Failure {
    /// The user's: wrong arguments, configuration, or directory.
    pub(super) fn usage(message: impl fmt::Display) -> Self {
        Self { exit: Exit::Usage, message: message.to_string(), help: None }
    }

    /// The answer is no.
    pub(super) fn refused(message: impl fmt::Display) -> Self {
        Self { exit: Exit::No, message: message.to_string(), help: None }
    }

    /// Something outside failed.
    pub(super) fn outside(message: impl fmt::Display) -> Self {
        Self { exit: Exit::NoAnswer, message: message.to_string(), help: None }
    }

    /// What happened, without what to do about it.
    pub(super) fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", hanging(&self.message, "error: ".len()))?;
        match &self.help {
            Some(help) => write!(f, "\nhelp: {}", hanging(help, "help: ".len())),
            None => Ok(()),
        }
    }
}

impl From<GitError> for Failure {
    fn from(error: GitError) -> Self {
        let help = error.help();
        match error {
            GitError::NotARepository { .. }
            | GitError::NotFirstParent { .. }
            | GitError::Shallow { .. }
            | GitError::Refused { .. }
            | GitError::Unsupported { .. } => Self::usage(error).help(help),
            _ => Self::outside(error).help(help),
        }
    }
}

impl From<ScopeError> for Failure {
    fn from(error: ScopeError) -> Self {
        match error {
            ScopeError::Git(error) => error.into(),
            ScopeError::Read(error) => Self::outside(error),
            ScopeError::NotReleases { .. } => Self::usage(error)
                .help("run it in a releases repository, or name one with `-C DIR`"),
            ScopeError::NoRevision(_) => Self::usage(error)
                .help("`git log` shows the revisions; a shallow clone lacks old ones"),
            ScopeError::Unrelated { .. } => Self::usage(error)
                .help("name the branch that this work started from with `--base REV`, fetch it first where it is not here, or judge files whole with `--whole-file`"),
            ScopeError::Bare(_) | ScopeError::NoCommit(_) => Self::usage(error),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::outside(format_args!("writing the output: {error}"))
    }
}
