//! Which entries go into one change.

use std::collections::{BTreeMap, BTreeSet};

use crate::ops::new::Prepared;
use crate::workspace::Failure;

/// What goes into one change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The deliverables of a team.
    Team,
    /// One deliverable.
    Deliverable,
    /// Everything.
    All,
}

/// A deliverable, and the entry that it gets or why it gets none: a word and a phrase.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) team: Option<String>,
    pub(super) series: String,
    pub(super) outcome: Result<Prepared, (&'static str, String)>,
}

impl Entry {
    /// The name of its group.
    pub(super) fn group(&self, by: By) -> String {
        match by {
            By::Team => self.team.clone().unwrap_or_else(|| "no team".to_owned()),
            By::Deliverable => format!("{}/{}", self.series, self.name),
            By::All => "all".to_owned(),
        }
    }
}

/// The entries of one change.
pub(super) struct Group<'a> {
    pub(super) name: String,
    pub(super) entries: Vec<(&'a Entry, &'a Prepared)>,
}

impl<'a> Group<'a> {
    /// The groups that have entries, by name.
    pub(super) fn all(found: &'a [Entry], by: By) -> Vec<Self> {
        let mut groups: BTreeMap<String, Vec<(&Entry, &Prepared)>> = BTreeMap::new();
        for entry in found {
            if let Ok(prepared) = &entry.outcome {
                groups.entry(entry.group(by)).or_default().push((entry, prepared));
            }
        }
        groups.into_iter().map(|(name, entries)| Self { name, entries }).collect()
    }

    /// The first line of its message.
    pub(super) fn subject(&self) -> String {
        let all: BTreeSet<&str> =
            self.entries.iter().map(|(entry, _)| entry.series.as_str()).collect();
        let series = all.into_iter().collect::<Vec<_>>().join(", ");
        match self.entries.as_slice() {
            [(_, only)] => only.message.lines().next().unwrap_or_default().to_owned(),
            many => match self.name.as_str() {
                "all" => format!("Release {} deliverables for {series}", many.len()),
                team => format!("Release {} deliverables of {team} for {series}", many.len()),
            },
        }
    }

    /// What the messages of its entries say below their first line; a list of them where there are several.
    pub(super) fn body(&self) -> String {
        match self.entries.as_slice() {
            [(_, only)] => {
                let below = only.message.split_once('\n').map_or("", |(_, below)| below);
                below.trim().to_owned()
            }
            many => {
                let line = |(entry, prepared): &(&Entry, &Prepared)| {
                    format!("- {} {}", entry.name, prepared.version())
                };
                many.iter().map(line).collect::<Vec<_>>().join("\n")
            }
        }
    }
}

/// Keeps back the entries of a group in which something is not known: the change would have to be amended later.
pub(super) fn hold_back(found: &mut [Entry], by: By) {
    let is_unknown = |entry: &&Entry| matches!(&entry.outcome, Err(("unknown", _)));
    let unknown: BTreeMap<String, String> = found
        .iter()
        .filter(is_unknown)
        .map(|entry| (entry.group(by), entry.name.clone()))
        .collect();
    for entry in found.iter_mut().filter(|entry| entry.outcome.is_ok()) {
        if let Some(name) = unknown.get(&entry.group(by)) {
            entry.outcome = Err(("held back", format!("`{name}` of the same change is unknown")));
        }
    }
}

/// Refuses a topic that cannot be part of the name of a branch and of a change.
///
/// # Errors
/// If it has other characters than letters, digits, `-`, `_` and `.`, or begins or ends with a dot.
pub(super) fn check_topic(topic: &str) -> Result<(), Failure> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_fine = !topic.is_empty()
        && topic.chars().all(is_plain)
        && !topic.starts_with(['.', '-'])
        && !topic.ends_with('.')
        && !topic.ends_with(".lock")
        && !topic.contains("..");
    match is_fine {
        true => Ok(()),
        false => Err(Failure::usage(format!("`{topic}` cannot be a topic"))
            .help("use letters, digits and dashes, such as `hibiscus-milestone-2`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_has_no_options_and_no_paths() {
        for wrong in ["", "a b", "a%submit", "a,b", "../x", "a/b", ".a", "a.lock", "-x", "é"] {
            assert!(check_topic(wrong).is_err(), "{wrong}");
        }
        assert!(check_topic("2026.2-milestone-1").is_ok());
    }

    #[test]
    fn what_is_unknown_holds_its_group_back() {
        let entry = |name: &str, team: &str| Entry {
            name: name.to_owned(),
            team: Some(team.to_owned()),
            series: "zed".to_owned(),
            outcome: Err(("unknown", "a host is down".to_owned())),
        };
        let mut found = [entry("rose", "garden"), entry("lily", "pond")];
        hold_back(&mut found, By::Team);
        assert!(Group::all(&found, By::Team).is_empty());
        assert_eq!(found[0].group(By::Deliverable), "zed/rose");
        assert_eq!(found[1].group(By::Team), "pond");
    }
}
