//! What changed between two lists of requirements, one dependency after the other.

use std::collections::BTreeMap;

use super::requirement::Requirement;
use super::requirements::{Needed, Requirements};

/// What became of a requirement; in the order in which a reader wants to see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RequirementChange {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Its minimum is higher, or it has one now.
    Raised,
    /// Its minimum is lower, or it has none any more.
    Lowered,
    /// Something else about it is different: an upper limit, an excluded version, a marker.
    Changed,
}

/// One changed requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedRequirement {
    /// The normalised name of what is needed.
    pub name: String,
    /// The file that says so now, or said so before.
    pub file: String,
    /// The extra that needs it; `None` if it is always needed.
    pub extra: Option<String>,
    /// What became of it.
    pub change: RequirementChange,
    /// As it was written before.
    pub before: Option<String>,
    /// As it is written now.
    pub after: Option<String>,
}

impl RequirementChange {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Raised => "raised",
            Self::Lowered => "lowered",
            Self::Changed => "changed",
        }
    }
}

/// Requirements by extra and normalised name.
type Table<'a> = BTreeMap<(Option<&'a str>, String), Vec<&'a Needed>>;

/// What is different in `after`, by extra and name. A requirement that moved to another file is the same.
pub fn changes(before: &Requirements, after: &Requirements) -> Vec<ChangedRequirement> {
    let (old, new) = (table(before), table(after));
    let mut keys: Vec<_> = old.keys().chain(new.keys()).collect();
    keys.sort();
    keys.dedup();
    let lines = |table: &Table<'_>, key| -> Vec<String> {
        let found: &[&Needed] = table.get(key).map_or(&[], Vec::as_slice);
        found.iter().map(|needed| needed.requirement.to_string()).collect()
    };
    let mut found = Vec::new();
    for key in keys {
        let (was, is) = (lines(&old, key), lines(&new, key));
        let gone = old.get(key).into_iter().flatten().filter(|one| !has(&is, one)).copied();
        let come = new.get(key).into_iter().flatten().filter(|one| !has(&was, one)).copied();
        let (mut gone, mut come) = (gone, come);
        loop {
            match (gone.next(), come.next()) {
                (None, None) => break,
                (was, is) => found.extend(changed(key, was, is)),
            }
        }
    }
    found
}

fn table(requirements: &Requirements) -> Table<'_> {
    let mut table = Table::new();
    for needed in &requirements.all {
        let key = (needed.extra.as_deref(), needed.requirement.normalized_name());
        table.entry(key).or_default().push(needed);
    }
    table
}

/// Whether one of these lines says the same, but for blanks.
fn has(lines: &[String], needed: &Needed) -> bool {
    let tight = |text: &str| -> String { text.split_whitespace().collect() };
    let this = tight(&needed.requirement.to_string());
    lines.iter().any(|line| tight(line) == this)
}

fn changed(
    (extra, name): &(Option<&str>, String),
    was: Option<&Needed>,
    is: Option<&Needed>,
) -> Option<ChangedRequirement> {
    let minimum = |needed: &Needed| Requirement::minimum_of(needed.requirement.specifiers.iter());
    let change = match (was, is) {
        (None, None) => return None,
        (None, Some(_)) => RequirementChange::Added,
        (Some(_), None) => RequirementChange::Removed,
        (Some(was), Some(is)) => match minimum(is).cmp(&minimum(was)) {
            std::cmp::Ordering::Greater => RequirementChange::Raised,
            std::cmp::Ordering::Less => RequirementChange::Lowered,
            std::cmp::Ordering::Equal => RequirementChange::Changed,
        },
    };
    let text = |needed: &Needed| needed.requirement.to_string();
    Some(ChangedRequirement {
        name: name.clone(),
        file: is.or(was)?.origin.file.to_string(),
        extra: extra.map(str::to_owned),
        change,
        before: was.map(text),
        after: is.map(text),
    })
}

#[cfg(test)]
mod tests {
    use super::super::files::tests::Fake;
    use super::*;

    fn of(text: &str) -> Requirements {
        Requirements::in_file(&Fake::of([("r.txt", text)]), "r.txt").unwrap().unwrap()
    }

    fn told(before: &str, after: &str) -> Vec<String> {
        let found = changes(&of(before), &of(after)).into_iter();
        found
            .map(|one| {
                let side = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
                format!(
                    "{} {} {} > {}",
                    one.name,
                    one.change.as_str(),
                    side(one.before),
                    side(one.after)
                )
            })
            .collect()
    }

    #[test]
    fn each_dependency_is_compared_by_its_minimum() {
        assert_eq!(
            told(
                "a>=1.0\nb>=2.0\nc>=3\nd\ne<2\nf>=1 # note\n",
                "a>=1.1\nb>=1.9\nd>=1\ne<3\nf >= 1\ng==1\n"
            ),
            [
                "a raised a>=1.0 > a>=1.1",
                "b lowered b>=2.0 > b>=1.9",
                "c removed c>=3 > -",
                "d raised d > d>=1",
                "e changed e<2 > e<3",
                "g added - > g==1",
            ]
        );
    }

    #[test]
    fn names_are_compared_as_the_index_does_and_versions_as_numbers() {
        assert_eq!(told("Oslo.Config>=1.9\n", "oslo_config>=1.10\n").len(), 1);
        assert!(told("Oslo.Config>=1.9\n", "oslo_config>=1.10\n")[0].contains("raised"));
        assert_eq!(
            told("x>=1;python_version<'3'\nx>=2\n", "x>=2\n"),
            ["x removed x>=1;python_version<'3' > -"]
        );
    }
}
