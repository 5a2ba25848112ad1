//! What is to be done: desired state minus actual state, as data.
//!
//! A [`Plan`] lists, for each release of a request, the tags, branches and announcements it asks for,
//! each with the [`State`] it was found in. Building it any number of times changes nothing.

mod build;
mod hold;
mod sheet;
mod steps;
pub mod tag_message;
mod waiting;

pub use build::{Introduction, Mails, Subject, asks, build};
pub use hold::{Approval, Held, Overriding, held};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::calendar;

/// What a request asks for, held against what is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Format of this file.
    pub version: u32,
    /// What the request is compared with; none when files are taken whole.
    pub base: Option<String>,
    /// The state of the releases repository that is to be made true.
    pub head: String,
    /// One after the other, by file.
    pub releases: Vec<PlannedRelease>,
    /// Entries that the request brings and that cannot be read, so that nobody knows what they ask for: a line each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<String>,
}

/// One release of one deliverable: the unit that fails or succeeds by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedRelease {
    /// The deliverable file.
    pub file: String,
    /// Its name.
    pub deliverable: String,
    /// The series: the folder without a leading `_`.
    pub series: String,
    /// The version; none for a branch that comes without a release.
    pub version: Option<String>,
    /// The commit of the releases repository that brought it, where it is known.
    pub commit: Option<String>,
    /// The overrides that its commit gives.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<Overriding>,
    /// In the order in which they are done.
    pub steps: Vec<Step>,
}

/// One thing to be done in one repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Name as in the files.
    pub repo: String,
    /// What.
    #[serde(flatten)]
    pub action: Action,
    /// How it stands.
    #[serde(flatten)]
    pub state: State,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub enum Action {
    /// Makes a signed tag.
    Tag {
        /// Its name.
        name: String,
        /// Where.
        commit: String,
        /// Its message, as it will be signed.
        message: String,
    },
    /// Makes a branch.
    Branch {
        /// Its name.
        name: String,
        /// Where it starts.
        commit: String,
    },
    /// Sends the announcement of a version.
    Announce {
        /// The version.
        name: String,
    },
    /// Deletes a branch that a tag has ended. An operator does this by hand.
    DeleteBranch {
        /// Its name.
        name: String,
    },
}

/// How a step stands.
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
    /// It is so already.
    Done(String),
    /// Not to be done any more: what it would make was ended.
    Ended(String),
    /// The world says something else, and it is not ours to change.
    Conflict(String),
    /// Left to an operator.
    Operator(String),
    /// It could not be found out.
    Unknown(String),
}

impl Action {
    /// Name of the tag, branch or version it is about.
    pub fn name(&self) -> &str {
        match self {
            Self::Tag { name, .. }
            | Self::Branch { name, .. }
            | Self::Announce { name }
            | Self::DeleteBranch { name } => name,
        }
    }

    /// What it makes, in a word.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::Tag { .. } => "tag",
            Self::Branch { .. } => "branch",
            Self::Announce { .. } => "announcement",
            Self::DeleteBranch { .. } => "deletion of branch",
        }
    }

    /// The ref it makes at the remote; none where it makes none.
    pub fn full_ref(&self) -> Option<String> {
        match self {
            Self::Tag { name, .. } => Some(format!("refs/tags/{name}")),
            Self::Branch { name, .. } => Some(format!("refs/heads/{name}")),
            Self::Announce { .. } | Self::DeleteBranch { .. } => None,
        }
    }
}

impl PlannedRelease {
    /// How it is called in a message: `widget 1.1.0 (hibiscus)`.
    pub fn title(&self) -> String {
        match &self.version {
            Some(version) => format!("{} {version} ({})", self.deliverable, self.series),
            None => {
                let name = self.steps.first().map(|step| step.action.name()).unwrap_or_default();
                format!("branch {name} of {} ({})", self.deliverable, self.series)
            }
        }
    }

    /// Whether it is the release, or holds the branch, of that name.
    pub fn is_about(&self, name: &str) -> bool {
        let is_branch = |step: &Step| {
            matches!(step.action, Action::Branch { .. }) && step.action.name() == name
        };
        self.version.as_deref() == Some(name) || self.steps.iter().any(is_branch)
    }

    /// The first tag or branch that keeps the whole release from being begun.
    pub fn obstacle(&self) -> Option<&Step> {
        let is_bad = |step: &&Step| matches!(step.state, State::Conflict(_) | State::Unknown(_));
        self.steps.iter().filter(|step| step.action.full_ref().is_some()).find(is_bad)
    }
}

