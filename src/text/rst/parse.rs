//! Lines into blocks.

use super::block::{Block, Item, Ruled};
use super::lines::{self, dedented, indent, is_table, owned};
use super::marker::Marker;
use super::reading::Reading;
use super::table;

/// How deep blocks may lie in each other; what is deeper stays as it is written.
const DEEPEST: usize = 12;

/// The blocks of `lines`, which begin in the first column. The names of links go to `reading`.
pub(super) fn blocks(lines: &[&str], reading: &mut Reading<'_>, depth: usize) -> Vec<Block> {
    if depth > DEEPEST {
        if let Some(first) = lines.first() {
            reading.trouble(first, format!("blocks are nested more than {DEEPEST} deep"));
        }
        return vec![Block::Verbatim(owned(lines))];
    }
    let mut parser = Parser { lines, at: 0, reading, depth, blocks: Vec::new() };
    while parser.at < lines.len() {
        parser.step();
    }
    parser.blocks
}

/// Reads lines, block by block.
pub(super) struct Parser<'a, 'n, 'w> {
    pub(super) lines: &'a [&'a str],
    /// The line that comes next.
    pub(super) at: usize,
    pub(super) reading: &'n mut Reading<'w>,
    depth: usize,
    pub(super) blocks: Vec<Block>,
}

impl<'a> Parser<'a, '_, '_> {
    /// Takes one block; always takes a line at least.
    fn step(&mut self) {
        let line = self.lines[self.at];
        if line.is_empty() {
            self.at += 1;
        } else if indent(line) > 0 {
            let lines = self.indented(usize::MAX);
            let inner = self.inner(&lines);
            self.blocks.push(Block::Quote(inner));
        } else if let Some(marker) = Marker::of(line) {
            self.item(marker);
        } else if line == ".." || line.starts_with(".. ") {
            self.explicit();
        } else if let Some(url) = line.strip_prefix("__ ") {
            self.at += 1;
            self.reading.names.add_anonymous(url.trim());
        } else if let Some(title) = self.title() {
            self.blocks.push(title);
        } else if self.is_transition() {
            self.at += 1;
            self.blocks.push(Block::Transition);
        } else if is_table(line) {
            self.table();
        } else if line.starts_with("| ") || line == "|" {
            let lines = self.while_lines(|line| line.starts_with('|') || indent(line) > 0);
            lines.iter().for_each(|line| self.reading.running(line, line));
            self.blocks.push(Block::Lines(lines.iter().map(|line| (*line).to_owned()).collect()));
        } else if line.starts_with(">>> ") {
            let lines = self.while_lines(|_| true);
            self.blocks.push(Block::Literal(owned(&lines)));
        } else {
            self.paragraph();
        }
    }

