//! The last lines: the answer in plain words.

use std::collections::BTreeSet;

use super::paragraph::location;
use super::pen::Pen;
use crate::calendar::{Until, moment};
use crate::config::POLICY;
use crate::report::{Report, Summary};
use crate::rules::{Finding, Level};
use crate::text::one_line;

/// More errors are counted, not listed.
const MAX_ERRORS: usize = 10;

/// The errors in one line each, where other paragraphs may have pushed them out of sight.
pub(super) fn errors(findings: &[&Finding], pen: &Pen) -> Vec<String> {
    if findings.len() < 2 {
        return Vec::new();
    }
    let errors: Vec<_> = findings
        .iter()
        .filter(|finding| finding.stands() && finding.level == Level::Error)
        .collect();
    let line = |error: &&&Finding| {
        let level = pen.level(Level::Error, &format!("error[{}]", error.rule));
        format!("{}: {level}: {}", location(error), one_line(&error.message))
    };
    let mut lines: Vec<_> = errors.iter().take(MAX_ERRORS).map(line).collect();
    if errors.len() > MAX_ERRORS {
        lines.push(format!("and {}", number(errors.len() - MAX_ERRORS, "more error")));
    }
    lines
}

/// `1 error, 2 warnings in 1 file; 1 rule not checked`.
pub(super) fn of(report: &Report, pen: &Pen) -> String {
    let asides = [unchecked(report, pen), held(report, pen), overridden(report)];
    [found(report, pen)]
        .into_iter()
        .chain(asides.into_iter().flatten())
        .collect::<Vec<_>>()
        .join("; ")
}

/// When a wait ends: after `held until`.
pub(in crate::report) fn end_of(until: Until) -> String {
    until.moment().map_or_else(|| format!("{POLICY} is changed"), moment)
}

fn found(report: &Report, pen: &Pen) -> String {
    let Summary { files, errors, warnings, notes, .. } = report.summary();
    if files == 0 && report.findings.is_empty() {
        return "nothing to check".to_owned();
    }
    let counted = [(Level::Error, errors), (Level::Warning, warnings), (Level::Note, notes)];
    let counted = counted.into_iter().filter(|(_, n)| *n > 0);
    let counts: Vec<_> =
        counted.map(|(level, n)| pen.level(level, &number(n, level.as_str()))).collect();
    let place = if files > 0 { format!(" in {}", number(files, "file")) } else { String::new() };
    if errors + warnings > 0 {
        return counts.join(", ") + &place;
    }
    let fine = pen.fine("no problems") + &place;
    [fine].into_iter().chain(counts).collect::<Vec<_>>().join(", ")
}

fn unchecked(report: &Report, pen: &Pen) -> Option<String> {
    let unchecked = || report.standing().filter(|finding| finding.level == Level::CouldNotCheck);
    let rules: BTreeSet<_> = unchecked().map(|finding| finding.rule).collect();
    let repos: BTreeSet<_> = unchecked().filter_map(|finding| finding.repo.as_ref()).collect();
    let mut text = format!("{} not checked", number(rules.len(), "rule"));
    match (unchecked().count(), repos.len()) {
        (0, _) => return None,
        (n, 0) if n > rules.len() => text += &format!(" ({n} times)"),
        (_, 0) => {}
        (_, 1) => text += ", for 1 repository",
        (_, n) => text += &format!(", for {n} repositories"),
    }
    Some(pen.level(Level::CouldNotCheck, &text))
}

fn held(report: &Report, pen: &Pen) -> Option<String> {
    let held =
        || report.standing().filter_map(|finding| Some((finding.held?.until, &finding.file)));
    let until = end_of(held().map(|(until, _)| until).max()?);
    let files: BTreeSet<_> = held().map(|(_, file)| file).collect();
    let text = match files.len() {
        1 => format!("held until {until}"),
        n => format!("{} held, the last until {until}", number(n, "file")),
    };
    Some(pen.level(Level::Warning, &text))
}

fn overridden(report: &Report) -> Option<String> {
    let n = report.findings.len() - report.standing().count();
    (n > 0).then(|| format!("{n} overridden"))
}

fn number(n: usize, word: &str) -> String {
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Yields;
    use crate::report::tests::{FILE, WIDGET, finding, place, report};
    use crate::report::text::tests::plain;
    use crate::rules::TagHold;

    fn last_line(report: &Report) -> String {
        plain(report).lines().last().unwrap().to_owned()
    }

    #[test]
    fn the_last_line_is_the_verdict() {
        let at = |line| place(line, 1, line, 2);
        let some = |n_files, levels: &[Level]| {
            let findings = levels
                .iter()
                .zip(2..)
                .map(|(level, line)| finding("a-rule", *level, at(line), "something"));
            last_line(&Report { n_files, ..report(WIDGET, findings.collect()) })
        };
        assert_eq!(some(3, &[]), "no problems in 3 files");
        assert_eq!(some(0, &[]), "nothing to check");
        assert_eq!(some(0, &[Level::Error]), "1 error");
        assert_eq!(some(1, &[Level::Note, Level::Note]), "no problems in 1 file, 2 notes");
        assert_eq!(
            some(1, &[Level::Warning, Level::Error, Level::Warning]),
            "1 error, 2 warnings in 1 file"
        );
        assert_eq!(some(3, &[Level::CouldNotCheck]), "no problems in 3 files; 1 rule not checked");
        assert_eq!(
            some(3, &[Level::CouldNotCheck; 2]),
            "no problems in 3 files; 1 rule not checked (2 times)"
        );
        let of = |repo: &str| Finding {
            repo: Some(repo.to_owned()),
            ..finding("a-rule", Level::CouldNotCheck, at(2), "something")
        };
        assert_eq!(
            last_line(&report(WIDGET, vec![of("a/b"), of("a/b"), of("a/c")])),
            "no problems in 1 file; 1 rule not checked, for 2 repositories"
        );
    }

    #[test]
    fn the_verdict_tells_how_long_releases_are_held() {
        let held = |file: &str, until: &str| Finding {
            file: file.to_owned(),
            held: Some(TagHold {
                until: Until::At(until.parse().unwrap()),
                yields: Yields::ToOverride,
            }),
            ..finding("window", Level::Note, place(2, 1, 2, 2), "outside of the window")
        };
        let mut report = report(
            WIDGET,
            vec![held(FILE, "2026-08-24T06:00:00Z"), held(FILE, "2026-08-25T06:00:00Z")],
        );
        assert_eq!(
            last_line(&report),
            "no problems in 1 file, 2 notes; held until Tue 2026-08-25 06:00 UTC"
        );
        report.findings.push(held("deliverables/hibiscus/gadget.yaml", "2026-08-22T06:00:00Z"));
        assert_eq!(
            last_line(&report),
            "no problems in 1 file, 3 notes; 2 files held, the last until Tue 2026-08-25 06:00 UTC"
        );
    }

    #[test]
    fn errors_are_listed_again_above_the_verdict_when_there_is_more_to_read() {
        let error =
            |line| finding("a-rule", Level::Error, place(line, 1, line, 2), "something is wrong");
        let one = plain(&report(WIDGET, vec![error(2)]));
        assert_eq!(one.matches("something is wrong").count(), 1);
        let text = plain(&report(WIDGET, (1..=12).map(error).collect()));
        let end: Vec<_> = text.lines().rev().take(3).collect();
        assert_eq!(
            end,
            [
                "12 errors in 1 file",
                "and 2 more errors",
                "deliverables/hibiscus/widget.yaml:10:1: error[a-rule]: something is wrong"
            ]
        );
    }
}
