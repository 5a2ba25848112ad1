//! What reStructuredText is made of, as far as a plain text can show it.

use super::places::CustomDirective;

/// A block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// Running text.
    Paragraph(String),
    /// A title, the line below it, and whether there is one above it too.
    Title(String, String, Ruled),
    /// A title that is in no list of contents.
    Rubric(String),
    /// A line between two parts.
    Transition,
    /// A place that links of the text lead to, by its name.
    Label(String),
    /// A picture, and what is written below it.
    Image(Image, Vec<Self>),
    /// The pages that are named in the lines, or the contents of this one where there are none.
    Contents(Contents),
    /// What only the site can say.
    Insert(Insert),
    /// Rows of cells.
    Table(Table),
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

impl Block {
    /// The blocks directly in this one.
    pub(super) fn inner(&self) -> Box<dyn Iterator<Item = &Self> + '_> {
        match self {
            Self::Image(_, inner)
            | Self::Quote(inner)
            | Self::Definition(_, inner)
            | Self::Admonition(_, inner) => Box::new(inner.iter()),
            Self::List(items) => Box::new(items.iter().flat_map(|item| &item.blocks)),
            Self::Table(table) => {
                Box::new(table.rows.iter().flatten().flat_map(|cell| &cell.blocks))
            }
            Self::Paragraph(_)
            | Self::Title(..)
            | Self::Rubric(_)
            | Self::Transition
            | Self::Label(_)
            | Self::Contents(_)
            | Self::Insert(_)
            | Self::Verbatim(_)
            | Self::Lines(_)
            | Self::Literal(_) => Box::new(std::iter::empty()),
        }
    }
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// What it begins with, such as `- ` or `1. `.
    pub(super) marker: String,
    /// What it holds.
    pub(super) blocks: Vec<Block>,
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Image {
    pub(super) line: usize,
    /// Where it is.
    pub(super) place: String,
    /// What it shows.
    pub(super) about: String,
    /// Where it leads to.
    pub(super) target: Option<String>,
}

/// A list of pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Contents {
    pub(super) line: usize,
    pub(super) pages: Vec<String>,
}

/// A directive that is not one of reStructuredText's: the site may know what it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Insert {
    pub(super) line: usize,
    pub(super) name: String,
    /// Name and value of its options.
    pub(super) options: Vec<(String, String)>,
    /// As it is written.
    pub(super) lines: Vec<String>,
}

/// Rows of cells; the first rows are headings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) title: Option<String>,
    /// How many rows are headings.
    pub(super) headings: usize,
    pub(super) rows: Vec<Vec<Cell>>,
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// Columns.
    pub(super) across: usize,
    /// Rows.
    pub(super) down: usize,
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

impl Insert {
    /// The same, for the site.
    pub(super) fn asked(&self) -> CustomDirective<'_> {
        CustomDirective { directive: &self.name, options: &self.options }
    }
}
