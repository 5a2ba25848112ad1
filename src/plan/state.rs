//! The state of a step.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::calendar;
use crate::facts::Unknown;

/// The state in which a step was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", content = "why", rename_all = "kebab-case")]
pub enum State {
    /// To be done.
    Create,
    /// To be done later.
    Held {
        /// When at the earliest; none where nobody knows.
        until: Option<Timestamp>,
        /// What it waits for.
        reason: String,
    },
    /// It is there already.
    Done(String),
    /// It is proposed, and waits for people: where.
    Open(String),
    /// Not to be done any more: what it would make was ended.
    Ended(String),
    /// The remote says something else, or the request asks for what cannot be.
    Conflict(String),
    /// Left to an operator.
    Operator(String),
    /// It could not be found out.
    Unknown(Unknown),
}

impl State {
    /// Whether it waits for its time, or for what could not be found out.
    pub fn waits(&self) -> bool {
        matches!(self, Self::Held { .. } | Self::Unknown(_))
    }
}

impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Create => f.write_str("to be made"),
            Self::Held { until, reason } => f.write_str(&held_until(*until, reason)),
            Self::Done(how) => write!(f, "done: {how}"),
            Self::Open(how) => write!(f, "open: {how}"),
            Self::Ended(why) => write!(f, "ended: {why}"),
            Self::Conflict(why) => write!(f, "conflict: {why}"),
            Self::Operator(why) => write!(f, "left to an operator: {why}"),
            Self::Unknown(why) => write!(f, "unknown: {why}"),
        }
    }
}

/// `held until Mon 2026-06-15 16:00 UTC: outside its window`.
pub fn held_until(until: Option<Timestamp>, reason: &str) -> String {
    match until {
        Some(_) => format!("held {}", waits_until(until, reason)),
        None => format!("held: {reason}"),
    }
}

/// `until Mon 2026-06-15 16:00 UTC: outside its window`, for a line that begins with *held*.
pub fn waits_until(until: Option<Timestamp>, reason: &str) -> String {
    match until {
        Some(until) => format!("until {}: {reason}", calendar::moment(until)),
        None => reason.to_owned(),
    }
}
