//! What the message of a commit says about its review and the bugs that it is about.

use std::fmt;

/// A bug or a task that a commit names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BugReference {
    /// Where it is tracked.
    pub tracker: Tracker,
    /// Its number there.
    pub number: u64,
    /// What the commit does about it.
    pub relation: Relation,
}

/// Where a bug is tracked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tracker {
    /// `Closes-Bug: #N` and its like.
    Launchpad,
    /// `Story: N`.
    Story,
    /// `Task: N`.
    Task,
}

/// What a commit does about a bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// It closes the bug.
    Closes,
    /// It does a part of what closes it.
    Partial,
    /// It has to do with it.
    Related,
}

/// The keys of the trailers that name a bug on Launchpad, in lower case.
const OF_LAUNCHPAD: [(&str, Relation); 7] = [
    ("closes-bug", Relation::Closes),
    ("resolves-bug", Relation::Closes),
    ("fixes-bug", Relation::Closes),
    ("close-bug", Relation::Closes),
    ("partial-bug", Relation::Partial),
    ("partially-closes-bug", Relation::Partial),
    ("related-bug", Relation::Related),
];

/// The trailers of a message: the lines `Key: value` of its last paragraph.
pub fn trailers(message: &str) -> impl Iterator<Item = (&str, &str)> {
    let last = message.trim_end().rsplit("\n\n").next().unwrap_or_default();
    last.lines().filter_map(trailer)
}

fn trailer(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let is_key = |key: &str| {
        !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    is_key(key).then(|| (key, value.trim()))
}

/// The bugs that the trailers of a message name, each once.
pub fn bugs(message: &str) -> Vec<BugReference> {
    let mut found: Vec<BugReference> = Vec::new();
    for (key, value) in trailers(message) {
        for bug in bugs_of(key, value) {
            if !found.contains(&bug) {
                found.push(bug);
            }
        }
    }
    found
}

fn bugs_of(key: &str, value: &str) -> Vec<BugReference> {
    let key = key.to_ascii_lowercase();
    let (tracker, relation) = match key.as_str() {
        "story" => (Tracker::Story, Relation::Related),
        "task" => (Tracker::Task, Relation::Related),
        key => match OF_LAUNCHPAD.iter().find(|(known, _)| *known == key) {
            Some((_, relation)) => (Tracker::Launchpad, *relation),
            None => return Vec::new(),
        },
    };
    numbers(value).into_iter().map(|number| BugReference { tracker, number, relation }).collect()
}

/// The numbers in the value of a trailer: `#12`, `12`, `#12, #13 and #14`, `LP#12` or the address of a bug; the first word that
/// is none of these ends the list.
pub fn numbers(value: &str) -> Vec<u64> {
    let words = value.split([' ', ',', '\t']).filter(|word| !word.is_empty());
    words.filter(|word| !word.eq_ignore_ascii_case("and")).map_while(number).collect()
}

fn number(word: &str) -> Option<u64> {
    let word = word.trim_end_matches(['.', ';', '/']);
    let digits = match word.strip_prefix("https://").or_else(|| word.strip_prefix("http://")) {
        Some(address) => in_address(address)?,
        None => word.trim_start_matches("LP").trim_start_matches('#'),
    };
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

/// The last part of the address of a bug, a story or a task. An issue of another tracker has another number.
fn in_address(address: &str) -> Option<&str> {
    let mut parts = address.rsplit(['/', '#']);
    let digits = parts.next()?;
    parts.next().filter(|kind| matches!(*kind, "+bug" | "bugs" | "story" | "task"))?;
    Some(digits)
}

/// The `Change-Id:` of a message.
pub fn change_id(message: &str) -> Option<&str> {
    let named = trailers(message).filter(|(key, _)| *key == "Change-Id");
    named.map(|(_, value)| value).last()
}

/// What the `Depends-On:` lines of a message name, each once. Zuul reads such a line wherever in the message it stands.
pub fn depends_on(message: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (key, value) in message.lines().filter_map(|line| line.split_once(':')) {
        let value = value.trim();
        if key.eq_ignore_ascii_case("Depends-On") && !value.is_empty() && !found.contains(&value) {
            found.push(value);
        }
    }
    found
}

/// The number of the change that a message or a note of Gerrit names in `Reviewed-on:`.
pub fn change_number(text: &str) -> Option<u64> {
    let mut on = text.lines().filter_map(|line| line.trim().strip_prefix("Reviewed-on:"));
    let last = on.next_back()?.trim().trim_end_matches('/');
    last.rsplit('/').next()?.parse().ok()
}

impl fmt::Display for BugReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.number;
        match (self.tracker, self.relation) {
            (Tracker::Story, _) => write!(f, "story {number}"),
            (Tracker::Task, _) => write!(f, "task {number}"),
            (Tracker::Launchpad, Relation::Closes) => write!(f, "bug {number}"),
            (Tracker::Launchpad, Relation::Partial) => write!(f, "bug {number} (in part)"),
            (Tracker::Launchpad, Relation::Related) => write!(f, "bug {number} (related)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(message: &str) -> Vec<String> {
        bugs(message).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_last_paragraph_names_bugs() {
        let message = "Fix it\n\nCloses-Bug: #1 is quoted here.\n\nCloses-Bug: #12, #13\nRelated-bug: 14\nPartial-Bug: LP#15\nStory: 2\nTask: 3\nChange-Id: I1\n";
        assert_eq!(
            told(message),
            ["bug 12", "bug 13", "bug 14 (related)", "bug 15 (in part)", "story 2", "task 3"]
        );
    }

    #[test]
    fn other_keys_and_other_digits_name_none() {
        assert_eq!(told("Fix\n\nno-close: #5\nCloses-Bug: see 2024 notes"), [""; 0]);
        assert_eq!(told("Fix\n\nCloses-Bug: #7 seen in 2024"), ["bug 7"]);
        assert_eq!(told("Fix\n\nCloses-Bug: https://bugs.launchpad.net/nova/+bug/8/"), ["bug 8"]);
        assert_eq!(told("Fix\n\nCloses-Bug: https://forge.example.org/x/issues/8"), [""; 0]);
        assert_eq!(told("Fix\n\nCloses-Bug: #12 (see #13)"), ["bug 12"]);
        assert_eq!(told("Fix\n\nCloses-Bug: 12, 13 and 14"), ["bug 12", "bug 13", "bug 14"]);
        assert_eq!(told("Fix\n\nCloses-Bug: #99999999999999999999999"), [""; 0]);
    }

    #[test]
    fn what_a_commit_depends_on_stands_on_a_line_of_its_own() {
        let message = "Use it\n\nDepends-On: https://review.example.org/c/garden/soil/+/7\nIt goes on.\n\ndepends-on: I1\nDepends-On: I1\nDepends-On:\n See Depends-On: I2\nChange-Id: I3\n";
        assert_eq!(depends_on(message), ["https://review.example.org/c/garden/soil/+/7", "I1"]);
    }

    #[test]
    fn a_change_has_its_id_and_its_number() {
        let message =
            "Fix\n\nChange-Id: I1\nReviewed-on: https://review.example.org/c/garden/rose/+/123\n";
        assert_eq!(change_id(message), Some("I1"));
        assert_eq!(change_number(message), Some(123));
        assert_eq!(change_number("Fix\n\nReviewed-on: soon\n"), None);
        assert_eq!(change_id("Fix\n\nChange-Id: I1\n\nsigned off"), None);
    }
}
