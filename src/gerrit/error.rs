//! Why Gerrit gave no answer.

use crate::net::http::HttpError;

/// No answer from Gerrit.
#[derive(Debug, thiserror::Error)]
pub enum GerritError {
    /// Nobody answered, or the answer was no.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// There is no such change, or none for us.
    #[error("there is no change {name} at {url}; {hint}")]
    NoChange {
        /// As it was named.
        name: String,
        /// What was asked.
        url: String,
        /// What to do.
        hint: &'static str,
    },
    /// The answer has not the mark of Gerrit's REST API.
    #[error(
        "what {0} answers is not of Gerrit's REST API; consider whether `gerrit` is its base URL, and whether a proxy or \
         a login page answers instead"
    )]
    NotGerrit(String),
    /// The document ends before its end.
    #[error("the answer of {0} ends in the middle; run again, and see whether a proxy cuts it off")]
    Half(String),
    /// The document has another form.
    #[error(
        "the answer of {url} makes no sense: {why}; consider whether this Gerrit is older than 3.10"
    )]
    Odd {
        /// What was asked.
        url: String,
        /// What is odd.
        why: String,
    },
    /// Who is in a group is told to somebody only.
    #[error(
        "the members of `{group}` are shown only with a login at {url}; name a login in `gerrit-login-file`"
    )]
    Unnamed {
        /// The group.
        group: String,
        /// What was asked.
        url: String,
    },
    /// Only somebody can post.
    #[error("nothing can be posted to {0} without a login: name its file in `gerrit-login-file`")]
    Nobody(String),
    /// A change without a patch set that may be seen.
    #[error(
        "change {0} has no patch set to be seen; consider whether it is a draft of somebody else"
    )]
    NoPatchset(u64),
}
