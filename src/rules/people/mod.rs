//! Rules about teams, and what governance says they own.

pub(super) mod governance_inactive;
pub(super) mod owner;
pub(super) mod repository_set;
pub(super) mod team;

use std::collections::BTreeSet;

use crate::facts::Answer;
use crate::facts::governance::{Governance, Ownership};
use crate::tree::yaml::nearest;

/// The owner of `deliverable` of whose name `team` is a slip, if governance does not list `team`.
fn meant(governance: &Governance, deliverable: &str, team: &str) -> Option<String> {
    match (governance.knows(team), governance.ownership_of_deliverable(deliverable, team)) {
        (Answer::Absent, Ownership::Others(owners)) => {
            nearest(team, owners.iter().map(String::as_str)).map(str::to_owned)
        }
        _ => None,
    }
}

/// "`roses` and `lilies`".
fn names(teams: &BTreeSet<String>) -> String {
    teams.iter().map(|team| format!("`{team}`")).collect::<Vec<_>>().join(" and ")
}
