//! The JSON Schema of an outcome.

use serde_json::{Value, json};

use crate::plan::{action_schema, impossible_schema, planned_release_schema};

/// The schema of what `tagkeeper apply --format json` writes.
pub fn outcome_schema() -> Value {
    let mut step = action_schema();
    step["allOf"] = json!([result_schema()]);
    let text = json!({"type": "string"});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An outcome of tagkeeper",
        "description": "The result of a plan. Fields may be added; these stay",
        "type": "object",
        "required": ["releases", "left"],
        "properties": {
            "releases": {"type": "array", "items": {
                "type": "object",
                "required": ["planned", "steps"],
                "properties": {
                    "planned": planned_release_schema(),
                    "steps": {"type": "array", "items": step}
                }
            }},
            "left": {
                "type": "array",
                "description": "What was pending and no file lists any longer",
                "items": {
                    "type": "object",
                    "required": ["file", "name", "reason", "detail", "since"],
                    "properties": {
                        "file": text, "name": text, "detail": text, "since": text, "waited": text, "base": text,
                        "troubles": {"type": "array", "items": {
                            "type": "object",
                            "required": ["step", "cause"],
                            "properties": {"step": text, "cause": text}
                        }},
                        "reason": {"enum": ["held", "refused", "failed", "unknown", "unsent"]}
                    }
                }
            },
            "taken_back": {"type": "array", "items": text},
            "unread": {"type": "array", "items": text, "description": "Files and entries that cannot be read"},
            "impossible": {"type": "array", "items": impossible_schema()}
        }
    })
}

fn result_schema() -> Value {
    let plain = [
        "made",
        "was-there",
        "open",
        "ended",
        "operator",
        "unsent",
        "not-begun",
        "conflict",
        "refused",
        "failed",
        "unknown",
    ];
    let waiting = json!({
        "type": "object",
        "required": ["until", "reason"],
        "properties": {"until": {"type": ["string", "null"]}, "reason": {"type": "string"}}
    });
    json!({
        "required": ["did", "detail"],
        "oneOf": [
            {"properties": {"did": {"const": "held"}, "detail": waiting}},
            {"properties": {"did": {"enum": plain}, "detail": {"type": "string"}}}
        ]
    })
}
