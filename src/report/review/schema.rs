//! The JSON Schema of the page for programs.

use serde_json::{Map, Value, json};

use crate::plan::plan_schema;

/// The schema of what `tagkeeper report --format json` writes.
pub fn page_schema() -> Value {
    let mut schema = object(&[
        ("version", json!({"const": 1})),
        ("tool", text()),
        ("headline", json!({"enum": ["yes", "no", "not-judged"]})),
        ("verdict", text()),
        ("base", optional(&text())),
        ("head", text()),
        ("compared", text()),
        ("now", moment()),
        ("findings", list(&finding())),
        (
            "summary",
            object(&[("errors", count()), ("warnings", count()), ("could_not_check", count())]),
        ),
        ("notes", list(&text())),
        ("attention", list(&object(&[("level", level()), ("text", text()), ("anchor", text())]))),
        ("plan", optional(&plan())),
        ("no_plan", optional(&text())),
        ("approvals", answer(&json!({"type": "object"}))),
        ("deliverables", list(&deliverable())),
        ("mails", list(&object(&[("repo", text()), ("version", text()), ("to", list(&text()))]))),
    ]);
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("The page of a reviewer");
    schema["description"] =
        json!("What tagkeeper found out about a request. Fields may be added; these stay");
    schema
}

fn finding() -> Value {
    object(&[
        ("rule", text()),
        ("level", level()),
        ("file", text()),
        ("line", count()),
        ("column", count()),
        ("message", text()),
        ("help", optional(&text())),
        ("repo", optional(&text())),
        ("release", optional(&text())),
        ("held", json!({"type": "boolean"})),
        ("held_until", optional(&moment())),
        ("overridden_by", optional(&json!({"type": "object"}))),
    ])
}

/// A plan, within this document.
fn plan() -> Value {
    let mut plan = plan_schema();
    if let Some(fields) = plan.as_object_mut() {
        fields.remove("$schema");
    }
    plan
}

fn deliverable() -> Value {
    let build =
        object(&[("result", text()), ("ended", optional(&moment())), ("url", optional(&text()))]);
    let job = object(&[("project", text()), ("job", text()), ("builds", answer(&list(&build)))]);
    object(&[
        ("name", text()),
        ("file", text()),
        ("series", text()),
        ("status", optional(&text())),
        ("asked", text()),
        ("team", optional(&object(&[("name", text()), ("people", answer(&people()))]))),
        ("kind", text()),
        ("model", optional(&text())),
        ("other_series", list(&object(&[("series", text()), ("newest", optional(&text()))]))),
        ("siblings", list(&object(&[("name", text()), ("newest", optional(&text()))]))),
        (
            "downstream",
            object(&[("repos", list(&text())), ("mail", list(&text())), ("jobs", list(&job))]),
        ),
        ("releases", list(&release())),
    ])
}

fn people() -> Value {
    let mut person = object(&[("name", text()), ("email", text())]);
    person["properties"]["irc"] =
        json!({"type": "string", "description": "The nick on IRC, where governance has it"});
    object(&[("ptl", optional(&person)), ("liaisons", list(&person)), ("gap", optional(&text()))])
}

fn release() -> Value {
    let stop = object(&[("from", moment()), ("reasons", list(&text()))]);
    let bump = object(&[
        ("bump", json!({"enum": ["patch", "minor", "major"]})),
        ("after", text()),
        ("version", optional(&text())),
        ("reasons", list(&text())),
        ("is_met", json!({"type": "boolean"})),
    ]);
    object(&[
        ("version", text()),
        ("is_end", json!({"type": "boolean"})),
        ("wait", object(&[("stops", list(&stop)), ("free", optional(&moment()))])),
        ("suggested", answer(&bump)),
        ("repositories", list(&repository())),
    ])
}

