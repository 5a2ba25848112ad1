//! Where the answer goes, and whether in colour.

use std::fs::File;
use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use crate::report::text::Style;
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

/// Standard output, or a file that appears when it is complete.
pub(super) struct Output {
    file: Option<PathBuf>,
    color: Color,
}

impl Output {
    pub(super) fn new(file: Option<PathBuf>, color: Color) -> Self {
        Self { file, color }
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
            None => Ok(io::stdout().lock().write_all(&text).or_else(quiet_when_closed)?),
        }
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

/// A reader that has seen enough is no failure.
fn quiet_when_closed(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) }
}

/// Writes a file whole or not at all.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = tempfile::NamedTempFile::new_in(dir).and_then(|mut temp| {
        temp.write_all(bytes)?;
        File::sync_all(temp.as_file())?;
        temp.persist(path).map(drop).map_err(|error| error.error)
    });
    written.map_err(|error| Failure::outside(format!("writing {}: {error}", path.display())))
}
