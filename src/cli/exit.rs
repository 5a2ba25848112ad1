//! How a command ends: its exit status, and what it says when it fails.

use std::error::Error as _;
use std::process::ExitCode;
use std::{fmt, io};

use crate::plan::Worst;
use crate::report::audit::Verdict;
use crate::report::shadow::Agreement;
use crate::text::hanging;
use crate::workspace::{Failure, FailureKind};

/// What an exit status means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// Passed.
    Fine,
    /// Refused: errors, a conflict, or a server that says no.
    No,
    /// Usage or configuration error; nothing was tried.
    Usage,
    /// Could not complete: something outside failed.
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

impl From<FailureKind> for Exit {
    fn from(kind: FailureKind) -> Self {
        match kind {
            FailureKind::Usage => Self::Usage,
            FailureKind::Refused => Self::No,
            FailureKind::Outside => Self::NoAnswer,
        }
    }
}

impl From<Worst> for Exit {
    fn from(worst: Worst) -> Self {
        match worst {
            Worst::Fine => Self::Fine,
            Worst::Refused => Self::No,
            Worst::Failed => Self::NoAnswer,
        }
    }
}

impl From<Verdict> for Exit {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Good | Verdict::Note => Self::Fine,
            Verdict::NotChecked => Self::NoAnswer,
            Verdict::Bad => Self::No,
        }
    }
}

impl From<Agreement> for Exit {
    fn from(compared: Agreement) -> Self {
        match compared {
            Agreement::Same | Agreement::Waits => Self::Fine,
            Agreement::NotCompared => Self::NoAnswer,
            Agreement::Different | Agreement::Missing => Self::No,
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::outside("cannot write the output").caused_by(error)
    }
}

/// A failure as a terminal shows it: the error, its causes, and what to do.
pub(super) struct Shown<'a>(pub(super) &'a Failure);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said = self.0.to_string();
        write!(f, "error: {}", hanging(&said, "error: ".len()))?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            let text = error.to_string();
            // Many errors say what caused them in their own words.
            if !said.contains(&text) {
                write!(f, "\ncaused by: {}", hanging(&text, "caused by: ".len()))?;
                said.push_str(&text);
            }
            cause = error.source();
        }
        let mut hints = self.0.hints().iter();
        hints.try_for_each(|hint| write!(f, "\nhelp: {}", hanging(hint, "help: ".len())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("cannot read the key")]
    struct Outer(#[source] io::Error);

    #[test]
    fn a_failure_shows_its_causes_once_and_every_hint() {
        let cause = io::Error::other("disk is gone");
        let failure = Failure::outside(Outer(cause)).help("look at the disk").help("run again");
        assert_eq!(
            Shown(&failure).to_string(),
            "error: cannot read the key\ncaused by: disk is gone\nhelp: look at the disk\nhelp: run again"
        );
        let failure = Failure::usage("there is no such thing");
        assert_eq!(Shown(&failure).to_string(), "error: there is no such thing");
    }
}
