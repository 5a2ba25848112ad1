//! The parts that schemas are made of.

use serde_json::{Map, Value, json};

use crate::tree::yaml::Word;

/// A day, such as `2026-09-30`.
const DAY: &str = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
/// Where catalogs look for schemas.
const PLACE: &str = "https://json.schemastore.org";
/// The draft that editors read best.
const DRAFT: &str = "http://json-schema.org/draft-07/schema#";

/// The schema of a whole file, with its name, what it is, and what it defines for others to refer to.
pub(in crate::config) fn file(
    name: &str,
    (title, description): (&str, &str),
    mut root: Value,
    definitions: Value,
) -> Value {
    root["$schema"] = json!(DRAFT);
    root["$id"] = json!(format!("{PLACE}/tagkeeper-{name}.json"));
    root["title"] = json!(title);
    root["description"] = json!(description);
    if definitions.as_object().is_some_and(|all| !all.is_empty()) {
        root["definitions"] = definitions;
    }
    root
}

/// A mapping with these keys and no others.
pub(in crate::config) fn object(
    keys: &[&str],
    required: &[&str],
    of: impl Fn(&str) -> Value,
) -> Value {
    let properties: Map<String, Value> =
        keys.iter().map(|key| ((*key).to_owned(), of(key))).collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// A mapping with any keys.
pub(in crate::config) fn map_of(value: &Value) -> Value {
    json!({"type": "object", "additionalProperties": value})
}

pub(in crate::config) fn described(description: &str, mut schema: Value) -> Value {
    schema["description"] = json!(description);
    schema
}

pub(in crate::config) fn list(items: &Value) -> Value {
    json!({"type": "array", "items": items})
}

/// One value or several.
pub(in crate::config) fn some(of: &Value) -> Value {
    json!({"anyOf": [of, {"type": "array", "minItems": 1, "items": of}]})
}

pub(in crate::config) fn words<W: Word>() -> Value {
    words_and::<W>([])
}

/// The words of the format, and those of the site.
pub(in crate::config) fn words_and<'a, W: Word>(own: impl IntoIterator<Item = &'a str>) -> Value {
    let mut all: Vec<&str> = W::ALL.iter().map(|word| word.as_str()).collect();
    for word in own {
        if !all.contains(&word) {
            all.push(word);
        }
    }
    json!({"enum": all})
}

pub(in crate::config) fn text(description: &str) -> Value {
    json!({"type": "string", "description": description})
}

/// A day, quoted or not.
pub(in crate::config) fn day(description: &str) -> Value {
    json!({"type": "string", "format": "date", "pattern": DAY, "description": description})
}

/// What the file defines under that name. Draft 7 reads nothing that is written beside a reference.
pub(in crate::config) fn defined(name: &str) -> Value {
    json!({"$ref": format!("#/definitions/{name}")})
}
