//! Colours, or none.

use annotate_snippets::renderer::{
    AnsiColor, DEFAULT_ADDITION_STYLE, DEFAULT_ERROR_STYLE, DEFAULT_LINE_NUM_STYLE,
    DEFAULT_NOTE_STYLE, DEFAULT_REMOVAL_STYLE, DEFAULT_WARNING_STYLE, Effects, Style as Paint,
};
use annotate_snippets::{Group, Level as Drawn, Renderer};

use super::Style;
use crate::rules::{Finding, Level};

const UNCHECKED: Paint = AnsiColor::BrightMagenta.on_default().effects(Effects::BOLD);

/// Draws in one style.
pub(in crate::report) struct Pen {
    style: Style,
    renderer: Renderer,
    width: usize,
}

/// Columns of a page that is not on a terminal.
pub const USUAL_WIDTH: usize = 80;

impl Pen {
    pub(in crate::report) fn new(style: Style) -> Self {
        let renderer = match style {
            Style::Plain => Renderer::plain(),
            // "Could not check" is drawn at the library's information level.
            Style::Colour => Renderer::styled().info(UNCHECKED),
        };
        Self { style, renderer, width: USUAL_WIDTH }
    }

    /// A pen for lines of at most `width` columns, where they are filled.
    pub(in crate::report) fn wide(style: Style, width: usize) -> Self {
        Self { width, ..Self::new(style) }
    }

    /// Columns of a line.
    pub(in crate::report) fn width(&self) -> usize {
        self.width
    }

    pub(in crate::report) fn render(&self, groups: &[Group<'_>]) -> String {
        self.renderer.render(groups)
    }

    /// `text` in the colour of `level`.
    pub(in crate::report) fn level(&self, level: Level, text: &str) -> String {
        self.painted(text, paint(level))
    }

    /// `text` in the colour of a good answer.
    pub(in crate::report) fn fine(&self, text: &str) -> String {
        self.painted(text, DEFAULT_NOTE_STYLE)
    }

    /// `text` in the colour of what surrounds the source.
    pub(in crate::report) fn frame(&self, text: &str) -> String {
        self.painted(text, DEFAULT_LINE_NUM_STYLE)
    }

    /// `text` as something that stands out.
    pub(in crate::report) fn marked(&self, text: &str) -> String {
        self.painted(text, Paint::new().effects(Effects::INVERT))
    }

    /// `text` as something that matters less.
    pub(in crate::report) fn quiet(&self, text: &str) -> String {
        self.painted(text, Paint::new().effects(Effects::DIMMED))
    }

    /// A line that a fix brings.
    pub(in crate::report) fn added(&self, text: &str) -> String {
        self.painted(text, DEFAULT_ADDITION_STYLE)
    }

    /// A line that a fix takes away.
    pub(in crate::report) fn removed(&self, text: &str) -> String {
        self.painted(text, DEFAULT_REMOVAL_STYLE)
    }

    fn painted(&self, text: &str, paint: Paint) -> String {
        match self.style {
            Style::Plain => text.to_owned(),
            Style::Colour => format!("{paint}{text}{paint:#}"),
        }
    }
}

fn paint(level: Level) -> Paint {
    match level {
        Level::Error => DEFAULT_ERROR_STYLE,
        Level::Warning => DEFAULT_WARNING_STYLE,
        Level::Note => DEFAULT_NOTE_STYLE,
        Level::CouldNotCheck => UNCHECKED,
    }
}

/// How the library names and colours `finding`.
pub(super) fn drawn(finding: &Finding) -> Drawn<'static> {
    match finding.level {
        _ if !finding.stands() => {
            Drawn::NOTE.with_name(format!("overridden {}", finding.level.in_words()))
        }
        Level::Error => Drawn::ERROR,
        Level::Warning => Drawn::WARNING,
        Level::Note => Drawn::NOTE,
        Level::CouldNotCheck => Drawn::INFO.with_name(finding.level.in_words()),
    }
}
