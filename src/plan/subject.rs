//! What a plan is built from.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{OverrideApproval, Overriding};
use crate::config::{Config, Policy};
use crate::facts::{Answer, Unknown};
use crate::ledger::{LedgerEntry, Sighting};
use crate::tree::RepoName;
use crate::tree::request::Request;

/// What a plan is built from.
pub struct PlanInput<'a> {
    /// The request.
    pub request: &'a Request,
    /// The configuration.
    pub config: &'a Config,
    /// Who brought each entry, by path and version or branch.
    pub introductions: &'a Introductions,
    /// What the ledger says of a repository and version or branch.
    pub ledger: &'a dyn Fn(&RepoName, &str) -> Answer<LedgerEntry>,
    /// Why the plan is made.
    pub occasion: Occasion,
    /// For real, or on a playground, which every tag message says.
    pub ground: Ground,
    /// What tags wait for.
    pub policy: &'a Policy,
    /// The rules by which the files of a deliverable are checked, each with its level there.
    pub levels: &'a dyn Fn(&str) -> Vec<(String, String)>,
    /// The present.
    pub now: Timestamp,
}

/// Whether tags are created for real.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ground {
    /// For merged commits, by the clock of the machine.
    #[default]
    Real,
    /// To try things out: for any commit, by any clock.
    Playground,
}

/// Why a plan is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// A request asks for it.
    Request,
    /// An operator named the release.
    OnPurpose,
    /// An operator deletes branches that have ended.
    DeleteEnded,
}

/// Who brought each entry, by path and version or branch.
pub type Introductions = BTreeMap<(String, String), Introduction>;

/// The commit that brought a release into the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Introduction {
    /// Its id.
    pub commit: String,
    /// What the tag says of it, such as (`Author`, `Ann <ann@example.org>`).
    pub lines: Vec<(String, String)>,
    /// Whether the votes on it are known.
    pub votes: Votes,
    /// The overrides it gives, whether they count or not.
    pub overrides: Vec<Overriding>,
    /// What the release waited for since it was merged, for the tag and the announcement.
    pub waited: Option<String>,
    /// The commits that runs saw to wait for nothing but time, by repository.
    pub seen: BTreeMap<String, Sighting>,
}

impl Introduction {
    /// The overrides that count. Only these may be said of a release once it is made.
    pub fn given_overrides(&self) -> impl Iterator<Item = &Overriding> {
        self.overrides.iter().filter(|one| one.approval == OverrideApproval::Given)
    }

    /// Why it is not known whether an override counts. Its tag names the overrides that do, and is never changed.
    pub(super) fn undecided(&self) -> Option<Unknown> {
        self.overrides.iter().find_map(|one| match &one.approval {
            OverrideApproval::Given | OverrideApproval::Missing(_) => None,
            OverrideApproval::Unknown(why) => Some(Unknown::because(format_args!(
                "whether the override of `{}` counts: {why}",
                one.rule
            ))),
        })
    }
}

/// Whether the votes on a commit are known. Those that are, are among the lines of its introduction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Votes {
    /// They are, or the site has no Gerrit.
    #[default]
    Known,
    /// Nobody was asked to vote: why that is known.
    Unreviewed(String),
    /// They could not be read: why.
    Unknown(String),
}
