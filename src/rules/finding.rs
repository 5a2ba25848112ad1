//! Findings, and how a rule reports them.

use std::fmt;

use super::{Overridable, Rule};
use crate::calendar::{Until, Yields};
use crate::config::PolicyLevel;
use crate::facts::{Answer, Unknown};
use crate::tree::place::Place;
pub use crate::tree::place::{Edit, Fix};
use crate::tree::yaml;

/// The file of a finding about the commit message, as Gerrit names it.
pub const COMMIT_MSG: &str = "/COMMIT_MSG";

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Fails the check.
    Error,
    /// Deserves a second look; does not fail the check.
    Warning,
    /// For information.
    Note,
    /// A fact could not be fetched, so the rule has no result.
    CouldNotCheck,
}

impl Level {
    /// The words for people.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::CouldNotCheck => "not checked",
            _ => self.as_str(),
        }
    }

    /// The word for programs, and in the policy.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
            Self::CouldNotCheck => "could-not-check",
        }
    }

    /// The level that a policy sets; `None` for `off`.
    pub(super) fn of_policy(set: PolicyLevel) -> Option<Self> {
        match set {
            PolicyLevel::Error => Some(Self::Error),
            PolicyLevel::Warning => Some(Self::Warning),
            PolicyLevel::Note => Some(Self::Note),
            PolicyLevel::Off => None,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One thing that a rule reports about one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Id of the rule.
    pub rule: &'static str,
    /// Its level, as the rule or the policy sets it.
    pub level: Level,
    /// Path in the releases repository, or `/COMMIT_MSG`.
    pub file: String,
    /// The commit, if the finding is about a commit message.
    pub commit: Option<String>,
    /// Where in the file.
    pub place: Place,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The repository concerned.
    pub repo: Option<String>,
    /// The version concerned.
    pub release: Option<String>,
    /// Until when it holds the tag, and what ends that early.
    pub held: Option<TagHold>,
    /// Whether a `Release-Override:` may cover it although it is an error.
    pub overridable: Overridable,
    /// Why the rule could not check.
    pub unknown: Option<Unknown>,
    /// Other places involved, such as another entry of the same version.
    pub related: Vec<Related>,
    /// The override that covers it.
    pub overridden_by: Option<Override>,
    /// An edit that fixes it.
    pub fix: Option<Fix>,
}

impl Finding {
    /// A finding with just a message and a place.
    pub(super) fn new(
        rule: &'static str,
        level: Level,
        file: &str,
        place: Place,
        message: String,
    ) -> Self {
        Self {
            rule,
            level,
            file: file.to_owned(),
            commit: None,
            place,
            message,
            help: None,
            repo: None,
            release: None,
            held: None,
            overridable: Overridable::No,
            unknown: None,
            related: Vec::new(),
            overridden_by: None,
            fix: None,
        }
    }

    /// Whether it counts: no override covers it.
    pub fn stands(&self) -> bool {
        self.overridden_by.is_none()
    }
}

/// Another place that a finding is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Path in the releases repository.
    pub file: String,
    /// Where in the file.
    pub place: Place,
    /// What is there: a phrase.
    pub label: String,
}

/// How long a finding holds the tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TagHold {
    /// The earliest time at which the tag can be made, considering everything that holds it.
    pub until: Until,
    /// What ends it early.
    pub yields: Yields,
}

/// A `Release-Override:` trailer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Override {
    /// The rule it names.
    pub rule: String,
    /// Why, in the words of the commit message.
    pub reason: String,
    /// The commit that carries it.
    pub commit: String,
}

/// Collects the findings of one rule about one file, so that a rule cannot get its own id or the file wrong.
pub struct Sink<'a> {
    rule: &'static Rule,
    file: &'a str,
    text: &'a str,
    findings: &'a mut Vec<Finding>,
}

