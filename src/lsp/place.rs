//! Places as editors count them: lines and UTF-16 units from 0.

use lsp_types::{Position, Range};

use crate::tree::place::Place;

/// The range of `place` in `text`.
pub(super) fn range_of(text: &str, place: Place) -> Range {
    let start = position(text, place.line, place.column);
    let end = position(text, place.end_line.max(place.line), place.end_column);
    Range { start, end: end.max(start) }
}

/// The position of a line and column that count from 1, in characters; moved to where the text is.
fn position(text: &str, line: u32, column: u32) -> Position {
    let mut lines = text.split('\n');
    let last = u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX);
    let line = line.saturating_sub(1).min(last);
    let of_line = lines.nth(line as usize).unwrap_or_default().trim_end_matches('\r');
    let before = of_line.chars().take(column.saturating_sub(1) as usize);
    let character = before.map(char::len_utf16).sum::<usize>();
    Position { line, character: u32::try_from(character).unwrap_or(u32::MAX) }
}

/// The line at `position`, and the part of it before the position.
pub(super) fn line_at(text: &str, position: Position) -> (&str, &str) {
    let line = text.split('\n').nth(position.line as usize).unwrap_or_default();
    let line = line.trim_end_matches('\r');
    let mut units = 0;
    let is_before = |(_, c): &(usize, char)| {
        units += c.len_utf16();
        units <= position.character as usize
    };
    let end = line.char_indices().take_while(is_before).last();
    (line, &line[..end.map_or(0, |(at, c)| at + c.len_utf8())])
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "team: \u{1f600}x\r\ntype: a\n";

    #[test]
    fn columns_are_utf_16_units_and_line_ends_do_not_count() {
        let place = Place { line: 1, column: 8, end_line: 1, end_column: 90 };
        let range = range_of(TEXT, place);
        assert_eq!((range.start.line, range.start.character, range.end.character), (0, 8, 9));
        let beyond = Place { line: 90, column: 1, end_line: 90, end_column: 2 };
        assert_eq!(range_of(TEXT, beyond).start.line, 2);
        assert_eq!(range_of("", Place::TOP).end, Position { line: 0, character: 0 });
    }

    #[test]
    fn a_position_inside_a_pair_of_units_is_before_it() {
        let at = |character| line_at(TEXT, Position { line: 0, character }).1;
        assert_eq!(
            (at(6), at(7), at(8), at(99)),
            ("team: ", "team: ", "team: \u{1f600}", "team: \u{1f600}x")
        );
        assert_eq!(line_at(TEXT, Position { line: 7, character: 0 }), ("", ""));
    }
}
