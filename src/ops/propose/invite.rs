//! Who is asked to review a change: the leads and liaisons of its teams.

use std::collections::{BTreeMap, BTreeSet};

use super::group::{Entry, Group};
use crate::facts::governance::Governed;
use crate::facts::{Answer, Asks, Facts, Sources, gather};
use crate::gerrit::{Gerrit, Invited};
use crate::workspace::{Failure, Workspace};

/// Whether people are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invite {
    /// Lead and liaisons of the teams.
    Speakers,
    /// Nobody.
    Nobody,
}

/// The mail addresses of the people who speak for each team, and why they are not known.
pub(super) struct People {
    teams: BTreeMap<String, Result<BTreeSet<String>, String>>,
}

impl People {
    /// Those of the teams of `entries`.
    ///
    /// # Errors
    /// If the site has no governance.
    pub(super) fn find(
        workspace: &Workspace,
        sources: &Sources,
        entries: &[Entry],
    ) -> Result<Self, Failure> {
        if workspace.config.governance.is_empty() {
            return Err(Failure::usage("nobody can be invited: `governance` is empty"));
        }
        let (mut asks, mut facts) = (Asks::default(), Facts::default());
        asks.put(Governed);
        gather(&asks, &mut facts, sources, workspace.jobs);
        let governed = facts.get(&Governed);
        let of = |team: &str| {
            let led = governed.clone().and_then(|governance| governance.leadership(team));
            match led {
                Answer::Known(led) => {
                    let people = led.ptl.iter().chain(&led.liaisons);
                    let emails = people.map(|person| person.email.clone());
                    Ok(emails.filter(|email| !email.is_empty()).collect())
                }
                Answer::Absent => Err(format!("governance lists no team `{team}`")),
                Answer::Unknown(why) => Err(format!("who speaks for `{team}` is unknown: {why}")),
            }
        };
        let teams = entries.iter().filter_map(|entry| entry.team.clone());
        Ok(Self { teams: teams.map(|team| (team.clone(), of(&team))).collect() })
    }

    /// Asks them, and says who could not be asked.
    pub(super) fn invite(
        &self,
        gerrit: &Gerrit,
        (project, change): (&str, u64),
        group: &Group<'_>,
    ) -> Vec<String> {
        let mut notes = Vec::new();
        let mut emails = BTreeSet::new();
        for team in group.teams() {
            match self.teams.get(team) {
                Some(Ok(known)) => emails.extend(known.iter().map(String::as_str)),
                Some(Err(why)) => notes.push(why.clone()),
                None => {}
            }
        }
        for email in emails {
            let refused = match gerrit.invite((project, change), email) {
                Ok(Invited::Asked) => continue,
                Ok(Invited::Refused(why)) => why,
                Err(error) => error.to_string(),
            };
            notes.push(format!("{email} was not invited to change {change}: {refused}"));
        }
        notes
    }
}
