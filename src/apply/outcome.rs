//! What became of a plan.

use jiff::Timestamp;
use serde::Serialize;

use crate::ledger::{Pending, Reason};
use crate::plan::{Action, PlannedRelease, State, held_until};

/// What became of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// In the order of the plan.
    pub releases: Vec<ReleaseOutcome>,
    /// What was pending and what no file asks for any more. It stays pending until somebody settles it: a tag of it may
    /// have been made.
    pub left: Vec<Pending>,
    /// What waited and was taken back before anything of it was begun.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taken_back: Vec<String>,
    /// Entries of the plan that could not be read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<String>,
}

/// What became of one release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReleaseOutcome {
    /// What was planned.
    pub planned: PlannedRelease,
    /// What became of each step.
    pub steps: Vec<StepOutcome>,
}

/// What became of one step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepOutcome {
    /// Name as in the files.
    pub repo: String,
    /// What.
    #[serde(flatten)]
    pub action: Action,
    /// What became of it.
    #[serde(flatten)]
    pub did: Did,
}

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "did", content = "detail", rename_all = "kebab-case")]
pub enum Did {
    /// Made now: the object, or what the mail server said.
    Made(String),
    /// It was so already.
    WasThere(String),
    /// What it would make was ended.
    Ended(String),
    /// An operator's to do.
    Operator(String),
    /// To be done by another room: an announcement.
    Awaiting,
    /// Not begun: it waits.
    Held {
        /// When it may be done at the earliest; none where nobody knows.
        until: Option<Timestamp>,
        /// What it waits for.
        reason: String,
    },
    /// An announcement that has no way to go: what would give it one.
    Unsent(String),
    /// Not begun: why, such as a step that has to be settled first.
    NotBegun(String),
    /// The world says something else.
    Conflict(String),
    /// The server will not have it.
    Refused(String),
    /// Something outside failed; nothing was changed.
    Failed(String),
    /// It is not known whether it was done.
    Unknown(String),
}

/// How bad an outcome is, worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Worst {
    /// All is as the files say.
    Fine,
    /// The answer is no: a conflict, or the server's rights.
    Refused,
    /// Something outside failed: run again when it is mended.
    Failed,
}

impl Did {
    pub(super) fn of_state(state: &State) -> Self {
        match state {
            State::Create => Self::Awaiting,
            State::Held { until, reason } => Self::Held { until: *until, reason: reason.clone() },
            State::Done(how) => Self::WasThere(how.clone()),
            State::Ended(why) => Self::Ended(why.clone()),
            State::Operator(why) => Self::Operator(why.clone()),
            State::Conflict(why) => Self::Conflict(why.clone()),
            State::Unknown(why) => Self::Unknown(why.clone()),
        }
    }

    /// How bad it is.
    pub fn worst(&self) -> Worst {
        match self {
            Self::Made(_)
            | Self::WasThere(_)
            | Self::Ended(_)
            | Self::Operator(_)
            | Self::Awaiting
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

    /// Whether what the step wants is so now.
    pub fn stands(&self) -> bool {
        matches!(self, Self::Made(_) | Self::WasThere(_) | Self::Ended(_) | Self::Operator(_))
    }
}

impl ReleaseOutcome {
    /// Whether every step stands.
    pub fn is_complete(&self) -> bool {
        self.steps.iter().all(|step| step.did.stands())
    }

    /// Whether it is not complete for nothing but that its announcements have no way to go.
    fn is_unsent(&self) -> bool {
        self.steps.iter().all(|step| step.did.stands() || matches!(step.did, Did::Unsent(_)))
    }

    /// Whether the tag of `repo` stands, so that it may be announced.
    pub fn is_tagged(&self, repo: &str) -> bool {
        super::is_tagged(&self.steps, repo)
    }

    /// Whether it is not complete for nothing but that it waits.
    pub fn waits(&self) -> bool {
        !self.is_complete() && self.steps.iter().all(|step| step.did.stands() || step.did.is_held())
    }

    /// What it waits for, where it does nothing but that.
    pub fn waits_for(&self) -> Option<String> {
        self.held_for().filter(|_| self.waits())
    }

    /// What a step of it waits for, whatever else keeps it open.
    fn held_for(&self) -> Option<String> {
        self.steps.iter().find_map(|step| match &step.did {
            Did::Held { reason, .. } => Some(reason.clone()),
            _ => None,
        })
    }

    /// Until when it waits, where it does and the time is known.
    pub fn held_until(&self) -> Option<Timestamp> {
        self.steps.iter().find_map(|step| match &step.did {
            Did::Held { until, .. } => *until,
            _ => None,
        })
    }

    /// The first step that went wrong, else the first that waits.
    pub fn trouble(&self) -> Option<&StepOutcome> {
        let is_open = |did: &Did| matches!(did, Did::NotBegun(_) | Did::Unsent(_));
        self.steps
            .iter()
            .find(|step| step.did.is_bad() || is_open(&step.did))
            .or_else(|| self.steps.iter().find(|step| step.did.is_held()))
    }
}

impl StepOutcome {
    /// How it is called in a message.
    pub fn title(&self) -> String {
        format!("{} `{}` of `{}`", self.action.noun(), self.action.name(), self.repo)
    }
}

impl std::fmt::Display for StepOutcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.title(), self.did)
    }
}

