//! The JSON Schema of a plan.

use serde_json::{Value, json};

/// The schema of what `tagkeeper plan --format json` and `--out` write.
pub fn plan_schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A plan of tagkeeper",
        "description": "What a request would tag, branch and announce. Fields may be added; these stay",
        "type": "object",
        "required": ["version", "base", "head", "releases"],
        "properties": {
            "version": {"const": 1},
            "base": {"type": ["string", "null"], "description": "What the request is compared with"},
            "head": {"type": "string", "description": "The commit of the releases repository"},
            "releases": {"type": "array", "items": planned_release_schema()},
            "unread": {"type": "array", "items": {"type": "string"}, "description": "Files and entries that cannot be read"},
            "impossible": {"type": "array", "items": impossible_schema()}
        }
    })
}

/// The schema of an entry that nobody can make.
pub fn impossible_schema() -> Value {
    json!({
        "type": "object",
        "description": "A release or branch that cannot be made as it is written; it stays pending",
        "required": ["file", "line", "name", "why"],
        "properties": {
            "file": {"type": "string"},
            "line": {"type": "integer", "minimum": 1},
            "name": {"type": "string", "description": "The version or branch"},
            "why": {"type": "string"}
        }
    })
}

/// The schema of one release of a plan.
pub fn planned_release_schema() -> Value {
    let mut step = action_schema();
    step["allOf"] = json!([state_schema()]);
    json!({
        "type": "object",
        "required": ["file", "deliverable", "series", "version", "commit", "steps"],
        "properties": {
            "file": {"type": "string"},
            "deliverable": {"type": "string"},
            "series": {"type": "string"},
            "version": {"type": ["string", "null"], "description": "null for a branch without a release"},
            "commit": {"type": ["string", "null"], "description": "The commit that brought it"},
            "overrides": {"type": "array", "items": {
                "type": "object",
                "required": ["rule", "reason", "approval"],
                "properties": {
                    "rule": {"type": "string"},
                    "reason": {"type": "string"},
                    "approval": {"enum": ["given", "missing", "unknown"]},
                    "why": {"type": "string"}
                }
            }},
            "steps": {"type": "array", "items": step}
        }
    })
}

/// The schema of what a step does.
pub fn action_schema() -> Value {
    json!({
        "type": "object",
        "required": ["repo", "action", "name"],
        "properties": {
            "repo": {"type": "string"},
            "action": {"type": "string", "description": "The kind of step: tag, branch, announce, delete-branch, follow-up, constraint, and kinds to come"},
            "name": {"type": "string", "description": "The tag, branch or version"},
            "item": {"type": "string", "description": "Which of several of its kind"},
            "commit": {"type": "string"},
            "message": {"type": "string", "description": "The message of a tag, as it will be signed, or of a commit"},
            "patch": {"type": "string", "description": "What it changes in files"},
            "noun": {"type": "string", "description": "What it makes, for messages"},
            "ref": {"type": "string", "pattern": "^refs/", "description": "The ref that it makes"},
            "needs": {"type": "array", "items": {"type": "string"}, "description": "The kinds of steps that must be done first"}
        }
    })
}

fn state_schema() -> Value {
    let words = |state: Value, why: Value| json!({"required": ["state", "why"], "properties": {"state": state, "why": why}});
    json!({
        "required": ["state"],
        "properties": {"state": {"enum": ["create", "held", "done", "open", "ended", "conflict", "operator", "unknown"]}},
        "oneOf": [
            {"properties": {"state": {"const": "create"}, "why": false}},
            words(json!({"const": "held"}), waiting_schema()),
            words(json!({"enum": ["done", "open", "ended", "conflict", "operator", "unknown"]}), json!({"type": "string"}))
        ]
    })
}

/// The schema of what is waited for, and until when.
fn waiting_schema() -> Value {
    json!({
        "type": "object",
        "required": ["until", "reason"],
        "properties": {
            "until": {"type": ["string", "null"], "description": "A time; null if it is unknown"},
            "reason": {"type": "string"}
        }
    })
}
