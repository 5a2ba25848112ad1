//! Which schema is for which files, in the form of SchemaStore's catalog.

use serde_json::{Value, json};

use crate::config::{CONFIG, POLICY};

/// (name of the schema, what it is about, globs of paths).
const ENTRIES: [(&str, &str, &str); 5] = [
    ("deliverable", "a deliverable and its releases", "**/deliverables/*/*.yaml"),
    ("series-status", "the series of a releases repository", "**/data/series_status.yaml"),
    ("schedule", "the weeks of a cycle", "**/doc/source/*/schedule.yaml"),
    ("policy", "what a site decides about its releases", POLICY),
    ("config", "how a site is set up", CONFIG),
];

/// The catalog.
pub fn catalog() -> Value {
    let entry = |(name, description, glob): &(&str, &str, &str)| {
        json!({
            "name": format!("tagkeeper {name}"),
            "description": format!("tagkeeper: {description}"),
            "fileMatch": [glob],
            "url": format!("https://json.schemastore.org/tagkeeper-{name}.json"),
        })
    };
    json!({
        "$schema": "https://json.schemastore.org/schema-catalog.json",
        "version": 1,
        "schemas": ENTRIES.iter().map(entry).collect::<Vec<_>>(),
    })
}
