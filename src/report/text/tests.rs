//! Findings as text, to the letter.

use insta::assert_snapshot;

use super::*;
use crate::report::tests::{FILE, OWN, WIDGET, finding, mixed, place, replace, report};
use crate::rules::{Finding, Level, Related};
use crate::tree::place::Place;

fn written(report: &Report, style: Style) -> String {
    let mut out = Vec::new();
    write(report, &mut out, style).unwrap();
    String::from_utf8(out).unwrap()
}

/// The report without colours.
pub(super) fn plain(report: &Report) -> String {
    written(report, Style::Plain)
}

/// What is drawn for an error at `at` of `text`.
fn drawn(text: &str, at: Place) -> String {
    plain(&report(text, vec![finding("a-rule", Level::Error, at, "something is wrong")]))
}

#[test]
fn findings_of_all_kinds() {
    assert_snapshot!(plain(&mixed()), @"
    note[policy-change]: the request changes the policy it is judged by after merge
     --> /COMMIT_MSG

    warning[late-in-week]: a Friday is no day for a release
      --> deliverables/hibiscus/widget.yaml:10:5
       |
    10 |     - version: 1.0.1
       |  _____^
    11 | |     projects:
    12 | |       - repo: openstack/widget
    13 | |         hash: fedcba9876543210fedcba9876543210fedcba98
       | |______________________________________________________^
       |
       = held until: Mon 2026-08-24 06:00 UTC

    overridden error[freeze]: libraries are frozen since 2026-08-20
     --> deliverables/hibiscus/widget.yaml:10:14
      = release: 1.0.1
      = override: security fix, agreed with the release team (commit 222222222222)

    error[series-first]: the first release of a series raises the minor number
      --> deliverables/hibiscus/widget.yaml:10:14
       |
    10 |   - version: 1.0.1
       |              ^^^^^
       |
       = repository: openstack/widget
       = help: consider `1.1.0`: patch numbers belong to the stable branches
       = fix: write `1.1.0`
    10 -   - version: 1.0.1
    10 +   - version: 1.1.0

    not checked[existing-tag]: the tags of openstack/widget: opendev.org did not answer within 30 s
      --> deliverables/hibiscus/widget.yaml:12:15
       |
    12 |       - repo: openstack/widget
       |               ^^^^^^^^^^^^^^^^
       |
       = release: 1.0.1

    compared HEAD (222222222222) with the commit where it left origin/master (111111111111)
    deliverables/hibiscus/widget.yaml:10:14: error[series-first]: the first release of a series raises the minor number
    1 error, 1 warning, 1 note in 1 file; 1 rule not checked, for 1 repository; held until Mon 2026-08-24 06:00 UTC; 1 overridden
    ");
}

#[test]
fn a_place_of_no_width_and_one_at_the_end_of_the_file() {
    assert_snapshot!(drawn(WIDGET, place(3, 1, 3, 1)), @"
    error[a-rule]: something is wrong
     --> deliverables/hibiscus/widget.yaml:3:1
      |
    3 | team: widgets
      | ^

    compared HEAD (222222222222) with the commit where it left origin/master (111111111111)
    1 error in 1 file
    ");
    assert_snapshot!(drawn("---\n", place(2, 1, 2, 1)), @"
    error[a-rule]: something is wrong
     --> deliverables/hibiscus/widget.yaml:2:1
      |
    2 |
      | ^

    compared HEAD (222222222222) with the commit where it left origin/master (111111111111)
    1 error in 1 file
    ");
    assert_snapshot!(drawn("team: widgets", place(1, 14, 1, 14)), @"
    error[a-rule]: something is wrong
     --> deliverables/hibiscus/widget.yaml:1:14
      |
    1 | team: widgets
      |              ^

    compared HEAD (222222222222) with the commit where it left origin/master (111111111111)
    1 error in 1 file
    ");
}

#[test]
fn an_empty_file_has_a_first_line() {
    assert_snapshot!(drawn("", place(1, 1, 1, 2)), @"
    error[a-rule]: something is wrong
     --> deliverables/hibiscus/widget.yaml:1:1
      |
    1 |
      | ^

    compared HEAD (222222222222) with the commit where it left origin/master (111111111111)
    1 error in 1 file
    ");
}

#[test]
fn tabs_are_four_blanks_wide_and_count_as_one_column() {
    assert_snapshot!(drawn("a:\n\tteam: widgets\n", place(2, 8, 2, 15)), @"
    error[a-rule]: something is wrong
     --> deliverables/hibiscus/widget.yaml:2:8
      |
    2 |     team: widgets
      |           ^^^^^^^

    compared HEAD (222222222222) with the commit where it left origin/master (111111111111)
    1 error in 1 file
    ");
}

#[test]
fn columns_are_characters_and_carets_stand_below_wide_ones() {
    assert_snapshot!(drawn("name: Grüße 世界 x\n", place(1, 13, 1, 15)), @"
    error[a-rule]: something is wrong
     --> deliverables/hibiscus/widget.yaml:1:13
      |
    1 | name: Grüße 世界 x
      |             ^^^^

    compared HEAD (222222222222) with the commit where it left origin/master (111111111111)
    1 error in 1 file
    ");
}

#[test]
fn carriage_returns_are_not_shown() {
    assert_snapshot!(drawn("a: 1\r\nb: 2\r\nc: 3\r\n", place(2, 4, 3, 1)), @"
    error[a-rule]: something is wrong
     --> deliverables/hibiscus/widget.yaml:2:4
      |
    2 | b: 2
      |    ^

    compared HEAD (222222222222) with the commit where it left origin/master (111111111111)
    1 error in 1 file
    ");
}

#[test]
fn a_place_behind_the_text_is_named_and_not_drawn() {
    assert_snapshot!(drawn("a: 1\n", place(7, 4, 7, 5)), @"
    error[a-rule]: something is wrong
     --> deliverables/hibiscus/widget.yaml:7:4

    compared HEAD (222222222222) with the commit where it left origin/master (111111111111)
    1 error in 1 file
    ");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let deleted = Finding {
        file: "deliverables/hibiscus/gone.yaml".to_owned(),
        repo: Some("openstack/gone".to_owned()),
        release: Some("1.0.0".to_owned()),
        help: Some("put it back".to_owned()),
        ..finding("released-entry-changed", Level::Error, Place::TOP, "a released entry is removed")
    };
    assert_snapshot!(plain(&report(WIDGET, vec![deleted])), @"
    error[released-entry-changed]: a released entry is removed
     --> deliverables/hibiscus/gone.yaml
      = release: openstack/gone 1.0.0
      = help: put it back

    compared HEAD (222222222222) with the commit where it left origin/master (111111111111)
    1 error in 1 file
    ");
}

#[test]
fn a_second_place_is_shown_with_its_label() {
    let related = vec![Related {
        file: FILE.to_owned(),
        place: place(6, 14, 6, 19),
        label: "the other entry is here".to_owned(),
    }];
    let twice = Finding {
        related,
        ..finding("a-rule", Level::Error, place(10, 14, 10, 19), "it stands twice")
    };
    let text = plain(&report(WIDGET, vec![twice]));
    assert!(text.contains("\n10 |   - version: 1.0.1\n   |              ^^^^^\n"), "{text}");
    assert!(text.contains("::: deliverables/hibiscus/widget.yaml:6:14\n"), "{text}");
    assert!(
        text.contains(
            "\n 6 |   - version: 1.0.0\n   |              ----- the other entry is here\n"
        ),
        "{text}"
    );
}

#[test]
fn the_commit_message_is_shown_where_it_is_known() {
    let unused = Finding {
        file: "/COMMIT_MSG".to_owned(),
        commit: Some(OWN.to_owned()),
        ..finding(
            "override-unused",
            Level::Warning,
            place(3, 19, 3, 25),
            "the override silences nothing",
        )
    };
    let mut report = report(WIDGET, vec![unused]);
    assert_snapshot!(plain(&report), @"
    warning[override-unused]: the override silences nothing
     --> /COMMIT_MSG:3:19

    compared HEAD (222222222222) with the commit where it left origin/master (111111111111)
    1 warning in 1 file
    ");
    report.sources.insert(
        OWN.to_owned(),
        "Release widget 1.1.0\n\nRelease-Override: freeze it is urgent\n".into(),
    );
    assert_snapshot!(plain(&report), @"
    warning[override-unused]: the override silences nothing
     --> /COMMIT_MSG:3:19
      |
    3 | Release-Override: freeze it is urgent
      |                   ^^^^^^

    compared HEAD (222222222222) with the commit where it left origin/master (111111111111)
    1 warning in 1 file
    ");
}

#[test]
fn a_long_line_is_cut_around_its_place() {
    let text = format!("a: {} HERE {}\n", "x".repeat(5000), "y".repeat(5000));
    assert_snapshot!(drawn(&text, place(1, 5005, 1, 5009)), @"
    error[a-rule]: something is wrong
     --> deliverables/hibiscus/widget.yaml:1:5005
      |
    1 | …xxxxxxxxxxxxxxxxxxxxxxxxxxxxx HERE yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy…
      |                                ^^^^

    compared HEAD (222222222222) with the commit where it left origin/master (111111111111)
    1 error in 1 file
    ");
    let lengths =
        drawn(&text, place(1, 1, 1, 10_000)).lines().map(|line| line.chars().count()).max();
    assert!(lengths < Some(140), "{lengths:?}");
}

#[test]
fn hostile_text_is_shown_and_not_obeyed() {
    let hostile = "\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}";
    let finding = Finding {
        file: format!("deliverables/{hostile}.yaml"),
        help: Some(format!("help {hostile}")),
        repo: Some(format!("repo {hostile}")),
        fix: Some(replace(&format!("fix {hostile}"), place(1, 1, 1, 2), hostile)),
        ..finding(
            "a-rule",
            Level::Error,
            place(1, 3, 1, 4),
            &format!("message {hostile}\nerror[b-rule]: spoofed"),
        )
    };
    let mut report = report(WIDGET, vec![finding]);
    report.sources.insert(report.findings[0].file.clone(), format!("a {hostile}\n").into());
    report.notes.push(format!("note {hostile}"));
    let text = plain(&report);
    assert!(!text.contains(crate::text::is_hostile), "{text:?}");
    assert_snapshot!(text, @r"
    error[a-rule]: message \u{1b}]0;owned\u{7}\u{9b}2J\u{202e}
                   error[b-rule]: spoofed
     --> deliverables/\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}.yaml:1:3
      |
    1 | a \u{1b}]0;owned\u{7}\u{9b}2J\u{202e}
      |   ^^^^^^
      |
      = repository: repo \u{1b}]0;owned\u{7}\u{9b}2J\u{202e}
      = help: help \u{1b}]0;owned\u{7}\u{9b}2J\u{202e}
      = fix: fix \u{1b}]0;owned\u{7}\u{9b}2J\u{202e}
    1 - a \u{1b}]0;owned\u{7}\u{9b}2J\u{202e}
    1 + \u{1b}]0;owned\u{7}\u{9b}2J\u{202e} \u{1b}]0;owned\u{7}\u{9b}2J\u{202e}

    note: note \u{1b}]0;owned\u{7}\u{9b}2J\u{202e}

    compared HEAD (222222222222) with the commit where it left origin/master (111111111111)
    1 error in 1 file
    ");
}

#[test]
fn notes_of_the_check_come_before_the_verdict() {
    let notes = vec!["the request touches no deliverable file".to_owned()];
    let report = Report { n_files: 0, notes, ..report("", Vec::new()) };
    assert_snapshot!(plain(&report), @"
    note: the request touches no deliverable file

    compared HEAD (222222222222) with the commit where it left origin/master (111111111111)
    nothing to check
    ");
}

#[test]
fn colours_are_written_on_demand_alone() {
    assert!(!plain(&mixed()).contains('\u{1b}'));
    let coloured = written(&mixed(), Style::Colour);
    assert!(coloured.contains('\u{1b}'));
    assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain(&mixed()));
}
