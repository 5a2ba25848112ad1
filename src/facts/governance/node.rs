//! YAML from other projects, read as it is: it keeps every key, even duplicates.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// A text, number or boolean; `None` for a key without a value.
    Scalar(Option<String>),
    /// A list.
    List(Vec<Self>),
    /// A map, in the order of the file.
    Map(Vec<(String, Self)>),
}

impl Node {
    /// Reads a document.
    ///
    /// # Errors
    /// If it is not YAML.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        serde_yaml::from_slice(bytes).map_err(|error| error.to_string())
    }

    /// The value of a key in a map. A key without a value counts as missing.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(entries) = self else { return None };
        let found = entries.iter().find(|(name, _)| name == key).map(|(_, value)| value);
        found.filter(|value| **value != Self::Scalar(None))
    }

    /// A text.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Scalar(text) => text.as_deref(),
            Self::List(_) | Self::Map(_) => None,
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyNode)
    }
}

struct AnyNode;

impl<'de> Visitor<'de> for AnyNode {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar(None))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Scalar(Some(value.to_string())))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Scalar(Some(value.to_string())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Scalar(Some(value.to_string())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Scalar(Some(value.to_string())))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Scalar(Some(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut found = Vec::new();
        while let Some(item) = items.next_element()? {
            found.push(item);
        }
        Ok(Node::List(found))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut found = Vec::new();
        while let Some((key, value)) = entries.next_entry::<Node, Node>()? {
            let name = key.text().map_or_else(|| format!("{key:?}"), str::to_owned);
            found.push((name, value));
        }
        Ok(Node::Map(found))
    }
}
