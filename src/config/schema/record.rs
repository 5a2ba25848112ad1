//! The JSON Schemas of the list of series and of the schedules: their keys are those of the readers.

use serde_json::{Value, json};

use super::form::{day, described, file, list, object, text, words};
use crate::tree::deliverable::Status;
use crate::tree::{schedule, series};

/// The schema of `data/series_status.yaml`.
pub fn series_schema() -> Value {
    let root = list(&object(series::KEYS, &["name", "status"], one));
    let about = "The series, newest first, with the phase of each";
    file("series-status", ("data/series_status.yaml", about), root, json!({}))
}

/// The schema of `doc/source/<series>/schedule.yaml`.
pub fn schedule_schema() -> Value {
    let mut root = object(schedule::KEYS, &["cycle"], of_schedule);
    // A file with comments only has no dates yet.
    root["type"] = json!(["object", "null"]);
    let about = "The weeks of a cycle, with their deadlines";
    file("schedule", ("doc/source/<series>/schedule.yaml", about), root, json!({}))
}

fn one(key: &str) -> Value {
    match key {
        "name" => text("its name, which is also the directory below deliverables/"),
        "release-id" => described(
            "what its branches are called after, such as 2026.2",
            json!({"type": ["string", "number"]}),
        ),
        "status" => described("its phase", words::<Status>()),
        "slurp" => described(
            "whether people may upgrade from it to the SLURP series after the next one",
            json!({"type": ["boolean", "string"]}),
        ),
        "initial-release" => day("the day of its release"),
        "next-phase" => described(
            "the next phase, and when it begins",
            object(series::NEXT_PHASE_KEYS, &["status"], next_phase),
        ),
        "eol-date" => day("the day on which its life ended"),
        "signing-key" => described(
            "the key that signs its tags while it is in development",
            object(series::SIGNING_KEYS, &["key"], signing_key),
        ),
        _ => Value::Bool(true),
    }
}

fn next_phase(key: &str) -> Value {
    match key {
        "status" => described("the phase", words::<Status>()),
        "date" => day("its first day, where that is decided"),
        _ => Value::Bool(true),
    }
}

fn signing_key(key: &str) -> Value {
    match key {
        "key" => described("its fingerprint", json!({"type": ["string", "number"]})),
        "start" => day("its first day"),
        "end" => {
            let last = json!({"anyOf": [{"const": "present"}, day("its last day")]});
            described("its last day, or present", last)
        }
        _ => Value::Bool(true),
    }
}

fn of_schedule(key: &str) -> Value {
    match key {
        "start-week" => day("Monday of the first week"),
        "release-week" => day("Monday of the release week"),
        "cycle" => described(
            "the weeks, in their order",
            list(&object(schedule::WEEK_KEYS, &["start", "end"], week)),
        ),
        _ => Value::Bool(true),
    }
}

fn week(key: &str) -> Value {
    match key {
        "name" => text("how many weeks before the release it is, such as R-5"),
        "start" => day("its first day"),
        "end" => day("its last day"),
        "x-project" => {
            described("events for all, such as h-final-lib", list(&json!({"type": "string"})))
        }
        "project-specific" => {
            described("events of single projects", list(&json!({"type": "string"})))
        }
        _ => Value::Bool(true),
    }
}
