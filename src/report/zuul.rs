//! The report for a job to hand to Zuul: comments on the lines of the change, and warnings.
//!
//! One comment that Gerrit refuses loses the vote with all others, so every range lies within its file, and sizes and
//! numbers stay below what a server takes by default.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde::Serialize;

use super::Report;
use crate::rules::{COMMIT_MSG, Finding, Level};
use crate::tree::place::Place;
use crate::tree::request::Request;

/// Lines that Gerrit shows above a commit message: parent, author, committer with their dates, and an empty one.
const LINES_ABOVE_MESSAGE: u32 = 6;
/// Comments at most; a server counts all of a change and takes 5000.
const MOST_COMMENTS: usize = 200;
/// Warnings at most. Zuul writes them into the message, which ends at 16,384 bytes.
const MOST_WARNINGS: usize = 20;
/// Bytes of a comment at most; a server takes 16,384.
const LONGEST_COMMENT: usize = 4_000;
/// Bytes of a warning at most.
const LONGEST_WARNING: usize = 400;

/// Writes what `zuul_return` takes as its file: comments for what the change of `request` touches, warnings for the rest.
///
/// # Errors
/// What writing to `out` gives.
pub fn write(report: &Report, request: &Request, out: &mut dyn Write) -> io::Result<()> {
    let touched: BTreeSet<&str> = request
        .changes
        .iter()
        .filter(|change| change.after.is_some())
        .map(|change| change.path.as_str())
        .chain([COMMIT_MSG])
        .collect();
    let document = Document { zuul: returned(report, &touched) };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Document {
    zuul: Returned,
}

#[derive(Serialize)]
struct Returned {
    file_comments: BTreeMap<String, Vec<Comment>>,
    warnings: Vec<String>,
}

/// Zuul drops all comments when one has another key.
#[derive(Debug, Serialize)]
struct Comment {
    line: u32,
    message: String,
    level: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
}

/// Lines count from 1; characters from 0, in the units of JavaScript's strings. The end is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Range {
    start_line: u32,
    start_character: u32,
    end_line: u32,
    end_character: u32,
}

fn returned(report: &Report, touched: &BTreeSet<&str>) -> Returned {
    let mut findings = report.sorted();
    findings.sort_by_key(|finding| (!finding.stands(), finding.level));
    let (inside, outside): (Vec<_>, Vec<_>) =
        findings.into_iter().partition(|finding| touched.contains(finding.file.as_str()));
    let mut file_comments: BTreeMap<String, Vec<Comment>> = BTreeMap::new();
    for finding in inside.iter().take(MOST_COMMENTS) {
        let text = report.sources.get(&finding.file).map(|text| &**text);
        file_comments.entry(finding.file.clone()).or_default().push(comment(finding, text));
    }
    let beside = outside
        .iter()
        .map(|finding| format!("{}:{}: {}", finding.file, finding.place, first_line(finding)));
    let mut warnings: Vec<String> = report.notes.iter().cloned().chain(beside).collect();
    let unsaid =
        inside.len().saturating_sub(MOST_COMMENTS) + warnings.len().saturating_sub(MOST_WARNINGS);
    warnings.truncate(MOST_WARNINGS);
    if unsaid > 0 {
        warnings.push(format!("{unsaid} more are in the report of the job"));
    }
    for warning in &mut warnings {
        shorten(warning, LONGEST_WARNING);
    }
    Returned { file_comments, warnings }
}

fn comment(finding: &Finding, text: Option<&str>) -> Comment {
    let above = if finding.file == COMMIT_MSG { LINES_ABOVE_MESSAGE } else { 0 };
    let range = text.map(|text| range(finding.place, text)).map(|range| Range {
        start_line: range.start_line + above,
        end_line: range.end_line + above,
        ..range
    });
    let mut message = first_line(finding);
    if let Some(help) = &finding.help {
        message.push_str(&format!("\n\n{help}"));
    }
    if let Some(fix) = &finding.fix {
        message.push_str(&format!("\n\nfix: {}", fix.description));
    }
    shorten(&mut message, LONGEST_COMMENT);
    Comment {
        line: range.map_or(finding.place.line.max(1) + above, |range| range.end_line),
        message,
        level: level(finding),
        range: range.filter(|range| !range.is_empty()),
    }
}

fn first_line(finding: &Finding) -> String {
    let Finding { level, message, rule, .. } = finding;
    match &finding.overridden_by {
        Some(by) => format!("overridden ({}): {message} [{rule}]", by.reason),
        None => format!("{level}: {message} [{rule}]"),
    }
}

