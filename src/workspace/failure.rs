//! Why there is no answer: what kind of failure it is, what caused it, and what to do about it.

use std::error::Error;
use std::fmt;

use crate::gerrit::GerritError;
use crate::git::GitError;
use crate::tree::scope::ScopeError;
use crate::tree::snapshot::ReadError;

/// A failure with its causes, and what to do about it.
#[derive(Debug)]
pub struct Failure {
    kind: FailureKind,
    error: Box<dyn Error + Send + Sync>,
    /// Where the error does not carry it itself.
    cause: Option<Box<dyn Error + Send + Sync>>,
    hints: Vec<String>,
}

/// Who has to act on a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The user: wrong arguments, configuration or directory. Nothing was tried.
    Usage,
    /// A rule or a server says no.
    Refused,
    /// Something outside failed: a host, a key, a disk. Running again may help.
    Outside,
}

impl Failure {
    /// Wrong arguments, configuration or directory.
    pub fn usage(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(FailureKind::Usage, error)
    }

    /// A rule or a server says no.
    pub fn refused(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(FailureKind::Refused, error)
    }

    /// Something outside failed.
    pub fn outside(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(FailureKind::Outside, error)
    }

    fn new(kind: FailureKind, error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind, error: error.into(), cause: None, hints: Vec::new() }
    }

    /// Says what caused it.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Who has to act.
    pub fn kind(&self) -> FailureKind {
        self.kind
    }

    /// What to do about it, the most promising first.
    pub fn hints(&self) -> &[String] {
        &self.hints
    }

    /// The error itself, for callers that need its type.
    pub fn error(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.error
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.cause {
            Some(cause) => Some(&**cause),
            None => self.error.source(),
        }
    }
}

impl From<GitError> for Failure {
    fn from(error: GitError) -> Self {
        let hint = error.help();
        let kind = match error {
            GitError::NotARepository { .. }
            | GitError::NotFirstParent { .. }
            | GitError::Shallow { .. }
            | GitError::Refused { .. }
            | GitError::Unsupported { .. } => FailureKind::Usage,
            _ => FailureKind::Outside,
        };
        Self::new(kind, error).help(hint)
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
            ScopeError::Bare(_) | ScopeError::NoCheckout(_) | ScopeError::NoCommit(_) => Self::usage(error),
        }
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        Self::outside(error)
    }
}

impl From<GerritError> for Failure {
    fn from(error: GerritError) -> Self {
        Self::outside(error)
    }
}
