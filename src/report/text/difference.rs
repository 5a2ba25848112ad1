//! A fix as the lines it takes away and the lines it brings.

use std::ops::Range;

use super::pen::Pen;
use crate::report::lines::{CUT, Lines, Position, print, window};
use crate::rules::{Edit, Fix};

/// A fix is shown in at most so many parts, …
const MAX_PARTS: usize = 3;
/// … each of at most so many lines on either side.
const MAX_LINES: usize = 8;

/// What is shown nowhere whole is not worked out either.
const LONGEST_LINE: usize = 10_000;

type Line = Vec<char>;

/// Lines of a text and what comes in their place.
struct Part {
    /// The number of the first line.
    first_line: usize,
    old: Vec<Line>,
    new: Vec<Line>,
    n_edits: usize,
}

/// Draws what `fix` does to `lines`, a line each; nothing where its edits overlap or leave the text.
///
/// `width` is that of the line numbers.
pub(super) fn draw(fix: &Fix, lines: &Lines<'_>, width: usize, pen: &Pen) -> Vec<String> {
    let Some(parts) = parts(fix, lines) else { return Vec::new() };
    let mut drawn = Vec::new();
    for (idx, part) in parts.iter().take(MAX_PARTS).enumerate() {
        if idx > 0 {
            drawn.push(format!("{} {}", " ".repeat(width), pen.frame("...")));
        }
        drawn.extend(part.draw(width, pen));
    }
    let n_hidden: usize = parts.iter().skip(MAX_PARTS).map(|part| part.n_edits).sum();
    if n_hidden > 0 {
        let more = if n_hidden == 1 { "edit" } else { "edits" };
        drawn.push(format!(
            "{} {} and {n_hidden} more {more}",
            " ".repeat(width),
            pen.frame("...")
        ));
    }
    drawn
}

/// The edits in the order of the text, those of adjacent lines together.
fn parts<'f>(fix: &'f Fix, lines: &Lines<'_>) -> Option<Vec<Part>> {
    let ranged = |edit: &'f Edit| Some((lines.range(edit.place)?, edit));
    let mut edits: Vec<_> = fix.edits.iter().map(ranged).collect::<Option<_>>()?;
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    if edits.windows(2).any(|pair| pair[1].0.start < pair[0].0.end) {
        return None;
    }
    let adjacent =
        edits.chunk_by(|(before, _), (range, _)| range.start.line <= before.end.line + 1);
    Some(adjacent.filter_map(|edits| Part::new(edits, lines)).collect())
}

impl Part {
    fn new(edits: &[(Range<Position>, &Edit)], lines: &Lines<'_>) -> Option<Self> {
        let first = edits.first()?.0.start.line;
        let last = edits.last()?.0.end.line;
        let old: Vec<Line> =
            (first..=last).map(|at| characters(lines, at)).collect::<Option<_>>()?;
        let mut new = String::new();
        let mut at = Position { line: first, column: 0 };
        for (range, edit) in edits {
            copy(&old, first, at..range.start, &mut new);
            new.push_str(&edit.text);
            at = range.end;
        }
        copy(&old, first, at..Position { line: last, column: old[last - first].len() }, &mut new);
        let mut part = Self {
            first_line: first + 1,
            new: Lines::of_yaml(&new).all().map(|line| line.text().chars().collect()).collect(),
            old,
            n_edits: edits.len(),
        };
        part.leave_out_equal_lines();
        Some(part)
    }

    fn leave_out_equal_lines(&mut self) {
        let n_equal = |old: &mut dyn Iterator<Item = (&Line, &Line)>| {
            old.take_while(|(old, new)| old == new).count()
        };
        let n_before = n_equal(&mut self.old.iter().zip(&self.new));
        self.old.drain(..n_before);
        self.new.drain(..n_before);
        self.first_line += n_before;
        let n_behind = n_equal(&mut self.old.iter().rev().zip(self.new.iter().rev()));
        self.old.truncate(self.old.len() - n_behind);
        self.new.truncate(self.new.len() - n_behind);
    }

    fn draw(&self, width: usize, pen: &Pen) -> Vec<String> {
        let old = self.side('-', &self.old, &self.new, width);
        let new = self.side('+', &self.new, &self.old, width);
        let old = old.iter().map(|line| pen.removed(line));
        old.chain(new.iter().map(|line| pen.added(line))).collect()
    }

    /// One side, its long lines cut around what differs from the `other`.
    fn side(&self, sign: char, lines: &[Line], other: &[Line], width: usize) -> Vec<String> {
        let mut drawn = Vec::new();
        for (idx, line) in lines.iter().take(MAX_LINES).enumerate() {
            let n_equal = other
                .get(idx)
                .map_or(0, |other| line.iter().zip(other).take_while(|(a, b)| a == b).count());
            let blank = if line.is_empty() { "" } else { " " };
            let mut text = format!("{:>width$} {sign}{blank}", self.first_line + idx);
            let window = window(line.len(), n_equal);
            print(line[window.clone()].iter().copied(), window, line.len(), &mut text);
            drawn.push(text);
        }
        if lines.len() > MAX_LINES {
            drawn.push(format!("{:width$} {sign} {CUT} {} lines in all", "", lines.len()));
        }
        drawn
    }
}

/// The line of that index; `None` where it is too long.
fn characters(lines: &Lines<'_>, at: usize) -> Option<Line> {
    let line = lines.get(at).filter(|line| line.length() <= LONGEST_LINE)?;
    Some(line.text().chars().collect())
}

