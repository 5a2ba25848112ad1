//! Files that got another text, or would get one.

use std::io::{self, Write};

use crate::text::one_line;

/// A file that gets another text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrite {
    /// Its path in the releases repository.
    pub path: String,
    /// Its text when it was looked at; `None` if there was no file.
    pub before: Option<String>,
    /// Its new text.
    pub after: String,
}

/// A file that stays as it is, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftAlone {
    /// Its path in the releases repository.
    pub path: String,
    /// Why: a phrase.
    pub why: String,
}

impl Rewrite {
    /// Whether anything changes.
    pub fn differs(&self) -> bool {
        self.before.as_ref() != Some(&self.after)
    }
}

/// Writes a line for each file that is left alone.
///
/// # Errors
/// What writing to `out` gives.
pub fn write_left(left: &[LeftAlone], out: &mut dyn Write) -> io::Result<()> {
    left.iter().try_for_each(|LeftAlone { path, why }| {
        writeln!(out, "{}", one_line(&format!("left {path}: {why}")))
    })
}
