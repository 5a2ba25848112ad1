//! What a Python file says without being run: its constants, its imports, and the arguments of a call.
//!
//! Texts, lists and dictionaries are read, joined with `+` or filled in with `%s`. Everything else is *computed*: it is never
//! guessed.

mod fold;
mod read;
mod tokens;

use std::collections::HashMap;

/// A value with its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value {
    /// Where it begins.
    pub(super) line: usize,
    /// What it is.
    pub(super) kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A string.
    Text(String),
    /// A list or a tuple.
    Many(Vec<Value>),
    /// A dictionary.
    Map(Vec<(Value, Value)>),
    /// `True`.
    True,
    /// `None` or `False`.
    Nothing,
    /// A name of another module: the module's own path of names, and the name.
    Foreign(Vec<String>, String),
    /// Anything else.
    Computed,
}

/// What a file says.
#[derive(Clone, Debug, Default)]
pub(super) struct Module {
    /// What is assigned once, at the top level.
    pub(super) constants: HashMap<String, Value>,
    /// The calls of the function asked for.
    pub(super) calls: Vec<Call>,
}

/// The arguments of a call.
#[derive(Clone, Debug, Default)]
pub(super) struct Call {
    /// Those with a name.
    pub(super) named: HashMap<String, Value>,
    /// Whether there are others (`*` or `**`).
    pub(super) has_more: bool,
}

impl Module {
    /// Reads `text`, and finds the calls of the function `function`.
    pub(super) fn read(text: &str, function: &str) -> Self {
        read::module(&tokens::tokens(text), function)
    }
}

#[cfg(test)]
mod tests;
