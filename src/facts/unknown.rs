//! Why something could not be found out, as data: who was asked, what went wrong, and the words for people.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::gerrit::GerritError;
use crate::git::{Cause as GitCause, GitError};
use crate::net::http::{HttpError, HttpProblem};
use crate::text::server_of;

/// Why something could not be found out.
///
/// In JSON it is its words alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Unknown {
    asked: Asked,
    cause: Cause,
    words: String,
}

/// Who was asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Asked {
    /// A server: scheme, host and port.
    Server(String),
    /// A file or a repository of this machine.
    Here(String),
    /// Neither: the answer follows from other answers.
    Nobody,
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// This run may not ask anybody.
    Offline,
    /// The server has no address, gave no answer, failed or has had enough of us.
    Away,
    /// The server was too slow.
    TimedOut,
    /// The server wants another login.
    Login,
    /// The server may be another one.
    Identity,
    /// A proxy is in the way.
    Proxy,
    /// The server refused.
    Refused,
    /// A program on this machine refused.
    RefusedHere,
    /// What must be there is not.
    Absent,
    /// The answer cannot be read.
    Unreadable,
    /// The answer is larger than anything expected.
    TooLarge,
    /// Anything else.
    Other,
}

/// What two reasons have in common if one remedy ends both.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Matter {
    /// No question to this server is answered, for this cause.
    Server(String, Cause),
    /// Only these words.
    Words(String),
}

impl Unknown {
    /// `why` is a phrase that names what could not be found out and what happened.
    pub fn because(why: impl fmt::Display) -> Self {
        Self { asked: Asked::Nobody, cause: Cause::Other, words: why.to_string() }
    }

    /// The same about the server of `location`, or the file if it is a path.
    pub fn at(location: &str, cause: Cause, why: impl fmt::Display) -> Self {
        let asked = match server_of(location) {
            Some(server) => Asked::Server(server),
            None => Asked::Here(location.to_owned()),
        };
        Self { asked, cause, words: why.to_string() }
    }

    /// The same reason in other words, which usually say what it was needed for.
    #[must_use]
    pub fn in_words(self, words: impl fmt::Display) -> Self {
        Self { words: words.to_string(), ..self }
    }

    /// Who was asked.
    pub fn asked(&self) -> &Asked {
        &self.asked
    }

    /// What went wrong.
    pub fn cause(&self) -> Cause {
        self.cause
    }

    /// What it has in common with other reasons.
    pub fn matter(&self) -> Matter {
        match &self.asked {
            Asked::Server(server) if self.cause.is_of_server() => {
                Matter::Server(server.clone(), self.cause)
            }
            _ => Matter::Words(self.words.clone()),
        }
    }
}

