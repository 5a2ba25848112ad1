//! Which entries go into one change.

use std::collections::{BTreeMap, BTreeSet};

use super::{ProposeOptions, Purpose};
use crate::git::change_id;
use crate::report::rewrite::Rewrite;
use crate::text::one_line;
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

/// A deliverable, and what is proposed for it or why nothing is: a word and a phrase.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) team: Option<String>,
    pub(super) series: String,
    pub(super) outcome: Result<Ready, (&'static str, String)>,
}

/// What is proposed for one deliverable.
pub(super) struct Ready {
    /// Its file.
    pub(super) rewrite: Rewrite,
    /// The version, or the branch; nothing where it is the file itself.
    pub(super) what: Option<String>,
    /// The message of a change for it alone.
    pub(super) message: String,
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
    pub(super) entries: Vec<(&'a Entry, &'a Ready)>,
}

impl<'a> Group<'a> {
    /// The groups that have entries, by name.
    pub(super) fn all(found: &'a [Entry], by: By) -> Vec<Self> {
        let mut groups: BTreeMap<String, Vec<(&Entry, &Ready)>> = BTreeMap::new();
        for entry in found {
            if let Ok(ready) = &entry.outcome {
                groups.entry(entry.group(by)).or_default().push((entry, ready));
            }
        }
        groups.into_iter().map(|(name, entries)| Self { name, entries }).collect()
    }

    /// The files, whole.
    pub(super) fn files(&self) -> Vec<(String, Vec<u8>)> {
        let file = |(_, ready): &(&Entry, &Ready)| {
            (ready.rewrite.path.clone(), ready.rewrite.after.clone().into_bytes())
        };
        self.entries.iter().map(file).collect()
    }

    /// The teams of its deliverables.
    pub(super) fn teams(&self) -> BTreeSet<&str> {
        self.entries.iter().filter_map(|(entry, _)| entry.team.as_deref()).collect()
    }

    /// Follows from topic and group, so that every run means the same change.
    pub(super) fn change_id(&self, topic: &str) -> String {
        change_id(&["tagkeeper", "propose", topic, &self.name])
    }

    /// The whole message. The last paragraph has the `Change-Id` alone: what releases bring is quoted above it.
    pub(super) fn message(&self, asked: &ProposeOptions) -> String {
        let body =
            asked.message.as_deref().map_or_else(|| self.body(), |text| text.trim().to_owned());
        let footer = format!("Change-Id: {}", self.change_id(&asked.topic));
        let parts = [one_line(&self.subject(asked)), body, footer];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join("\n\n") + "\n"
    }

    fn subject(&self, asked: &ProposeOptions) -> String {
        let all: BTreeSet<&str> =
            self.entries.iter().map(|(entry, _)| entry.series.as_str()).collect();
        let series = all.into_iter().collect::<Vec<_>>().join(", ");
        let team = Some(self.name.as_str()).filter(|_| asked.by == By::Team);
        match self.entries.as_slice() {
            [(_, only)] => only.message.lines().next().unwrap_or_default().to_owned(),
            many => asked.purpose.subject(many.len(), team, &series),
        }
    }

    /// What the messages of its entries say below their first line; a list of them where there are several.
    fn body(&self) -> String {
        match self.entries.as_slice() {
            [(_, only)] => {
                let below = only.message.split_once('\n').map_or("", |(_, below)| below);
                below.trim().to_owned()
            }
            many => {
                let line = |(entry, ready): &(&Entry, &Ready)| match &ready.what {
                    Some(what) => format!("- {} {what}", entry.name),
                    None => format!("- {}", entry.name),
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

/// Refuses a text of messages whose last lines are no part of it: Gerrit would take another `Change-Id` for the one that counts.
///
/// # Errors
/// If a line of it is one.
pub(super) fn check_message(message: Option<&str>, purpose: Purpose) -> Result<(), Failure> {
    let mut lines = message.unwrap_or_default().lines();
    match lines.find(|line| line.trim_start().to_ascii_lowercase().starts_with("change-id:")) {
        None => Ok(()),
        Some(line) => Err(Failure::usage(format!(
            "the text of the messages has the line `{}`, and each change gets a `Change-Id` of its own",
            one_line(line)
        ))
        .help(format!("remove it: topic and deliverables say which change of `{purpose}` it is"))),
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
    fn a_text_brings_no_change_id() {
        let check = |text| check_message(Some(text), Purpose::Release(None));
        assert!(check("All of it.\n\nchange-id: I1\n").is_err());
        assert!(check("All of it, with the Change-Id: of nobody.\n").is_ok());
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
