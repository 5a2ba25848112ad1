//! A text as numbered lines, read once however many findings point into it.

use std::collections::HashMap;
use std::ops::Range;

use super::Report;
use crate::rules::Finding;
use crate::text;
use crate::tree::line::Line;
use crate::tree::place::Place;

/// A longer line is cut, in characters.
pub(super) const MAX_WIDTH: usize = 120;
/// What stays before the interesting column of a cut line, in characters.
const CONTEXT: usize = 30;
/// Stands for what is left out.
pub(super) const CUT: char = '…';

/// The lines of the texts that findings point into.
pub(super) struct Sources<'r>(HashMap<&'r str, Lines<'r>>);

impl<'r> Sources<'r> {
    /// Reads the texts that the findings of `report` need, each divided by `split`.
    pub(super) fn of(report: &'r Report, split: fn(&'r str) -> Lines<'r>) -> Self {
        let mut sources = HashMap::new();
        let related = report.findings.iter().flat_map(|finding| &finding.related);
        let related = related.map(|place| place.file.as_str());
        for name in report.findings.iter().map(source_of).chain(related) {
            if let Some(text) = report.sources.get(name) {
                sources.entry(name).or_insert_with(|| split(text));
            }
        }
        Self(sources)
    }

    /// The lines of a file.
    pub(super) fn lines_of(&self, file: &str) -> Option<&Lines<'r>> {
        self.0.get(file)
    }

    /// The lines that `finding` points into.
    pub(super) fn lines(&self, finding: &Finding) -> Option<&Lines<'r>> {
        self.0.get(source_of(finding))
    }
}

/// The name of the text that `finding` points into.
fn source_of(finding: &Finding) -> &str {
    finding.commit.as_ref().unwrap_or(&finding.file)
}

/// The lines of a text; there is always one.
pub(super) struct Lines<'t>(Vec<Line<'t>>);

impl<'t> Lines<'t> {
    /// Divides where YAML does: at `\n`, `\r\n` and `\r`.
    pub(super) fn of_yaml(text: &'t str) -> Self {
        let mut lines: Vec<&str> = text.split('\n').collect();
        let last = lines.len() - 1;
        lines[..last].iter_mut().for_each(|line| *line = line.strip_suffix('\r').unwrap_or(line));
        Self(lines.iter().flat_map(|line| line.split('\r')).map(Line::new).collect())
    }

    /// Divides where git and Gerrit do: at `\n` and `\r\n`, and not after the last.
    pub(super) fn of_git(text: &'t str) -> Self {
        let lines: Vec<Line<'t>> = text.lines().map(Line::new).collect();
        if lines.is_empty() { Self(vec![Line::new("")]) } else { Self(lines) }
    }

    /// How many there are.
    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    /// In order.
    pub(super) fn all(&self) -> impl Iterator<Item = &Line<'t>> {
        self.0.iter()
    }

    /// The line of that index, from 0.
    pub(super) fn get(&self, at: usize) -> Option<&Line<'t>> {
        self.0.get(at)
    }

    /// Where `place` is; `None` where it begins behind the text.
    ///
    /// A place that ends behind its line or before its begin is shortened.
    pub(super) fn range(&self, place: Place) -> Option<Range<Position>> {
        let position = |line: u32, column: u32| {
            let line = usize::try_from(line).ok()?.checked_sub(1)?;
            let column = usize::try_from(column).ok()?.saturating_sub(1);
            Some(Position { line, column: column.min(self.0.get(line)?.length()) })
        };
        let start = position(place.line, place.column)?;
        let last = self.0.len() - 1;
        let behind = Position { line: last, column: self.0[last].length() };
        let end = position(place.end_line, place.end_column).unwrap_or(behind);
        Some(start..end.max(start))
    }
}

/// Line and column, from 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// The columns of a line of `length` that are shown, so that `column` is among them.
pub(super) fn window(length: usize, column: usize) -> Range<usize> {
    if length <= MAX_WIDTH {
        return 0..length;
    }
    let start = column.saturating_sub(CONTEXT).min(length - MAX_WIDTH);
    start..start + MAX_WIDTH
}

/// Where the columns of a printed line are, in bytes of what was printed.
pub(super) struct Printed {
    window: Range<usize>,
    start: usize,
    offsets: Vec<usize>,
    end: usize,
}

impl Printed {
    /// The offset of a column; of the cut where it is not shown.
    pub(super) fn offset(&self, column: usize) -> usize {
        if column < self.window.start {
            return self.start;
        }
        self.offsets.get(column - self.window.start).copied().unwrap_or(self.end)
    }
}

/// Appends the characters of the `window` of a line of `length`, made harmless.
pub(super) fn print(
    characters: impl Iterator<Item = char>,
    window: Range<usize>,
    length: usize,
    out: &mut String,
) -> Printed {
    let start = out.len();
    if window.start > 0 {
        out.push(CUT);
    }
    let mut offsets = Vec::with_capacity(window.len());
    for c in characters {
        offsets.push(out.len());
        text::push(out, c);
    }
    if window.end < length {
        out.push(CUT);
    }
    Printed { window, start, offsets, end: out.len() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::*;

    proptest! {
        #[test]
        fn yaml_has_three_line_ends(text in any::<String>(), pieces in "[a\r\n]{0,12}") {
            for text in [text, pieces] {
                let expected: Vec<String> = text.replace("\r\n", "\n").split(['\n', '\r']).map(str::to_owned).collect();
                let lines = Lines::of_yaml(&text).0;
                prop_assert_eq!(lines.iter().map(|line| line.text().to_owned()).collect::<Vec<_>>(), expected);
            }
        }
    }
}