impl Plan {
    /// What of this plan `now`, rebuilt at a later time, says differently; what was done since is no difference.
    pub fn differences(&self, now: &Self) -> Vec<String> {
        let mut found = Vec::new();
        if self.head != now.head {
            found.push(format!(
                "the plan is of {}, and the releases repository is at {}",
                self.head, now.head
            ));
        }
        let mut rest: Vec<&PlannedRelease> = now.releases.iter().collect();
        for planned in &self.releases {
            let same = |other: &&PlannedRelease| {
                other.file == planned.file && other.title() == planned.title()
            };
            match rest.iter().position(same).map(|at| rest.remove(at)) {
                None => found.push(format!("{} is not to be done any more", planned.title())),
                Some(other) => found.extend(differing_steps(planned, other)),
            }
        }
        found
            .extend(rest.into_iter().map(|other| format!("{} was not in the plan", other.title())));
        found
    }
}

fn differing_steps(planned: &PlannedRelease, now: &PlannedRelease) -> Vec<String> {
    let mut found = Vec::new();
    for step in &planned.steps {
        let other =
            now.steps.iter().find(|other| other.repo == step.repo && other.action == step.action);
        let what = format!("{} `{}` of `{}`", step.action.noun(), step.action.name(), step.repo);
        match other {
            None => found.push(format!(
                "{}: {what} is planned otherwise now, or not at all",
                planned.title()
            )),
            Some(other) if other.state == step.state => {}
            Some(Step { state: State::Done(_), .. })
                if matches!(step.state, State::Create | State::Held { .. }) => {}
            // Waiting longer, or at all, does nothing that was not looked at.
            Some(Step { state: State::Held { .. }, .. })
                if matches!(step.state, State::Create | State::Held { .. }) => {}
            Some(other) => found.push(format!(
                "{}: {what} was {}, and is {}",
                planned.title(),
                step.state,
                other.state
            )),
        }
    }
    let is_new = |other: &&Step| {
        !planned.steps.iter().any(|step| step.repo == other.repo && step.action == other.action)
    };
    found.extend(now.steps.iter().filter(is_new).map(|other| {
        format!(
            "{}: {} `{}` of `{}` was not in the plan",
            now.title(),
            other.action.noun(),
            other.action.name(),
            other.repo
        )
    }));
    found
}

/// `held until Mon 2026-06-15 16:00 UTC: outside its window`.
pub fn held_until(until: Option<Timestamp>, reason: &str) -> String {
    match until {
        Some(_) => format!("held {}", waits_until(until, reason)),
        None => format!("held: {reason}"),
    }
}

/// `until Mon 2026-06-15 16:00 UTC: outside its window`, where *held* stands before it.
pub fn waits_until(until: Option<Timestamp>, reason: &str) -> String {
    match until {
        Some(until) => format!("until {}: {reason}", calendar::moment(until)),
        None => reason.to_owned(),
    }
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
            Self::Ended(why) => write!(f, "ended: {why}"),
            Self::Conflict(why) => write!(f, "in conflict: {why}"),
            Self::Operator(why) => write!(f, "left to an operator: {why}"),
            Self::Unknown(why) => write!(f, "unknown: {why}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(state: State) -> Plan {
        let action = Action::Announce { name: "1.0.0".to_owned() };
        let release = PlannedRelease {
            file: "deliverables/a/b.yaml".to_owned(),
            deliverable: "b".to_owned(),
            series: "a".to_owned(),
            version: Some("1.0.0".to_owned()),
            commit: None,
            overrides: Vec::new(),
            steps: vec![Step { repo: "a/b".to_owned(), action, state }],
        };
        Plan {
            version: 1,
            base: None,
            head: "c".to_owned(),
            releases: vec![release],
            unread: Vec::new(),
        }
    }

    #[test]
    fn what_waited_and_was_done_since_is_no_difference() {
        let held = plan(State::Held { until: None, reason: "fire".to_owned() });
        let done = plan(State::Done("there".to_owned()));
        assert_eq!(held.differences(&done), Vec::<String>::new());
        assert_eq!(held.differences(&plan(State::Create)).len(), 1, "nobody agreed to that");
        assert_eq!(done.differences(&held).len(), 1);
    }
}
