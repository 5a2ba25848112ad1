//! A change, as much of it as a release needs.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer};

/// What is asked for with each change.
pub(super) const OPTIONS: &str =
    "o=CURRENT_REVISION&o=CURRENT_FILES&o=DETAILED_LABELS&o=DETAILED_ACCOUNTS&o=MESSAGES";

/// Somebody, or a program.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
pub struct Account {
    /// The number by which Gerrit tells accounts apart.
    #[serde(rename = "_account_id")]
    pub id: u64,
    /// The name, where the account has one.
    pub name: Option<String>,
    /// The preferred address, where it may be seen.
    pub email: Option<String>,
    /// The name to log in with.
    pub username: Option<String>,
}

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Status {
    /// It is in review.
    New,
    /// It is in its branch.
    Merged,
    /// Nobody wants it any more.
    Abandoned,
}

/// A vote that is not zero.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Vote {
    /// Such as `Code-Review`.
    pub label: String,
    /// Such as 2.
    pub value: i32,
    /// Who voted.
    pub by: Account,
}

/// One state of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patchset {
    /// Counts from 1.
    pub number: u32,
    /// The commit id.
    pub commit: String,
    /// The ref that holds it, such as `refs/changes/45/12345/2`.
    pub full_ref: String,
    /// Who uploaded it.
    pub uploader: Account,
    /// The files that it touches.
    pub files: Vec<String>,
}

/// A message on a change.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Message {
    /// The patch set it is about.
    #[serde(rename = "_revision_number")]
    pub patchset: Option<u32>,
    /// What kind of program wrote it.
    pub tag: Option<String>,
    /// The text, under what Gerrit puts above it.
    #[serde(rename = "message")]
    pub text: String,
}

/// A change.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Info")]
pub struct Change {
    /// Its number.
    pub number: u64,
    /// Its repository.
    pub project: String,
    /// Its branch, without `refs/heads/`.
    pub branch: String,
    /// The first line of its commit message.
    pub subject: String,
    /// What became of it.
    pub status: Status,
    /// When it was first proposed.
    pub created: Timestamp,
    /// Who proposed it.
    pub owner: Account,
    /// The newest patch set, where it may be seen.
    pub patchset: Option<Patchset>,
    /// By label and in the order of the accounts.
    pub votes: Vec<Vote>,
    /// Oldest first.
    pub messages: Vec<Message>,
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.name.as_ref().or(self.username.as_ref()), &self.email) {
            (Some(name), Some(email)) => write!(f, "{name} <{email}>"),
            (Some(name), None) => f.write_str(name),
            (None, Some(email)) => write!(f, "<{email}>"),
            (None, None) => write!(f, "account {}", self.id),
        }
    }
}

impl fmt::Display for Vote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:+}: {}", self.label, self.value, self.by)
    }
}

/// A change, as Gerrit writes it.
#[derive(Deserialize)]
struct Info {
    #[serde(rename = "_number")]
    number: u64,
    project: String,
    branch: String,
    subject: String,
    status: Status,
    #[serde(deserialize_with = "timestamp")]
    created: Timestamp,
    owner: Account,
    current_revision: Option<String>,
    #[serde(default)]
    revisions: BTreeMap<String, Revision>,
    #[serde(default)]
    labels: BTreeMap<String, Label>,
    #[serde(default)]
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Revision {
    #[serde(rename = "_number")]
    number: u32,
    #[serde(rename = "ref")]
    full_ref: String,
    uploader: Account,
    #[serde(default)]
    files: BTreeMap<String, serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Label {
    #[serde(default)]
    all: Vec<Approval>,
}

#[derive(Deserialize)]
struct Approval {
    /// Left out for a reviewer who has not voted.
    #[serde(default)]
    value: i32,
    #[serde(flatten)]
    by: Account,
}

impl From<Info> for Change {
    fn from(info: Info) -> Self {
        let Info { number, project, branch, subject, status, created, owner, .. } = info;
        let mut revisions = info.revisions;
        let patchset = info.current_revision.and_then(|commit| {
            let Revision { number, full_ref, uploader, files } = revisions.remove(&commit)?;
            Some(Patchset {
                number,
                commit,
                full_ref,
                uploader,
                files: files.into_keys().collect(),
            })
        });
        let mut votes: Vec<Vote> = Vec::new();
        for (label, Label { all }) in info.labels {
            let voted = all.into_iter().filter(|approval| approval.value != 0);
            votes.extend(voted.map(|Approval { value, by }| Vote {
                label: label.clone(),
                value,
                by,
            }));
        }
        votes.sort_by(|a, b| (&a.label, a.by.id).cmp(&(&b.label, b.by.id)));
        let messages = info.messages;
        Self { number, project, branch, subject, status, created, owner, patchset, votes, messages }
    }
}

/// Gerrit writes `2026-08-21 12:00:00.000000000` and means UTC.
fn timestamp<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(deserializer)?;
    let read = text.parse::<DateTime>().and_then(|time| time.to_zoned(TimeZone::UTC));
    read.map(|time| time.timestamp()).map_err(serde::de::Error::custom)
}