    /// The lines from here that are not empty and are `wanted`.
    fn while_lines(&mut self, wanted: impl Fn(&str) -> bool) -> Vec<&'a str> {
        let start = self.at;
        while self.lines.get(self.at).is_some_and(|line| !line.is_empty() && wanted(line)) {
            self.at += 1;
        }
        self.lines[start..self.at].to_vec()
    }

    /// The indented lines from here, without what all of them are indented by, up to `most` columns; empty ones in between
    /// belong to them.
    pub(super) fn indented(&mut self, most: usize) -> Vec<&'a str> {
        let start = self.at;
        let mut end = start;
        while let Some(line) = self.lines.get(self.at) {
            if !line.is_empty() && indent(line) == 0 {
                break;
            }
            self.at += 1;
            if !line.is_empty() {
                end = self.at;
            }
        }
        self.at = end.max(start);
        dedented(&self.lines[start..end], most)
    }

    /// The blocks of lines inside the block at hand.
    pub(super) fn inner(&mut self, lines: &[&str]) -> Vec<Block> {
        blocks(lines, self.reading, self.depth + 1)
    }

    /// An item of a list, with all that is indented below it.
    fn item(&mut self, marker: Marker) {
        let line = self.lines[self.at];
        let first = line[marker.columns..].trim_start();
        self.at += 1;
        let mut lines = vec![first];
        lines.extend(self.indented(line.len() - first.len()));
        let blocks = self.inner(&lines);
        let number = match self.blocks.last() {
            Some(Block::List(items)) => items.len() + 1,
            _ => 1,
        };
        let item = Item { marker: marker.written(number), blocks };
        match self.blocks.last_mut() {
            Some(Block::List(items)) if marker.is_like(&items[items.len() - 1].marker) => {
                items.push(item);
            }
            _ => self.blocks.push(Block::List(vec![item])),
        }
    }

    /// A line with a line of equal signs (or other punctuation) below it, or around it.
    fn title(&mut self) -> Option<Block> {
        let line = |offset: usize| self.lines.get(self.at + offset).copied().unwrap_or_default();
        if let Some(rule) = lines::rule(line(0)) {
            let is_between = rule == lines::rule(line(2)).unwrap_or(' ') && !line(1).is_empty();
            let original = line(1);
            let (text, under) = (original.trim().to_owned(), line(2).to_owned());
            let fits = is_between && lines::rule(line(1)).is_none() && !is_table(line(0));
            self.at += if fits { 3 } else { 0 };
            if fits {
                self.reading.running(original, &text);
            }
            return fits.then_some(Block::Title(text, under, Ruled::Around));
        }
        lines::rule(line(1)).filter(|_| line(1).chars().count() >= 3)?;
        let original = line(0);
        let (text, under) = (original.to_owned(), line(1).to_owned());
        self.at += 2;
        self.reading.running(original, &text);
        Some(Block::Title(text, under, Ruled::Below))
    }

    /// A line of punctuation between two empty ones.
    fn is_transition(&self) -> bool {
        let is_empty = |at: Option<usize>| {
            at.and_then(|at| self.lines.get(at)).is_none_or(|line| line.is_empty())
        };
        let line = self.lines[self.at];
        lines::rule(line).is_some()
            && line.len() >= 4
            && is_empty(self.at.checked_sub(1))
            && is_empty(self.at.checked_add(1))
    }

    /// A table, up to an empty line.
    fn table(&mut self) {
        let start = self.at;
        let mut lines = self.while_lines(|_| true);
        if !self.reading.is_for_page() {
            return self.blocks.push(Block::Verbatim(owned(&lines)));
        }
        // An empty line in a simple table parts rows; the table ends with its last rule.
        while lines.last().is_some_and(|line| !is_table(line)) && self.has_rule_ahead() {
            lines.push("");
            self.at += 1;
            lines.extend(self.while_lines(|_| true));
        }
        let read = table::read(&lines, self.depth + 1, self.reading);
        self.blocks.push(read.unwrap_or_else(|why| {
            self.reading.trouble(self.lines[start], why);
            Block::Verbatim(owned(&lines))
        }));
    }

    /// Whether the rows below an empty line end with the rule of a table.
    fn has_rule_ahead(&self) -> bool {
        let rows = self.lines[self.at..].iter().skip(1).take_while(|line| !line.is_empty());
        rows.last().is_some_and(|line| is_table(line))
    }

    /// Running text, and what belongs to it: code after `::`, what a term means.
    fn paragraph(&mut self) {
        let start = self.at;
        self.at += 1;
        while let Some(line) = self.lines.get(self.at) {
            let is_other = line.is_empty() || Marker::of(line).is_some() || line.starts_with(".. ");
            if is_other || indent(line) > 0 && self.at == start + 1 {
                break;
            }
            self.at += 1;
        }
        let lines = &self.lines[start..self.at];
        let text = lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
        self.reading.running(self.lines[start], &text);
        if let Some(before) = text.strip_suffix("::") {
            let text = match before.trim_end() {
                "" => None,
                trimmed if trimmed.len() < before.len() => Some(trimmed.to_owned()),
                trimmed => Some(format!("{trimmed}:")),
            };
            self.blocks.extend(text.map(Block::Paragraph));
            return self.literal();
        }
        if self.lines.get(self.at).is_some_and(|line| indent(line) > 0) {
            let meaning = self.indented(usize::MAX);
            let inner = self.inner(&meaning);
            return self.blocks.push(Block::Definition(text, inner));
        }
        self.blocks.push(Block::Paragraph(text));
    }

    /// The code after `::`, if there is any.
    fn literal(&mut self) {
        let mut next = self.at;
        while self.lines.get(next).is_some_and(|line| line.is_empty()) {
            next += 1;
        }
        if self.lines.get(next).is_some_and(|line| indent(line) > 0) {
            self.at = next;
            let code = self.indented(usize::MAX);
            self.blocks.push(Block::Literal(owned(&code)));
        }
    }
}