impl Cause {
    /// Whether all questions to a server fail together.
    pub(super) fn is_of_server(self) -> bool {
        match self {
            Self::Offline | Self::Away | Self::TimedOut => true,
            Self::Login | Self::Identity | Self::Proxy => true,
            Self::Refused | Self::RefusedHere | Self::Absent => false,
            Self::Unreadable | Self::TooLarge | Self::Other => false,
        }
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl From<String> for Unknown {
    fn from(words: String) -> Self {
        Self::because(words)
    }
}

impl From<Unknown> for String {
    fn from(unknown: Unknown) -> Self {
        unknown.words
    }
}

impl From<GitError> for Unknown {
    fn from(error: GitError) -> Self {
        if let Some((url, cause)) = error.cause() {
            return Self::at(url, cause.into(), &error);
        }
        let (path, cause) = match &error {
            GitError::Offline { path, .. } => (path, Cause::Offline),
            GitError::Corrupt { path, .. } | GitError::Unsupported { path, .. } => {
                (path, Cause::Unreadable)
            }
            GitError::Refused { path, .. } => (path, Cause::RefusedHere),
            GitError::TooLarge { .. } => return Self::because(&error).caused_by(Cause::TooLarge),
            GitError::TimedOut { .. } => return Self::because(&error).caused_by(Cause::TimedOut),
            _ => return Self::because(&error),
        };
        Self::at(&path.to_string_lossy(), cause, &error)
    }
}

impl Unknown {
    pub(super) fn caused_by(self, cause: Cause) -> Self {
        Self { cause, ..self }
    }
}

impl From<GitCause> for Cause {
    fn from(cause: GitCause) -> Self {
        match cause {
            GitCause::Absent => Self::Absent,
            GitCause::Here => Self::RefusedHere,
            GitCause::Login => Self::Login,
            GitCause::Identity => Self::Identity,
            GitCause::Proxy => Self::Proxy,
            GitCause::Network => Self::Away,
            GitCause::TimedOut => Self::TimedOut,
            GitCause::Unknown => Self::Other,
        }
    }
}

impl From<HttpError> for Unknown {
    fn from(error: HttpError) -> Self {
        Self::at(&error.url, Cause::from(&error.problem), &error)
    }
}

impl From<&HttpProblem> for Cause {
    fn from(problem: &HttpProblem) -> Self {
        match problem {
            HttpProblem::Status(401 | 403 | 407) => Self::Login,
            HttpProblem::Status(status) if *status >= 500 || *status == 429 => Self::Away,
            HttpProblem::Status(_) => Self::Refused,
            HttpProblem::NoSuchHost | HttpProblem::Connection(_) => Self::Away,
            HttpProblem::Slow(_) => Self::TimedOut,
            HttpProblem::Trust(_) => Self::Identity,
            HttpProblem::Proxy { .. } | HttpProblem::Refused(_) => Self::Proxy,
            HttpProblem::TooLarge(_) => Self::TooLarge,
            HttpProblem::Garbled(_) => Self::Unreadable,
            HttpProblem::Address => Self::Other,
        }
    }
}

impl From<GerritError> for Unknown {
    fn from(error: GerritError) -> Self {
        let words = error.to_string();
        match error {
            GerritError::Http(error) => Self::from(error),
            GerritError::NoChange { url, .. } => Self::at(&url, Cause::Absent, words),
            GerritError::NotGerrit(url) | GerritError::Half(url) | GerritError::Odd { url, .. } => {
                Self::at(&url, Cause::Unreadable, words)
            }
            GerritError::Unnamed { url, .. } | GerritError::Nobody(url) => {
                Self::at(&url, Cause::Login, words)
            }
            GerritError::NoPatchset(_) => Self::because(words),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::RemoteUrl;

    fn unreachable(url: &str, why: &str) -> Unknown {
        RemoteUrl::new(url).unreachable(why).into()
    }

    #[test]
    fn one_host_that_is_away_is_one_matter() {
        let of = |repo: &str, after: u32| {
            let url = format!("https://git.garden.example/{repo}");
            unreachable(
                &url,
                &format!(
                    "fatal: unable to access '{url}': Failed to connect to git.garden.example port 443 after {after} ms"
                ),
            )
        };
        let (rose, lily) = (of("garden/rose", 7), of("garden/lily", 11));
        assert_eq!(rose.matter(), lily.matter());
        assert_eq!(rose.cause(), Cause::Away);
        assert_eq!(rose.asked(), &Asked::Server("https://git.garden.example".to_owned()));
        assert_ne!(rose.to_string(), lily.to_string());
        let other = unreachable("https://other.example/garden/rose", "Connection refused");
        assert_ne!(rose.matter(), other.matter());
    }

    #[test]
    fn what_is_not_about_a_host_is_one_matter_by_its_words() {
        let of = |path: &str| unreachable(path, "there is nothing at the path");
        assert_ne!(of("/srv/a").matter(), of("/srv/b").matter());
        assert_eq!(of("/srv/a").matter(), of("/srv/a").matter());
    }

    #[test]
    fn json_has_the_words() {
        let why = unreachable("https://h/a", "Connection refused");
        let json = serde_json::to_string(&why).unwrap();
        assert_eq!(json, format!("{:?}", why.to_string()));
        let back: Unknown = serde_json::from_str(&json).unwrap();
        assert_eq!(back.to_string(), why.to_string());
    }
}
