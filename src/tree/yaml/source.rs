//! The lines of a file, and places in them.

use saphyr_parser::{Marker, Span};

use crate::tree::place::Place;

/// A text by lines.
pub(super) struct Source<'a> {
    /// Without line ends; at least one.
    lines: Vec<&'a str>,
    /// Whether characters are bytes.
    is_ascii: bool,
    /// Characters that stand before the text in line 1: a byte order mark.
    skipped: usize,
}

/// Line and column, both from 0, the column in characters.
type Position = (usize, usize);

impl<'a> Source<'a> {
    pub(super) fn new(text: &'a str, skipped: usize) -> Self {
        let is_ascii = text.is_ascii();
        let text = text.strip_suffix('\n').unwrap_or(text);
        let lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
        Self { lines, is_ascii, skipped }
    }

    /// The place of a scalar, without blanks and line ends that follow it.
    pub(super) fn scalar(&self, span: Span) -> Place {
        let start = self.within(position(span.start));
        let end = self.without_blanks(self.within(position(span.end)));
        self.place(start, end.max(start))
    }

    /// The last character before `marker` that is no blank.
    pub(super) fn before(&self, marker: Marker) -> Place {
        let (line, end) = self.without_blanks(self.within(position(marker)));
        self.place((line, end.saturating_sub(1)), (line, end))
    }

    /// One character at `marker`, or what is left of the line: where a mistake is shown.
    pub(super) fn character(&self, marker: Marker) -> Place {
        let (line, column) = match self.within(position(marker)) {
            // Nothing to point at: the mistake is what is missing, so point at what it is missing after.
            (line, 0) if self.lines[line].is_empty() => self.without_blanks((line, 0)),
            position => position,
        };
        let end = (column + 1).min(self.width(self.lines[line]));
        self.place((line, column), (line, end))
    }

    fn within(&self, (line, column): Position) -> Position {
        if line >= self.lines.len() {
            let last = self.lines.len() - 1;
            return (last, self.width(self.lines[last]));
        }
        (line, column.min(self.width(self.lines[line])))
    }

    /// Characters of a part of the text.
    fn width(&self, text: &str) -> usize {
        if self.is_ascii { text.len() } else { text.chars().count() }
    }

    /// Where the character at `column` of a line begins.
    fn byte(&self, line: &str, column: usize) -> usize {
        if self.is_ascii {
            return column.min(line.len());
        }
        line.char_indices().nth(column).map_or(line.len(), |(byte, _)| byte)
    }

    fn without_blanks(&self, (mut line, mut column): Position) -> Position {
        loop {
            let text = self.lines[line];
            let rest = text[..self.byte(text, column)].trim_end_matches([' ', '\t']);
            if !rest.is_empty() || line == 0 {
                return (line, self.width(rest));
            }
            line -= 1;
            column = usize::MAX;
        }
    }

    fn place(&self, start: Position, end: Position) -> Place {
        let column =
            |(line, column): Position| if line == 0 { column + self.skipped } else { column };
        let number = |from_0: usize| u32::try_from(from_0 + 1).unwrap_or(u32::MAX);
        Place {
            line: number(start.0),
            column: number(column(start)),
            end_line: number(end.0),
            end_column: number(column(end)),
        }
    }
}

fn position(marker: Marker) -> Position {
    (marker.line().saturating_sub(1), marker.col())
}
