//! The JSON Schema of `tagkeeper.yaml`, made of the table of its keys.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::form::{described, file, list, map_of, object, some, text, words};
use crate::config::keys::{KEYS, Key, Slot};
use crate::config::mail::RECIPIENT_KEYS;
use crate::config::policy::{Who, who_key};
use crate::config::site::{CONFIG, Config};
use crate::config::terms::{BLOCKS, FORM_KEYS, KIND_KEYS, KINDS, MODEL_KEYS, RELEASE_TYPE_KEYS};
use crate::tree::deliverable::{Kind, Model, ReleaseType};

/// The schema of the configuration.
pub fn site_schema() -> Value {
    let defaults = Config::default();
    let mut groups: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    let mut top = Map::new();
    for key in KEYS {
        let schema = value(key, &defaults);
        match key.name.split_once('.') {
            Some((group, name)) => {
                groups.entry(group).or_default().insert(name.to_owned(), schema);
            }
            None => {
                top.insert(key.name.to_owned(), schema);
            }
        }
    }
    let group = |(name, properties): (&str, Map<String, Value>)| {
        let schema = json!({
            "type": "object", "properties": properties, "additionalProperties": false,
        });
        (name.to_owned(), described(&format!("the keys `{name}.…`"), schema))
    };
    top.extend(groups.into_iter().map(group));
    top.extend(BLOCKS.iter().map(|name| ((*name).to_owned(), block(name))));
    // A file with comments only leaves everything as it is.
    let root = json!({
        "type": ["object", "null"], "properties": top, "additionalProperties": false,
    });
    file(
        "config",
        (CONFIG, "How tagkeeper finds the servers of a site, and what it does there"),
        root,
        json!({}),
    )
}

/// A text, or several where the key takes them. Nothing stands for the empty text, where the key takes that.
fn value(key: &Key, defaults: &Config) -> Value {
    let takes_nothing = defaults.clone().set(key.name, "").is_ok();
    let text = match takes_nothing {
        true => json!({"type": ["string", "null"]}),
        false => json!({"type": "string", "pattern": r"\S"}),
    };
    let mut schema = match key.slot {
        Slot::List(_) | Slot::CheckedList(..) => {
            let item = match key.name {
                "mail.to" => recipient(),
                _ => json!({"type": "string"}),
            };
            json!({"anyOf": [text, list(&item)]})
        }
        _ => text,
    };
    let default = key.value_in(defaults);
    if !default.is_empty() {
        schema["default"] = json!(default);
    }
    described(key.summary, schema)
}

/// An address, or the addresses of some deliverables.
fn recipient() -> Value {
    let text = json!({"type": "string"});
    let some_of = object(RECIPIENT_KEYS, RECIPIENT_KEYS, |key| match key {
        "for" => {
            let conditions = object(Who::KEYS, &[], who_key);
            let names = json!({"anyOf": [text, list(&text), conditions]});
            described("deliverables: names, globs, or conditions as in the policy", names)
        }
        _ => described("their addresses", some(&text)),
    });
    json!({"anyOf": [{"type": "string"}, some_of]})
}

fn block(name: &str) -> Value {
    match name {
        "version-forms" => {
            described("forms of versions, by name", map_of(&object(FORM_KEYS, &["release"], form)))
        }
        "release-types" => described(
            "words for `release-type`, by name",
            map_of(&object(RELEASE_TYPE_KEYS, &[], |key| match key {
                "like" => like::<ReleaseType>(),
                "version-form" => text("how its versions are written"),
                _ => described(
                    "templates of Zuul jobs, one of which its repositories need",
                    list(&json!({"type": "string"})),
                ),
            })),
        ),
        "types" => described(
            "words for `type`, by name",
            map_of(&object(KIND_KEYS, &[], |key| match key {
                "like" => like::<Kind>(),
                _ => text("the release type of such deliverables"),
            })),
        ),
        _ => described(
            "words for `release-model`, by name",
            map_of(&object(MODEL_KEYS, &[], |_| like::<Model>())),
        ),
    }
}

fn form(key: &str) -> Value {
    match key {
        "release" => text("the form, such as v{MAJOR}.{MINOR}.{PATCH}"),
        _ => described(
            "what comes behind it in pre-releases, such as -rc{N}",
            object(&KINDS.map(|(kind, _)| kind), &[], |_| json!({"type": "string"})),
        ),
    }
}

/// A word of the format or of the site.
fn like<W: crate::tree::yaml::Word>() -> Value {
    let known = words::<W>();
    let schema = json!({"type": "string", "examples": known["enum"]});
    described("the word that it is like", schema)
}
