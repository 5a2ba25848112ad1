//! What reStructuredText is made of, as far as a plain text can show it.

/// A block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// Running text.
    Paragraph(String),
    /// A title, and the line below it.
    Title(String, String),
    /// Lines that stay as they are: tables, and what is not known.
    Verbatim(Vec<String>),
    /// Lines that stay apart, and hold running text.
    Lines(Vec<String>),
    /// Code.
    Literal(Vec<String>),
    /// Blocks that are indented.
    Quote(Vec<Self>),
    /// A term, and what it means.
    Definition(String, Vec<Self>),
    /// A note, a warning; the word for it, and its text.
    Admonition(String, Vec<Self>),
    /// The items of a list.
    List(Vec<Item>),
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// What it begins with, such as `- ` or `1. `.
    pub(super) marker: String,
    /// What it holds.
    pub(super) blocks: Vec<Block>,
}
