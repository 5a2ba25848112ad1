//! Rules about teams.

pub(super) mod owner;
pub(super) mod team;

use std::collections::BTreeSet;

/// "`roses` and `lilies`".
fn names(teams: &BTreeSet<String>) -> String {
    teams.iter().map(|team| format!("`{team}`")).collect::<Vec<_>>().join(" and ")
}
