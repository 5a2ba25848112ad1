//! A team's own edit: a text or pattern of one file is replaced.

use std::ops::Range;

use regex::{Captures, Regex};

use crate::config::{Find, Matches, Piece};
use crate::steps::proposing::{Edit, Edited, Texts, is_of_zuul, why_not_a_path};

/// Replaces what is found in a file.
pub(super) struct Replacing {
    /// The file.
    pub(super) file: String,
    /// What is looked for, and what is written.
    pub(super) swap: Swap,
    /// How often it must be there.
    pub(super) matches: Matches,
    /// Whether it may change what Zuul runs.
    pub(super) rights: Rights,
}

/// What is looked for, and what is written.
pub(super) enum Swap {
    /// A text, and the text in its place.
    Text(String, String),
    /// What a pattern matches, and the parts of the text in its place.
    Pattern(String, Vec<Piece>),
}

/// What an edit may touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rights {
    /// Anything.
    ReleaseManagers,
    /// Not what tells Zuul what to run.
    Team,
}

/// A place where what is looked for was found, and what is to be there.
type MatchPlace = (Range<usize>, String);

impl Edit for Replacing {
    fn paths(&self) -> Vec<String> {
        vec![self.file.clone()]
    }

    fn edited(&self, files: &Texts<'_>) -> Edited {
        let path = &self.file;
        if let Some(why) = why_not_a_path(path) {
            return Edited::Refused(why);
        }
        if self.rights == Rights::Team && is_of_zuul(path) {
            return Edited::Refused(format!(
                "`{path}` tells Zuul what to run: only a follow-up of release managers may edit it"
            ));
        }
        let Some(text) = files.get(path) else {
            return Edited::Refused(format!("there is no `{path}`"));
        };
        match self.in_text(text) {
            Ok(Some(after)) => Edited::Changed(vec![(path.clone(), after)]),
            Ok(None) => Edited::AsItIs(format!("`{path}` has it")),
            Err(why) => Edited::Refused(why),
        }
    }
}

impl Replacing {
    /// The text with the edit; `None` where it has it already.
    fn in_text(&self, text: &str) -> Result<Option<String>, String> {
        let path = &self.file;
        let all = self.swap.places(text)?;
        let count = all.len();
        let open = not_written(text, all);
        match (count, self.matches) {
            (0, _) if self.swap.is_in(text) => return Ok(None),
            (0, _) => return Err(format!("`{path}` does not contain the text to replace")),
            _ if open.is_empty() => return Ok(None),
            (2.., Matches::One) => {
                return Err(format!(
                    "`{path}` contains the text to replace {count} times, but it must occur once; make it more precise, or write `matches: all`"
                ));
            }
            _ => {}
        }
        let after = with(text, &open);
        match not_written(&after, self.swap.places(&after)?).is_empty() {
            true => Ok(Some(after)),
            false => Err(format!(
                "the replacement in `{path}` matches again, so the change would repeat for ever; make the text to replace more precise"
            )),
        }
    }
}

impl Swap {
    fn places(&self, text: &str) -> Result<Vec<MatchPlace>, String> {
        match self {
            Self::Text(find, write) => Ok(text
                .match_indices(find.as_str())
                .map(|(at, found)| (at..at + found.len(), write.clone()))
                .collect()),
            Self::Pattern(pattern, write) => {
                let regex = Find::compiled(pattern)
                    .map_err(|why| format!("its pattern cannot be used: {why}"))?;
                let place =
                    |found: Captures<'_>| Some((found.get(0)?.range(), expanded(write, &found)));
                Ok(regex.captures_iter(text).filter_map(place).collect())
            }
        }
    }

    /// Whether a text that holds nothing to replace has what would be written, as far as that can be seen.
    fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Text(_, write) => !write.is_empty() && text.contains(write.as_str()),
            Self::Pattern(_, write) => {
                let says_something = |piece: &Piece| match piece {
                    Piece::Text(text) => !text.trim().is_empty(),
                    Piece::Group(_) => false,
                };
                write.iter().any(says_something)
                    && Regex::new(&pattern_of(write)).is_ok_and(|regex| regex.is_match(text))
            }
        }
    }
}

/// A pattern for what is written: its texts, with anything on the same line for what is captured.
fn pattern_of(write: &[Piece]) -> String {
    let one = |piece: &Piece| match piece {
        Piece::Text(text) => regex::escape(text),
        Piece::Group(_) => ".*".to_owned(),
    };
    write.iter().map(one).collect()
}