impl Outcome {
    /// What is still to be done, for the ledger. Each entry is found again by its file and its version or branch.
    pub fn pending(&self, now: Timestamp) -> Vec<Pending> {
        let mut pending = self.left.clone();
        for release in self.releases.iter().filter(|release| !release.is_complete()) {
            let reason = match release.steps.iter().map(|step| step.did.worst()).max() {
                Some(Worst::Refused) => Reason::Refused,
                _ if release.waits() => Reason::Held,
                _ if release.steps.iter().any(|step| matches!(step.did, Did::Unknown(_))) => {
                    Reason::Unknown
                }
                _ if release.is_unsent() => Reason::Unsent,
                _ => Reason::Failed,
            };
            let branches =
                release.steps.iter().filter(|step| matches!(step.action, Action::Branch { .. }));
            let mut names: Vec<&str> = match &release.planned.version {
                Some(version) => vec![version],
                None => branches.map(|step| step.action.name()).collect(),
            };
            names.dedup();
            pending.extend(names.into_iter().map(|name| {
                Pending {
                    file: release.planned.file.clone(),
                    name: name.to_owned(),
                    reason,
                    detail: release
                        .waits_for()
                        .or_else(|| release.trouble().map(ToString::to_string))
                        .unwrap_or_default(),
                    since: now,
                    waited: release.held_for(),
                }
            }));
        }
        pending
    }

    /// What is left, in words, each with how it is settled.
    pub fn left_over(&self) -> impl Iterator<Item = String> {
        self.left.iter().map(|Pending { file, name, since, detail, .. }| {
            let deliverable = file.rsplit('/').next().unwrap_or(file).trim_end_matches(".yaml");
            format!(
                "`{name}` of {file} has been pending since {since:.0} ({detail}), and no file lists it any more: see whether a \
                 tag or branch of it was made, then `tagkeeper explain {deliverable} {name} --resolve done`"
            )
        })
    }

    /// How bad it is.
    pub fn worst(&self) -> Worst {
        let steps = self.releases.iter().flat_map(|release| &release.steps);
        let worst = steps.map(|step| step.did.worst()).max().unwrap_or(Worst::Fine);
        let is_left = |release: &ReleaseOutcome| {
            release.steps.iter().any(|step| matches!(step.did, Did::NotBegun(_)))
        };
        let is_open = !self.left.is_empty() || !self.unread.is_empty();
        if worst < Worst::Refused && is_open {
            return Worst::Refused;
        }
        // A release that was not begun because its key or copy could not be had.
        if worst == Worst::Fine && self.releases.iter().any(is_left) {
            Worst::Failed
        } else {
            worst
        }
    }
}

impl std::fmt::Display for Did {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Made(what) => write!(f, "made, {what}"),
            Self::WasThere(how) => write!(f, "done already: {how}"),
            Self::Ended(why) => write!(f, "not made: {why}"),
            Self::Operator(why) => write!(f, "left to an operator: {why}"),
            Self::Awaiting => f.write_str("to be announced"),
            Self::Held { until, reason } => f.write_str(&held_until(*until, reason)),
            Self::Unsent(why) => write!(f, "not sent: {why}"),
            Self::NotBegun(why) => write!(f, "not begun: {why}"),
            Self::Conflict(why) => write!(f, "in conflict: {why}"),
            Self::Refused(why) => write!(f, "refused by the server: {why}"),
            Self::Failed(why) => write!(f, "failed: {why}"),
            Self::Unknown(why) => write!(f, "unknown: {why}"),
        }
    }
}
