//! Indentation: each level by two columns, an item right behind its dash.

use std::ops::Range;

use super::{INDENTATION, Sheet, Slip, Splices};
use crate::tree::yaml::node::{Content, Node};

/// One slip for each list or mapping that is indented by another number of columns than it should be.
pub(super) fn slips(sheet: &Sheet<'_>) -> Vec<Slip> {
    let mut walk = Walk { sheet, found: Vec::new() };
    let top = 0;
    match &sheet.root.content {
        Content::Mapping(entries) if !sheet.root.is_flow() => {
            if let Some(first) = entries.first() {
                walk.expect(
                    &sheet.root,
                    walk.at(first.key.place.line, first.key.place.column),
                    top,
                );
            }
        }
        Content::Sequence(items) if !sheet.root.is_flow() => {
            if let Some(dash) = items.first().and_then(|item| walk.dash(item)) {
                walk.expect(&sheet.root, dash, top);
            }
        }
        _ => {}
    }
    walk.below(&sheet.root);
    walk.found
}

struct Walk<'a> {
    sheet: &'a Sheet<'a>,
    found: Vec<Slip>,
}

/// Where something starts: line and column, from 0.
#[derive(Clone, Copy)]
struct Start {
    line: usize,
    column: usize,
}

impl Walk<'_> {
    fn at(&self, line: u32, column: u32) -> Start {
        let from_0 = |n: u32| usize::try_from(n).unwrap_or(usize::MAX).saturating_sub(1);
        // A byte order mark has no width.
        let mark = usize::from(line == 1 && self.sheet.lines.text().starts_with('\u{feff}'));
        Start { line: from_0(line), column: from_0(column).saturating_sub(mark) }
    }

    /// Looks at what is inside a node.
    fn below(&mut self, node: &Node) {
        if node.is_flow() {
            return;
        }
        match &node.content {
            Content::Scalar { .. } => {}
            Content::Mapping(entries) => {
                for entry in entries {
                    let key = self.at(entry.key.place.line, entry.key.place.column);
                    self.value(key.column, &entry.value);
                }
            }
            Content::Sequence(items) => items.iter().for_each(|item| self.item(item)),
        }
    }

    /// The value of a key at that column.
    fn value(&mut self, key: usize, value: &Node) {
        if value.is_flow() {
            return;
        }
        let first = match &value.content {
            Content::Scalar { .. } => return,
            Content::Mapping(entries) => {
                entries.first().map(|entry| self.at(entry.key.place.line, entry.key.place.column))
            }
            Content::Sequence(items) => items.first().and_then(|item| self.dash(item)),
        };
        if let Some(first) = first {
            self.expect(value, first, key + INDENTATION);
        }
        self.below(value);
    }

    /// What is behind a dash.
    fn item(&mut self, item: &Node) {
        let Some(dash) = self.dash(item) else { return };
        let first = self.at(item.place.line, item.place.column);
        let is_mapping = matches!(&item.content, Content::Mapping(_)) && !item.is_flow();
        if is_mapping && first.line == dash.line {
            self.expect_behind(item, dash, first);
        } else if is_mapping {
            self.expect(item, first, dash.column + INDENTATION);
        }
        self.below(item);
    }

    /// The dash before an item: on its line, or on one above.
    fn dash(&self, item: &Node) -> Option<Start> {
        let first = self.at(item.place.line, item.place.column);
        let lines = &self.sheet.lines;
        let before: String = lines.line(first.line).chars().take(first.column).collect();
        let above = (0..first.line).rev().map(|line| (line, lines.line(line)));
        let is_shown = |(_, text): &(usize, &str)| {
            !text.trim().is_empty() && !text.trim_start().starts_with('#')
        };
        let on = |line: usize, text: &str| {
            let shown = text.trim_end();
            let column = shown.chars().count().checked_sub(1)?;
            shown.ends_with('-').then_some(Start { line, column })
        };
        if lines.line(first.line).chars().nth(first.column) == Some('-') && item.meaning().is_some()
        {
            return Some(first);
        }
        if !before.trim().is_empty() {
            return on(first.line, &before);
        }
        let (line, text) = above.into_iter().find(is_shown)?;
        on(line, text)
    }

    /// The list or mapping starts at `first`, and should in `column`.
    fn expect(&mut self, node: &Node, first: Start, column: usize) {
        let text = self.sheet.lines.line(first.line);
        let is_first_of_line = text.chars().take(first.column).all(char::is_whitespace);
        if first.column == column || !is_first_of_line {
            return;
        }
        let shift = Shift { lines: self.lines_of(node, first), from: first.column, to: column };
        let message = format!("indented by {} columns, not {column}", first.column);
        self.slip(first, message, self.shifted(&shift));
    }

    /// The mapping begins behind a dash, and should one column behind it.
    fn expect_behind(&mut self, node: &Node, dash: Start, first: Start) {
        let wanted = dash.column + INDENTATION;
        if first.column == wanted {
            return;
        }
        let lines = self.lines_of(node, first);
        let shift = Shift { lines: first.line + 1..lines.end, from: first.column, to: wanted };
        let start = self.sheet.lines.whole(first.line).start;
        let mut splices = self.shifted(&shift);
        splices.push((start + dash.column + 1..start + first.column, " ".to_owned()));
        let message = format!("{} columns behind the dash, not 1", first.column - dash.column - 1);
        self.slip(first, message, splices);
    }

    fn slip(&mut self, at: Start, message: String, splices: Splices) {
        let line = self.sheet.lines.whole(at.line).start;
        let text = self.sheet.lines.line(at.line);
        let indentation = text.len() - text.trim_start_matches(' ').len();
        let fix = self.sheet.fix("indent it by two columns for each level", splices);
        self.found.push(Slip {
            place: self.sheet.place(line..line + indentation.max(1).min(text.len())),
            message,
            help: "indent each level by two columns more than the one above".to_owned(),
            fix,
        });
    }

    /// The lines of a node that starts at `first`, and of the comments behind it that are indented as it is.
    fn lines_of(&self, node: &Node, first: Start) -> Range<usize> {
        let lines = &self.sheet.lines;
        let last = self.at(node.place.end_line, node.place.end_column).line;
        let last = self
            .sheet
            .blocks
            .iter()
            .filter(|block| block.contains(&last))
            .map(|block| block.end - 1)
            .max()
            .unwrap_or(last);
        let belongs = |line: &usize| {
            let text = lines.line(*line);
            let indentation = text.len() - text.trim_start_matches(' ').len();
            text.trim_start().starts_with('#') && indentation >= first.column && first.column > 0
        };
        let behind = (last + 1..lines.count()).take_while(belongs).last();
        first.line..behind.unwrap_or(last) + 1
    }

    /// Moves the lines; one with fewer blanks than are to go loses those that it has.
    fn shifted(&self, shift: &Shift) -> Splices {
        let lines = &self.sheet.lines;
        let move_one = |line: usize| {
            let start = lines.whole(line).start;
            let text = lines.line(line);
            let mark = text.len() - text.trim_start_matches('\u{feff}').len();
            let start = start + mark;
            let blanks = text[mark..].len() - text[mark..].trim_start_matches(' ').len();
            if blanks == text[mark..].len() && !self.sheet.is_in_block(line) {
                return None;
            }
            match shift.from.checked_sub(shift.to) {
                Some(less) => Some((start..start + less.min(blanks), String::new())),
                None if text.is_empty() => None,
                None => Some((start..start, " ".repeat(shift.to - shift.from))),
            }
        };
        shift
            .lines
            .clone()
            .filter_map(move_one)
            .filter(|(range, new)| !range.is_empty() || !new.is_empty())
            .collect()
    }
}

/// Lines that move from one column to another.
struct Shift {
    lines: Range<usize>,
    from: usize,
    to: usize,
}