fn repository() -> Value {
    let branch = object(&[("name", text()), ("left_out", list(&commit()))]);
    let query = object(&[("query", text()), ("changes", answer(&list(&link())))]);
    let dependent = object(&[("repo", text()), ("requirement", text()), ("place", text())]);
    let section = object(&[("title", optional(&text())), ("texts", list(&text()))]);
    let notes = object(&[("sections", list(&section)), ("unreadable", list(&text()))]);
    let dependents = object(&[
        ("looked_at", count()),
        ("searched", answer(&count())),
        ("found", list(&dependent)),
    ]);
    object(&[
        ("repo", text()),
        ("commit", text()),
        ("position", answer(&position())),
        ("branch", answer(&branch)),
        ("since", answer(&optional(&text()))),
        ("commits", answer(&list(&commit()))),
        ("changes", answer(&count())),
        ("graph", answer(&graph())),
        ("lost", answer(&list(&commit()))),
        ("requirements", answer(&requirements())),
        ("metadata", answer(&metadata())),
        ("notes", answer(&notes)),
        ("open_changes", list(&query)),
        ("dependents", answer(&dependents)),
    ])
}

fn position() -> Value {
    let held = object(&[
        ("name", text()),
        ("describe", optional(&text())),
        ("is_head", json!({"type": "boolean"})),
    ]);
    object(&[
        ("subject", text()),
        ("committed", moment()),
        ("describe", optional(&text())),
        ("tags", list(&text())),
        ("branches", list(&held)),
        ("others", list(&held)),
    ])
}

fn commit() -> Value {
    object(&[
        ("commit", text()),
        ("subject", text()),
        ("author", text()),
        ("change", optional(&link())),
        ("open", list(&link())),
        ("bugs", list(&link())),
        ("notes", list(&text())),
    ])
}

fn graph() -> Value {
    let commit = object(&[("commit", text()), ("names", list(&text())), ("subject", text())]);
    let row = object(&[("lanes", text()), ("at", optional(&commit))]);
    object(&[("branches", list(&commit)), ("rows", list(&row)), ("left_out", count())])
}

fn requirements() -> Value {
    let line = object(&[
        ("change", json!({"enum": ["added", "removed", "raised", "lowered", "changed"]})),
        ("name", text()),
        ("file", text()),
        ("extra", optional(&text())),
        ("before", optional(&text())),
        ("after", optional(&text())),
    ]);
    object(&[("changes", list(&line)), ("undecided", list(&text())), ("diff", list(&text()))])
}

fn metadata() -> Value {
    let line = object(&[
        (
            "field",
            json!({"enum": ["name", "summary", "requires-python", "classifier", "build-requirement"]}),
        ),
        ("before", optional(&text())),
        ("after", optional(&text())),
    ]);
    object(&[("changes", list(&line)), ("undecided", list(&text()))])
}

fn link() -> Value {
    object(&[("text", text()), ("url", optional(&text()))])
}

/// What is known, absent or not checked.
fn answer(known: &Value) -> Value {
    json!({
        "type": "object",
        "required": ["state"],
        "oneOf": [
            {"properties": {"state": {"const": "known"}, "value": known}, "required": ["value"]},
            {"properties": {"state": {"const": "absent"}, "value": false}},
            {
                "properties": {"state": {"const": "not-checked"}, "value": {"type": "string", "description": "Why"}},
                "required": ["value"]
            }
        ]
    })
}

/// An object that has all of these fields.
fn object(fields: &[(&str, Value)]) -> Value {
    let required: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> =
        fields.iter().map(|(name, form)| ((*name).to_owned(), form.clone())).collect();
    json!({"type": "object", "required": required, "properties": properties})
}

fn list(items: &Value) -> Value {
    json!({"type": "array", "items": items})
}

fn optional(form: &Value) -> Value {
    json!({"anyOf": [form, {"type": "null"}]})
}

fn text() -> Value {
    json!({"type": "string"})
}

fn count() -> Value {
    json!({"type": "integer", "minimum": 0})
}

fn moment() -> Value {
    json!({"type": "string", "format": "date-time"})
}

fn level() -> Value {
    json!({"enum": ["error", "warning", "note", "could-not-check"]})
}
