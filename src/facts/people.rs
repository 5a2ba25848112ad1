//! Who speaks for the teams, by governance's data.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::{Answer, Question, Sources, Unknown};

/// The leadership of each team that governance lists.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Leaderships;

/// Who speaks for a team.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leadership {
    /// Its lead; none where the team is led by several people, or nobody was found yet.
    pub ptl: Option<Person>,
    /// Its liaisons to the release team.
    pub liaisons: Vec<Person>,
}

/// Somebody, as governance and Gerrit know them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub struct Person {
    /// The name.
    #[serde(default)]
    pub name: String,
    /// The mail address, by which people are told apart.
    #[serde(default)]
    pub email: String,
}

/// What governance writes for the name of a lead who is still to be found.
const NOBODY_YET: &str = "APPOINTMENT NEEDED";

impl Person {
    /// Whether both are the same person: by their mail address, in which case says nothing.
    pub fn is(&self, other: &Self) -> bool {
        !self.email.is_empty() && self.email.eq_ignore_ascii_case(&other.email)
    }
}

impl std::fmt::Display for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.email.as_str() {
            "" => f.write_str(&self.name),
            email => write!(f, "{} <{email}>", self.name),
        }
    }
}

impl Question for Leaderships {
    /// By the name of the team.
    type Known = BTreeMap<String, Leadership>;

    fn lane(&self) -> &'static str {
        "governance"
    }

    fn answer(&self, sources: &Sources) -> Answer<Self::Known> {
        let location = sources.governance_file("projects.yaml");
        sources.document(&location).and_then(|bytes| match read(&bytes) {
            Ok(teams) => Answer::Known(teams),
            Err(why) => Answer::Unknown(Unknown::because(format_args!("{location}: {why}"))),
        })
    }
}

/// A team as far as this looks at it.
#[derive(Deserialize)]
struct Team {
    ptl: Option<Person>,
    #[serde(default, deserialize_with = "or_default")]
    liaisons: Liaisons,
}

#[derive(Default, Deserialize)]
struct Liaisons {
    #[serde(default, deserialize_with = "or_default")]
    release: Vec<Person>,
}

/// A key without a value is as good as none.
fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

fn read(bytes: &[u8]) -> Result<BTreeMap<String, Leadership>, String> {
    let teams: BTreeMap<String, Team> =
        serde_yaml::from_slice(bytes).map_err(|error| error.to_string())?;
    let leadership = |team: Team| Leadership {
        ptl: team.ptl.filter(|ptl| ptl.name != NOBODY_YET && !ptl.email.is_empty()),
        liaisons: team.liaisons.release,
    };
    Ok(teams.into_iter().map(|(name, team)| (name, leadership(team))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_and_liaisons_are_read_whatever_else_a_team_says() {
        let teams = read(
            b"roses:\n  ptl: {name: Ann, irc: null, email: ann@example.org, appointed: [zed]}\n  liaisons:\n    release: \
              [{name: Bob, irc: bob, email: bob@example.org}]\n    security: [{name: Cy, email: cy@example.org}]\n\
              lilies:\n  leadership_type: distributed\n  liaisons:\n    release:\n\
              weeds:\n  ptl: {name: APPOINTMENT NEEDED, irc: null, email: example@example.org}\n",
        )
        .unwrap();
        let person =
            |name: &str, email: &str| Person { name: name.to_owned(), email: email.to_owned() };
        let roses = &teams["roses"];
        assert_eq!(roses.ptl, Some(person("Ann", "ann@example.org")));
        assert_eq!(roses.liaisons, [person("Bob", "bob@example.org")]);
        assert_eq!(teams["lilies"], Leadership::default());
        assert_eq!(teams["weeds"], Leadership::default());
        assert!(read(b"- a\n").is_err());
    }

    #[test]
    fn people_are_told_apart_by_their_address() {
        let person =
            |name: &str, email: &str| Person { name: name.to_owned(), email: email.to_owned() };
        assert!(person("Ann", "Ann@Example.org").is(&person("A. Example", "ann@example.org")));
        assert!(!person("Ann", "").is(&person("Ann", "")));
    }
}
