//! What reviewers said about a commit of the releases repository, and when it was proposed.

use jiff::Timestamp;

use super::{Answer, Question, Sources, Unknown};
pub use crate::gerrit::{Account, Change, Patchset, Status, Vote};
use crate::gerrit::{ChangeName, Gerrit, GerritError};

/// The change of which a commit is a patch set, with its votes. Absent where no change has it, or the site has no Gerrit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ReviewOf {
    /// The commit id, 40 hex digits.
    pub commit: String,
}

/// When a commit was proposed: the first patch set of its change. Absent as for [`ReviewOf`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProposedAt {
    /// The commit id; one that was rebased on its way here is found by its Change-Id.
    pub commit: String,
    /// The `Change-Id:` of its message, where it has one.
    pub change_id: Option<String>,
}

/// The members of a group of Gerrit. Absent where there is no such group that may be seen, or the site has no Gerrit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MembersOf {
    /// Name of the group.
    pub group: String,
}

/// All of them are put to one host.
const LANE: &str = "gerrit";

impl Question for ReviewOf {
    type Known = Change;

    fn lane(&self) -> &'static str {
        LANE
    }

    fn answer(&self, sources: &Sources) -> Answer<Change> {
        ask(sources, |gerrit| Ok(likeliest(gerrit.changes_of(&self.commit)?)))
    }
}

impl Question for ProposedAt {
    type Known = Timestamp;

    fn lane(&self) -> &'static str {
        LANE
    }

    fn answer(&self, sources: &Sources) -> Answer<Timestamp> {
        let found = ask(sources, |gerrit| {
            let found = likeliest(gerrit.changes_of(&self.commit)?);
            match &self.change_id {
                Some(id) if found.is_none() && id.parse::<ChangeName>().is_ok() => {
                    let mut named = gerrit.changes_named(id)?;
                    // The same id in two branches is two changes, and nobody knows which of them this is.
                    Ok(if named.len() == 1 { named.pop() } else { None })
                }
                _ => Ok(found),
            }
        });
        found.map(|change| change.created)
    }
}

impl Question for MembersOf {
    type Known = Vec<Account>;

    fn lane(&self) -> &'static str {
        LANE
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<Account>> {
        ask(sources, |gerrit| gerrit.members(&self.group))
    }
}

fn ask<T>(
    sources: &Sources,
    look: impl FnOnce(&Gerrit) -> Result<Option<T>, GerritError>,
) -> Answer<T> {
    sources.gerrit().and_then(|gerrit| match look(gerrit) {
        Ok(Some(found)) => Answer::Known(found),
        Ok(None) => Answer::Absent,
        Err(error) => Answer::Unknown(Unknown::because(error)),
    })
}

/// The merged one of the changes that share a commit, else the first.
fn likeliest(mut changes: Vec<Change>) -> Option<Change> {
    changes.sort_by_key(|change| (change.status != Status::Merged, change.number));
    changes.into_iter().next()
}
