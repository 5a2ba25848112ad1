//! The tree of a YAML document.

use super::resolve::{self, Meaning};
use crate::tree::place::{Place, Placed};

/// A value in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// From its first to its last character. For an empty value, the place of its key.
    pub place: Place,
    /// Its content.
    pub content: Content,
}

/// The content of a [`Node`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A single value.
    Scalar {
        /// The text without quotes and escapes.
        text: String,
        /// How it is written. Only a plain one can mean a number, a date or a boolean.
        style: Style,
    },
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values, in the order of the file. Keys are unique.
    Mapping(Vec<Entry>),
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// In single quotes.
    Single,
    /// In double quotes.
    Double,
    /// Indented below a `|` or `>`.
    Block,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key, as text.
    pub key: Placed<String>,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The meaning of a scalar; `None` for lists and mappings.
    pub fn meaning(&self) -> Option<Meaning> {
        match &self.content {
            Content::Scalar { text, style: Style::Plain } => Some(resolve::plain(text)),
            Content::Scalar { .. } => Some(Meaning::Text),
            Content::Sequence(_) | Content::Mapping(_) => None,
        }
    }

    /// Whether it is a list or mapping in brackets.
    pub fn is_flow(&self) -> bool {
        let starts_before =
            |first: Place| (self.place.line, self.place.column) != (first.line, first.column);
        match &self.content {
            Content::Scalar { .. } => false,
            Content::Sequence(items) => items.first().is_none_or(|item| starts_before(item.place)),
            Content::Mapping(entries) => {
                entries.first().is_none_or(|entry| starts_before(entry.key.place))
            }
        }
    }

    /// The place that stands for the whole node in a message: within one line, if possible.
    pub fn head(&self) -> Place {
        match &self.content {
            Content::Mapping(entries) => {
                entries.first().map_or(self.place, |entry| entry.key.place)
            }
            Content::Sequence(items) => items.first().map_or(self.place, Self::head),
            Content::Scalar { .. } => self.place,
        }
    }
}
