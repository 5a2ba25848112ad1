//! Who speaks for the teams.

use serde::{Deserialize, Serialize};

use super::Unknown;

/// Who speaks for a team.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leadership {
    /// Its lead; `None` if the team is led by several people, or has no lead yet.
    pub ptl: Option<Person>,
    /// Its liaisons to the release team.
    pub liaisons: Vec<Person>,
    /// Why somebody may be missing: part of the governance data could not be read.
    pub gap: Option<Unknown>,
}

/// A person, as governance and Gerrit know them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub struct Person {
    /// The name.
    #[serde(default)]
    pub name: String,
    /// The mail address, which identifies the person.
    #[serde(default)]
    pub email: String,
    /// The nick on IRC, where governance has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub irc: Option<String>,
}

impl Person {
    /// Whether both are the same person: they have the same mail address, ignoring case.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_told_apart_by_their_address() {
        let person = |name: &str, email: &str| Person {
            name: name.to_owned(),
            email: email.to_owned(),
            irc: None,
        };
        assert!(person("Ann", "Ann@Example.org").is(&person("A. Example", "ann@example.org")));
        assert!(!person("Ann", "").is(&person("Ann", "")));
    }
}
