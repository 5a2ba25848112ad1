//! Where the answer goes, and whether in colour.

mod target;

use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use super::exit::Exit;
use crate::report::audit::{self, Audit, Shown};
use crate::report::text::{Style, USUAL_WIDTH};
use crate::text::json;
use crate::workspace::Failure;

/// How findings and plans are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// When to write in colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The least columns that a table fits in, and the most that a line of prose is easy to read in.
const NARROWEST: usize = 60;
const WIDEST: usize = 120;

/// Standard output, or a file that appears when it is complete.
pub(super) struct Output {
    file: Option<PathBuf>,
    color: Color,
}

impl Output {
    pub(super) fn new(file: Option<PathBuf>, color: Color) -> Self {
        Self { file, color }
    }

    /// The same on standard output: for a command whose `--output` is something else.
    pub(super) fn to_stdout(&self) -> Self {
        Self { file: None, color: self.color }
    }

    /// Hands `write` a stream and the style to write in.
    pub(super) fn write(
        &self,
        write: impl FnOnce(&mut dyn Write, Style) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let mut text = Vec::new();
        write(&mut text, self.style())?;
        match &self.file {
            Some(path) => write_whole(path, &text),
            None => Ok(target::write_all(&mut io::stdout().lock(), &text)?),
        }
    }

    /// Writes an audit: its lines for people, all of it for programs. The worst line decides how the command ends.
    pub(super) fn audit(
        &self,
        audit: &Audit,
        shown: Shown,
        format: Format,
    ) -> Result<Exit, Failure> {
        self.write(|out, style| match format {
            Format::Text => audit::write(audit, shown, out, style),
            Format::Json => json::write(audit, out),
        })?;
        Ok(audit.worst().into())
    }

    /// The columns to write in: those of the terminal, as far as lines of that length can be read.
    pub(super) fn width(&self) -> usize {
        let is_shown = self.file.is_none() && io::stdout().is_terminal();
        let columns = is_shown.then(terminal_size::terminal_size).flatten();
        columns.map_or(USUAL_WIDTH, |(columns, _)| usize::from(columns.0).clamp(NARROWEST, WIDEST))
    }

    /// The style to write in.
    pub(super) fn style(&self) -> Style {
        let wants = match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let choice = anstream::AutoStream::choice(&io::stdout());
                self.file.is_none()
                    && io::stdout().is_terminal()
                    && choice != anstream::ColorChoice::Never
            }
        };
        if wants { Style::Colour } else { Style::Plain }
    }
}

/// Writes a plain file whole or not at all, and anything else (a device, a pipe, an open stream) as it comes.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    target::write(path, bytes)
        .map_err(|error| Failure::outside(format!("cannot write {}: {error}", path.display())))
}
