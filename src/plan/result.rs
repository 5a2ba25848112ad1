//! What became of a step.

use jiff::Timestamp;
use serde::Serialize;

use super::state::{State, held_until};
use crate::facts::Unknown;

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "did", content = "detail", rename_all = "kebab-case")]
pub enum StepResult {
    /// Made now: the object, or what the mail server said.
    Made(String),
    /// It was there already.
    WasThere(String),
    /// It was proposed before, and waits for people: where.
    Open(String),
    /// What it would make was ended.
    Ended(String),
    /// Left to an operator.
    Operator(String),
    /// Not begun: it waits.
    Held {
        /// When it may be done at the earliest; none where nobody knows.
        until: Option<Timestamp>,
        /// What it waits for.
        reason: String,
    },
    /// The site is not set up for it: what to set.
    Unsent(String),
    /// Not begun: why, such as a step that must be settled first.
    NotBegun(String),
    /// The remote says something else.
    Conflict(String),
    /// The server refused it.
    Refused(String),
    /// Something outside failed; nothing was changed.
    Failed(String),
    /// It is not known whether it was done.
    Unknown(Unknown),
}

/// How bad a result is, worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Worst {
    /// All is as the files say.
    Fine,
    /// A conflict, or the server refused.
    Refused,
    /// Something outside failed: run again when it is fixed.
    Failed,
}

/// How a step ended that is not done and does not wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BadEnd {
    /// The remote says something else.
    Conflict,
    /// The server refused it.
    Refused,
    /// Something outside failed.
    Failed,
    /// It is not known whether it was done.
    Unknown,
    /// The site is not set up for it.
    Unsent,
    /// It was not begun.
    NotBegun,
}

impl BadEnd {
    /// In one word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Conflict => "conflict",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Unsent => "unsent",
            Self::NotBegun => "not-begun",
        }
    }
}

impl StepResult {
    /// How it ended, where it is not done and does not wait.
    pub fn cause(&self) -> Option<BadEnd> {
        match self {
            Self::Conflict(_) => Some(BadEnd::Conflict),
            Self::Refused(_) => Some(BadEnd::Refused),
            Self::Failed(_) => Some(BadEnd::Failed),
            Self::Unknown(_) => Some(BadEnd::Unknown),
            Self::Unsent(_) => Some(BadEnd::Unsent),
            Self::NotBegun(_) => Some(BadEnd::NotBegun),
            Self::Made(_)
            | Self::WasThere(_)
            | Self::Open(_)
            | Self::Ended(_)
            | Self::Operator(_)
            | Self::Held { .. } => None,
        }
    }

    /// The result of a step that need not or cannot be carried out; `None` for one that is to be carried out.
    pub fn of_state(state: &State) -> Option<Self> {
        Some(match state {
            State::Create => return None,
            State::Held { until, reason } => Self::Held { until: *until, reason: reason.clone() },
            State::Done(how) => Self::WasThere(how.clone()),
            State::Open(how) => Self::Open(how.clone()),
            State::Ended(why) => Self::Ended(why.clone()),
            State::Operator(why) => Self::Operator(why.clone()),
            State::Conflict(why) => Self::Conflict(why.clone()),
            State::Unknown(why) => Self::Unknown(why.clone()),
        })
    }

    /// How bad it is.
    pub fn worst(&self) -> Worst {
        match self {
            Self::Made(_)
            | Self::WasThere(_)
            | Self::Open(_)
            | Self::Ended(_)
            | Self::Operator(_)
            | Self::Held { .. }
            | Self::Unsent(_)
            | Self::NotBegun(_) => Worst::Fine,
            Self::Conflict(_) | Self::Refused(_) => Worst::Refused,
            Self::Failed(_) | Self::Unknown(_) => Worst::Failed,
        }
    }

    /// Whether the rest of the release must wait because of it.
    pub fn is_bad(&self) -> bool {
        self.worst() != Worst::Fine
    }

    /// Whether it waits.
    pub fn is_held(&self) -> bool {
        matches!(self, Self::Held { .. })
    }

    /// Whether nothing is left to be done for the step.
    pub fn is_settled(&self) -> bool {
        matches!(
            self,
            Self::Made(_) | Self::WasThere(_) | Self::Open(_) | Self::Ended(_) | Self::Operator(_)
        )
    }

    /// Whether what the step makes is there now.
    pub fn is_there(&self) -> bool {
        matches!(self, Self::Made(_) | Self::WasThere(_))
    }
}

impl std::fmt::Display for StepResult {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Made(what) => write!(f, "made, {what}"),
            Self::WasThere(how) => write!(f, "done already: {how}"),
            Self::Open(how) => write!(f, "proposed already: {how}"),
            Self::Ended(why) => write!(f, "not made: {why}"),
            Self::Operator(why) => write!(f, "left to an operator: {why}"),
            Self::Held { until, reason } => f.write_str(&held_until(*until, reason)),
            Self::Unsent(why) => write!(f, "not sent: {why}"),
            Self::NotBegun(why) => write!(f, "not begun: {why}"),
            Self::Conflict(why) => write!(f, "conflict: {why}"),
            Self::Refused(why) => write!(f, "refused by the server: {why}"),
            Self::Failed(why) => write!(f, "failed: {why}"),
            Self::Unknown(why) => write!(f, "unknown: {why}"),
        }
    }
}