/// Appends the text of `range`; `lines` begin with the line of index `first`.
fn copy(lines: &[Line], first: usize, range: Range<Position>, out: &mut String) {
    let last = range.end.line;
    let numbered = (first..).zip(lines).skip_while(|(idx, _)| *idx < range.start.line);
    for (idx, line) in numbered.take_while(|(idx, _)| *idx <= last) {
        let start = if idx == range.start.line { range.start.column } else { 0 };
        let end = if idx == last { range.end.column } else { line.len() };
        out.extend(&line[start..end]);
        if idx < last {
            out.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::report::tests::{WIDGET, finding, place, replace, report};
    use crate::report::text::tests::plain;
    use crate::rules::{Edit, Finding, Fix, Level};

    fn fixed(text: &str, fix: Fix) -> String {
        let at = fix.edits[0].place;
        plain(&report(
            text,
            vec![Finding {
                fix: Some(fix),
                ..finding("a-rule", Level::Warning, at, "it is crooked")
            }],
        ))
    }

    #[test]
    fn fixes_insert_delete_and_replace_lines() {
        assert_snapshot!(fixed(WIDGET, replace("add `storyboard`", place(2, 1, 2, 1), "storyboard: 1\n")), @"
        warning[a-rule]: it is crooked
         --> deliverables/hibiscus/widget.yaml:2:1
          |
        2 | launchpad: widget
          | ^
          |
          = fix: add `storyboard`
        2 + storyboard: 1

        compared HEAD (222222222222) with the commit where it left origin/master (111111111111)
        1 warning in 1 file
        ");
        assert_snapshot!(fixed(WIDGET, replace("drop the line", place(2, 1, 3, 1), "")), @"
        warning[a-rule]: it is crooked
         --> deliverables/hibiscus/widget.yaml:2:1
          |
        2 | launchpad: widget
          | ^^^^^^^^^^^^^^^^^
          |
          = fix: drop the line
        2 - launchpad: widget

        compared HEAD (222222222222) with the commit where it left origin/master (111111111111)
        1 warning in 1 file
        ");
        assert_snapshot!(fixed(WIDGET, replace("sort them", place(2, 1, 4, 1), "team: widgets\nlaunchpad: widget\n")), @"
        warning[a-rule]: it is crooked
         --> deliverables/hibiscus/widget.yaml:2:1
          |
        2 | / launchpad: widget
        3 | | team: widgets
          | |_____________^
          |
          = fix: sort them
        2 - launchpad: widget
        3 - team: widgets
        2 + team: widgets
        3 + launchpad: widget

        compared HEAD (222222222222) with the commit where it left origin/master (111111111111)
        1 warning in 1 file
        ");
        assert_snapshot!(fixed("a: 1", replace("end the line", place(1, 5, 1, 5), "\n")), @"
        warning[a-rule]: it is crooked
         --> deliverables/hibiscus/widget.yaml:1:5
          |
        1 | a: 1
          |     ^
          |
          = fix: end the line
        2 +

        compared HEAD (222222222222) with the commit where it left origin/master (111111111111)
        1 warning in 1 file
        ");
    }

    #[test]
    fn a_fix_in_many_places_shows_the_first() {
        let edits = (1..=9)
            .map(|n| Edit { place: place(n * 2, 1, n * 2, 2), text: "b".to_owned() })
            .collect();
        let text =
            fixed(&"a: 1\n\n\n".repeat(9), Fix { description: "write `b`".to_owned(), edits });
        assert_snapshot!(text, @"
        warning[a-rule]: it is crooked
         --> deliverables/hibiscus/widget.yaml:2:1
          |
        2 |
          | ^
          |
          = fix: write `b`
        2 -
        2 + b
          ...
        4 - a: 1
        4 + b: 1
          ...
        6 -
        6 + b
          ... and 6 more edits

        compared HEAD (222222222222) with the commit where it left origin/master (111111111111)
        1 warning in 1 file
        ");
    }

    #[test]
    fn edits_that_overlap_are_not_drawn() {
        let edits = [place(2, 1, 2, 5), place(2, 3, 2, 8)]
            .map(|place| Edit { place, text: "b".to_owned() })
            .into();
        assert_snapshot!(fixed(WIDGET, Fix { description: "write `b`".to_owned(), edits }), @"
        warning[a-rule]: it is crooked
         --> deliverables/hibiscus/widget.yaml:2:1
          |
        2 | launchpad: widget
          | ^^^^
          |
          = fix: write `b`

        compared HEAD (222222222222) with the commit where it left origin/master (111111111111)
        1 warning in 1 file
        ");
    }
    #[test]
    fn long_fixes_are_shortened() {
        let text = format!("a: {}b\n", "x".repeat(5000));
        let drawn = fixed(&text, replace("write `c`", place(1, 5004, 1, 5005), "c"));
        let ends: Vec<_> =
            drawn.lines().filter(|line| line.contains("x") && !line.contains('|')).collect();
        let cut = format!("…{}", "x".repeat(119));
        assert_eq!(ends[ends.len() - 2..], [format!("1 - {cut}b"), format!("1 + {cut}c")]);

        let drawn = fixed("a: 1\n", replace("say more", place(1, 1, 1, 5), &"b: 2\n".repeat(20)));
        assert!(drawn.contains("\n8 + b: 2\n  + … 21 lines in all\n"), "{drawn}");
    }
}
