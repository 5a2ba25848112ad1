//! What is to be done: desired state minus actual state, as data.
//!
//! A [`Plan`] lists, for each release of a request, the steps it asks for, each with the [`State`] it was found in. Building
//! it any number of times changes nothing. What a kind of step is, its [`StepKind`] says; the plan knows none of them.

mod build;
mod contract;
mod differences;
mod hold;
mod impossible;
mod limits;
mod ref_name;
mod requested;
mod result;
mod schema;
mod state;
mod step;
mod subject;
mod waiting;
mod work;

pub use crate::calendar::moment;
pub use crate::tree::RepoName;
pub use build::{Kinds, asks, build};
pub use contract::{About, CarryOut, Memory, StepKind};
pub use hold::{HeldUntil, OverrideApproval, Overriding, held};
pub use impossible::ImpossibleEntry;
pub use requested::{Part, Removed, RequestedFile};
pub use result::{BadEnd, StepResult, Worst};
pub use schema::{action_schema, impossible_schema, plan_schema, planned_release_schema};
pub use state::{State, held_until, waits_until};
pub use step::{Action, Step};
pub use subject::{Ground, Introduction, Introductions, Occasion, PlanInput, Votes};
pub use work::{Judge, MadeObject, Prepared, PushReply, Sent, not_shown, to_settle};

use serde::{Deserialize, Serialize};

/// What a request asks for, compared with what is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Format of this file.
    pub version: u32,
    /// What the request is compared with; none when files are taken whole.
    pub base: Option<String>,
    /// The commit of the releases repository that is applied.
    pub head: String,
    /// One after the other, by file.
    pub releases: Vec<PlannedRelease>,
    /// Files and entries that cannot be read, so that nobody knows what they ask for: a line each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<String>,
    /// The files among them: nothing of one is done, and a later run comes back to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unreadable: Vec<String>,
    /// Releases and branches that nobody can make as they are written: a later run comes back to them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub impossible: Vec<ImpossibleEntry>,
}

impl Plan {
    /// Whether it cannot be carried out as it is: a conflict, a file that cannot be read, or an entry that cannot be made.
    pub fn is_in_conflict(&self) -> bool {
        let is_open = !self.unread.is_empty() || !self.impossible.is_empty();
        is_open || self.has_state(|state| matches!(state, State::Conflict(_)))
    }

    /// Whether the state of each step is known.
    pub fn is_known(&self) -> bool {
        !self.has_state(|state| matches!(state, State::Unknown(_)))
    }

    /// Whether `file` asks for the release or branch `name`, be it as steps or as what nobody can make.
    pub fn has(&self, file: &str, name: &str) -> bool {
        let is_it = |release: &PlannedRelease| release.file == file && release.is_about(name);
        self.releases.iter().any(is_it)
            || self.impossible.iter().any(|one| one.file == file && one.name == name)
    }

    fn has_state(&self, is: impl Fn(&State) -> bool) -> bool {
        self.releases.iter().flat_map(|release| &release.steps).any(|step| is(&step.state))
    }
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
        self.version.as_deref() == Some(name) || self.branches().any(|branch| branch == name)
    }

    /// The names of its steps that are not its version: its branches.
    pub fn branches(&self) -> impl Iterator<Item = &str> {
        let pushed = self.steps.iter().filter(|step| step.pushes());
        let names = pushed.map(|step| step.action.name());
        names.filter(|name| self.version.as_deref() != Some(*name))
    }

    /// The first step that pushes a ref and keeps the whole release from being begun.
    pub fn obstacle(&self) -> Option<&Step> {
        let is_bad = |step: &&Step| matches!(step.state, State::Conflict(_) | State::Unknown(_));
        self.steps.iter().filter(|step| step.pushes()).find(is_bad)
    }
}
