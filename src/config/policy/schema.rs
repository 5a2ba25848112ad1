//! The JSON Schema of `release-policy.yaml`, for editors: made of the keys and words that the reader goes by.
//!
//! It says what can be said of one value. That a hold ends after it begins, or that a name is in the record, only the
//! reader can tell. Of time zones it knows the spelling of the IANA list only.

use serde_json::{Map, Value, json};

use super::hours::{Day, zones};
use super::levels::PolicyLevel;
use super::{
    HoldStatus, KEYS, Matches, On, POLICY, constraints, downstream, follow_up, hold, levels,
    overrides, soak, urgent, who, window,
};
use crate::config::schema::form::{defined, described, file, list, object, some, text, words};
use crate::tree::deliverable::{Kind, Model};

/// From `08:00` to `11:00`: up to 24:00, and not for no time at all.
const HOURS: &str = r"^\s*((?:[01][0-9]|2[0-3]):[0-5][0-9])\s*-\s*(?!\1\s*$)(?!00:00)(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)\s*$";
/// A moment with its zone, such as `2026-08-14T09:00Z`.
const MOMENT: &str = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)$";

/// The schema. `rules` are the ids of the rules and what each is about.
pub fn policy<'a>(rules: impl IntoIterator<Item = (&'a str, &'a str)>) -> Value {
    let mut root = object(KEYS, &[], top);
    let rules: Map<String, Value> = rules
        .into_iter()
        .map(|(id, summary)| {
            let level = json!({"allOf": [defined("level")], "description": summary});
            (id.to_owned(), level)
        })
        .collect();
    root["properties"]["rules"]["properties"] = Value::Object(rules);
    // A file with comments only decides nothing.
    root["type"] = json!(["object", "null"]);
    let definitions = json!({
        "level": level(),
        "timezone": described("a name of the IANA list", json!({"enum": zones()})),
        "days": {"type": "array", "minItems": 1, "items": words::<Day>()},
        "hours": described(
            "from and until in local time, such as 08:00-11:00; 00:00-24:00 is the whole day",
            json!({"type": "string", "pattern": HOURS}),
        ),
        "moment": {"type": ["string", "null"], "pattern": MOMENT},
    });
    file("policy", (POLICY, "What a site decides about its releases"), root, definitions)
}

fn top(key: &str) -> Value {
    match key {
        "rules" => described(
            "the level of each rule",
            json!({"type": "object", "additionalProperties": false}),
        ),
        "overrides" => {
            let entry = object(&[overrides::KEYS, who::KEYS].concat(), &["who"], override_key);
            described(
                "whose votes make overrides valid",
                json!({"anyOf": [entry.clone(), list(&entry)]}),
            )
        }
        "windows" => described(
            "when tags may be cut; all that cover a deliverable must be open",
            list(&object(&[window::KEYS, who::KEYS].concat(), &["timezone"], window_key)),
        ),
        "soak" => described(
            "how long commits stay merged before they are tagged",
            list(&object(&[soak::KEYS, who::KEYS].concat(), &["hours"], soak_key)),
        ),
        "holds" => described(
            "what is stopped, and why",
            list(&object(hold::KEYS, &["status", "reason"], hold_key)),
        ),
        "downstream" => described(
            "who builds on deliverables; shown to reviewers, warned before the tag, never a gate",
            list(&object(&[downstream::KEYS, who::KEYS].concat(), &[], downstream_key)),
        ),
        "urgent" => described(
            "releases that are merged and wait for no window, soak time or orange hold",
            list(&object(urgent::KEYS, urgent::REQUIRED, urgent_key)),
        ),
        "constraint-behind" => described(
            "how long the constraints may lack a release",
            object(constraints::KEYS, constraints::KEYS, |_| {
                json!({"anyOf": [
                    {"type": "integer", "minimum": 0, "maximum": u16::MAX},
                    {"type": "string", "pattern": "^[0-9]{1,4}$"},
                ]})
            }),
        ),
        "follow-ups" => {
            let mut entry = object(follow_up::KEYS, follow_up::REQUIRED, follow_up_key);
            entry["oneOf"] = json!([{"required": ["find"]}, {"required": ["find-regex"]}]);
            described("changes that follow a new branch", list(&entry))
        }
        _ => Value::Bool(true),
    }
}

fn downstream_key(key: &str) -> Value {
    let texts = list(&json!({"type": "string"}));
    match key {
        "repos" => described("the repositories that build on it", texts),
        "mail" => described("the addresses that want to know", texts),
        "jobs" => described(
            "the jobs of Zuul that test it",
            list(&object(
                downstream::JOB_KEYS,
                downstream::JOB_KEYS,
                |_| json!({"type": "string"}),
            )),
        ),
        _ => who_key(key),
    }
}

