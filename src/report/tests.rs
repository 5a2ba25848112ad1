//! What the tests of both writers start from.

use super::*;
use crate::calendar::{Until, Yields};
use crate::rules::{Edit, Fix, Overridable, Override, TagHold};
use crate::tree::place::Place;
use crate::tree::request::Commit;
use crate::tree::scope::With;

pub(super) const FILE: &str = "deliverables/hibiscus/widget.yaml";

/// The commit that is judged.
pub(super) const OWN: &str = "2222222222222222222222222222222222222222";

pub(super) const WIDGET: &str = "\
---
launchpad: widget
team: widgets
type: library
releases:
  - version: 1.0.0
    projects:
      - repo: openstack/widget
        hash: 0123456789abcdef0123456789abcdef01234567
  - version: 1.0.1
    projects:
      - repo: openstack/widget
        hash: fedcba9876543210fedcba9876543210fedcba98
";

pub(super) fn place(line: u32, column: u32, end_line: u32, end_column: u32) -> Place {
    Place { line, column, end_line, end_column }
}

pub(super) fn finding(rule: &'static str, level: Level, place: Place, message: &str) -> Finding {
    Finding {
        rule,
        level,
        file: FILE.to_owned(),
        commit: None,
        place,
        message: message.to_owned(),
        help: None,
        repo: None,
        release: None,
        held: None,
        overridable: Overridable::No,
        unknown: None,
        related: Vec::new(),
        overridden_by: None,
        fix: None,
    }
}

pub(super) fn report(text: &str, findings: Vec<Finding>) -> Report {
    Report {
        base: Some("1111111111111111111111111111111111111111".to_owned()),
        head: OWN.to_owned(),
        compared: Compared {
            head: Some(("HEAD".to_owned(), "2".repeat(40))),
            with: With::Followed("origin/master".to_owned()),
            base: Some("1".repeat(40)),
        },
        now: "2026-08-21T12:00:00Z".parse().unwrap(),
        findings,
        n_files: 1,
        sources: HashMap::from([(FILE.to_owned(), text.into())]),
        notes: Vec::new(),
        fixed: Vec::new(),
    }
}

/// One finding of each kind, in no order.
pub(super) fn mixed() -> Report {
    let series_first = Finding {
        help: Some("consider `1.1.0`: patch numbers belong to the stable branches".to_owned()),
        repo: Some("openstack/widget".to_owned()),
        release: Some("1.0.1".to_owned()),
        fix: Some(replace("write `1.1.0`", place(10, 14, 10, 19), "1.1.0")),
        ..finding(
            "series-first",
            Level::Error,
            place(10, 14, 10, 19),
            "the first release of a series raises the minor number",
        )
    };
    let late = Finding {
        held: Some(TagHold {
            until: Until::At("2026-08-24T06:00:00Z".parse().unwrap()),
            yields: Yields::ToOverride,
        }),
        release: Some("1.0.1".to_owned()),
        ..finding(
            "late-in-week",
            Level::Warning,
            place(10, 5, 13, 57),
            "a Friday is no day for a release",
        )
    };
    let tags = Finding {
        repo: Some("openstack/widget".to_owned()),
        release: Some("1.0.1".to_owned()),
        ..finding(
            "existing-tag",
            Level::CouldNotCheck,
            place(12, 15, 12, 31),
            "the tags of openstack/widget: opendev.org did not answer within 30 s",
        )
    };
    let freeze = Finding {
        overridden_by: Some(Override {
            rule: "freeze".to_owned(),
            reason: "security fix, agreed with the release team".to_owned(),
            commit: OWN.to_owned(),
        }),
        release: Some("1.0.1".to_owned()),
        ..finding(
            "freeze",
            Level::Error,
            place(10, 14, 10, 19),
            "libraries are frozen since 2026-08-20",
        )
    };
    let policy = Finding {
        file: "/COMMIT_MSG".to_owned(),
        commit: Some(OWN.to_owned()),
        ..finding(
            "policy-change",
            Level::Note,
            Place::TOP,
            "the request changes the policy it is judged by after merge",
        )
    };
    report(WIDGET, vec![tags, late, freeze, series_first, policy])
}

pub(super) fn replace(description: &str, place: Place, text: &str) -> Fix {
    Fix { description: description.to_owned(), edits: vec![Edit { place, text: text.to_owned() }] }
}

/// The commit that is judged, with or without one before it.
pub(super) fn own(parent: Option<&str>) -> Commit {
    Commit {
        id: OWN.to_owned(),
        parent: parent.map(str::to_owned),
        author: "Ann <ann@example.org>".to_owned(),
        message: "Release widget\n".to_owned(),
        author_time: Timestamp::UNIX_EPOCH,
        paths: vec![FILE.to_owned()],
    }
}

fn counted(finding: Finding) -> Summary {
    report(WIDGET, vec![finding]).summary()
}

#[test]
fn each_level_is_counted_by_itself() {
    let summary = mixed().summary();
    assert_eq!(summary, Summary { files: 1, errors: 1, warnings: 1, notes: 1, could_not_check: 1 });
}

#[test]
fn an_overridden_finding_is_not_counted() {
    let freeze = mixed().findings.into_iter().find(|finding| !finding.stands()).unwrap();
    assert_eq!(freeze.level, Level::Error);
    assert_eq!(
        counted(freeze),
        Summary { files: 1, errors: 0, warnings: 0, notes: 0, could_not_check: 0 }
    );
}

#[test]
fn an_error_refuses_and_a_warning_does_not() {
    let of = |level| report(WIDGET, vec![finding("a-rule", level, Place::TOP, "something")]);
    assert!(of(Level::Error).is_refused(Strictness::Normal));
    for level in [Level::Warning, Level::Note] {
        assert!(!of(level).is_refused(Strictness::Strict), "{level}");
    }
}

#[test]
fn a_fact_that_could_not_be_had_refuses_only_where_strict() {
    let report =
        report(WIDGET, vec![finding("a-rule", Level::CouldNotCheck, Place::TOP, "it: no")]);
    assert!(!report.is_refused(Strictness::Normal));
    assert!(report.is_refused(Strictness::Strict));
}
