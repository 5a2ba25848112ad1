//! Lines that are too long, and where they can be folded.

use std::ops::Range;

use super::{INDENTATION, LONGEST_LINE, Sheet, Slip, Splices};
use crate::tree::yaml::node::{Content, Node, Style};

/// One slip for each line of more than 200 characters.
pub(super) fn slips(sheet: &Sheet<'_>) -> Vec<Slip> {
    let is_long = |line: &usize| sheet.lines.line(*line).chars().count() > LONGEST_LINE;
    (0..sheet.lines.count()).filter(is_long).map(|line| slip(sheet, line)).collect()
}

fn slip(sheet: &Sheet<'_>, line: usize) -> Slip {
    let text = sheet.lines.line(line);
    let start = sheet.lines.whole(line).start;
    let too_much = text.char_indices().nth(LONGEST_LINE).map_or(text.len(), |(at, _)| at);
    let length = text.chars().count();
    let splices = folded(sheet, line);
    let fix = splices.and_then(|splices| sheet.fix("fold the line", splices));
    Slip {
        place: sheet.place(start + too_much..start + text.len()),
        message: format!("the line has {length} characters, more than {LONGEST_LINE}"),
        help: "continue the text on the next line".to_owned(),
        fix,
    }
}

/// Line ends in place of blanks, so that no line is too long; `None` where there is no such blank.
fn folded(sheet: &Sheet<'_>, line: usize) -> Option<Splices> {
    let text = sheet.lines.line(line);
    let indentation = text.len() - text.trim_start_matches(' ').len();
    let start = sheet.lines.whole(line).start;
    let pad = " ".repeat(indentation);
    let end = sheet.lines.line_end();
    if sheet.is_in_block(line) {
        return None;
    }
    if text.trim_start().starts_with('#') {
        let words = start + indentation + 1..start + text.len();
        return breaks(text, start, words, &format!("{end}{pad}# "));
    }
    let (scalar, column) = scalar_on(sheet, &sheet.root, line, 0)?;
    let continued = format!("{end}{}", " ".repeat(column + INDENTATION));
    breaks(text, start, scalar, &continued)
}

/// The scalar on one line that reaches over the limit, and the column of its key or dash.
fn scalar_on(
    sheet: &Sheet<'_>,
    node: &Node,
    line: usize,
    column: usize,
) -> Option<(Range<usize>, usize)> {
    let from_0 = |n: u32| usize::try_from(n).unwrap_or(usize::MAX).saturating_sub(1);
    match &node.content {
        Content::Scalar { style: Style::Block, .. } => None,
        Content::Scalar { .. } => {
            let range = sheet.lines.bytes(node.place)?;
            let is_on_it = from_0(node.place.line) == line && from_0(node.place.end_line) == line;
            let is_long = from_0(node.place.end_column) > LONGEST_LINE;
            (is_on_it && is_long).then_some((range, column))
        }
        Content::Sequence(items) if !node.is_flow() => {
            items.iter().find_map(|item| scalar_on(sheet, item, line, from_0(item.place.column)))
        }
        Content::Mapping(entries) if !node.is_flow() => entries
            .iter()
            .find_map(|entry| scalar_on(sheet, &entry.value, line, from_0(entry.key.place.column))),
        Content::Sequence(_) | Content::Mapping(_) => None,
    }
}

/// Puts `between` in place of single blanks within `words`, as late as the limit allows.
fn breaks(text: &str, start: usize, words: Range<usize>, between: &str) -> Option<Splices> {
    let width = between.trim_start_matches(['\r', '\n']).chars().count();
    let mut splices = Vec::new();
    let mut used = 0;
    let mut last_blank = None;
    let bytes = text.as_bytes();
    for (at, c) in text.char_indices() {
        used += 1;
        let is_single = c == ' '
            && words.contains(&(start + at))
            && start + at + 1 < words.end
            && bytes.get(at + 1) != Some(&b' ')
            && at > 0
            && bytes[at - 1] != b' ';
        if used > LONGEST_LINE {
            let blank: usize = last_blank.take()?;
            splices.push((start + blank..start + blank + 1, between.to_owned()));
            used = width + text[blank + 1..at].chars().count() + 1;
        }
        if is_single {
            last_blank = Some(at);
        }
    }
    Some(splices)
}
