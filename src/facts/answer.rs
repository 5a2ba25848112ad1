//! Three answers: known, absent, unknown.

use serde::Serialize;

use crate::text::without_login;

use super::{Cause, Unknown};

/// The answer to a question about hosts, repositories and files.
///
/// "Unknown" is its own answer: a host that did not reply says nothing about what it holds.
///
/// In JSON it is `{"state": "known", "value": …}`, `{"state": "absent"}` or `{"state": "not-checked", "value": "why"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", content = "value", rename_all = "kebab-case")]
pub enum Answer<T> {
    /// It exists, and this is it.
    Known(T),
    /// It does not exist: the place where it would be has been read.
    Absent,
    /// It could not be found out.
    #[serde(rename = "not-checked")]
    Unknown(Unknown),
}

impl<T> Answer<T> {
    /// The value, if it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Absent | Self::Unknown(_) => None,
        }
    }

    /// Changes what is known, keeps what is not.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Answer<U> {
        match self {
            Self::Known(value) => Answer::Known(change(value)),
            Self::Absent => Answer::Absent,
            Self::Unknown(why) => Answer::Unknown(why),
        }
    }

    /// The same about what must be at `location`: absent becomes unknown.
    pub(super) fn required(self, location: &str) -> Self {
        match self {
            Self::Absent => {
                let why = format!("{} does not exist", without_login(location));
                Self::Unknown(Unknown::at(location, Cause::Absent, why))
            }
            answer => answer,
        }
    }

    /// Goes on with what is known.
    pub fn and_then<U>(self, next: impl FnOnce(T) -> Answer<U>) -> Answer<U> {
        match self {
            Self::Known(value) => next(value),
            Self::Absent => Answer::Absent,
            Self::Unknown(why) => Answer::Unknown(why),
        }
    }
}
