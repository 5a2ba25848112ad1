//! HTML and links, from text that may be anything.

use std::fmt::Write as _;

pub(super) use crate::text::html::{escaped, web};
use crate::text::one_line;

/// HTML that is put together.
#[derive(Default)]
pub(super) struct Html(String);

impl Html {
    /// With room for so many bytes, so that a long one is not moved while it grows.
    pub(super) fn for_about(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    /// Adds HTML of our own.
    pub(super) fn raw(&mut self, html: &str) -> &mut Self {
        self.0.push_str(html);
        self
    }

    /// Adds a text.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.0.push_str(&escaped(text));
        self
    }

    /// Adds a number.
    pub(super) fn number(&mut self, number: impl std::fmt::Display) -> &mut Self {
        // Writing to a text cannot fail.
        let _ = write!(self.0, "{number}");
        self
    }

    /// Adds a link to a page of the site, or to what [`web`] returned.
    pub(super) fn link(&mut self, address: &str, text: &str) -> &mut Self {
        self.raw("<a href=\"").text(address).raw("\">").text(text).raw("</a>")
    }

    /// Adds a link where there is one, else the text alone.
    pub(super) fn maybe_link(&mut self, address: Option<&str>, text: &str) -> &mut Self {
        match address {
            Some(address) => self.link(address, text),
            None => self.text(text),
        }
    }

    /// All of it.
    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// A text of one line that XML can hold: what it cannot is shown by its number already.
pub(super) fn xml(text: &str) -> String {
    escaped(&one_line(text)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{Html, xml};

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(xml("a\nb\u{10}"), "a b\\u{10}");
        let mut html = Html::default();
        html.link("x.html?\"", "<");
        assert_eq!(html.finish(), "<a href=\"x.html?&quot;\">&lt;</a>");
    }
}
