//! From places in a text to bytes, and back.

use std::ops::Range;

use super::place::Place;

/// A text by lines, with the byte at which each starts.
#[derive(Clone, Debug)]
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// Looks for the lines of `text`.
    pub fn new(text: &'t str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self { text, starts: std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect() }
    }

    /// The whole text.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// How many lines there are; the empty one after the last line end counts.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// A line, counted from 0, without its line end.
    pub fn line(&self, index: usize) -> &'t str {
        let line = &self.text[self.whole(index)];
        let line = line.strip_suffix('\n').unwrap_or(line);
        line.strip_suffix('\r').unwrap_or(line)
    }

    /// The bytes of a line, counted from 0, with its line end.
    pub fn whole(&self, index: usize) -> Range<usize> {
        let end = |index: usize| self.starts.get(index).copied().unwrap_or(self.text.len());
        end(index)..end(index + 1)
    }

    /// The line that a byte is in, counted from 0.
    pub fn line_of(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start <= byte).saturating_sub(1)
    }

    /// The bytes of a place; `None` if the text has no such place.
    pub fn bytes(&self, place: Place) -> Option<Range<usize>> {
        let start = self.byte(place.line, place.column)?;
        let end = self.byte(place.end_line, place.end_column)?;
        (start <= end).then_some(start..end)
    }

    fn byte(&self, line: u32, column: u32) -> Option<usize> {
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        let start = *self.starts.get(index)?;
        let line = self.line(index);
        let wanted = usize::try_from(column).ok()?.checked_sub(1)?;
        if line.is_ascii() {
            return (wanted <= line.len()).then_some(start + wanted);
        }
        let mut columns = line.char_indices().map(|(at, _)| at).chain([line.len()]);
        columns.nth(wanted).map(|at| start + at)
    }

    /// The place of some bytes.
    pub fn place(&self, bytes: Range<usize>) -> Place {
        let number = |n: usize| u32::try_from(n + 1).unwrap_or(u32::MAX);
        let position = |byte: usize| {
            let line = self.line_of(byte);
            (number(line), number(self.text[self.starts[line]..byte].chars().count()))
        };
        let ((line, column), (end_line, end_column)) = (position(bytes.start), position(bytes.end));
        Place { line, column, end_line, end_column }
    }

    /// The line end of the file: that of its first line.
    pub fn line_end(&self) -> &'static str {
        let first = self.starts.get(1).map(|start| &self.text[..*start]);
        if first.is_some_and(|line| line.ends_with("\r\n")) { "\r\n" } else { "\n" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_bytes_are_the_same_thing() {
        let text = "\u{feff}ä: b\r\nc: dé\n";
        let lines = Lines::new(text);
        assert_eq!((lines.count(), lines.line(0), lines.line(1)), (3, "\u{feff}ä: b", "c: dé"));
        for (start, _) in text.char_indices().filter(|(_, c)| !matches!(c, '\r' | '\n')) {
            let place = lines.place(start..start);
            assert_eq!(lines.bytes(place), Some(start..start), "{place}");
        }
        let place = Place { line: 2, column: 4, end_line: 2, end_column: 6 };
        assert_eq!(lines.bytes(place).map(|bytes| &text[bytes]), Some("dé"));
        assert_eq!(lines.bytes(Place { end_column: 7, ..place }), None);
        assert_eq!(lines.bytes(Place { end_line: 4, ..place }), None);
        assert_eq!((lines.line_end(), Lines::new("a").line_end()), ("\r\n", "\n"));
    }
}
