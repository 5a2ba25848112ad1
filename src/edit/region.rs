//! Which bytes belong to a value, an entry or an item, and where a new one goes.

use std::ops::Range;

use super::find::{after_colon, column, dash, indentation, is_nothing};
use crate::tree::lines::Lines;
use crate::tree::yaml::{Around, Content, Entry, Node};

/// Where a new key goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside<'a> {
    /// Behind all others.
    Last,
    /// Right before this key.
    Before(&'a str),
    /// Right behind this key.
    After(&'a str),
}

/// A value in the file, and what is around it.
pub(super) struct FoundValue<'a> {
    pub(super) node: &'a Node,
    /// The place of its key, if it is the value of one.
    pub(super) entry: Option<&'a Entry>,
    pub(super) around: Around,
    /// The list or mapping that it is in.
    pub(super) parent: Option<&'a Node>,
}

/// Where a value can be replaced with all that is written for it.
pub(super) struct Region<'a> {
    pub(super) range: Range<usize>,
    /// The column of its key or dash.
    pub(super) column: usize,
    pub(super) key: Option<&'a str>,
}

pub(super) fn region<'a>(lines: &Lines<'_>, found: &FoundValue<'a>) -> Option<Region<'a>> {
    let (start, at, key) = match found.entry {
        Some(entry) => {
            let at = lines.bytes(entry.key.place)?.start;
            (after_colon(lines, entry.key.place)?, at, Some(entry.key.value.as_str()))
        }
        None if found.around == Around::Flow => (lines.bytes(found.node.place)?.start, 0, None),
        None => {
            found.parent?;
            let dash = dash(lines, found.node)?;
            (dash + 1, dash, None)
        }
    };
    let end = if is_nothing(found.node) { start } else { lines.bytes(found.node.place)?.end };
    (start <= end).then(|| Region { range: start..end, column: column(lines, at), key })
}

/// The end of an entry: of its value, or of the colon behind which nothing is.
pub(super) fn end_of(lines: &Lines<'_>, entry: &Entry) -> Option<usize> {
    let end = if is_nothing(&entry.value) || is_empty_block(&entry.value, entry) {
        after_colon(lines, entry.key.place)
    } else {
        lines.bytes(entry.value.place).map(|range| range.end)
    };
    end.or_else(|| lines.bytes(entry.key.place).map(|range| range.end))
}

/// A `|` with nothing below it: it has the place of its key.
pub(super) fn is_empty_block(value: &Node, entry: &Entry) -> bool {
    value.place == entry.key.place
}

/// The bytes of each entry or item, from its key or dash on.
pub(super) fn parts(lines: &Lines<'_>, parent: &Node) -> Option<Vec<Range<usize>>> {
    match &parent.content {
        Content::Mapping(entries) => entries
            .iter()
            .map(|entry| Some(lines.bytes(entry.key.place)?.start..end_of(lines, entry)?))
            .collect(),
        Content::Sequence(items) => items
            .iter()
            .map(|item| {
                let bytes = lines.bytes(item.place)?;
                let start = if parent.is_flow() { bytes.start } else { dash(lines, item)? };
                Some(start..bytes.end)
            })
            .collect(),
        Content::Scalar { .. } => None,
    }
}

/// The bytes of whole lines. The last line of a file that does not end in a line end takes the one before it along.
pub(super) fn whole_lines(lines: &Lines<'_>, first: usize, after: usize) -> Range<usize> {
    let text = lines.text();
    let (mut start, end) = (lines.whole(first).start, lines.whole(after - 1).end);
    if !text[..end].ends_with('\n') {
        let before = &text[..start];
        start = before.strip_suffix("\r\n").or(before.strip_suffix('\n')).unwrap_or(before).len();
    }
    start..end
}

/// The start of the comments right above a key, which are about it; not above the first key, where they are about the file.
pub(super) fn above_comments(lines: &Lines<'_>, key: usize, at: usize) -> usize {
    let line = lines.line_of(key);
    let before = &lines.text()[lines.whole(line).start..key];
    if at == 0 || !before.trim().is_empty() {
        return key;
    }
    let is_comment = |line: &usize| {
        let text = lines.line(*line);
        text.trim_start().starts_with('#') && indentation(text) == before.len()
    };
    let first = (0..line).rev().take_while(is_comment).last().unwrap_or(line);
    lines.whole(first).start + before.len()
}

/// The position of a new key among `entries`.
pub(super) fn position(entries: &[Entry], beside: Beside<'_>) -> Option<usize> {
    let of = |key: &str| entries.iter().position(|entry| entry.key.value == key);
    match beside {
        Beside::Last => Some(entries.len()),
        Beside::Before(key) => of(key),
        Beside::After(key) => of(key).map(|at| at + 1),
    }
}
