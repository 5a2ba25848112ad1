//! A step that is ready to be carried out, and how what it pushed was answered.

use super::result::StepResult;

/// The result of a step, from the id of its object and the answer to its push.
pub type Judge<'t> = Box<dyn FnOnce(&str, Reply) -> StepResult + 't>;

/// A step that is ready to be carried out.
pub enum Prepared<'t> {
    /// It is sent from here, one after the other.
    Here {
        /// The id of the object that is pushed, for the ledger.
        object: Option<String>,
        /// Sends it. The result is [`StepResult::Unknown`] where it may have arrived.
        send: Box<dyn FnOnce() -> StepResult + 't>,
    },
    /// It makes an object and pushes it with nothing but what it brings, so that threads can share such work.
    Away {
        /// Makes the object; nothing leaves this machine yet.
        make: Box<dyn FnOnce() -> Result<Made<'t>, String> + Send + 't>,
        /// What became of it.
        judge: Judge<'t>,
    },
}

/// An object that can be pushed.
pub struct Made<'t> {
    /// Its id, for the ledger.
    pub object: String,
    /// Pushes it.
    pub push: Box<dyn FnOnce() -> Reply + Send + 't>,
}

/// The answer to a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
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
