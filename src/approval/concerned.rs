//! The teams that have to approve a request.

use std::collections::BTreeSet;

use crate::facts::Unknown;
use crate::facts::governance::{Governance, Ownership};

/// What one file of a request wants to release.
#[derive(Clone, Debug, Default)]
pub struct ApprovalClaim<'a> {
    /// The teams in the file, before and after the request; the last one is the one after.
    pub teams: Vec<&'a str>,
    /// The repositories that it wants to tag or branch.
    pub repositories: Vec<&'a str>,
}

/// The teams that have to approve.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Concerned {
    /// Their names.
    pub teams: BTreeSet<String>,
    /// Why there may be more.
    pub gaps: BTreeSet<Unknown>,
}

/// The teams in the files, and the owners of the repositories: a file cannot speak for another team.
pub fn concerned(claims: &[ApprovalClaim<'_>], governance: Option<&Governance>) -> Concerned {
    let mut found = Concerned::default();
    for claim in claims {
        found.teams.extend(claim.teams.iter().map(|team| (*team).to_owned()));
        let (Some(governance), Some(team)) = (governance, claim.teams.last()) else { continue };
        for repo in &claim.repositories {
            match governance.ownership_of_repository(repo, team) {
                Ownership::Own | Ownership::Nobody => {}
                Ownership::Others(owners) => found.teams.extend(owners),
                Ownership::Unknown(why) => {
                    let why = format_args!("it is unknown which team owns `{repo}`: {why}");
                    found.gaps.insert(Unknown::because(why));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEAMS: &str = "
roses: {deliverables: {rose: {repos: [garden/rose, garden/hose]}}}
lilies: {deliverables: {lily: {repos: [garden/lily, garden/hose]}}}
odd: {deliverables: [a]}
";

    fn of(teams: &[&str], repositories: &[&str]) -> (Vec<String>, usize) {
        let governance = Governance::read(TEAMS, []).unwrap();
        let claim = ApprovalClaim { teams: teams.to_vec(), repositories: repositories.to_vec() };
        let found = concerned(&[claim], Some(&governance));
        (found.teams.into_iter().collect(), found.gaps.len())
    }

    #[test]
    fn the_owner_of_a_repository_is_asked_whatever_team_the_file_names() {
        assert_eq!(of(&["roses"], &["garden/rose"]), (vec!["roses".into()], 0));
        assert_eq!(of(&["lilies"], &["garden/rose"]), (vec!["lilies".into(), "roses".into()], 0));
        assert_eq!(of(&["roses", "lilies"], &[]), (vec!["lilies".into(), "roses".into()], 0));
        assert_eq!(of(&["lilies"], &["garden/hose"]), (vec!["lilies".into()], 0), "both own it");
        let everybody = vec!["lilies".into(), "roses".into(), "weeds".into()];
        assert_eq!(of(&["weeds"], &["garden/hose"]), (everybody, 0));
    }

    #[test]
    fn a_list_that_cannot_be_read_leaves_open_what_it_may_hold() {
        assert_eq!(of(&["roses"], &["garden/rose", "garden/new"]), (vec!["roses".into()], 1));
        assert_eq!(of(&["odd"], &["garden/rose"]), (vec!["odd".into()], 1));
        assert_eq!(of(&["lilies"], &["garden/rose"]).1, 0, "known to be of others");
    }
}
