//! A text as lines of characters, and how a line is printed.

use std::ops::Range;

use crate::tree::place::Place;

/// A longer line is cut, in characters.
pub(super) const MAX_WIDTH: usize = 120;
/// What stays before the interesting column of a cut line, in characters.
const CONTEXT: usize = 30;
/// Stands for what is left out.
pub(super) const CUT: char = '…';

pub(super) type Line = Vec<char>;

/// Line and column, from 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// Splits where YAML does: at `\n`, `\r\n` and `\r`. There is always a line.
pub(super) fn split(text: &str) -> Vec<Line> {
    text.replace("\r\n", "\n").split(['\n', '\r']).map(|line| line.chars().collect()).collect()
}

/// Where `place` is in `lines`; `None` where it begins behind them.
///
/// A place that ends behind its line or before its begin is shortened.
pub(super) fn range(place: Place, lines: &[Line]) -> Option<Range<Position>> {
    let position = |line: u32, column: u32| {
        let line = usize::try_from(line).ok()?.checked_sub(1)?;
        let column = usize::try_from(column).ok()?.saturating_sub(1);
        Some(Position { line, column: column.min(lines.get(line)?.len()) })
    };
    let start = position(place.line, place.column)?;
    let behind = lines.last().map(|last| Position { line: lines.len() - 1, column: last.len() })?;
    let end = position(place.end_line, place.end_column).unwrap_or(behind);
    Some(start..end.max(start))
}

/// The columns of a line of `width` that are printed, so that `column` is among them.
pub(super) fn window(width: usize, column: usize) -> Range<usize> {
    if width <= MAX_WIDTH {
        return 0..width;
    }
    let start = column.saturating_sub(CONTEXT).min(width - MAX_WIDTH);
    start..start + MAX_WIDTH
}

/// Appends the `window` of `line`, escaped; returns the offset of each column of the line and of its end.
pub(super) fn print(line: &[char], window: &Range<usize>, out: &mut String) -> Vec<usize> {
    let mut offsets = Vec::with_capacity(line.len() + 1);
    for (column, c) in line.iter().enumerate() {
        if column == window.end {
            out.push(CUT);
        }
        offsets.push(out.len());
        if window.contains(&column) {
            crate::text::push(out, *c);
        }
        if column + 1 == window.start {
            out.push(CUT);
        }
    }
    offsets.push(out.len());
    offsets
}
