//! What a value of a file is called in messages, and the keys of a mapping.

use super::node::{Content, Entry, Node, Style};
use super::resolve::Meaning;
use crate::tree::place::Place;

/// A node, and what messages call it.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    pub(super) name: &'a str,
    pub(super) part: Part,
    /// The node.
    pub node: &'a Node,
}

/// Which part of the file a node is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    Whole,
    Value,
    Item,
}

/// A mapping whose keys are known.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    pub(super) entries: &'a [Entry],
    /// The keys that are misspelt, as they were meant.
    pub(super) meant: Vec<&'static str>,
    pub(super) of: Field<'a>,
}

impl<'a> Field<'a> {
    /// The root of a document.
    pub fn root(node: &'a Node) -> Self {
        Self { name: "", part: Part::Whole, node }
    }

    /// The value of an entry.
    pub fn of(entry: &'a Entry) -> Self {
        Self { name: &entry.key.value, part: Part::Value, node: &entry.value }
    }

    /// The key it is the value of, or an item of; empty for the root.
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// Whether it is exactly this text.
    pub fn is_text(&self, wanted: &str) -> bool {
        matches!(&self.node.content, Content::Scalar { text, .. } if text == wanted)
    }

    pub(super) fn style(&self) -> Style {
        match self.node.content {
            Content::Scalar { style, .. } => style,
            Content::Sequence(_) | Content::Mapping(_) => Style::Plain,
        }
    }

    pub(super) fn item(self, node: &'a Node) -> Self {
        Self { part: Part::Item, node, ..self }
    }

    pub(super) fn called(&self) -> String {
        match self.part {
            Part::Whole => "the file".to_owned(),
            Part::Value => format!("`{}`", self.name),
            Part::Item if self.name.is_empty() => "an entry".to_owned(),
            Part::Item => format!("an entry of `{}`", self.name),
        }
    }

    /// Its description in messages.
    pub(super) fn described(&self) -> String {
        match (&self.node.content, self.node.meaning()) {
            (Content::Scalar { text, .. }, Some(meaning)) if meaning != Meaning::Null => {
                format!("{} `{text}`", meaning.describe().replacen("a ", "the ", 1))
            }
            (Content::Scalar { .. }, _) => "nothing".to_owned(),
            (Content::Sequence(_), _) => "a list".to_owned(),
            (Content::Mapping(_), _) => "a mapping".to_owned(),
        }
    }
}

impl<'a> Fields<'a> {
    /// The value of `key`, if present.
    pub fn get(&self, key: &str) -> Option<Field<'a>> {
        self.entries.iter().find(|entry| entry.key.value == key).map(Field::of)
    }

    /// Whether it has `key`, or an unknown key that `key` is the right spelling of.
    pub fn means(&self, key: &str) -> bool {
        self.get(key).is_some() || self.meant.contains(&key)
    }

    /// The place of the whole mapping.
    pub fn place(&self) -> Place {
        self.of.node.place
    }
}