fn urgent_key(key: &str) -> Value {
    match key {
        "deliverable" | "version" => text("as the file lists it"),
        "reason" => {
            json!({"type": "string", "pattern": r"\S", "description": "why it cannot wait"})
        }
        "until" => {
            json!({"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "description": "the last day on which it counts"})
        }
        _ => Value::Bool(true),
    }
}

fn follow_up_key(key: &str) -> Value {
    let line = r"^[^\x00-\x1f]*\S[^\x00-\x1f]*$";
    let names = json!({"type": "array", "minItems": 1, "items": {"type": "string"}});
    match key {
        "name" => described(
            "makes it one change on a branch",
            json!({"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$"}),
        ),
        "owner" => text("the team whose repositories it is about, or release-managers"),
        "repos" => described("globs of repositories", names),
        "branches" => described("globs of new branches; all without it", names),
        "on" => words::<On>(),
        "file" => text("path in the repository; may have {branch}, {id}, {series}, {version}"),
        "find" => described("the text to replace", json!({"type": "string", "minLength": 1})),
        "find-regex" => {
            described("a regular expression", json!({"type": "string", "minLength": 1}))
        }
        "matches" => words::<Matches>(),
        "write" => text("what to write there; may have {branch}, {id}, {series}, {version}"),
        "subject" | "topic" => json!({"type": "string", "pattern": line}),
        _ => Value::Bool(true),
    }
}

fn override_key(key: &str) -> Value {
    match key {
        "who" => described(
            "groups whose vote makes an override valid; a vote of who proposed it does not",
            list(&json!({"type": "string"})),
        ),
        "rules" => described(
            "the rules that they may override; all without a list",
            list(&json!({"type": "string"})),
        ),
        key => who_key(key),
    }
}

/// A word, or a mapping with the level, the reason and those it is for. Without a reason no rule is switched off.
fn level() -> Value {
    let is_off = |word: &PolicyLevel| *word == PolicyLevel::Off;
    let loud: Vec<&str> =
        PolicyLevel::ALL.iter().filter(|word| !is_off(word)).map(|word| word.as_str()).collect();
    let mut whole = object(levels::KEYS, &["level"], level_key);
    whole["if"] = json!({"properties": {"level": {"const": PolicyLevel::Off.as_str()}}});
    whole["then"] = json!({"required": ["reason"], "properties": {"reason": {"pattern": r"\S"}}});
    json!({"anyOf": [{"enum": loud}, whole]})
}

fn level_key(key: &str) -> Value {
    match key {
        "level" => words::<PolicyLevel>(),
        "reason" => text("why; `off` wants one"),
        "for" => described(
            "the deliverables it is for, as globs; all without it",
            json!({"type": "array", "minItems": 1, "items": {"type": "string"}}),
        ),
        _ => Value::Bool(true),
    }
}

/// What may be said of those whom an entry is about.
pub(in crate::config) fn who_key(key: &str) -> Value {
    let text = json!({"type": "string"});
    match key {
        "deliverables" => described("names or globs (`*`, `?`)", some(&text)),
        "team" => described("teams, as deliverable files name them", some(&text)),
        "type" => described("types of deliverables", some(&words::<Kind>())),
        "model" => described("release models", some(&words::<Model>())),
        "series" => described("names of series, or `independent`", some(&text)),
        _ => Value::Bool(true),
    }
}

fn window_key(key: &str) -> Value {
    match key {
        "on-call" => described(
            "at least one of them is at work when a tag is cut",
            list(&object(window::ON_CALL_KEYS, &["name", "hours", "timezone"], on_call_key)),
        ),
        "days" | "hours" | "timezone" => defined(key),
        _ => who_key(key),
    }
}

fn on_call_key(key: &str) -> Value {
    match key {
        "name" => text("a person or a group"),
        "days" | "hours" | "timezone" => defined(key),
        _ => Value::Bool(true),
    }
}

fn soak_key(key: &str) -> Value {
    match key {
        "hours" => json!({"anyOf": [
            {"type": "integer", "minimum": 1, "maximum": u16::MAX},
            {"type": "string", "pattern": "^0*[1-9][0-9]{0,3}$"},
        ]}),
        _ => who_key(key),
    }
}

fn hold_key(key: &str) -> Value {
    match key {
        "status" => words::<HoldStatus>(),
        "from" | "until" => defined("moment"),
        "scope" => described("whose tags; all without it", object(who::KEYS, &[], who_key)),
        "reason" => text("why"),
        "link" => text("where to read more"),
        _ => Value::Bool(true),
    }
}
