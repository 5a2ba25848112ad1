//! Handing one message to a mail server.
//!
//! The question after a failure is always the same: may it be sent again? So there are three
//! answers. *Accepted*: the server took it. *Refused*: nothing was delivered, sending again is safe.
//! *Unknown*: the connection was lost after the text was on its way; the message may have been
//! delivered, and nobody sends it again without looking.

mod server;
mod session;
mod wire;

pub use super::login::{Login, LoginError};
pub use server::{MailServer, ServerError, Tls};

/// A message ready to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// The address of the sender, for the envelope.
    pub from: String,
    /// The addresses of the recipients, for the envelope.
    pub to: Vec<String>,
    /// Headers and body, lines ended by CRLF.
    pub message: Vec<u8>,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailOutcome {
    /// It was taken; the receiver's words.
    Accepted(String),
    /// The server did not accept it; nobody received it.
    Refused(Refusal),
    /// It is not known whether the server accepted it: why.
    Unknown(String),
}

/// Why a message was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Whether trying again may help.
    pub lasts: Lasts,
    /// What happened, and what to do.
    pub why: String,
}

/// How long a refusal lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasts {
    /// The same may be taken later.
    ForNow,
    /// Something must be changed first.
    UntilMended,
}

impl MailOutcome {
    /// Not taken now, perhaps later.
    pub fn refused_for_now(why: impl Into<String>) -> Self {
        Self::Refused(Refusal { lasts: Lasts::ForNow, why: why.into() })
    }

    /// Not taken, and not before something is changed.
    pub fn refused(why: impl Into<String>) -> Self {
        Self::Refused(Refusal { lasts: Lasts::UntilMended, why: why.into() })
    }
}

/// Hands a message over, to all its recipients or to none.
pub fn deliver(server: &MailServer, parcel: &Parcel) -> MailOutcome {
    session::run(server, parcel).unwrap_or_else(|outcome| outcome)
}
