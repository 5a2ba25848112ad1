//! How a file is written: what `yaml-style` reports, each with the edits that correct it.
//!
//! An edit that would change what the file means is not offered.

mod indent;
mod long;

use std::ops::Range;

use super::node::{Content, Node, Style};
use super::parse::parse;
use crate::tree::lines::Lines;
use crate::tree::place::{Edit, Fix, Place};

/// Characters in the longest line.
pub const LONGEST_LINE: usize = 200;
/// Columns by which each level is indented.
pub const INDENTATION: usize = 2;

/// Something that is not written as usual.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// Where.
    pub place: Place,
    /// What is unusual: a phrase.
    pub message: String,
    /// What to do about it: an imperative sentence.
    pub help: String,
    /// The edits that correct it, if that keeps the meaning of the file.
    pub fix: Option<Fix>,
}

/// Replacements of bytes.
type Splices = Vec<(Range<usize>, String)>;

/// A text, its tree, and where its block scalars are.
struct Sheet<'t> {
    lines: Lines<'t>,
    root: Node,
    /// Lines of block scalars, from the first of their text: counted from 0, the end exclusive.
    blocks: Vec<Range<usize>>,
}

/// Everything that is not written as usual, in the order of the file. Nothing for a file that cannot be read.
pub fn slips(text: &str) -> Vec<Slip> {
    let Ok(Some(root)) = parse(text.as_bytes()) else { return Vec::new() };
    let lines = Lines::new(text);
    let mut blocks = Vec::new();
    collect_blocks(&lines, &root, &mut blocks);
    let sheet = Sheet { lines, root, blocks };
    let mut found: Vec<Slip> = sheet.document_start().into_iter().collect();
    found.extend(sheet.trailing_blanks());
    found.extend(indent::slips(&sheet));
    found.extend(long::slips(&sheet));
    found.extend(sheet.last_line_end());
    found.sort_by_key(|slip| slip.place);
    found
}

/// Lines of block scalars: from behind the header to the last that is indented more, blank ones included.
fn collect_blocks(lines: &Lines<'_>, node: &Node, into: &mut Vec<Range<usize>>) {
    match &node.content {
        Content::Scalar { style: Style::Block, .. } => {
            let Some(range) = lines.bytes(node.place) else { return };
            let (first, last) = (lines.line_of(range.start), lines.line_of(range.end));
            let behind =
                (last + 1..lines.count()).take_while(|line| lines.line(*line).trim().is_empty());
            into.push(first..behind.last().unwrap_or(last) + 1);
        }
        Content::Scalar { .. } => {}
        Content::Sequence(items) => items.iter().for_each(|item| collect_blocks(lines, item, into)),
        Content::Mapping(entries) => {
            entries.iter().for_each(|entry| collect_blocks(lines, &entry.value, into));
        }
    }
}

impl Sheet<'_> {
    fn is_in_block(&self, line: usize) -> bool {
        self.blocks.iter().any(|block| block.contains(&line))
    }

    fn place(&self, range: Range<usize>) -> Place {
        self.lines.place(range)
    }

    /// A fix, if the file says the same after it.
    fn fix(&self, description: &str, splices: Splices) -> Option<Fix> {
        let text = spliced(self.lines.text(), &splices);
        let after = parse(text.as_bytes()).ok().flatten()?;
        if !says_the_same(&self.root, &after) {
            return None;
        }
        let edits =
            splices.into_iter().map(|(range, text)| Edit { place: self.place(range), text });
        Some(Fix { description: description.to_owned(), edits: edits.collect() })
    }

    fn document_start(&self) -> Option<Slip> {
        let text = self.lines.text();
        let start = text.len() - text.trim_start_matches('\u{feff}').len();
        let is_content = |line: &&str| !line.trim().is_empty() && !line.starts_with('#');
        let first = text[start..].lines().find(is_content)?;
        if first == "---" || first.starts_with("--- ") || first.starts_with("---\t") {
            return None;
        }
        let dashes = format!("---{}", self.lines.line_end());
        Some(Slip {
            place: self.place(start..start),
            message: "the file does not begin with `---`".to_owned(),
            help: "add a line `---` at the top".to_owned(),
            fix: self.fix("add a line `---` at the top", vec![(start..start, dashes)]),
        })
    }

    fn trailing_blanks(&self) -> Vec<Slip> {
        let blanks = |index: usize| {
            let line = self.lines.line(index);
            let shown = line.trim_end_matches([' ', '\t']);
            let start = self.lines.whole(index).start;
            (shown.len() < line.len()).then_some(start + shown.len()..start + line.len())
        };
        let lines = (0..self.lines.count()).filter(|line| !self.is_in_block(*line));
        lines
            .filter_map(blanks)
            .map(|range| Slip {
                place: self.place(range.clone()),
                message: "there are blanks at the end of the line".to_owned(),
                help: "remove them".to_owned(),
                fix: self
                    .fix("remove the blanks at the end of the line", vec![(range, String::new())]),
            })
            .collect()
    }

    fn last_line_end(&self) -> Option<Slip> {
        let text = self.lines.text();
        if text.ends_with('\n') {
            return None;
        }
        let line = self.lines.line(self.lines.count() - 1);
        let last = line.chars().next_back().map_or(0, char::len_utf8);
        let end = self.lines.line_end().to_owned();
        Some(Slip {
            place: self.place(text.len() - last..text.len()),
            message: "the last line does not end with a newline".to_owned(),
            help: "add a newline at the end of the file".to_owned(),
            fix: self.fix("add a newline at the end", vec![(text.len()..text.len(), end)]),
        })
    }
}

fn spliced(text: &str, splices: &[(Range<usize>, String)]) -> String {
    let mut sorted: Vec<_> = splices.iter().collect();
    sorted.sort_by_key(|(range, _)| (range.start, range.end));
    let mut after = String::with_capacity(text.len());
    let mut done = 0;
    for (range, new) in sorted {
        after.push_str(&text[done..range.start]);
        after.push_str(new);
        done = range.end;
    }
    after + &text[done..]
}

/// Whether two trees differ in their places only.
fn says_the_same(a: &Node, b: &Node) -> bool {
    match (&a.content, &b.content) {
        (Content::Scalar { text, .. }, Content::Scalar { text: other, .. }) => {
            text == other && a.meaning() == b.meaning()
        }
        (Content::Sequence(items), Content::Sequence(others)) => {
            items.len() == others.len()
                && items.iter().zip(others).all(|(item, other)| says_the_same(item, other))
        }
        (Content::Mapping(entries), Content::Mapping(others)) => {
            entries.len() == others.len()
                && entries.iter().zip(others).all(|(entry, other)| {
                    entry.key.value == other.key.value && says_the_same(&entry.value, &other.value)
                })
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