/// The three levels that Zuul knows.
fn level(finding: &Finding) -> &'static str {
    match finding.level {
        _ if !finding.stands() => "info",
        Level::Error => "error",
        Level::Warning | Level::CouldNotCheck => "warning",
        Level::Note => "info",
    }
}

/// The place as Gerrit counts, moved to where the text is.
fn range(place: Place, text: &str) -> Range {
    let lines: Vec<&str> = text.lines().collect();
    let last = u32::try_from(lines.len()).unwrap_or(u32::MAX).max(1);
    let line = |number: u32| number.clamp(1, last);
    let character = |number: u32, column: u32| {
        let line = lines.get(number as usize - 1).copied().unwrap_or_default();
        let before = line.chars().take(column.saturating_sub(1) as usize);
        before.map(|character| character.len_utf16() as u32).sum()
    };
    let (start_line, end_line) = (line(place.line), line(place.end_line.max(place.line)));
    let start_character = character(start_line, place.column);
    let end_character: u32 = character(end_line, place.end_column);
    let first = if start_line == end_line { start_character } else { 0 };
    Range { start_line, start_character, end_line, end_character: end_character.max(first) }
}

impl Range {
    fn is_empty(self) -> bool {
        self.start_line == self.end_line && self.start_character == self.end_character
    }
}

fn shorten(text: &mut String, most: usize) {
    if text.len() > most {
        text.truncate(text.floor_char_boundary(most - '…'.len_utf8()));
        text.push('…');
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{FILE, WIDGET, finding, mixed, place, report};
    use super::*;

    fn told(report: &Report) -> Returned {
        returned(report, &BTreeSet::from([FILE, COMMIT_MSG]))
    }

    fn range_of(at: Place, text: &str) -> Option<Range> {
        let report = report(text, vec![finding("a-rule", Level::Error, at, "it is wrong")]);
        told(&report).file_comments[FILE][0].range
    }

    #[test]
    fn each_finding_is_a_comment_on_its_range() {
        let document = Document { zuul: told(&mixed()) };
        insta::assert_snapshot!(serde_json::to_string_pretty(&document).unwrap());
    }

    #[test]
    fn characters_count_as_in_the_browser() {
        let range = range_of(place(1, 3, 1, 5), "a\u{1f600}bcd\n").unwrap();
        assert_eq!((range.start_character, range.end_character), (3, 5));
    }

    #[test]
    fn no_place_gives_a_range_that_gerrit_refuses() {
        for line in [0, 1, 4, 14, 15, 900] {
            for column in [0, 1, 7, 900] {
                for end_line in [0, 1, 13, 900] {
                    for end_column in [0, 1, 8, 900] {
                        for text in [WIDGET, "", "\n", "one line"] {
                            let range = range(place(line, column, end_line, end_column), text);
                            let n_lines = text.lines().count().max(1) as u32;
                            assert!((1..=n_lines).contains(&range.start_line), "{range:?}");
                            assert!(
                                (range.start_line..=n_lines).contains(&range.end_line),
                                "{range:?}"
                            );
                            let in_order = range.start_character <= range.end_character;
                            assert!(in_order || range.start_line < range.end_line, "{range:?}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_finding_in_a_file_that_the_change_does_not_touch_goes_into_the_message() {
        let told = returned(&mixed(), &BTreeSet::from([COMMIT_MSG]));
        assert_eq!(told.file_comments.keys().collect::<Vec<_>>(), [COMMIT_MSG]);
        let expected = "deliverables/hibiscus/widget.yaml:10:14: error: the first release of a series raises the minor number [series-first]";
        assert!(told.warnings.iter().any(|warning| warning == expected), "{:?}", told.warnings);
    }

    #[test]
    fn what_is_too_much_for_a_review_is_counted() {
        let one = |number: u32| {
            let text = "é".repeat(9_000);
            finding("a-rule", Level::Error, place(number % 14 + 1, 1, 1, 1), &text)
        };
        let told = told(&report(WIDGET, (0..250).map(one).collect()));
        let comments = &told.file_comments[FILE];
        assert_eq!(comments.len(), MOST_COMMENTS);
        assert!(comments.iter().all(|comment| comment.message.len() <= LONGEST_COMMENT));
        assert_eq!(told.warnings, ["50 more are in the report of the job"]);
    }
}
