//! The report for programs, version 1.
//!
//! Key order, names and nulls are a contract: a change that is not an addition raises `version`.

use std::io::{self, Write};

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::{Repair, Report, Summary, compared};
use crate::rules::{Edit, Finding, Fix, Level, Override, Related};
use crate::tree::place::Place;

const VERSION: u32 = 1;
pub(super) const TOOL: &str = concat!("tagkeeper ", env!("CARGO_PKG_VERSION"));

/// Writes `report` as one JSON document and a line end.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    crate::text::json::write(&Document::of(report), out)
}

#[derive(Serialize)]
pub(super) struct Document<'a> {
    version: u32,
    tool: &'static str,
    base: Option<&'a str>,
    head: &'a str,
    compared: String,
    now: Timestamp,
    findings: Vec<FindingOut<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixed: Vec<RepairOut<'a>>,
    summary: SummaryOut,
}

impl<'a> Document<'a> {
    pub(super) fn of(report: &'a Report) -> Self {
        Self {
            version: VERSION,
            tool: TOOL,
            base: report.base.as_deref(),
            head: &report.head,
            compared: compared::in_words(&report.compared),
            now: report.now,
            findings: report.sorted().into_iter().map(FindingOut::from).collect(),
            fixed: report.fixed.iter().map(RepairOut::from).collect(),
            summary: report.summary().into(),
        }
    }
}

#[derive(Serialize)]
struct RepairOut<'a> {
    rule: &'a str,
    file: &'a str,
    #[serde(flatten)]
    place: PlaceOut,
    message: &'a str,
    description: &'a str,
}

impl<'a> From<&'a Repair> for RepairOut<'a> {
    fn from(repair: &'a Repair) -> Self {
        let Repair { rule, file, place, message, description } = repair;
        Self { rule, file, place: (*place).into(), message, description }
    }
}

#[derive(Serialize)]
pub(super) struct FindingOut<'a> {
    rule: &'a str,
    #[serde(serialize_with = "level")]
    level: Level,
    file: &'a str,
    #[serde(flatten)]
    place: PlaceOut,
    message: &'a str,
    help: Option<&'a str>,
    repo: Option<&'a str>,
    release: Option<&'a str>,
    held: bool,
    held_until: Option<Timestamp>,
    related: Vec<RelatedOut<'a>>,
    overridden_by: Option<OverrideOut<'a>>,
    fix: Option<FixOut<'a>>,
}

impl<'a> From<&'a Finding> for FindingOut<'a> {
    fn from(finding: &'a Finding) -> Self {
        Self {
            rule: finding.rule,
            level: finding.level,
            file: &finding.file,
            place: finding.place.into(),
            message: &finding.message,
            help: finding.help.as_deref(),
            repo: finding.repo.as_deref(),
            release: finding.release.as_deref(),
            held: finding.held.is_some(),
            held_until: finding.held.and_then(|held| held.until.moment()),
            related: finding.related.iter().map(RelatedOut::from).collect(),
            overridden_by: finding.overridden_by.as_ref().map(OverrideOut::from),
            fix: finding.fix.as_ref().map(FixOut::from),
        }
    }
}

fn level<S: Serializer>(level: &Level, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(level.as_str())
}

#[derive(Serialize)]
struct PlaceOut {
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

impl From<Place> for PlaceOut {
    fn from(place: Place) -> Self {
        let Place { line, column, end_line, end_column } = place;
        Self { line, column, end_line, end_column }
    }
}

#[derive(Serialize)]
struct RelatedOut<'a> {
    file: &'a str,
    #[serde(flatten)]
    place: PlaceOut,
    message: &'a str,
}

impl<'a> From<&'a Related> for RelatedOut<'a> {
    fn from(related: &'a Related) -> Self {
        Self { file: &related.file, place: related.place.into(), message: &related.label }
    }
}

#[derive(Serialize)]
struct OverrideOut<'a> {
    rule: &'a str,
    reason: &'a str,
    commit: &'a str,
}

impl<'a> From<&'a Override> for OverrideOut<'a> {
    fn from(by: &'a Override) -> Self {
        Self { rule: &by.rule, reason: &by.reason, commit: &by.commit }
    }
}

#[derive(Serialize)]
struct FixOut<'a> {
    description: &'a str,
    edits: Vec<EditOut<'a>>,
}

