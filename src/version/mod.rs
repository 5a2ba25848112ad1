//! Versions.

/// A version as a release file writes it; it is also the name of the tag.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    text: String,
}

impl Version {
    /// Takes any text: what it is worth, the other functions say.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }

    /// As written.
    pub fn text(&self) -> &str {
        &self.text
    }
}
