//! Rules about teams, and what governance says they own.

pub(super) mod governance_inactive;
pub(super) mod owner;
pub(super) mod repository_set;
pub(super) mod team;

use std::collections::BTreeSet;

/// "`roses` and `lilies`".
fn names(teams: &BTreeSet<String>) -> String {
    teams.iter().map(|team| format!("`{team}`")).collect::<Vec<_>>().join(" and ")
}
