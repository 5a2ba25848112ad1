//! The report in SARIF 2.1.0, for code scanning and editors.
//!
//! What was not checked is a result of the kind `open`, and a notification of the run. An overridden finding is suppressed,
//! with the reason. Columns count in characters.

use std::io::{self, Write};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::fingerprint::Fingerprints;
use super::{Report, Strictness};
use crate::rules::{self, COMMIT_MSG, Finding, Fix, Level, Rule};
use crate::text::visible;
use crate::tree::place::Place;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// What a path keeps in a URI.
const PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b'~');

/// Writes `report` as one SARIF log with one run.
///
/// # Errors
/// What writing to `out` gives.
pub fn write(report: &Report, strictness: Strictness, out: &mut dyn Write) -> io::Result<()> {
    let mut names = Fingerprints::default();
    let findings = report.sorted();
    let results: Vec<Value> =
        findings.iter().map(|finding| result(finding, &names.of(finding))).collect();
    let unchecked =
        findings.iter().filter(|finding| finding.level == Level::CouldNotCheck && finding.stands());
    let notifications: Vec<Value> =
        unchecked.map(|finding| notification(finding, strictness)).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": driver()},
            "invocations": [{
                "executionSuccessful": true,
                "endTimeUtc": report.now,
                "toolExecutionNotifications": notifications,
            }],
            "columnKind": "unicodeCodePoints",
            "properties": {"base": report.base, "head": report.head},
            "results": results,
        }],
    });
    crate::text::json::write(&log, out)
}

fn driver() -> Value {
    json!({
        "name": "tagkeeper",
        "version": env!("CARGO_PKG_VERSION"),
        "rules": rules::ALL.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
    })
}

fn descriptor(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": {"text": rule.summary},
        "help": {"text": rule.docs, "markdown": rule.docs},
        "defaultConfiguration": {"level": level(rule.level)},
    })
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
        Level::CouldNotCheck => "none",
    }
}

fn result(finding: &Finding, fingerprint: &str) -> Value {
    let is_open = finding.level == Level::CouldNotCheck;
    let mut result = json!({
        "ruleId": finding.rule,
        "ruleIndex": rules::ALL.iter().position(|rule| rule.id == finding.rule),
        "kind": if is_open { "open" } else { "fail" },
        "level": level(finding.level),
        "message": {"text": message(finding)},
        "locations": [location(&finding.file, finding.place)],
        "partialFingerprints": {"tagkeeper/v1": fingerprint},
        "properties": {
            "repo": finding.repo,
            "release": finding.release,
            "held": finding.held.is_some(),
            "heldUntil": finding.held.and_then(|held| held.until.moment()),
        },
    });
    if result["ruleIndex"].is_null() {
        result["ruleIndex"] = json!(-1);
    }
    if !finding.related.is_empty() {
        let related = finding.related.iter().enumerate().map(|(at, related)| {
            let mut there = location(&related.file, related.place);
            there["id"] = json!(at);
            there["message"] = json!({"text": visible(&related.label)});
            there
        });
        result["relatedLocations"] = related.collect();
    }
    if let Some(by) = &finding.overridden_by {
        let reason = visible(&by.reason);
        result["suppressions"] =
            json!([{"kind": "external", "status": "accepted", "justification": reason}]);
    }
    if let Some(fix) = finding.fix.as_ref().filter(|_| finding.file != COMMIT_MSG) {
        result["fixes"] = json!([fixed(fix, &finding.file)]);
    }
    result
}

fn message(finding: &Finding) -> String {
    let help = finding.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
    visible(&format!("{}{help}", finding.message)).into_owned()
}

fn location(file: &str, place: Place) -> Value {
    json!({"physicalLocation": {"artifactLocation": artifact(file), "region": region(place)}})
}

/// Relative to the top of the releases repository; a commit message has no path there.
fn artifact(file: &str) -> Value {
    let uri = utf8_percent_encode(file.trim_start_matches('/'), PATH).to_string();
    json!({"uri": uri, "uriBaseId": "%SRCROOT%"})
}

fn region(place: Place) -> Value {
    json!({
        "startLine": place.line.max(1),
        "startColumn": place.column.max(1),
        "endLine": place.end_line.max(1),
        "endColumn": place.end_column.max(1),
    })
}

fn fixed(fix: &Fix, file: &str) -> Value {
    let replacements: Vec<Value> = fix
        .edits
        .iter()
        .map(|edit| {
            json!({"deletedRegion": region(edit.place), "insertedContent": {"text": edit.text}})
        })
        .collect();
    json!({
        "description": {"text": visible(&fix.description)},
        "artifactChanges": [{"artifactLocation": artifact(file), "replacements": replacements}],
    })
}

fn notification(finding: &Finding, strictness: Strictness) -> Value {
    let level = match strictness {
        Strictness::Normal => "warning",
        Strictness::Strict => "error",
    };
    json!({
        "level": level,
        "message": {"text": format!("not checked: {}", message(finding))},
        "associatedRule": {"id": finding.rule},
        "locations": [location(&finding.file, finding.place)],
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{FILE, mixed, report};
    use super::*;

    fn written(report: &Report) -> Value {
        let mut out = Vec::new();
        write(report, Strictness::Strict, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn it_is_what_the_schema_of_sarif_asks_for() {
        // A stray bracket in one pattern of the schema is nothing that every reader of patterns takes.
        let schema =
            include_str!("../../fixtures/report/sarif-2.1.0.schema.json").replace("{2}]?$", "{2}$");
        let schema: Value = serde_json::from_str(&schema).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        for report in [mixed(), report("", Vec::new())] {
            let log = written(&report);
            let problems: Vec<String> = validator
                .iter_errors(&log)
                .map(|error| format!("{} {error}", error.instance_path()))
                .collect();
            assert_eq!(problems, [""; 0]);
        }
        assert!(!validator.is_valid(&json!({"version": "2.1.0", "runs": [{"tool": {}}]})));
    }

    #[test]
    fn every_finding_is_a_result_with_what_belongs_to_it() {
        let log = written(&mixed());
        let results = log["runs"][0]["results"].as_array().unwrap();
        let of = |rule: &str| results.iter().find(|result| result["ruleId"] == rule).unwrap();
        assert_eq!(results.len(), mixed().findings.len());
        assert_eq!(of("existing-tag")["kind"], "open");
        assert_eq!(of("existing-tag")["level"], "none");
        assert_eq!(of("freeze")["suppressions"][0]["status"], "accepted");
        assert_eq!(of("late-in-week")["properties"]["heldUntil"], "2026-08-24T06:00:00Z");
        let change = &of("series-first")["fixes"][0]["artifactChanges"][0];
        assert_eq!(change["artifactLocation"]["uri"], FILE);
        assert_eq!(change["replacements"][0]["insertedContent"]["text"], "1.1.0");
        assert_eq!(
            log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["level"],
            "error"
        );
    }

    #[test]
    fn a_path_is_a_uri() {
        assert_eq!(
            artifact("deliverables/a b/ü#?.yaml")["uri"],
            "deliverables/a%20b/%C3%BC%23%3F.yaml"
        );
        assert_eq!(artifact(COMMIT_MSG)["uri"], "COMMIT_MSG");
    }
}