impl<'a> Sink<'a> {
    /// For the file at the path `file` that holds `text`.
    pub(super) fn new(
        rule: &'static Rule,
        (file, text): (&'a str, &'a str),
        findings: &'a mut Vec<Finding>,
    ) -> Self {
        Self { rule, file, text, findings }
    }

    /// The id of its rule, as overrides name it.
    pub fn rule_id(&self) -> &'static str {
        self.rule.id
    }

    /// Reports at the rule's own level.
    pub fn report(&mut self, place: Place, message: impl Into<String>) -> Reported<'_> {
        self.report_at(self.rule.level, place, message)
    }

    /// Reports at another level, for rules that have several.
    pub fn report_at(
        &mut self,
        level: Level,
        place: Place,
        message: impl Into<String>,
    ) -> Reported<'_> {
        let at = self.findings.len();
        let finding = Finding::new(self.rule.id, level, self.file, place, message.into());
        let overridable = match self.rule.overridable {
            Overridable::Yes => Overridable::Yes,
            Overridable::InPart | Overridable::No => Overridable::No,
        };
        self.findings.push(Finding { overridable, ..finding });
        Reported(&mut self.findings[at], self.text)
    }

    /// Reports that `what` was not checked.
    pub fn could_not_check(&mut self, place: Place, what: &str, why: &Unknown) -> Reported<'_> {
        let reported = self.report_at(Level::CouldNotCheck, place, format!("{what}: {why}"));
        reported.0.unknown = Some(why.clone());
        reported
    }

    /// `Some` if the answer is known (`Some(None)` for absent). If it is unknown, reports that it was not checked and
    /// returns `None`.
    pub fn need<T>(&mut self, answer: Answer<T>, place: Place, what: &str) -> Option<Option<T>> {
        match answer {
            Answer::Known(value) => Some(Some(value)),
            Answer::Absent => Some(None),
            Answer::Unknown(why) => {
                self.could_not_check(place, what, &why);
                None
            }
        }
    }
}

/// A finding that was just reported, to add details to; and the text of its file.
pub struct Reported<'a>(&'a mut Finding, &'a str);

impl Reported<'_> {
    /// What to do about it.
    pub fn help(self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// A `Release-Override:` may cover it, unlike the other errors of its rule.
    pub fn overridable(self) -> Self {
        self.0.overridable = Overridable::Yes;
        self
    }

    /// It holds the tag.
    pub fn held(self, until: Until, yields: Yields) -> Self {
        self.0.held = Some(TagHold { until, yields });
        self
    }

    /// The commit whose message it is about.
    pub fn commit(self, id: &str) -> Self {
        self.0.commit = Some(id.to_owned());
        self
    }

    /// Another place in the same file that is involved, and what is there.
    pub fn related(self, place: Place, label: impl Into<String>) -> Self {
        let file = self.0.file.clone();
        self.0.related.push(Related { file, place, label: label.into() });
        self
    }

    /// Another file that is involved, where in it, and what is there.
    pub fn related_in(self, file: &str, place: Place, label: impl Into<String>) -> Self {
        self.0.related.push(Related { file: file.to_owned(), place, label: label.into() });
        self
    }

    /// The repository it is about.
    pub fn repo(self, repo: &str) -> Self {
        self.0.repo = Some(repo.to_owned());
        self
    }

    /// The version it is about.
    pub fn release(self, version: &str) -> Self {
        self.0.release = Some(version.to_owned());
        self
    }

    /// The edit that fixes it: the scalar at `place` becomes `text`, in quotes where it had some or needs some.
    pub fn fix(
        self,
        description: impl Into<String>,
        place: Place,
        text: impl Into<String>,
    ) -> Self {
        let text = yaml::requote(self.1, place, &text.into());
        self.0.fix = Some(Fix::replace(description, place, text));
        self
    }

    /// The edits that fix it, made as they are.
    pub fn fix_with(self, fix: Fix) -> Self {
        self.0.fix = Some(fix);
        self
    }
}
