//! One note: its file, read.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_yaml::Value;

use super::config::NotesConfig;

/// A release note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseNote {
    /// The path of its file in the repository.
    pub file: String,
    /// What comes before all sections.
    pub prelude: Option<String>,
    /// The texts of each section that it has, in the order of the file; reStructuredText.
    pub sections: Vec<(String, Vec<String>)>,
}

/// A note that could not be read, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadNote {
    /// The path of its file in the repository.
    pub file: String,
    /// What is wrong: a phrase.
    pub why: String,
}

impl ReleaseNote {
    /// Whether it says anything.
    pub fn is_empty(&self) -> bool {
        self.prelude.is_none() && self.sections.iter().all(|(_, texts)| texts.is_empty())
    }

    /// The texts of its section of that name.
    pub fn section<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.sections.iter().filter(move |(known, _)| known == name);
        named.flat_map(|(_, texts)| texts).map(String::as_str)
    }

    /// Reads the note in `file`. What is wrong in it goes to `bad`; the rest is kept.
    pub(super) fn read(
        file: &str,
        bytes: &[u8],
        config: &NotesConfig,
        bad: &mut Vec<BadNote>,
    ) -> Self {
        let mut note = Self { file: file.to_owned(), prelude: None, sections: Vec::new() };
        let mut say = |why: String| bad.push(BadNote { file: file.to_owned(), why });
        let Ok(text) = std::str::from_utf8(bytes) else {
            say("it is not UTF-8".to_owned());
            return note;
        };
        let pairs = match serde_yaml::from_str::<Pairs>(text) {
            Ok(Pairs(pairs)) => pairs,
            Err(error) => {
                say(format!("its YAML cannot be read: {error}"));
                return note;
            }
        };
        for (name, value) in pairs {
            if name == config.prelude {
                match value {
                    Value::String(text) => note.prelude = Some(text),
                    Value::Null => {}
                    other => say(format!("its `{name}` is {}, not text", kind(&other))),
                }
            } else {
                let texts = texts(&name, value, &mut say);
                note.sections.retain(|(known, _)| *known != name);
                note.sections.push((name, texts));
            }
        }
        note
    }
}

/// The texts of a section: one, or a list.
fn texts(name: &str, value: Value, say: &mut impl FnMut(String)) -> Vec<String> {
    let items = match value {
        Value::Sequence(items) => items,
        Value::Null => Vec::new(),
        one => vec![one],
    };
    let mut texts = Vec::new();
    for (at, item) in items.into_iter().enumerate() {
        match item {
            Value::String(text) => texts.push(text),
            Value::Null => {}
            other => say(format!(
                "item {} of its `{name}` is {}, not text; put it in quotes or after `|`",
                at + 1,
                kind(&other)
            )),
        }
    }
    texts
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "yes or no",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Sequence(_) => "a list",
        Value::Mapping(_) => "a mapping",
        Value::Tagged(_) => "a tagged value",
    }
}

/// A mapping by name. Of a key that is there twice the last value counts, as it does for reno.
struct Pairs(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping of sections")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (ReleaseNote, Vec<String>) {
        let mut bad = Vec::new();
        let note = ReleaseNote::read("n.yaml", bytes, &NotesConfig::default(), &mut bad);
        (note, bad.into_iter().map(|one| one.why).collect())
    }

    #[test]
    fn a_note_has_a_prelude_and_sections() {
        let (note, bad) = read(
            b"---\nprelude: >\n  All is\n  new.\nfeatures:\n  - |\n    It turns.\n  - And stops.\nfixes: One.\nother:\n",
        );
        assert_eq!(bad, [""; 0]);
        assert_eq!(note.prelude.as_deref(), Some("All is new.\n"));
        assert_eq!(note.section("features").collect::<Vec<_>>(), ["It turns.\n", "And stops."]);
        assert_eq!(note.section("fixes").collect::<Vec<_>>(), ["One."]);
        assert_eq!(note.section("other").count(), 0);
    }

    #[test]
    fn what_is_wrong_is_said_and_the_rest_is_kept() {
        let (note, bad) =
            read(b"fixes:\n  - One.\n  - Fix: two\n  - 3\nfeatures: {a: b}\nprelude: [x]\n");
        assert_eq!(note.section("fixes").collect::<Vec<_>>(), ["One."]);
        assert_eq!(bad.len(), 4, "{bad:?}");
        assert!(bad[0].contains("item 2 of its `fixes` is a mapping"), "{}", bad[0]);
    }

    #[test]
    fn a_file_that_is_no_note_is_said_whole() {
        for bytes in [&b"\xff\xfe"[..], b"- a list", b"just text", b"a: [", b"a: 1\n---\nb: 2\n"] {
            let (note, bad) = read(bytes);
            assert!(note.is_empty(), "{note:?}");
            assert_eq!(bad.len(), 1, "{bytes:?}: {bad:?}");
        }
    }

    #[test]
    fn of_a_key_that_is_there_twice_the_last_counts() {
        let (note, _) = read(b"fixes:\n  - One.\nfixes:\n  - Two.\n");
        assert_eq!(note.section("fixes").collect::<Vec<_>>(), ["Two."]);
    }
}
