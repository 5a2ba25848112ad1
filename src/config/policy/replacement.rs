//! What is written for a match: text, and what the pattern captured, as `$1`, `$name` or `${name}`.

use regex::Regex;

/// A part of what is written for a match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text; it may have names in braces.
    Text(String),
    /// What this group captured.
    Group(String),
}

impl Piece {
    /// The parts of `write`, by the rules of the regex crate: `$` with the longest name of ASCII letters, digits and `_`, `${name}`,
    /// and `$$` for a dollar sign. A `$` that no name follows is text.
    pub fn all(write: &str) -> Vec<Self> {
        let (mut found, mut text, mut rest) = (Vec::new(), String::new(), write);
        while let Some(at) = rest.find('$') {
            text.push_str(&rest[..at]);
            let behind = &rest[at + 1..];
            if let Some((name, after)) = group(behind) {
                found.extend(Self::text(std::mem::take(&mut text)));
                found.push(Self::Group(name.to_owned()));
                rest = after;
            } else {
                text.push('$');
                rest = behind.strip_prefix('$').unwrap_or(behind);
            }
        }
        text.push_str(rest);
        found.extend(Self::text(text));
        found
    }

    fn text(text: String) -> Option<Self> {
        (!text.is_empty()).then_some(Self::Text(text))
    }

    /// The first group in `write` that the pattern does not have.
    pub(super) fn unknown_group(write: &str, regex: &Regex) -> Option<String> {
        let is_known = |name: &str| match name.parse::<usize>() {
            Ok(number) => number < regex.captures_len(),
            Err(_) => regex.capture_names().flatten().any(|known| known == name),
        };
        Self::all(write).into_iter().find_map(|piece| match piece {
            Self::Group(name) if !is_known(&name) => Some(name),
            Self::Group(_) | Self::Text(_) => None,
        })
    }
}

/// The name of a group at the start of a text, and what follows it.
fn group(text: &str) -> Option<(&str, &str)> {
    if let Some(braced) = text.strip_prefix('{') {
        return braced.split_once('}');
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = text.find(|c| !is_name(c)).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

#[cfg(test)]
mod tests {
    use regex::{Captures, Regex};

    use super::Piece;

    #[test]
    fn the_parts_are_those_that_the_regex_crate_sees() {
        let regex = Regex::new(r"(?<key>\w+)=(\w+)").unwrap();
        let captures = regex.captures("a=b").unwrap();
        let joined = |captures: &Captures<'_>, write: &str| -> String {
            let one = |piece: &Piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::Group(name) => {
                    let number = name.parse().ok();
                    let found = number.map_or_else(|| captures.name(name), |n| captures.get(n));
                    found.map_or("", |found| found.as_str()).to_owned()
                }
            };
            Piece::all(write).iter().map(one).collect()
        };
        for write in
            ["$1{branch}", "$key: $2$$", "${2}x", "$2x", "$", "a$ b", "$$1", "${key", "x", "", "$é"]
        {
            let mut expanded = String::new();
            captures.expand(write, &mut expanded);
            assert_eq!(joined(&captures, write), expanded, "{write}");
        }
    }
}
