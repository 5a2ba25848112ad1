//! The lines that a place covers, ready to print.

use std::ops::Range;

use crate::report::lines::{CUT, Lines, Position, print, window};
use crate::tree::place::Place;

/// More lines of one place are left out.
const MOST_LINES: usize = 12;

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
    /// The `lines` that `place` covers; `None` where it begins behind the text.
    pub(super) fn new(lines: &Lines<'_>, place: Place) -> Option<Self> {
        let Range { start, mut end } = lines.range(place)?;
        if end.column == 0 && end.line > start.line {
            end = Position { line: end.line - 1, column: lines.get(end.line - 1)?.length() };
        }
        let last = end.line.min(start.line + MOST_LINES - 1);
        let mut excerpt = Self { first_line: start.line + 1, source: String::new(), span: 0..0 };
        for at in start.line..=last {
            excerpt.print(lines, at, start..end)?;
        }
        if last < end.line {
            excerpt.source.push('\n');
            excerpt.source.push(CUT);
            excerpt.span.end = excerpt.source.len();
        }
        Some(excerpt)
    }

    /// Appends the line of that index.
    fn print(&mut self, lines: &Lines<'_>, at: usize, range: Range<Position>) -> Option<()> {
        let line = lines.get(at)?;
        let column = match at {
            _ if at == range.start.line => range.start.column,
            _ if at == range.end.line => range.end.column,
            _ => 0,
        };
        if at > range.start.line {
            self.source.push('\n');
        }
        let window = window(line.length(), column);
        let shown = line.slice(window.clone()).chars();
        let printed = print(shown, window, line.length(), &mut self.source);
        if at == range.start.line {
            self.span.start = printed.offset(range.start.column);
        }
        if at == range.end.line {
            self.span.end = printed.offset(range.end.column);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(line: u32, column: u32, end_line: u32, end_column: u32) -> Place {
        Place { line, column, end_line, end_column }
    }

    fn marked(text: &str, at: Place) -> Option<String> {
        let Excerpt { source, span: Range { start, end }, .. } =
            Excerpt::new(&Lines::of_yaml(text), at)?;
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
    fn a_place_of_many_lines_is_cut() {
        let shown = marked(&"a\n".repeat(5000), place(2, 1, 4000, 1)).unwrap();
        assert_eq!(shown, format!("<{}…>", "a\n".repeat(12)));
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
