//! The tree of a YAML document.

use super::resolve::{self, Meaning};
use crate::tree::place::{Place, Placed};

/// A value in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// From its first to its last character; of an empty value the key it belongs to.
    pub place: Place,
    /// What it is.
    pub content: Content,
}

/// What a [`Node`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A single value.
    Scalar {
        /// The text without quotes and escapes.
        text: String,
        /// Whether it is plain: only then its text can mean anything but itself.
        plain: bool,
    },
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values, in the order of the file; no key stands twice.
    Mapping(Vec<Entry>),
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
    /// What a scalar means; `None` for lists and mappings.
    pub fn meaning(&self) -> Option<Meaning> {
        match &self.content {
            Content::Scalar { text, plain: true } => Some(resolve::plain(text)),
            Content::Scalar { plain: false, .. } => Some(Meaning::Text),
            Content::Sequence(_) | Content::Mapping(_) => None,
        }
    }

    /// Where to point when the node as a whole is meant: a place within one line wherever there is one.
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
