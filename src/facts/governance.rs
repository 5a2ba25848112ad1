//! Which team owns what, and who speaks for it, from the governance data.
//!
//! Each part is read separately. If the data of one team cannot be read, only answers about that part are unknown.

mod legacy;
mod node;
mod team;

use std::collections::{BTreeMap, BTreeSet};

use super::people::Leadership;
use super::{Answer, Question, Sources, Unknown};
use legacy::Legacy;
use node::Node;
pub use team::Team;

/// The list of teams.
pub(super) const PROJECTS: &str = "projects.yaml";
/// What the technical committee owns, next to [`PROJECTS`].
const COMMITTEE: &str = "technical-committee-repos.yaml";
/// What special interest groups own, next to [`PROJECTS`].
const INTEREST_GROUPS: &str = "sigs-repos.yaml";
/// What was given up, next to [`PROJECTS`]: teams, or single deliverables of teams that go on.
const LEGACY: &str = "legacy.yaml";

/// The governance data.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Governed;

/// Teams, special interest groups and the technical committee, with what they own.
#[derive(Clone, Debug, Default)]
pub struct Governance {
    teams: Vec<Team>,
    /// The lists that could not be read at all.
    gaps: Vec<Unknown>,
    /// What was given up.
    legacy: Legacy,
}

/// Whether a team owns something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ownership {
    /// It does.
    Own,
    /// These teams own it instead.
    Others(BTreeSet<String>),
    /// No team owns it.
    Nobody,
    /// Part of the governance data that could answer this cannot be read.
    Unknown(Unknown),
}

impl Question for Governed {
    type Known = Governance;

    fn lane(&self) -> &'static str {
        "governance"
    }

    fn answer(&self, sources: &Sources) -> Answer<Governance> {
        let of_file = |name: &str| match sources.governance_file(name) {
            Some(location) if name == PROJECTS => (sources.document(&location), location),
            Some(location) => (sources.optional_document(&location), location),
            None => (Answer::Absent, String::new()),
        };
        let (projects, location) = of_file(PROJECTS);
        projects.and_then(|bytes| match Node::read(&bytes) {
            Ok(Node::Map(teams)) => {
                let mut found = Governance::default();
                found.add_teams(&teams, &location);
                for name in [COMMITTEE, INTEREST_GROUPS, LEGACY] {
                    let (list, location) = of_file(name);
                    found.add_list(name, list, &location);
                }
                Answer::Known(found)
            }
            Ok(_) => {
                Answer::Unknown(Unknown::because(format_args!("{location}: not a map of teams")))
            }
            Err(why) => Answer::Unknown(Unknown::because(format_args!("{location}: {why}"))),
        })
    }
}

impl Governance {
    /// Reads the text of `projects.yaml`, and of the files next to it by name.
    ///
    /// # Errors
    /// If `projects.yaml` is not a map of teams.
    pub fn read<'a>(
        projects: &str,
        beside: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, String> {
        let Node::Map(teams) = Node::read(projects.as_bytes())? else {
            return Err("not a map of teams".to_owned());
        };
        let mut found = Self::default();
        found.add_teams(&teams, PROJECTS);
        for (name, text) in beside {
            found.add_list(name, Answer::Known(text.as_bytes().to_vec()), name);
        }
        Ok(found)
    }

    fn add_teams(&mut self, teams: &[(String, Node)], location: &str) {
        self.teams.extend(teams.iter().map(|(name, team)| Team::of_project(name, team, location)));
    }

    /// Adds what other bodies own: a map from names to lists of repositories.
    fn add_list(&mut self, name: &str, list: Answer<Vec<u8>>, location: &str) {
        let gap = match list {
            Answer::Absent => return,
            Answer::Unknown(why) => why,
            Answer::Known(bytes) => match Node::read(&bytes) {
                Ok(Node::Map(bodies)) if name == LEGACY => {
                    self.legacy = Legacy::read(&bodies, location);
                    return;
                }
                Ok(Node::Map(bodies)) => {
                    let teams = bodies.iter().map(|(name, it)| Team::of_list(name, it, location));
                    match name {
                        COMMITTEE => self.teams.extend(teams),
                        INTEREST_GROUPS => self.teams.extend(teams.map(Team::into_interest_group)),
                        _ => {}
                    }
                    return;
                }
                Ok(Node::Scalar(None)) => return,
                Ok(_) => Unknown::because(format_args!("{location}: not a map of owners")),
                Err(why) => Unknown::because(format_args!("{location}: {why}")),
            },
        };
        match name {
            LEGACY => self.legacy = Legacy::unread(gap),
            _ => self.gaps.push(gap),
        }
    }

    /// The repositories of a deliverable; absent if no team lists it.
    pub fn repositories_of(&self, deliverable: &str) -> Answer<BTreeSet<String>> {
        let mut found = BTreeSet::new();
        for team in &self.teams {
            match team.repositories_of(deliverable) {
                Answer::Known(repos) => found.extend(repos.iter().cloned()),
                Answer::Absent => {}
                Answer::Unknown(why) => return Answer::Unknown(why),
            }
        }
        match self.listed(|team| team.lists_deliverable(deliverable)) {
            Answer::Unknown(why) => Answer::Unknown(why),
            _ if found.is_empty() => Answer::Absent,
            _ => Answer::Known(found),
        }
    }

