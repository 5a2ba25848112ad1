//! The message with its headers.

use std::time::SystemTime;

use jiff::Timestamp;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, SinglePart};

use super::render::Announcement;
use crate::config::{self, Described};
use crate::net::smtp::Parcel;
use crate::tree::record::File;
use crate::version::Version;

/// Who writes to whom, as the configuration says: `Name <user@host>` or `user@host`.
#[derive(Clone, Debug)]
pub struct Addresses {
    /// The sender.
    pub from: String,
    /// The recipients, at least one.
    pub to: Vec<String>,
    /// Where answers go, when not to the sender.
    pub reply_to: Option<String>,
}

/// What a mail says, and what names it: the same names give the same Message-ID.
#[derive(Clone, Copy, Debug)]
pub struct Letter<'a> {
    /// What it is about, such as a repository and a version.
    pub name: &'a str,
    /// What it is for, in one word.
    pub purpose: &'a str,
    /// The subject.
    pub subject: &'a str,
    /// The text.
    pub body: &'a str,
}

/// A mail ready to be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    name: String,
    message_id: String,
    parcel: Parcel,
}

/// Why there is no mail.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// An address is malformed.
    #[error("`{}` ({key} of `mail:`) is not a mail address; write it as `Name <user@host>`", value.escape_debug())]
    Address {
        /// The key of the configuration.
        key: &'static str,
        /// What it says.
        value: String,
    },
    /// There is no recipient.
    #[error("the mail has no recipient; name one under `to` of `mail:`")]
    NoRecipient,
    /// The message could not be put together.
    #[error("cannot compose the mail {0}: {1}")]
    Message(String, String),
}

impl Addresses {
    /// Who writes to whom about a version of the deliverable of `file`; no sender where the site names none.
    pub fn about(file: &File, version: &str, mail: &config::Mail) -> Self {
        let version = Version::read(version, &file.deliverable.form);
        let who = file.path.as_ref().map(|path| Described::of(&file.deliverable, path));
        Self {
            from: mail.from.clone().unwrap_or_default(),
            to: who.map_or(&*mail.to, |who| mail.recipients(&who, &version)).to_vec(),
            reply_to: mail.reply_to.clone(),
        }
    }

    /// Whether each of them is a mail address, and there is a recipient.
    ///
    /// # Errors
    /// The first one that is not.
    pub fn check(&self) -> Result<(), MailError> {
        mailbox("from", &self.from)?;
        self.to.iter().try_for_each(|to| mailbox("to", to).map(drop))?;
        self.reply_to.iter().try_for_each(|to| mailbox("reply-to", to).map(drop))?;
        if self.to.is_empty() { Err(MailError::NoRecipient) } else { Ok(()) }
    }
}

impl Mail {
    /// Puts the mail together. The same announcement, addresses and date give the same bytes.
    ///
    /// # Errors
    ///
    /// When an address is malformed (a line break in it included) or the date is before 1970.
    pub fn compose(
        announcement: &Announcement,
        addresses: &Addresses,
        date: Timestamp,
    ) -> Result<Self, MailError> {
        let letter = Letter {
            name: &format!("{}-{}", announcement.repo(), announcement.version()),
            purpose: "release",
            subject: announcement.subject(),
            body: announcement.body(),
        };
        Self::of(&letter, addresses, date)
    }

    /// Puts any mail together. The same letter, addresses and date give the same bytes.
    ///
    /// # Errors
    ///
    /// As [`Mail::compose`].
    pub fn of(
        letter: &Letter<'_>,
        addresses: &Addresses,
        date: Timestamp,
    ) -> Result<Self, MailError> {
        let name = file_stem(letter.name);
        let trouble = |why: String| MailError::Message(name.clone(), why);
        let from = mailbox("from", &addresses.from)?;
        let message_id = format!("<{name}.{}@tagkeeper.{}>", letter.purpose, from.email.domain());
        if date < Timestamp::UNIX_EPOCH {
            return Err(trouble(format!("{date} is not a valid date for a mail")));
        }
        let mut parcel =
            Parcel { from: from.email.to_string(), to: Vec::new(), message: Vec::new() };
        let mut message = Message::builder()
            .message_id(Some(message_id.clone()))
            .date(SystemTime::from(date))
            .from(from)
            .header(AutoSubmitted)
            .subject(letter.subject);
        for to in &addresses.to {
            let to = mailbox("to", to)?;
            parcel.to.push(to.email.to_string());
            message = message.to(to);
        }
        if parcel.to.is_empty() {
            return Err(MailError::NoRecipient);
        }
        if let Some(list) = addresses.to.first().and_then(|to| ListId::of(to)) {
            message = message.header(list);
        }
        if let Some(reply_to) = &addresses.reply_to {
            message = message.reply_to(mailbox("reply-to", reply_to)?);
        }
        let message = message
            .singlepart(SinglePart::plain(letter.body.to_owned()))
            .map_err(|error| trouble(error.to_string()))?;
        parcel.message = message.formatted();
        Ok(Self { name, message_id, parcel })
    }

    /// The name of a file for this mail: `<repo>-<version>.eml`, with a dot for every slash.
    pub fn file_name(&self) -> String {
        format!("{}.eml", self.name)
    }

    /// The Message-ID, with its angle brackets: the same for a repository and version always.
    pub fn message_id(&self) -> &str {
        &self.message_id
    }

    /// The whole message as text, its lines ended by `\n`.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.parcel.message).replace("\r\n", "\n")
    }

    /// Envelope and bytes.
    pub fn parcel(&self) -> &Parcel {
        &self.parcel
    }
}

/// `Auto-Submitted: auto-generated`: no vacation message answers it (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// `List-Id: <release-announce.lists.example.org>` (RFC 2919): the first recipient, by which readers sort their mail. A list
/// server puts the same there.
#[derive(Clone)]
struct ListId(String);

impl ListId {
    /// None for an address that is no name of a list: one in quotes, or not in ASCII.
    fn of(address: &str) -> Option<Self> {
        let mailbox: Mailbox = address.parse().ok()?;
        let id = format!("{}.{}", mailbox.email.user(), mailbox.email.domain());
        let is_plain =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+' | '=' | '&');
        id.split('.').all(|part| !part.is_empty() && part.chars().all(is_plain)).then_some(Self(id))
    }
}

impl Header for ListId {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Id")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.trim_matches(['<', '>']).to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), format!("<{}>", self.0))
    }
}

/// Only what may stand in a file name and in a Message-ID as it is.
fn file_stem(name: &str) -> String {
    name.chars()
        .map(|c| match c {
            '/' => '.',
            c if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+') => c,
            _ => '_',
        })
        .collect()
}

/// Whether a mail can be sent to `text`.
pub fn is_address(text: &str) -> bool {
    mailbox("to", text).is_ok()
}

fn mailbox(key: &'static str, value: &str) -> Result<Mailbox, MailError> {
    Some(value)
        .filter(|value| !value.contains(char::is_control))
        .and_then(|value| value.parse().ok())
        .ok_or_else(|| MailError::Address { key, value: value.to_owned() })
}
