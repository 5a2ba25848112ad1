//! Finds what the tree has no place for: colons, dashes, comments, the lines of an entry.

use std::ops::Range;

use crate::tree::lines::Lines;
use crate::tree::place::Place;
use crate::tree::yaml::{Content, Node};

/// Just behind the colon of a key.
pub(super) fn after_colon(lines: &Lines<'_>, key: Place) -> Option<usize> {
    let end = lines.bytes(key)?.end;
    let rest = &lines.text()[end..];
    let blanks = rest.len() - rest.trim_start_matches(' ').len();
    rest[blanks..].starts_with(':').then_some(end + blanks + 1)
}

/// The dash before an item of a block list.
pub(super) fn dash(lines: &Lines<'_>, item: &Node) -> Option<usize> {
    let start = lines.bytes(item.place)?.start;
    if is_nothing(item) {
        return lines.text()[start..].starts_with('-').then_some(start);
    }
    let mut line = lines.line_of(start);
    let mut before = &lines.text()[lines.whole(line).start..start];
    loop {
        let shown = before.trim_end();
        if shown.ends_with('-') {
            return Some(lines.whole(line).start + shown.len() - 1);
        }
        // A block scalar starts below its header.
        let header = shown.trim_end_matches(|c: char| c.is_ascii_digit() || "|>+-".contains(c));
        if shown.len() > header.len() && header.trim_end().ends_with('-') {
            return Some(lines.whole(line).start + header.trim_end().len() - 1);
        }
        if !shown.is_empty() && !shown.trim_start().starts_with('#') {
            return None;
        }
        line = line.checked_sub(1)?;
        before = lines.line(line);
    }
}

/// Whether nothing is written: an empty value has the place of its key, an empty item that of its dash.
pub(super) fn is_nothing(node: &Node) -> bool {
    matches!(&node.content, Content::Scalar { text, style: crate::tree::yaml::Style::Plain } if text.is_empty())
}

/// Spaces before the first character of a line.
pub(super) fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The column of a byte, from 0, in characters.
pub(super) fn column(lines: &Lines<'_>, byte: usize) -> usize {
    let start = lines.whole(lines.line_of(byte)).start;
    lines.text()[start..byte].chars().count()
}

/// The first line behind a block value that ends at the byte `end`: behind comments that are indented more than `column`,
/// the one of its key or dash, because they belong to it.
pub(super) fn line_after(lines: &Lines<'_>, end: usize, column: usize) -> usize {
    let mut after = lines.line_of(end) + 1;
    let mut next = after;
    while next < lines.count() {
        let line = lines.line(next);
        let is_comment = line.trim_start().starts_with('#');
        if is_comment && indentation(line) > column {
            after = next + 1;
        } else if !line.trim().is_empty() {
            break;
        }
        next += 1;
    }
    after
}

/// Whether there is a comment in `range`, outside the scalars of `node`.
pub(super) fn has_comment(lines: &Lines<'_>, range: Range<usize>, node: &Node) -> bool {
    let mut scalars = Vec::new();
    collect(lines, node, &mut scalars);
    let is_in_scalar = |at: usize| scalars.iter().any(|scalar: &Range<usize>| scalar.contains(&at));
    let text = lines.text();
    text[range.clone()].match_indices('#').map(|(at, _)| range.start + at).any(|at| {
        let follows_blank = text[..at].chars().next_back().is_none_or(char::is_whitespace);
        follows_blank && !is_in_scalar(at)
    })
}

fn collect(lines: &Lines<'_>, node: &Node, into: &mut Vec<Range<usize>>) {
    match &node.content {
        Content::Scalar { .. } => into.extend(lines.bytes(node.place)),
        Content::Sequence(items) => items.iter().for_each(|item| collect(lines, item, into)),
        Content::Mapping(entries) => {
            for entry in entries {
                into.extend(lines.bytes(entry.key.place));
                collect(lines, &entry.value, into);
            }
        }
    }
}