    /// What teams call their services, by the name of the team.
    pub fn services(&self) -> BTreeMap<String, String> {
        let of = |team: &Team| Some((team.name.clone(), team.service.clone()?));
        self.teams.iter().filter_map(of).collect()
    }

    /// Whether a team was given up: it is in the list of what was, and in no other.
    pub fn is_former_team(&self, team: &str) -> Answer<bool> {
        former(self.knows(team), || self.legacy.has_team(team))
    }

    /// Whether a deliverable was given up.
    pub fn is_former_deliverable(&self, name: &str) -> Answer<bool> {
        former(self.listed(|team| team.lists_deliverable(name)), || {
            self.legacy.has_deliverable(name)
        })
    }

    /// Whether a repository was given up.
    pub fn is_former_repository(&self, repo: &str) -> Answer<bool> {
        former(self.listed(|team| team.lists_repository(repo)), || self.legacy.has_repository(repo))
    }

    fn listed(&self, lists: impl Fn(&Team) -> Answer<()>) -> Answer<()> {
        let gap = self.gaps.first().cloned().map_or(Answer::Absent, Answer::Unknown);
        self.teams.iter().map(lists).fold(gap, either)
    }

    /// Whether governance lists a team under that name.
    pub fn knows(&self, team: &str) -> Answer<()> {
        if self.named(team).next().is_some() {
            return Answer::Known(());
        }
        self.gaps.first().cloned().map_or(Answer::Absent, Answer::Unknown)
    }

    /// Whether governance says of a deliverable that it is not released any more.
    pub fn is_deprecated(&self, deliverable: &str) -> bool {
        self.teams.iter().any(|team| team.deprecates(deliverable))
    }

    /// Who speaks for a team. Bodies that own repositories but have no releases of their own have no speaker.
    pub fn leadership(&self, team: &str) -> Answer<Leadership> {
        let mut named = self.named(team).map(|team| &team.leadership);
        let Some(first) = named.next() else {
            return self.gaps.first().cloned().map_or(Answer::Absent, Answer::Unknown);
        };
        if named.all(|other| other == first) {
            return Answer::Known(first.clone());
        }
        Answer::Unknown(Unknown::because(format_args!("governance lists the team `{team}` twice")))
    }

    /// Whether `team`, as a deliverable file writes it, owns a repository.
    pub fn ownership_of_repository(&self, repo: &str, team: &str) -> Ownership {
        self.ownership(team, |other| other.lists_repository(repo))
    }

    /// Whether `team`, as a deliverable file writes it, owns a deliverable.
    pub fn ownership_of_deliverable(&self, name: &str, team: &str) -> Ownership {
        self.ownership(team, |other| other.lists_deliverable(name))
    }

    fn ownership(&self, team: &str, lists: impl Fn(&Team) -> Answer<()>) -> Ownership {
        let mut others = BTreeSet::new();
        let mut own_gap = self.knows_or_why(team);
        let mut gap = self.gaps.first().cloned();
        for one in &self.teams {
            match (lists(one), one.is_called(team)) {
                (Answer::Known(()), true) => return Ownership::Own,
                (Answer::Known(()), false) => {
                    others.insert(one.name.clone());
                }
                (Answer::Unknown(why), true) => own_gap = Some(why),
                (Answer::Unknown(why), false) => gap = gap.or(Some(why)),
                (Answer::Absent, _) => {}
            }
        }
        match (own_gap, others.is_empty(), gap) {
            (Some(why), ..) | (None, true, Some(why)) => Ownership::Unknown(why),
            (None, true, None) => Ownership::Nobody,
            (None, false, _) => Ownership::Others(others),
        }
    }

    /// Why it is unknown whether governance lists the team.
    fn knows_or_why(&self, team: &str) -> Option<Unknown> {
        match self.knows(team) {
            Answer::Known(()) | Answer::Absent => None,
            Answer::Unknown(why) => Some(why),
        }
    }

    fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Team> + use<'a> {
        self.teams.iter().filter(move |team| team.is_called(name))
    }
}

/// What is true if one of two is: known, else unknown, else absent.
fn either(one: Answer<()>, other: Answer<()>) -> Answer<()> {
    match (one, other) {
        (Answer::Known(()), _) | (_, Answer::Known(())) => Answer::Known(()),
        (Answer::Unknown(why), _) | (_, Answer::Unknown(why)) => Answer::Unknown(why),
        (Answer::Absent, Answer::Absent) => Answer::Absent,
    }
}

/// Whether something was given up, which it is if it `is_listed` no longer.
fn former(is_listed: Answer<()>, was: impl FnOnce() -> Answer<()>) -> Answer<bool> {
    match (is_listed, was()) {
        (Answer::Known(()), _) | (_, Answer::Absent) => Answer::Known(false),
        (Answer::Absent, Answer::Known(())) => Answer::Known(true),
        (Answer::Unknown(why), _) | (_, Answer::Unknown(why)) => Answer::Unknown(why),
    }
}

#[cfg(test)]
mod tests;
