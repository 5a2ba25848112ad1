//! What a YAML file says, without how it is written.

use std::fmt;

use crate::tree::yaml::{Content, Meaning, Node};

/// A value, as it is written by an edit and compared after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditedValue {
    /// Text. It is quoted where YAML would read it as something else.
    Text(String),
    /// A number, boolean, date or nothing, as it is written.
    Bare(String),
    /// A list.
    List(Vec<Self>),
    /// Keys and values, in order.
    Map(Vec<(String, Self)>),
}

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathStep {
    /// The value of a key.
    Key(String),
    /// An item of a list, counted from 0.
    Item(usize),
}

/// The way to a value from the root of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(pub Vec<PathStep>);

impl EditedValue {
    /// A mapping.
    pub fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    /// Whether there is nothing in it.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Text(_) | Self::Bare(_) => false,
            Self::List(items) => items.is_empty(),
            Self::Map(entries) => entries.is_empty(),
        }
    }

    pub(super) fn at(&mut self, path: &[PathStep]) -> Option<&mut Self> {
        let Some((step, rest)) = path.split_first() else { return Some(self) };
        match (step, self) {
            (PathStep::Key(key), Self::Map(entries)) => {
                entries.iter_mut().find(|(name, _)| name == key)?.1.at(rest)
            }
            (PathStep::Item(index), Self::List(items)) => items.get_mut(*index)?.at(rest),
            _ => None,
        }
    }
}

impl From<&str> for EditedValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<bool> for EditedValue {
    fn from(value: bool) -> Self {
        Self::Bare(value.to_string())
    }
}

impl From<&Node> for EditedValue {
    fn from(node: &Node) -> Self {
        match &node.content {
            Content::Scalar { text, .. } if node.meaning() == Some(Meaning::Text) => {
                Self::Text(text.clone())
            }
            Content::Scalar { text, .. } => Self::Bare(text.clone()),
            Content::Sequence(items) => Self::List(items.iter().map(Self::from).collect()),
            Content::Mapping(entries) => Self::map(
                entries.iter().map(|entry| (entry.key.value.clone(), Self::from(&entry.value))),
            ),
        }
    }
}

impl Path {
    /// The root.
    pub fn root() -> Self {
        Self::default()
    }

    /// The way to what is around it, and its key there; `None` for the root and for items of lists.
    pub fn above(&self) -> Option<(Self, &str)> {
        match self.0.split_last()? {
            (PathStep::Key(key), above) => Some((Self(above.to_vec()), key)),
            (PathStep::Item(_), _) => None,
        }
    }

    /// The value of `key` in it.
    #[must_use]
    pub fn key(mut self, key: &str) -> Self {
        self.0.push(PathStep::Key(key.to_owned()));
        self
    }

    /// The item at `index` in it, counted from 0.
    #[must_use]
    pub fn item(mut self, index: usize) -> Self {
        self.0.push(PathStep::Item(index));
        self
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("the file");
        }
        f.write_str("`")?;
        for (at, step) in self.0.iter().enumerate() {
            match step {
                PathStep::Key(key) if at == 0 => f.write_str(key)?,
                PathStep::Key(key) => write!(f, ".{key}")?,
                PathStep::Item(index) => write!(f, "[{index}]")?,
            }
        }
        f.write_str("`")
    }
}
