//! Writes a text as a scalar on one line.

use super::node::{Content, Node, Style};
use super::parse::parse;
use super::resolve::{self, Meaning};
use crate::tree::lines::Lines;
use crate::tree::place::Place;

/// Where a scalar is written: in brackets, fewer texts need no quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Around {
    /// The value of a key on a line of its own, or an item.
    Block,
    /// Between brackets.
    Flow,
}

/// Words that a reader of YAML 1.1 takes for a boolean.
const OLD_BOOLEANS: [&str; 8] = ["y", "n", "yes", "no", "on", "off", "true", "false"];

/// `text` on one line, in the style that it had before (`like`) if that can hold it, else in one that can.
///
/// A program that reads the result gets exactly `text`, as text.
pub fn quote(text: &str, like: Style, around: Around) -> String {
    let is_one_line =
        !text.chars().any(|c| c.is_control() || matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}'));
    match like {
        Style::Plain if may_be_plain(text, around) => text.to_owned(),
        Style::Plain | Style::Single | Style::Block if is_one_line => {
            format!("'{}'", text.replace('\'', "''"))
        }
        _ => double(text),
    }
}

/// What to write in place of the scalar at `place` of `file` so that it reads `text`: in quotes where it had some or needs
/// some. An insertion stays as it is.
pub fn requote(file: &str, place: Place, text: &str) -> String {
    let Some(range) = Lines::new(file).bytes(place).filter(|range| !range.is_empty()) else {
        return text.to_owned();
    };
    let before = file[..range.start].trim_end();
    let header = before.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+'));
    let is_below = before.len() < range.start && file[before.len()..range.start].contains('\n');
    if is_below && header.ends_with(['|', '>']) {
        return text.to_owned();
    }
    let style = match file.as_bytes()[range.start] {
        b'\'' => Style::Single,
        b'"' => Style::Double,
        _ => Style::Plain,
    };
    quote(text, style, Around::Flow)
}

fn may_be_plain(text: &str, around: Around) -> bool {
    let begins_well = match text.as_bytes() {
        [b'-', next, ..] => next.is_ascii_alphanumeric(),
        [first, ..] => !b"-?:,[]{}#&*!|>'\"%@`".contains(first),
        [] => false,
    };
    if !begins_well
        || text.ends_with(':')
        || (around == Around::Flow && has_a_colon_some_refuse(text))
    {
        return false;
    }
    let is_old_boolean = OLD_BOOLEANS.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is_old_boolean || resolve::plain(text) != Meaning::Text || is_sexagesimal(text) {
        return false;
    }
    let written = match around {
        Around::Block => format!("k: {text}\n"),
        Around::Flow => format!("k: [{text}, z]\n"),
    };
    parse(written.as_bytes()).ok().flatten().is_some_and(|root| holds(&root, text))
}

/// Whether a colon stands where libyaml refuses one between brackets, though YAML 1.2 allows it: before a mark.
fn has_a_colon_some_refuse(text: &str) -> bool {
    text.split(':')
        .skip(1)
        .any(|rest| rest.is_empty() || rest.starts_with([',', '?', '[', ']', '{', '}']))
}

/// Whether a reader of YAML 1.1 takes it for a number in base 60.
fn is_sexagesimal(text: &str) -> bool {
    text.contains(':')
        && text.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | '_' | '+' | '-'))
}

/// Whether the only value in the probe is `text`, plain.
fn holds(root: &Node, text: &str) -> bool {
    let is_it = |node: &Node| matches!(&node.content, Content::Scalar { text: read, style: Style::Plain } if read == text);
    let Content::Mapping(entries) = &root.content else { return false };
    match entries.as_slice() {
        [entry] => match &entry.value.content {
            Content::Sequence(items) => items.len() == 2 && is_it(&items[0]),
            Content::Scalar { .. } => is_it(&entry.value),
            Content::Mapping(_) => false,
        },
        _ => false,
    }
}

fn double(text: &str) -> String {
    let mut written = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\t' => written.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                written.push_str(&format!("\\U{:08X}", u32::from(c)));
            }
            c => written.push(c),
        }
    }
    written.push('"');
    written
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::*;

    #[test]
    fn quotes_stay_and_come_only_where_they_are_needed() {
        let plain = |text| quote(text, Style::Plain, Around::Block);
        assert_eq!(plain("1.10.0"), "1.10.0");
        assert_eq!(plain("1.10"), "'1.10'");
        assert_eq!(plain("yes"), "'yes'");
        assert_eq!(plain("12:30:45"), "'12:30:45'");
        assert_eq!(plain("it's"), "it's");
        assert_eq!(plain("a: b"), "'a: b'");
        assert_eq!(plain("a #b"), "'a #b'");
        assert_eq!(plain("- a"), "'- a'");
        assert_eq!(plain("a, b"), "a, b");
        assert_eq!(quote("a, b", Style::Plain, Around::Flow), "'a, b'");
        assert_eq!(quote("a:?", Style::Plain, Around::Flow), "'a:?'");
        assert_eq!(quote("https://a/b", Style::Plain, Around::Flow), "https://a/b");
        assert_eq!(quote("a", Style::Single, Around::Block), "'a'");
        assert_eq!(quote("it's", Style::Single, Around::Block), "'it''s'");
        assert_eq!(quote("a", Style::Double, Around::Block), "\"a\"");
        assert_eq!(plain("a\nb"), "\"a\\nb\"");
        assert_eq!(plain(""), "''");
    }

    #[test]
    fn what_takes_the_place_of_a_scalar_is_quoted_like_it() {
        let file = "a: '1.9'  # x\nb: 1.9.0\nc: |-\n  1.9\nd: \"e\"\n";
        let on = |line, column, end_column| Place { line, column, end_line: line, end_column };
        assert_eq!(requote(file, on(1, 4, 9), "1.10"), "'1.10'");
        assert_eq!(requote(file, on(2, 4, 9), "1.10.0"), "1.10.0");
        assert_eq!(requote(file, on(2, 4, 9), "1.10"), "'1.10'");
        assert_eq!(requote(file, on(4, 3, 6), "1.10"), "1.10");
        assert_eq!(requote(file, on(5, 4, 7), "f"), "\"f\"");
        assert_eq!(requote(file, on(5, 1, 1), "f: 1.0"), "f: 1.0");
        assert_eq!(requote(file, on(9, 1, 2), "1.10"), "1.10");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(text in "[ -~äé\n\t]{0,12}|[-a-c:#,\\[\\]{}&*!|>'\"%@`? ]{0,6}", style in 0..4usize, flow in 0..2usize) {
            let style = [Style::Plain, Style::Single, Style::Double, Style::Block][style];
            let around = [Around::Block, Around::Flow][flow];
            let written = quote(&text, style, around);
            let yaml = match around {
                Around::Block => format!("k: {written}\n"),
                Around::Flow => format!("k: {{z: {written}}}\n"),
            };
            let read: serde_yaml::Value = serde_yaml::from_str(&yaml).unwrap();
            let value = match around { Around::Block => &read["k"], Around::Flow => &read["k"]["z"] };
            prop_assert_eq!(value.as_str(), Some(text.as_str()), "{}", yaml);
        }
    }
}
