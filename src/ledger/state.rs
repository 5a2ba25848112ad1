//! How far the releases repository was applied, and what is still to be done.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::entry::Others;

/// How far the releases repository was applied.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerState {
    /// Format of the file.
    pub version: u32,
    /// The commit up to which everything was done or is pending.
    pub applied_through: Option<String>,
    /// What is still to be done.
    pub pending: Vec<Pending>,
    /// What a newer program wrote and this one does not know: it is kept.
    #[serde(flatten)]
    pub other: Others,
}

/// A release, or a branch by itself, that is still to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// The deliverable file.
    pub file: String,
    /// The version, or the branch.
    pub name: String,
    /// Why it is pending.
    pub reason: PendingReason,
    /// The same in words.
    pub detail: String,
    /// Since when.
    pub since: Timestamp,
    /// What its tag waited for at first, for the tag and the announcement: a run that fails later does not change that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waited: Option<String>,
    /// Until when a tag of it waits, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Since when that is the time; an older program noted none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned: Option<Timestamp>,
    /// Of a whole file: the commit that it is compared with once it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// Whether those who run the site are still to hear of it, because their mail could not be sent. An older program noted none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub untold: bool,
    /// The commits whose refs wait, by repository, and since when. An older program noted none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub first_seen: BTreeMap<String, Sighting>,
    /// What keeps it open besides waiting. An older program noted nothing.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub troubles: BTreeSet<Trouble>,
}

/// A commit that a ref waits to name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// Its id, 40 hex digits in lower case.
    pub commit: String,
    /// When a run first saw that nothing but time is missing.
    pub at: Timestamp,
}

/// A step that went wrong, and how; not in which words, as the same failure may say something else each time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Trouble {
    /// The step, as messages call it.
    pub step: String,
    /// How it ended, in one word, such as `refused`.
    pub cause: String,
}

impl Pending {
    /// The name of an entry for a whole file that could not be read.
    pub const WHOLE_FILE: &'static str = "*";

    /// An entry that is pending `since`.
    pub fn new(
        (file, name): (&str, &str),
        (reason, detail): (PendingReason, String),
        since: Timestamp,
    ) -> Self {
        Self {
            file: file.to_owned(),
            name: name.to_owned(),
            reason,
            detail,
            since,
            waited: None,
            until: None,
            planned: None,
            base: None,
            untold: false,
            first_seen: BTreeMap::new(),
            troubles: BTreeSet::new(),
        }
    }

    /// Whether it is for a whole file.
    pub fn is_whole_file(&self) -> bool {
        self.name == Self::WHOLE_FILE
    }

    /// Whether it is an entry called `name` of the deliverable file at `path`, which may have moved to another folder since.
    pub fn is_about(&self, path: &str, name: &str) -> bool {
        let file = |path: &str| path.rsplit('/').next().map(str::to_owned);
        self.name == name && file(&self.file) == file(path)
    }
}

/// Why something is pending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PendingReason {
    /// It waits for a window, the end of a hold or the like.
    Held,
    /// The answer was no.
    Refused,
    /// Something outside failed.
    Failed,
    /// It is not known whether it was done.
    Unknown,
    /// Its announcement has no way to go yet.
    Unsent,
}

impl fmt::Display for PendingReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Held => "held",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Unsent => "unsent",
        })
    }
}

impl LedgerState {
    /// Whether both say the same; since when something is pending does not count as a difference.
    pub fn is_same(&self, other: &Self) -> bool {
        // What failed may say so in other words each time: the steps and how they ended count. What is waited for is worth
        // a note.
        let why = |pending: &Pending| {
            (pending.reason == PendingReason::Held).then(|| pending.detail.clone())
        };
        let what = |pending: &Pending| {
            let Pending { file, name, reason, until, untold, first_seen, troubles, .. } =
                pending.clone();
            (file, name, reason, until, untold, first_seen, troubles, why(pending))
        };
        self.applied_through == other.applied_through
            && self.pending.iter().map(what).eq(other.pending.iter().map(what))
    }

    /// This state, which is further, with what another run left open.
    #[must_use]
    pub fn joined_by(&self, behind: &Self) -> Self {
        let mut joined = self.clone();
        for pending in &behind.pending {
            if !joined
                .pending
                .iter()
                .any(|other| other.file == pending.file && other.name == pending.name)
            {
                joined.pending.push(pending.clone());
            }
        }
        joined
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_is_behind_adds_what_it_left_open() {
        let pending = |name: &str| {
            let about = ("deliverables/a/b.yaml", name);
            Pending::new(about, (PendingReason::Failed, String::new()), Timestamp::UNIX_EPOCH)
        };
        let further = LedgerState {
            applied_through: Some("b".into()),
            pending: vec![pending("1.0.0")],
            ..LedgerState::default()
        };
        let behind = LedgerState {
            applied_through: Some("a".into()),
            pending: vec![pending("1.0.0"), pending("2.0.0")],
            ..LedgerState::default()
        };
        let joined = further.joined_by(&behind);
        assert_eq!((joined.applied_through.as_deref(), joined.pending.len()), (Some("b"), 2));
        assert!(!joined.is_same(&further) && joined.is_same(&joined.clone()));
    }
}
