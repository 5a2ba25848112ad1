//! What is found while a text is read, and on which line.

use super::block::Block;
use super::inline::Names;
use super::parse::blocks;

/// What is found while a text is read.
#[derive(Debug, Default)]
pub(super) struct Reading<'w> {
    /// The names of links.
    pub(super) names: Names,
    /// What is not known, with its line.
    pub(super) troubles: Vec<(usize, String)>,
    /// Running texts, with their lines.
    pub(super) texts: Vec<(usize, String)>,
    purpose: Purpose,
    /// The text of which all lines are parts.
    whole: &'w str,
    /// The line of what is no part of it.
    around: usize,
}

/// What a text is read for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Purpose {
    /// A mail: tables and pictures stay as they are written.
    #[default]
    Mail,
    /// A page.
    Page,
}

impl<'w> Reading<'w> {
    /// For the lines of `whole`, which become a page.
    pub(super) fn for_page(whole: &'w str) -> Self {
        Self { whole, around: 1, purpose: Purpose::Page, ..Self::default() }
    }

    /// Whether the text becomes a page.
    pub(super) fn is_for_page(&self) -> bool {
        self.purpose == Purpose::Page
    }

    /// The line of a part of the whole text, from 1.
    pub(super) fn line_of(&self, part: &str) -> usize {
        // Both are parts of one text, so the distance between them is a place in it.
        let offset = (part.as_ptr() as usize).checked_sub(self.whole.as_ptr() as usize);
        let before = offset.and_then(|offset| self.whole.get(..offset));
        before.map_or(self.around, |before| before.matches('\n').count() + 1)
    }

    /// Notes what is not known in `part`.
    pub(super) fn trouble(&mut self, part: &str, message: impl Into<String>) {
        let line = self.line_of(part);
        self.troubles.push((line, message.into()));
    }

    /// Notes running text, to be read strictly, with its line.
    pub(super) fn running(&mut self, part: &str, text: &str) {
        let line = self.line_of(part);
        self.texts.push((line, text.to_owned()));
    }

    /// The blocks of a text that was put together: its lines count as the line of `part`.
    pub(super) fn apart(&mut self, part: &str, text: &str, depth: usize) -> Vec<Block> {
        let line = self.line_of(part);
        let around = std::mem::replace(&mut self.around, line);
        let whole = std::mem::take(&mut self.whole);
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        let blocks = blocks(&lines, self, depth);
        (self.around, self.whole) = (around, whole);
        blocks
    }
}
