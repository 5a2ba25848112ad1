//! What is wrong in the data or in a page.

use std::fmt;

use crate::text::one_line;
use crate::tree::place::{Place, Problem};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// The site is not written.
    Error,
    /// Something is left out.
    Warning,
}

/// A mistake, at its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Whether the site can be written in spite of it.
    pub weight: Weight,
    /// The file of the releases repository.
    pub file: String,
    /// Where in it; `None` for the whole of it.
    pub place: Option<Place>,
    /// What is wrong: a phrase.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Mistake {
    pub(super) fn error(file: &str, place: Option<Place>, message: impl Into<String>) -> Self {
        let (file, message) = (file.to_owned(), message.into());
        Self { weight: Weight::Error, file, place, message, help: None }
    }

    pub(super) fn warning(file: &str, place: Option<Place>, message: impl Into<String>) -> Self {
        Self { weight: Weight::Warning, ..Self::error(file, place, message) }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn of_problem(file: &str, problem: &Problem) -> Self {
        let place = Some(problem.place);
        Self { help: problem.help.clone(), ..Self::error(file, place, &*problem.message) }
    }

    /// Whether the site is not written because of it.
    pub fn is_error(&self) -> bool {
        self.weight == Weight::Error
    }
}

impl Weight {
    /// The word before a message.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.weight.as_str(), one_line(&self.file))?;
        if let Some(place) = self.place {
            write!(f, ":{place}")?;
        }
        write!(f, ": {}", one_line(&self.message))
    }
}
