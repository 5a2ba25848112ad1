//! What a request asks for and nobody can make as it is written.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A release or branch that nobody can make as its file has it: it is no step, and stays pending until the file is fixed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImpossibleEntry {
    /// The deliverable file.
    pub file: String,
    /// The line of the value at fault, from 1.
    pub line: u32,
    /// The version, or the branch.
    pub name: String,
    /// Why it cannot be made.
    pub why: String,
}

impl ImpossibleEntry {
    /// How it is called in a message: ``1.1.0 of deliverables/hibiscus/widget.yaml``.
    pub fn title(&self) -> String {
        format!("{} of {}", self.name, self.file)
    }
}

impl fmt::Display for ImpossibleEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, name, why } = self;
        write!(f, "{file}:{line}: `{name}` is not planned: {why}")
    }
}
