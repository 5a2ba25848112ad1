//! The difference between two texts of a file, as `git apply` reads it.

use std::io::{self, Write};

use crate::git::patch;
use crate::report::rewrite::Rewrite;
use crate::text::visible;

/// Writes what changes in a file; nothing where nothing does.
pub(super) fn write_difference(rewrite: &Rewrite, out: &mut dyn Write) -> io::Result<()> {
    let before = rewrite.before.as_deref().unwrap_or_default();
    let difference = patch(&rewrite.path, before, &rewrite.after).map_err(io::Error::other)?;
    write!(out, "{}", visible(&difference))
}
