//! What governance has given up.

use super::{Node, Team, either};
use crate::facts::{Answer, Unknown};

/// Teams and deliverables that were given up.
#[derive(Clone, Debug, Default)]
pub(super) struct Legacy {
    entries: Vec<Entry>,
    /// Why the list could not be read.
    gap: Option<Unknown>,
}

/// One entry of the list.
#[derive(Clone, Debug)]
struct Entry {
    team: Team,
    /// Whether the team itself was given up, not only some of its deliverables.
    is_whole: bool,
}

impl Legacy {
    pub(super) fn read(teams: &[(String, Node)], location: &str) -> Self {
        let entry = |(name, node): &(String, Node)| Entry {
            team: Team::of_project(name, node, location),
            is_whole: !matches!(
                node.get("partial").and_then(Node::text),
                Some("yes" | "true" | "Yes" | "True")
            ),
        };
        Self { entries: teams.iter().map(entry).collect(), gap: None }
    }

    /// A list that could not be read.
    pub(super) fn unread(why: Unknown) -> Self {
        Self { entries: Vec::new(), gap: Some(why) }
    }

    pub(super) fn has_team(&self, name: &str) -> Answer<()> {
        let is_it = |entry: &Entry| entry.is_whole && entry.team.is_called(name);
        match self.entries.iter().any(is_it) {
            true => Answer::Known(()),
            false => self.unless_unread(),
        }
    }

    pub(super) fn has_deliverable(&self, name: &str) -> Answer<()> {
        let teams = self.entries.iter().map(|entry| entry.team.lists_deliverable(name));
        teams.fold(self.unless_unread(), either)
    }

    pub(super) fn has_repository(&self, repo: &str) -> Answer<()> {
        let teams = self.entries.iter().map(|entry| entry.team.lists_repository(repo));
        teams.fold(self.unless_unread(), either)
    }

    fn unless_unread(&self) -> Answer<()> {
        self.gap.clone().map_or(Answer::Absent, Answer::Unknown)
    }
}
