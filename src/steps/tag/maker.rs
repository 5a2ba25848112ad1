//! Who made a tag that is there already.

use std::fmt;

use super::message::TagMessage;
use super::{IN_LEDGER, message, question};
use crate::facts::pushed::PushedSignature;
use crate::facts::{Answer, Facts};
use crate::git::Signature;
use crate::ledger::StepName;
use crate::plan::RequestedFile;
use crate::tree::RepoName;
use crate::tree::deliverable::{NamedProject, Release};

/// Who made a tag that is at the planned commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::steps) enum Maker {
    /// A run of ours: the ledger noted its object, or our key signed the planned message.
    Us,
    /// Somebody with our key, in other words than the planned ones; whether they are those of a release.
    OurKey(Words),
    /// Somebody else: what it is.
    SomeoneElse(String),
    /// It is not known: why its signature could not be verified, or the ledger not be read.
    NotVerified(String),
}

/// What the message of a tag is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::steps) enum Words {
    /// That of a release, which can be announced.
    OfRelease,
    /// Any other.
    Other,
}

/// Who made the tag of a repository.
pub(in crate::steps) fn maker(
    file: &RequestedFile<'_>,
    release: &Release,
    project: &NamedProject<'_>,
    facts: &Facts,
) -> Maker {
    let version = release.version.text();
    let there = facts.get(&question(project, release));
    let object = there.known().map(|there| there.object.to_string()).unwrap_or_default();
    match noted(file, &project.name, version) {
        Answer::Known(objects) if objects.contains(&object) => return Maker::Us,
        Answer::Known(_) | Answer::Absent => {}
        Answer::Unknown(why) => return Maker::NotVerified(why.to_string()),
    }
    match facts.get(&PushedSignature::of(&project.name, version)) {
        Answer::Known(found) => match (&found.message, &found.signature) {
            (None, _) => Maker::SomeoneElse("a lightweight tag".to_owned()),
            (Some(_), Signature::None) => {
                Maker::SomeoneElse("an annotated tag that is not signed".to_owned())
            }
            (Some(_), Signature::Bad(why)) => {
                Maker::SomeoneElse(format!("an annotated tag whose signature is not ours: {why}"))
            }
            (Some(_), Signature::NotVerified(why)) => Maker::NotVerified(why.clone()),
            (Some(words), Signature::Good(_)) => {
                let planned = message(file, release, project, facts).to_text();
                if planned.is_ok_and(|planned| planned.trim_end() == words.trim_end()) {
                    Maker::Us
                } else if TagMessage::parse(words).is_ok_and(|said| said.version == version) {
                    Maker::OurKey(Words::OfRelease)
                } else {
                    Maker::OurKey(Words::Other)
                }
            }
        },
        Answer::Absent => Maker::NotVerified("the tag no longer exists".to_owned()),
        Answer::Unknown(why) => Maker::NotVerified(why.to_string()),
    }
}

/// The objects that runs of ours were about to push as this tag.
fn noted(file: &RequestedFile<'_>, repo: &RepoName, version: &str) -> Answer<Vec<String>> {
    (file.subject.ledger)(repo, version).and_then(|entry| {
        let record = entry.steps.get(&StepName::new(IN_LEDGER));
        record.map_or(Answer::Absent, |record| Answer::Known(record.objects.clone()))
    })
}

impl fmt::Display for Maker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Us => f.write_str("the tag is there"),
            Self::OurKey(_) => f.write_str(
                "the tag is there, signed with our key, but its message is not the planned one: it was made by someone else",
            ),
            Self::SomeoneElse(what) => write!(f, "the tag is there, made by someone else: {what}"),
            Self::NotVerified(why) => {
                write!(f, "the tag is there, and it is not known who made it: {why}")
            }
        }
    }
}
