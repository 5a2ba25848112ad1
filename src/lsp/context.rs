//! What is being written at a place: a key, or the value of one. The text may be half typed, so lines are looked at and not
//! parsed.

use lsp_types::Position;

use super::place::line_at;

/// What is being written.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Context<'t> {
    /// A key of the mapping below this key; of the whole file where there is none.
    Key {
        /// The key above.
        of: Option<&'t str>,
    },
    /// The value of a key.
    Value {
        /// The key.
        key: &'t str,
        /// The key above the mapping that it is in.
        of: Option<&'t str>,
    },
}

/// What is being written at `position`.
pub(super) fn context(text: &str, position: Position) -> Context<'_> {
    let (_, before) = line_at(text, position);
    let of = parent(text, position.line as usize, column_of_key(before));
    match before.trim_start_matches([' ', '-']).split_once(':') {
        Some((key, _)) => Context::Value { key: key.trim(), of },
        None => Context::Key { of },
    }
}

/// The value of `key` in the entry around `line`: a key of the same mapping.
pub(super) fn neighbour<'t>(text: &'t str, line: u32, key: &str) -> Option<&'t str> {
    let lines: Vec<&str> = text.lines().collect();
    let at = line as usize;
    let column = column_of_key(lines.get(at)?);
    let is_same = |line: &&&str| column_of_key(line) >= column;
    let up = lines[..=at].iter().rev().take_while(is_same);
    // A dash begins the entry: the lines above it belong to another one.
    let mut own: Vec<&str> = Vec::new();
    for line in up {
        own.push(line);
        if column_of_key(line) == column && line.trim_start().starts_with('-') {
            break;
        }
    }
    let down = lines[at + 1..].iter().take_while(is_same);
    own.extend(
        down.take_while(|line| column_of_key(line) > column || !line.trim_start().starts_with('-')),
    );
    let value = own.into_iter().filter(|line| column_of_key(line) == column).find_map(|line| {
        let (name, value) = line.trim_start_matches([' ', '-']).split_once(':')?;
        (name.trim() == key).then(|| value.trim().trim_matches(['\'', '"']))
    });
    value.filter(|value| !value.is_empty())
}

/// The column at which a key of the line begins or would begin, behind the dashes of its items.
fn column_of_key(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '-']).len()
}

/// The key in the lines above whose mapping a key at `column` belongs to.
fn parent(text: &str, line: usize, column: usize) -> Option<&str> {
    let above: Vec<&str> = text.lines().take(line).collect();
    let holds = |line: &&&str| {
        let start = line.len() - line.trim_start().len();
        let is_content = !line.trim().is_empty() && !line.trim_start().starts_with('#');
        is_content && start < column && column_of_key(line) < column
    };
    let holder = above.iter().rev().find(holds)?;
    let (key, value) = holder.trim_start_matches([' ', '-']).split_once(':')?;
    value.trim().is_empty().then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "---
team: a
releases:
  - version: 1.0.0
    projects:
      - repo: a/b
        hash: ab
      - repo: a/c
        hash: 
branches:
  - na
";

    fn at(line: u32, character: u32) -> Context<'static> {
        context(FILE, Position { line, character })
    }

    #[test]
    fn the_key_above_says_which_keys_there_are() {
        assert_eq!(at(0, 0), Context::Key { of: None });
        assert_eq!(at(1, 7), Context::Value { key: "team", of: None });
        assert_eq!(at(3, 6), Context::Key { of: Some("releases") });
        assert_eq!(at(3, 13), Context::Value { key: "version", of: Some("releases") });
        assert_eq!(at(8, 14), Context::Value { key: "hash", of: Some("projects") });
        assert_eq!(at(10, 6), Context::Key { of: Some("branches") });
        assert_eq!(context("", Position::default()), Context::Key { of: None });
    }

    #[test]
    fn a_neighbour_is_of_the_same_entry() {
        assert_eq!(neighbour(FILE, 6, "repo"), Some("a/b"));
        assert_eq!(neighbour(FILE, 8, "repo"), Some("a/c"));
        assert_eq!(neighbour(FILE, 5, "hash"), Some("ab"));
        assert_eq!(neighbour(FILE, 7, "hash"), None);
        assert_eq!(neighbour("", 4, "repo"), None);
    }
}