/// What is written for a match. What was captured is the project's own: no name in it is replaced.
fn expanded(write: &[Piece], found: &Captures<'_>) -> String {
    let one = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Group(name) => {
            let captured = match name.parse() {
                Ok(number) => found.get(number),
                Err(_) => found.name(name),
            };
            captured.map_or_else(String::new, |captured| captured.as_str().to_owned())
        }
    };
    write.iter().map(one).collect()
}

/// The places that are not as they should be. What is written may hold what is looked for: a line that is added below another one.
fn not_written(text: &str, all: Vec<MatchPlace>) -> Vec<MatchPlace> {
    let is_open = |(range, write): &MatchPlace| !is_around(text, range, write);
    all.into_iter().filter(is_open).collect()
}

/// Whether `write` is in the text so that it covers that range.
fn is_around(text: &str, range: &Range<usize>, write: &str) -> bool {
    let start = range.end.saturating_sub(write.len());
    let end = text.len().min(range.start.saturating_add(write.len()));
    let mut starts = (start..=range.start).filter(|at| text.is_char_boundary(*at));
    let mut ends = (range.start..=end).rev().filter(|at| text.is_char_boundary(*at));
    match (starts.next(), ends.next()) {
        (Some(start), Some(end)) if start <= end => text[start..end].contains(write),
        _ => false,
    }
}

fn with(text: &str, places: &[MatchPlace]) -> String {
    let (mut after, mut from) = (String::with_capacity(text.len()), 0);
    for (range, write) in places {
        after.push_str(&text[from..range.start]);
        after.push_str(write);
        from = range.end;
    }
    after.push_str(&text[from..]);
    after
}

#[cfg(test)]
mod tests {
    use super::{Replacing, Rights, Swap};
    use crate::config::{Matches, Piece};

    fn edit(swap: Swap, text: &str) -> Result<Option<String>, String> {
        let file = "x".to_owned();
        Replacing { file, swap, matches: Matches::All, rights: Rights::Team }.in_text(text)
    }

    fn text(find: &str, write: &str) -> Swap {
        Swap::Text(find.to_owned(), write.to_owned())
    }

    fn pattern(find: &str, write: &str) -> Swap {
        Swap::Pattern(find.to_owned(), Piece::all(write))
    }

    type Made = fn(&str, &str) -> Swap;

    #[test]
    fn what_was_written_is_not_written_again() {
        let table: [(Made, &str, &str, &str, &str); 11] = [
            (text, "master", "stable/x", "b=master\nc=master\n", "b=stable/x\nc=stable/x\n"),
            (text, "LIST:", "LIST:\n  - x", "a\nLIST:\n  - y\n", "a\nLIST:\n  - x\n  - y\n"),
            (text, "LIST:", "# x\nLIST:", "LIST:\n# x\nLIST:\n", "# x\nLIST:\n# x\nLIST:\n"),
            (text, "old\n", "", "a\nold\nb\n", "a\nb\n"),
            (pattern, "^(LIST:)$", "$1\n  - x", "LIST:\n  - y\n", "LIST:\n  - x\n  - y\n"),
            (pattern, "^(LIST:)$", "# é\n$1", "é\nLIST:\n", "é\n# é\nLIST:\n"),
            (pattern, r"^(b=).*$", "$1{id}", "b=master\n", "b={id}\n"),
            (pattern, r"(?<k>\w+)=m$", "${k}2=x$$", "b=m\n", "b2=x$\n"),
            (pattern, "m", "x", "mé", "xé"),
            (pattern, "^(b=)m(;.*)$", "${1}x$2", "a=m\nb=m; c\n", "a=m\nb=x; c\n"),
            (pattern, "(b=)m", "$1", "b=m\n", "b=\n"),
        ];
        for (made, find, write, before, after) in table {
            let once = edit(made(find, write), before);
            assert_eq!(once.as_ref().map(Option::as_deref), Ok(Some(after)), "{find} {write}");
            let twice = edit(made(find, write), after);
            if write.is_empty() || write == "$1" {
                assert!(twice.unwrap_err().contains("does not contain"), "{find} {write}");
            } else {
                assert_eq!(twice, Ok(None), "{find} {write}");
            }
        }
    }

    #[test]
    fn what_would_be_made_again_and_again_is_refused() {
        for (swap, before) in [
            (pattern("^deps = (.*)$", "deps = $1, x"), "deps = a\n"),
            (pattern(r"(\d+)", "${1}0"), "n = 1\n"),
            (text("ab", "b"), "aab"),
        ] {
            let why = edit(swap, before).unwrap_err();
            assert!(why.contains("repeat for ever"), "{why}");
        }
    }
}
