//! The report in GitLab's code quality format.

use std::io::{self, Write};

use serde::Serialize;

use super::fingerprint::Fingerprints;
use super::said::said;
use super::{Report, Strictness};
use crate::rules::{Finding, Level};
use crate::text::visible;

/// Writes a list with an entry for each finding.
///
/// # Errors
/// What writing to `out` gives.
pub fn write(report: &Report, strictness: Strictness, out: &mut dyn Write) -> io::Result<()> {
    let mut names = Fingerprints::default();
    let findings = report.sorted();
    let entries: Vec<Entry<'_>> =
        findings.iter().map(|finding| Entry::of(finding, names.of(finding), strictness)).collect();
    crate::text::json::write(&entries, out)
}

#[derive(Serialize)]
struct Entry<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

impl<'a> Entry<'a> {
    fn of(finding: &'a Finding, fingerprint: String, strictness: Strictness) -> Self {
        let severity = match (finding.level, strictness) {
            _ if !finding.stands() => "info",
            (Level::Error, _) | (Level::CouldNotCheck, Strictness::Strict) => "major",
            (Level::Warning, _) | (Level::CouldNotCheck, Strictness::Normal) => "minor",
            (Level::Note, _) => "info",
        };
        let (begin, end) = (finding.place.line.max(1), finding.place.end_line.max(1));
        Self {
            description: visible(&said(finding).join("; ")).into_owned(),
            check_name: finding.rule,
            fingerprint,
            severity,
            location: Location {
                path: finding.file.trim_start_matches('/'),
                lines: Lines { begin, end },
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{mixed, report};
    use super::*;

    fn written(report: &Report) -> serde_json::Value {
        let mut out = Vec::new();
        write(report, Strictness::Normal, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn it_is_what_gitlab_documents() {
        let schema = include_str!("../../fixtures/report/gitlab-code-quality.schema.json");
        let schema: serde_json::Value = serde_json::from_str(schema).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        for report in [mixed(), report("", Vec::new())] {
            assert!(validator.is_valid(&written(&report)), "{:#}", written(&report));
        }
        assert!(!validator.is_valid(&serde_json::json!([{"description": "no place"}])));
        insta::assert_snapshot!(serde_json::to_string_pretty(&written(&mixed())).unwrap());
    }
}
