//! The lines that a place covers, ready to print.

use std::ops::Range;

use super::lines::{Position, print, range, split, window};
use crate::tree::place::Place;

/// Consecutive lines of a text with hostile characters escaped and long lines cut.
pub(super) struct Excerpt {
    /// The number of the first line.
    pub(super) first_line: usize,
    /// The lines.
    pub(super) source: String,
    /// Where the place is in `source`, in bytes.
    pub(super) span: Range<usize>,
}

impl Excerpt {
    /// The lines of `text` that `place` covers; `None` where it begins behind the text.
    pub(super) fn new(text: &str, place: Place) -> Option<Self> {
        let lines = split(text);
        let Range { start, mut end } = range(place, &lines)?;
        if end.column == 0 && end.line > start.line {
            end = Position { line: end.line - 1, column: lines[end.line - 1].len() };
        }
        let mut source = String::new();
        let mut offsets = Vec::new();
        for (idx, line) in lines.iter().enumerate().take(end.line + 1).skip(start.line) {
            if idx > start.line {
                source.push('\n');
            }
            let column = match idx {
                _ if idx == start.line => start.column,
                _ if idx == end.line => end.column,
                _ => 0,
            };
            offsets.push(print(line, &window(line.len(), column), &mut source));
        }
        let offset = |at: Position| offsets[at.line - start.line][at.column];
        Some(Self { first_line: start.line + 1, span: offset(start)..offset(end), source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(line: u32, column: u32, end_line: u32, end_column: u32) -> Place {
        Place { line, column, end_line, end_column }
    }

    fn marked(text: &str, at: Place) -> Option<String> {
        let Excerpt { source, span: Range { start, end }, .. } = Excerpt::new(text, at)?;
        Some(format!("{}<{}>{}", &source[..start], &source[start..end], &source[end..]))
    }

    #[test]
    fn columns_are_characters() {
        assert_eq!(
            marked("Grüße an: 世界\n", place(1, 11, 1, 13)).as_deref(),
            Some("Grüße an: <世界>")
        );
    }

    #[test]
    fn line_ends_of_all_kinds_count() {
        assert_eq!(marked("a\r\nb\rcde\n", place(3, 2, 3, 3)).as_deref(), Some("c<d>e"));
    }

    #[test]
    fn escapes_are_covered_whole() {
        assert_eq!(
            marked("v: 1\u{202e}0\n", place(1, 5, 1, 6)).as_deref(),
            Some(r"v: 1<\u{202e}>0")
        );
    }

    #[test]
    fn the_line_behind_the_last_line_end_exists_and_the_next_does_not() {
        assert_eq!(marked("a\n", place(2, 1, 2, 1)).as_deref(), Some("<>"));
        assert_eq!(marked("a\n", place(3, 1, 3, 1)), None);
        assert_eq!(marked("", place(1, 1, 1, 1)).as_deref(), Some("<>"));
        assert_eq!(marked("a", place(0, 0, 0, 0)), None);
    }

    #[test]
    fn a_place_that_leaves_the_text_is_shortened() {
        assert_eq!(marked("abc\nd", place(1, 2, 1, 99)).as_deref(), Some("a<bc>"));
        assert_eq!(marked("abc\nd", place(1, 2, 99, 1)).as_deref(), Some("a<bc\nd>"));
        assert_eq!(marked("abc\nd", place(1, 3, 1, 1)).as_deref(), Some("ab<>c"));
    }

    #[test]
    fn a_line_end_takes_no_other_line_along() {
        assert_eq!(marked("abc\nd", place(1, 2, 2, 1)).as_deref(), Some("a<bc>"));
    }

    #[test]
    fn a_long_line_is_cut_around_its_place() {
        let text = format!("{}X{}", "a".repeat(5000), "b".repeat(5000));
        let cut = marked(&text, place(1, 5001, 1, 5002)).unwrap();
        assert_eq!(cut, format!("…{}<X>{}…", "a".repeat(30), "b".repeat(89)));
        let whole = marked(&text, place(1, 1, 1, 10_002)).unwrap();
        assert_eq!(whole, format!("<{}…>", "a".repeat(120)));
        let end = marked(&text, place(1, 10_002, 1, 10_002)).unwrap();
        assert_eq!(end, format!("…{}<>", "b".repeat(120)));
    }
}
