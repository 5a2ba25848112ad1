//! Lists of what the record holds, and of what is known about it elsewhere.

mod calendar;
mod depends;
mod files;
pub(in crate::ops) mod filter;
mod listed;
mod pins;
mod releases;
mod series;
mod teams;
mod unreleased;
mod waiters;

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;

use crate::report::table::Table;
use crate::workspace::{Failure, Workspace};

/// What is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Deliverables, with their files' own words.
    Deliverables,
    /// Releases, by repository.
    Releases,
    /// Commits since the last release of each branch.
    Unreleased,
    /// What is due by each deadline and not done.
    Missing,
    /// Branches.
    Branches,
    /// The versions that the constraints pin, beside the newest ones.
    Constraints,
    /// Series.
    Series,
    /// Teams with deliverables.
    Teams,
    /// Who speaks for the teams.
    Contacts,
}

impl What {
    /// Everything that can be listed.
    pub const ALL: [Self; 9] = [
        Self::Deliverables,
        Self::Releases,
        Self::Unreleased,
        Self::Missing,
        Self::Branches,
        Self::Constraints,
        Self::Series,
        Self::Teams,
        Self::Contacts,
    ];

    /// The word on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deliverables => "deliverables",
            Self::Releases => "releases",
            Self::Unreleased => "unreleased",
            Self::Missing => "missing",
            Self::Branches => "branches",
            Self::Constraints => "constraints",
            Self::Series => "series",
            Self::Teams => "teams",
            Self::Contacts => "contacts",
        }
    }

    /// What has that word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.as_str() == word)
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Which deliverables are listed. Empty lists and unset times are no conditions.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Series, `independent` or `all`; the series in development where there is none and no status is named.
    pub series: Vec<String>,
    /// Teams, as the files write them.
    pub teams: Vec<String>,
    /// Types, as the files write them.
    pub kinds: Vec<String>,
    /// Types that are left out.
    pub except_kinds: Vec<String>,
    /// Models, as the files write them.
    pub models: Vec<String>,
    /// Statuses of series.
    pub statuses: Vec<String>,
    /// Only what was listed at this time or later.
    pub since: Option<Timestamp>,
    /// Only what was listed before this time.
    pub until: Option<Timestamp>,
    /// Further conditions, which all must hold.
    pub only: BTreeSet<ListCondition>,
}

/// A condition on a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ListCondition {
    /// It can have a stable branch, and lists none.
    WithoutBranch,
    /// It can have releases, and lists none.
    WithoutRelease,
    /// Its model has candidates, and it has neither one nor a release.
    WithoutCandidate,
    /// Its newest entry is a pre-release.
    WithoutFinal,
    /// Its newest entry ends the series.
    Ended,
}

/// A list.
///
/// # Errors
/// If a series of the filter does not exist, the site has no such thing, or the record cannot be read. What could not be
/// found out elsewhere is a note of the table.
pub fn list(workspace: &Workspace, what: What, filter: &Filter) -> Result<Table, Failure> {
    let record = workspace.head_record()?;
    let table = match what {
        What::Series => series::table(&record, filter)?,
        What::Deliverables => files::deliverables(workspace, &filter.files(workspace, &record)?),
        What::Branches => files::branches(&filter.files(workspace, &record)?),
        What::Releases => {
            let since = listed::since(workspace, filter)?;
            releases::table(&filter.files(workspace, &record)?, filter, since.as_ref())
        }
        What::Missing => calendar::missing(workspace, &record, filter)?,
        What::Teams => teams::teams(&filter.files(workspace, &record)?),
        What::Contacts => teams::contacts(workspace, &filter.files(workspace, &record)?)?,
        What::Constraints => pins::table(workspace, &filter.files(workspace, &record)?)?,
        What::Unreleased => unreleased::table(workspace, filter)?,
    };
    match record.failures().into_iter().next() {
        Some(failure) => Err(Failure::outside(failure)),
        None => Ok(table),
    }
}
