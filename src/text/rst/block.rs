//! What reStructuredText is made of, as far as a plain text can show it.

/// A block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// Running text.
    Paragraph(String),
    /// A title, the line below it, and whether there is one above it too.
    Title(String, String, Ruled),
    /// A place that links of the text lead to, by its name.
    Label(String),
    /// A picture: where it is, and what it shows.
    Image(String, String),
    /// The pages that are named in the lines, or the contents of this one where there are none.
    Contents(Vec<String>),
    /// Rows of cells; the first rows are headings, as many as the number says.
    Table(usize, Vec<Vec<Vec<Self>>>),
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

/// Where the lines of a title are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ruled {
    /// Below it.
    Below,
    /// Above and below it.
    Around,
}
