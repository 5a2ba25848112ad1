//! Changes YAML files without harm: byte splices at the places of the tree.
//!
//! Comments, order, quotes, line ends and every byte that need not change stay. A [`Document`] reads itself again after each
//! change, and refuses the change if anything but the asked-for value would differ: an edit is refused rather than guessed.

mod document;
mod find;
mod fixes;
mod format;
mod layout;
mod region;
mod release;
mod series;
mod splice;
mod value;

pub use document::Document;
pub use fixes::{Fixed, fix};
pub use format::format;
pub use region::Beside;
pub use release::{NewEntry, NewProject, NewStart};
pub use series::without_releases;
pub use splice::{Overlap, Splice, splice};
pub use value::{EditedValue, Path, PathStep};

/// Why an edit was not made. The file is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is nothing at this path.
    #[error("there is no {0}")]
    Missing(String),
    /// The value at this path is of another kind.
    #[error("{at} is not {expected}")]
    Kind {
        /// The path.
        at: String,
        /// `a list` or `a mapping`.
        expected: &'static str,
    },
    /// The key exists already.
    #[error("{0} exists already")]
    Exists(String),
    /// Without it the list or mapping would be empty, which may mean something else.
    #[error("{0} is the only entry: remove the whole list or mapping instead")]
    OnlyOne(String),
    /// Comments would be lost.
    #[error("there are comments inside {0}, which would be lost: edit it by hand")]
    Comments(String),
    /// It is written in a way that has no single right place for the change.
    #[error(
        "{0} is written in a way that leaves no single right place for this change: edit it by hand"
    )]
    NoPlace(String),
    /// The file is no YAML.
    #[error("{0}")]
    Unreadable(String),
}
