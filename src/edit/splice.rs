//! Replaces ranges of bytes.

use std::ops::Range;

/// One replacement; an insertion where the range is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Splice {
    /// The bytes that go.
    pub range: Range<usize>,
    /// The text that takes their place.
    pub text: String,
}

/// Two splices touch the same bytes, or insert at the same byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("two edits change the same text")]
pub struct Overlap;

impl Splice {
    /// A replacement.
    pub fn new(range: Range<usize>, text: impl Into<String>) -> Self {
        Self { range, text: text.into() }
    }

    /// Whether both touch the same bytes, or the order in which they insert would matter.
    pub fn overlaps(&self, other: &Self) -> bool {
        let (a, b) = (&self.range, &other.range);
        (a.start < b.end && b.start < a.end) || a.start == b.start
    }
}

/// `text` with all replacements made.
///
/// # Errors
/// If two of them overlap.
pub fn splice(text: &str, splices: &[Splice]) -> Result<String, Overlap> {
    let mut sorted: Vec<&Splice> = splices.iter().collect();
    sorted.sort_by_key(|splice| (splice.range.start, splice.range.end));
    if sorted.windows(2).any(|pair| pair[0].overlaps(pair[1])) {
        return Err(Overlap);
    }
    let mut changed = String::with_capacity(text.len());
    let mut done = 0;
    for Splice { range, text: new } in sorted {
        changed.push_str(&text[done..range.start]);
        changed.push_str(new);
        done = range.end;
    }
    changed.push_str(&text[done..]);
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replacements_do_not_move_one_another() {
        let all = [Splice::new(4..5, "EE"), Splice::new(0..1, ""), Splice::new(2..2, "-")];
        assert_eq!(splice("abcdef", &all), Ok("b-cdEEf".to_owned()));
    }

    #[test]
    fn what_overlaps_is_refused() {
        let both = |a, b| splice("abcdef", &[Splice::new(a, "x"), Splice::new(b, "y")]);
        assert_eq!(both(0..3, 2..4), Err(Overlap));
        assert_eq!(both(2..2, 2..2), Err(Overlap));
        assert_eq!(both(2..2, 2..3), Err(Overlap));
        assert_eq!(both(1..4, 2..2), Err(Overlap));
        assert!(both(0..2, 2..3).is_ok());
    }
}
