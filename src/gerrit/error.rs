//! Why a request to Gerrit failed.

use crate::net::http::{HttpError, HttpProblem};

/// A request to Gerrit that failed.
#[derive(Debug, thiserror::Error)]
pub enum GerritError {
    /// Gerrit did not answer, or refused.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// There is no such change, or this login may not see it.
    #[error("there is no change {name} at {url}; {hint}")]
    NoChange {
        /// As it was named.
        name: String,
        /// What was asked.
        url: String,
        /// What to do.
        hint: &'static str,
    },
    /// The answer is not from Gerrit's REST API.
    #[error(
        "{0} did not answer as Gerrit's REST API does; check that `gerrit` is its base URL, and that no proxy or login \
         page answers in its place"
    )]
    NotGerrit(String),
    /// The document ends before its end.
    #[error("the answer of {0} is cut short; run again, and check whether a proxy cuts it off")]
    Half(String),
    /// The document has an unexpected form.
    #[error("cannot read the answer of {url}: {why}; check that this Gerrit is 3.10 or newer")]
    Odd {
        /// What was asked.
        url: String,
        /// What is odd.
        why: String,
    },
    /// Gerrit shows the members of a group only to a login.
    #[error(
        "{url} shows the members of `{group}` only to a login; name one in `gerrit-login-file`"
    )]
    Unnamed {
        /// The group.
        group: String,
        /// What was asked.
        url: String,
    },
    /// Posting requires a login.
    #[error("cannot post to {0} without a login: name its file in `gerrit-login-file`")]
    Nobody(String),
    /// A change without a visible patch set.
    #[error("change {0} has no visible patch set; check that it is not someone else's draft")]
    NoPatchset(u64),
}

impl GerritError {
    /// Whether the content of a directory was asked for, which has none: Gerrit answers such a question, and no other about a
    /// file, with 400.
    pub fn is_of_a_directory(&self) -> bool {
        matches!(self, Self::Http(HttpError { problem: HttpProblem::Status(400), .. }))
    }
}
