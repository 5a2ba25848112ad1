//! A step that is ready to be carried out, and how what it pushed was answered.

use super::result::StepResult;
use crate::facts::Unknown;

/// The result of a step, from the id of its object and the answer to its push.
pub type Judge<'t> = Box<dyn FnOnce(&str, PushReply) -> StepResult + 't>;

/// A step that is ready to be carried out.
pub enum Prepared<'t> {
    /// It is sent from here, one after the other.
    Here {
        /// The id of the object that is pushed, for the ledger.
        object: Option<String>,
        /// Sends it.
        send: Box<dyn FnOnce() -> Sent + 't>,
    },
    /// It makes an object and pushes it with nothing but what it brings, so that threads can share such work.
    Away {
        /// Makes the object; nothing leaves this machine yet.
        make: Box<dyn FnOnce() -> Result<MadeObject<'t>, String> + Send + 't>,
        /// What became of it.
        judge: Judge<'t>,
    },
}

impl<'t> Prepared<'t> {
    /// A step that `send` carries out from here, with the id of the object that is pushed.
    pub fn here<S: Into<Sent>>(object: Option<String>, send: impl FnOnce() -> S + 't) -> Self {
        Self::Here { object, send: Box::new(move || send().into()) }
    }
}

/// What came of a step that was sent from here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// It came to this end: [`StepResult::Unknown`] where it may have arrived, and the next run looks before it sends it again.
    Ended(StepResult),
    /// The server accepted it and does not show it: in words. No run sends it again before somebody has settled it.
    NotShown(String),
}

impl Sent {
    /// What became of the step.
    pub fn into_result(self) -> StepResult {
        match self {
            Self::Ended(result) => result,
            Self::NotShown(why) => StepResult::Unknown(Unknown::because(why)),
        }
    }
}

impl From<StepResult> for Sent {
    fn from(result: StepResult) -> Self {
        Self::Ended(result)
    }
}

/// How a person settles a step of the release `name` of which no server says whether it was done.
pub fn to_settle(deliverable: &str, name: &str) -> String {
    format!("`tagkeeper explain {deliverable} {name}` shows how to settle it")
}

/// Why a step of the release `name` is not sent again that a server accepted: `said` what it does not show.
pub fn not_shown(said: &str, deliverable: &str, name: &str) -> String {
    format!("{said}; it is not sent again by itself: {}", to_settle(deliverable, name))
}

/// An object that can be pushed.
pub struct MadeObject<'t> {
    /// Its id, for the ledger.
    pub object: String,
    /// Pushes it.
    pub push: Box<dyn FnOnce() -> PushReply + Send + 't>,
}

/// The answer to a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PushReply {
    /// The ref was made.
    Made,
    /// It names the object already.
    There,
    /// It names something else.
    Taken,
    /// The server refused it, and said why.
    Refused(String),
    /// There was no certain answer: why.
    Lost(String),
    /// Nothing was sent: why.
    NotSent(String),
}
