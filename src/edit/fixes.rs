//! Applies the fixes of findings to a text.

use super::splice::{Splice, splice};
use crate::tree::lines::Lines;
use crate::tree::place::Fix;

/// A text after fixes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// The text.
    pub text: String,
    /// Whether each fix was applied, in the order in which they were given.
    pub applied: Vec<bool>,
}

/// Applies those of `fixes` that fit the text and do not overlap an earlier one; each whole or not at all.
pub fn fix(text: &str, fixes: &[&Fix]) -> Fixed {
    let lines = Lines::new(text);
    let mut taken: Vec<Splice> = Vec::new();
    let mut applied = Vec::with_capacity(fixes.len());
    for fix in fixes {
        let splices = splices(&lines, fix).filter(|splices| is_free(splices, &taken));
        applied.push(splices.is_some());
        taken.extend(splices.unwrap_or_default());
    }
    let text = splice(text, &taken).expect("what overlaps was left out");
    Fixed { text, applied }
}

/// `None` if a place is not in the text, or two edits of the fix overlap.
fn splices(lines: &Lines<'_>, fix: &Fix) -> Option<Vec<Splice>> {
    let edits = fix.edits.iter();
    let splices: Vec<Splice> = edits
        .map(|edit| Some(Splice::new(lines.bytes(edit.place)?, edit.text.clone())))
        .collect::<Option<_>>()?;
    let is_fine = (1..splices.len()).all(|at| is_free(&splices[at..=at], &splices[..at]));
    is_fine.then_some(splices)
}

fn is_free(splices: &[Splice], taken: &[Splice]) -> bool {
    splices.iter().all(|one| taken.iter().all(|other| !one.overlaps(other)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::place::Place;

    fn on_line(line: u32, column: u32, end_column: u32, text: &str) -> Fix {
        Fix::replace("change it", Place { line, column, end_line: line, end_column }, text)
    }

    #[test]
    fn fixes_that_overlap_an_earlier_one_or_fit_nowhere_are_left() {
        let fixes = [
            on_line(1, 1, 2, "x"),
            on_line(1, 1, 3, "y"),
            on_line(2, 2, 2, "é"),
            on_line(9, 1, 1, "z"),
        ];
        let fixed = fix("ab\ncd\n", &fixes.iter().collect::<Vec<_>>());
        assert_eq!(fixed.text, "xb\ncéd\n");
        assert_eq!(fixed.applied, [true, false, true, false]);
    }
}
