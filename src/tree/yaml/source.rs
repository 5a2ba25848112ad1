//! The lines of a file, and places in them.

use saphyr_parser::{Marker, Span};

use crate::tree::line::Line;
use crate::tree::place::Place;

/// A text by lines.
pub(super) struct Source<'a> {
    /// Without line ends; at least one.
    lines: Vec<Line<'a>>,
    /// Characters before the text in line 1: a byte order mark.
    skipped: usize,
}

/// Line and column, both counted from 0, the column in characters.
type Position = (usize, usize);

impl<'a> Source<'a> {
    pub(super) fn new(text: &'a str, skipped: usize) -> Self {
        let text = text.strip_suffix('\n').unwrap_or(text);
        let lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
        Self { lines: lines.map(Line::new).collect(), skipped }
    }

    /// The lines, without their ends.
    pub(super) fn texts(&self) -> Vec<&'a str> {
        self.lines.iter().map(Line::text).collect()
    }

    /// Columns of a line, both from 0.
    pub(super) fn on_line(&self, line: usize, (start, end): (usize, usize)) -> Place {
        self.place((line, start), (line, end))
    }

    /// The place of a scalar, without the spaces and line ends after it.
    pub(super) fn scalar(&self, span: Span) -> Place {
        let start = self.within(position(span.start));
        let end = self.without_blanks(self.within(position(span.end)));
        self.place(start, end.max(start))
    }

    /// The place of a scalar in quotes, with them: the parser's span may include a comment after it.
    pub(super) fn quoted(&self, span: Span) -> Place {
        let whole = self.scalar(span);
        let (first, column) = self.within(position(span.start));
        let last = self.within(position(span.end)).0;
        let mut quote = None;
        let mut is_escaped = false;
        for line in first..=last {
            let from = if line == first { column } else { 0 };
            let text = self.lines[line].slice(from..self.lines[line].length());
            let mut characters = text.chars().enumerate().peekable();
            while let Some((at, c)) = characters.next() {
                let Some(quote) = quote else {
                    quote = Some(c);
                    continue;
                };
                if is_escaped {
                    is_escaped = false;
                } else if c == '\\' && quote == '"' {
                    is_escaped = true;
                } else if c == quote {
                    let is_doubled =
                        quote == '\'' && characters.next_if(|(_, next)| *next == c).is_some();
                    if !is_doubled {
                        return self.place((first, column), (line, from + at + 1));
                    }
                }
            }
            is_escaped = false;
        }
        whole
    }

    /// The last character before `marker` that is not a space.
    pub(super) fn before(&self, marker: Marker) -> Place {
        let (line, end) = self.without_blanks(self.within(position(marker)));
        self.place((line, end.saturating_sub(1)), (line, end))
    }

    /// One character at `marker`, or the last of the line, to mark a problem.
    pub(super) fn character(&self, marker: Marker) -> Place {
        let (line, column) = match self.within(position(marker)) {
            // Something is missing here, so mark what comes before it.
            (line, 0) if self.lines[line].length() == 0 => self.without_blanks((line, 0)),
            position => position,
        };
        let end = (column + 1).min(self.lines[line].length());
        self.place((line, column), (line, end))
    }

    fn within(&self, (line, column): Position) -> Position {
        if line >= self.lines.len() {
            let last = self.lines.len() - 1;
            return (last, self.lines[last].length());
        }
        (line, column.min(self.lines[line].length()))
    }

    fn without_blanks(&self, (mut line, mut column): Position) -> Position {
        loop {
            let shown = column.min(self.lines[line].length());
            let before = self.lines[line].slice(0..shown);
            let rest = before.trim_end_matches([' ', '\t']);
            if !rest.is_empty() || line == 0 {
                return (line, shown - (before.len() - rest.len()));
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