impl<'a> From<&'a Fix> for FixOut<'a> {
    fn from(fix: &'a Fix) -> Self {
        Self { description: &fix.description, edits: fix.edits.iter().map(EditOut::from).collect() }
    }
}

#[derive(Serialize)]
struct EditOut<'a> {
    #[serde(flatten)]
    place: PlaceOut,
    text: &'a str,
}

impl<'a> From<&'a Edit> for EditOut<'a> {
    fn from(edit: &'a Edit) -> Self {
        Self { place: edit.place.into(), text: &edit.text }
    }
}

#[derive(Serialize)]
struct SummaryOut {
    files: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    could_not_check: usize,
}

impl From<Summary> for SummaryOut {
    fn from(summary: Summary) -> Self {
        let Summary { files, errors, warnings, notes, could_not_check } = summary;
        Self { files, errors, warnings, notes, could_not_check }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::{WIDGET, mixed, report};

    fn written(report: &Report) -> String {
        let mut out = Vec::new();
        write(report, &mut out).unwrap();
        String::from_utf8(out).unwrap().replace(env!("CARGO_PKG_VERSION"), "[version]")
    }

    #[test]
    fn a_finding_has_every_key_in_the_order_of_the_contract() {
        let mut report = mixed();
        report.findings.retain(|finding| ["series-first", "freeze"].contains(&finding.rule));
        let written = written(&report);
        let (_, findings) = written.split_once("\"findings\": ").unwrap();
        let (findings, _) = findings.split_once(",\n  \"summary\"").unwrap();
        insta::assert_snapshot!(findings, @r#"
        [
            {
              "rule": "freeze",
              "level": "error",
              "file": "deliverables/hibiscus/widget.yaml",
              "line": 10,
              "column": 14,
              "end_line": 10,
              "end_column": 19,
              "message": "libraries are frozen since 2026-08-20",
              "help": null,
              "repo": null,
              "release": "1.0.1",
              "held": false,
              "held_until": null,
              "related": [],
              "overridden_by": {
                "rule": "freeze",
                "reason": "security fix, agreed with the release team",
                "commit": "2222222222222222222222222222222222222222"
              },
              "fix": null
            },
            {
              "rule": "series-first",
              "level": "error",
              "file": "deliverables/hibiscus/widget.yaml",
              "line": 10,
              "column": 14,
              "end_line": 10,
              "end_column": 19,
              "message": "the first release of a series raises the minor number",
              "help": "consider `1.1.0`: patch numbers belong to the stable branches",
              "repo": "openstack/widget",
              "release": "1.0.1",
              "held": false,
              "held_until": null,
              "related": [],
              "overridden_by": null,
              "fix": {
                "description": "write `1.1.0`",
                "edits": [
                  {
                    "line": 10,
                    "column": 14,
                    "end_line": 10,
                    "end_column": 19,
                    "text": "1.1.0"
                  }
                ]
              }
            }
          ]
        "#);
    }

    #[test]
    fn without_base_and_findings_the_keys_stay() {
        let report = Report { base: None, ..report(WIDGET, Vec::new()) };
        insta::assert_snapshot!(written(&report), @r#"
        {
          "version": 1,
          "tool": "tagkeeper [version]",
          "base": null,
          "head": "2222222222222222222222222222222222222222",
          "compared": "compared HEAD (222222222222) with the commit where it left origin/master (111111111111)",
          "now": "2026-08-21T12:00:00Z",
          "findings": [],
          "summary": {
            "files": 1,
            "errors": 0,
            "warnings": 0,
            "notes": 0,
            "could_not_check": 0
          }
        }
        "#);
    }

    #[test]
    fn a_held_finding_keeps_its_level_and_says_until_when() {
        let document: serde_json::Value = serde_json::from_str(&written(&mixed())).unwrap();
        let late = &document["findings"][1];
        assert_eq!(late["level"], "warning");
        assert_eq!(late["held_until"], "2026-08-24T06:00:00Z");
    }

    #[test]
    fn findings_come_by_file_place_and_rule() {
        let document: serde_json::Value = serde_json::from_str(&written(&mixed())).unwrap();
        let rules: Vec<_> = document["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| &finding["rule"])
            .collect();
        assert_eq!(
            rules,
            ["policy-change", "late-in-week", "freeze", "series-first", "existing-tag"]
        );
    }
}
