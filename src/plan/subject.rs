//! What a plan is built from.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Overriding;
use crate::config::{Config, Policy};
use crate::facts::Answer;
use crate::ledger::Entry;
use crate::tree::request::Request;

/// What a plan is built from.
pub struct Subject<'a> {
    /// The request.
    pub request: &'a Request,
    /// The configuration.
    pub config: &'a Config,
    /// Who brought each entry, by path and version or branch.
    pub introductions: &'a Introductions,
    /// What the ledger says of a repository and version or branch.
    pub ledger: &'a dyn Fn(&str, &str) -> Answer<Entry>,
    /// Why the plan is made.
    pub occasion: Occasion,
    /// For real, or on a playground, which every tag message says.
    pub ground: Ground,
    /// What tags wait for.
    pub policy: &'a Policy,
    /// The rules by which requests are checked, each with its level.
    pub levels: &'a [(String, String)],
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
    /// The overrides it gives.
    pub overrides: Vec<Overriding>,
    /// What the release waited for since it was merged, for the tag and the announcement.
    pub waited: Option<String>,
}
