//! Places in a file, values with their place, and problems at a place.

use std::fmt;
use std::ops::Deref;

/// A range of text in one file.
///
/// Lines and columns count from 1, columns in characters; the end is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// First line.
    pub line: u32,
    /// First column.
    pub column: u32,
    /// Line in which the range ends.
    pub end_line: u32,
    /// Column just past the range.
    pub end_column: u32,
}

impl Place {
    /// The first character of a file: the place of a problem with the whole file.
    pub const TOP: Self = Self { line: 1, column: 1, end_line: 1, end_column: 1 };
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A value and the place it was read from. Dereferences to the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed<T> {
    /// What was read.
    pub value: T,
    /// Where it was read.
    pub place: Place,
}

impl<T> Placed<T> {
    /// Puts `value` at `place`.
    pub fn new(value: T, place: Place) -> Self {
        Self { value, place }
    }

    /// Another value at the same place.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Placed<U> {
        Placed { value: change(self.value), place: self.place }
    }
}

impl<T> Deref for Placed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// The kind of a [`Problem`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// The file is not YAML that tagkeeper accepts, and nothing after this place could be read.
    Syntax,
    /// The YAML is fine, but a key or value is not valid.
    Shape,
}

/// Something wrong in a file, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Syntax or shape.
    pub kind: ProblemKind,
    /// Where.
    pub place: Place,
    /// What is wrong: a lower-case phrase without full stop, values in backticks.
    pub message: String,
    /// What to do about it, if there is something to say.
    pub help: Option<String>,
    /// Edits that correct it, if there is one right correction.
    pub fix: Option<Fix>,
}

/// Edits that correct something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the edits do: an imperative phrase.
    pub description: String,
    /// In no particular order; they do not overlap.
    pub edits: Vec<Edit>,
}

/// One replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub place: Place,
    /// The new text.
    pub text: String,
}

impl Fix {
    /// Replaces the text at one place.
    pub fn replace(description: impl Into<String>, place: Place, text: impl Into<String>) -> Self {
        let edits = vec![Edit { place, text: text.into() }];
        Self { description: description.into(), edits }
    }
}
