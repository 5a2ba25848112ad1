//! One line of a text, with fast access to its columns.

use std::ops::Range;

/// Characters between two marks of a line.
const STEP: usize = 64;

/// One line. It may be as long as the whole text.
#[derive(Clone, Debug)]
pub struct Line<'t> {
    text: &'t str,
    /// In characters.
    length: usize,
    /// Where every 64th character starts; empty if each is one byte.
    marks: Vec<Mark>,
}

/// The position of a character.
#[derive(Clone, Copy, Debug)]
struct Mark {
    byte: usize,
    /// In UTF-16 units, as JavaScript counts.
    utf16: usize,
}

impl<'t> Line<'t> {
    /// Reads a line without its line end.
    pub fn new(text: &'t str) -> Self {
        if text.is_ascii() {
            return Self { text, length: text.len(), marks: Vec::new() };
        }
        let (mut length, mut utf16, mut marks) = (0, 0, Vec::new());
        for (byte, c) in text.char_indices() {
            if length % STEP == 0 {
                marks.push(Mark { byte, utf16 });
            }
            length += 1;
            utf16 += c.len_utf16();
        }
        Self { text, length, marks }
    }

    /// The characters.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// How many characters there are.
    pub fn length(&self) -> usize {
        self.length
    }

    fn mark(&self, column: usize) -> Mark {
        let column = column.min(self.length);
        let Some(before) = self.marks.get(column / STEP).or(self.marks.last()) else {
            return Mark { byte: column, utf16: column };
        };
        let at = (column / STEP).min(self.marks.len() - 1) * STEP;
        self.text[before.byte..].chars().take(column - at).fold(*before, |mark, c| Mark {
            byte: mark.byte + c.len_utf8(),
            utf16: mark.utf16 + c.len_utf16(),
        })
    }

    /// The position of the column in UTF-16 units, as JavaScript counts.
    pub fn utf16(&self, column: usize) -> usize {
        self.mark(column).utf16
    }

    /// The text of a range of columns.
    pub fn slice(&self, columns: Range<usize>) -> &'t str {
        &self.text[self.mark(columns.start).byte..self.mark(columns.end).byte]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::*;

    proptest! {
        #[test]
        fn marks_count_like_one_who_counts_from_the_start(text in "[a-zé世🎉]{0,300}", from in 0..320usize, to in 0..320usize) {
            let line = Line::new(&text);
            let characters: Vec<char> = text.chars().collect();
            let (from, to) = (from.min(to), from.max(to));
            let cut = |at: usize| at.min(characters.len());
            prop_assert_eq!(line.length, characters.len());
            prop_assert_eq!(line.slice(from..to), characters[cut(from)..cut(to)].iter().collect::<String>());
            prop_assert_eq!(line.utf16(to), characters[..cut(to)].iter().map(|c| c.len_utf16()).sum::<usize>());
        }
    }
}
