//! Findings as comments on the lines of a change, as Gerrit takes them.
//!
//! One comment that Gerrit refuses loses the vote with all others, so every range lies within its file, and sizes and
//! numbers stay below what a server takes by default.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Report;
use super::grouped::{self, Grouped};
use super::lines::{Lines, Sources};
use super::short;
use crate::rules::{Finding, Fix, Level};
use crate::text::{markdown, one_line};
use crate::tree::place::Place;
use crate::tree::request::{Commit, Request};

/// Lines that Gerrit shows above a commit message beside one for each parent: author, committer, their dates, and an empty
/// one.
const LINES_ABOVE_MESSAGE: u32 = 5;
/// Comments at most; a server counts all of a change and takes 5000.
const MOST_COMMENTS: usize = 200;
/// Bytes of a comment at most; a server takes 16,384.
const LONGEST_COMMENT: usize = 4_000;
/// Bytes of all comments at most; a server takes 3 MiB on all patch sets of a change together.
const MOST_BYTES: usize = 64 << 10;

/// The comments on lines, and what no line can show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comments {
    /// Worst first.
    pub on_lines: Vec<LineComment>,
    /// A line each: notes on the check, and findings in files that the change does not touch.
    pub beside: Vec<String>,
    /// How many more comments there would be.
    pub unsaid: usize,
}

/// A comment on lines of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineComment {
    /// A file that the change touches, or `/COMMIT_MSG`.
    pub path: String,
    /// The last line it is about; counts from 1.
    pub line: u32,
    /// Where in the file; the whole line without one.
    pub range: Option<CommentSpan>,
    /// The text.
    pub message: String,
    /// `error`, `warning` or `info`.
    pub level: &'static str,
    /// Edits that fix it.
    pub suggestion: Option<SuggestedEdits>,
}

/// Edits of the commented file, applied together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuggestedEdits {
    /// What they do.
    pub description: String,
    /// What is replaced, and by what.
    pub replacements: Vec<(CommentSpan, String)>,
}

/// Lines count from 1; characters from 0, in the units of JavaScript's strings. The end is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CommentSpan {
    /// The first line.
    pub start_line: u32,
    /// Its first character.
    pub start_character: u32,
    /// The last line.
    pub end_line: u32,
    /// The character after its last one.
    pub end_character: u32,
}

/// The comments on the change of `request`.
pub fn comments(report: &Report, request: &Request) -> Comments {
    let left = request.changes.iter().filter(|change| change.after.is_some());
    on(report, &left.map(|change| change.path.as_str()).collect(), request.own_commit())
}

/// `own` is the commit whose message is shown with the files `touched`.
pub(super) fn on(report: &Report, touched: &BTreeSet<&str>, own: Option<&Commit>) -> Comments {
    let mut findings = report.sorted();
    let sources = Sources::of(report, Lines::of_git);
    findings.sort_by_key(|finding| (!finding.stands(), finding.level));
    let is_shown = |group: &Grouped<'_>| match &group.finding.commit {
        Some(id) => own.is_some_and(|own| own.id == *id),
        None => touched.contains(group.finding.file.as_str()),
    };
    let groups = grouped::by_cause(findings);
    let (inside, outside): (Vec<_>, Vec<_>) = groups.into_iter().partition(is_shown);
    let above_message = own.map_or(0, |own| LINES_ABOVE_MESSAGE + u32::from(own.parent.is_some()));
    let comment = |group: &Grouped<'_>| {
        let above = if group.finding.commit.is_some() { above_message } else { 0 };
        comment(group, sources.lines(group.finding), above)
    };
    let beside = outside.iter().map(|group| {
        let finding = group.finding;
        format!("{}:{}: {}", named(finding), finding.place, first_line(finding))
    });
    let mut left = MOST_BYTES;
    let fits = |comment: &LineComment| {
        let rest = left.checked_sub(comment.message.len());
        left = rest.unwrap_or(0);
        rest.is_some()
    };
    let on_lines: Vec<LineComment> =
        inside.iter().take(MOST_COMMENTS).map(comment).take_while(fits).collect();
    Comments {
        unsaid: inside.len() - on_lines.len(),
        on_lines,
        beside: report
            .notes
            .iter()
            .cloned()
            .chain(beside)
            .map(|it| markdown(&one_line(&it)))
            .collect(),
    }
}

/// What a finding is about that is not shown with the change.
fn named(finding: &Finding) -> String {
    match &finding.commit {
        Some(id) => format!("message of commit {}", short::named(id)),
        None => finding.file.clone(),
    }
}

fn comment(group: &Grouped<'_>, lines: Option<&Lines<'_>>, above: u32) -> LineComment {
    let finding = group.finding;
    let range = lines.map(|lines| range(finding.place, lines).below(above));
    let mut message = markdown(&first_line(finding));
    if let Some(help) = &finding.help {
        message.push_str(&format!("\n\n{}", markdown(help)));
    }
    let others = [("also not checked", group.other_rules()), ("the same for", group.other_repos())];
    for (what, names) in others {
        if let Some(names) = names {
            message.push_str(&format!("\n\n{what}: {}", markdown(&one_line(&names))));
        }
    }
    for related in &finding.related {
        let there = format!("{}: {}:{}", related.label, related.file, related.place.line);
        message.push_str(&format!("\n\n{}", markdown(&one_line(&there))));
    }
    if let Some(fix) = &finding.fix {
        message.push_str(&format!("\n\nfix: {}", markdown(&fix.description)));
    }
    shorten(&mut message, LONGEST_COMMENT);
    let fix = finding.fix.as_ref().filter(|_| finding.stands()).zip(lines);
    LineComment {
        path: finding.file.clone(),
        line: range.map_or(finding.place.line.max(1) + above, |range| range.end_line),
        range: range.filter(|range| !range.is_empty()),
        message,
        level: level(finding),
        suggestion: fix.and_then(|(fix, lines)| suggestion(fix, lines, above)),
    }
}

/// The edits of a fix; none where one of them is not within the text: elsewhere it would do something else.
fn suggestion(fix: &Fix, lines: &Lines<'_>, above: u32) -> Option<SuggestedEdits> {
    let replacement = |place: Place| {
        let range = range(place, lines);
        (range.start_line == place.line && range.end_line == place.end_line)
            .then(|| range.below(above))
    };
    let replacements: Option<Vec<_>> = fix
        .edits
        .iter()
        .map(|edit| replacement(edit.place).map(|range| (range, edit.text.clone())))
        .collect();
    Some(SuggestedEdits { description: one_line(&fix.description), replacements: replacements? })
}

pub(super) fn first_line(finding: &Finding) -> String {
    let Finding { level, message, rule, .. } = finding;
    match &finding.overridden_by {
        Some(by) => format!("overridden ({}): {message} [{rule}]", by.reason),
        None => format!("{}: {message} [{rule}]", level.in_words()),
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
fn range(place: Place, lines: &Lines<'_>) -> CommentSpan {
    let line = |number: u32| number.clamp(1, lines.count());
    let character = |number: u32, column: u32| {
        let before = lines
            .get(number as usize - 1)
            .map_or(0, |line| line.utf16(column.saturating_sub(1) as usize));
        u32::try_from(before).unwrap_or(u32::MAX)
    };
    let (start_line, end_line) = (line(place.line), line(place.end_line.max(place.line)));
    let start_character = character(start_line, place.column);
    let end_character = character(end_line, place.end_column);
    let first = if start_line == end_line { start_character } else { 0 };
    CommentSpan { start_line, start_character, end_line, end_character: end_character.max(first) }
}

impl CommentSpan {
    fn is_empty(self) -> bool {
        self.start_line == self.end_line && self.start_character == self.end_character
    }

    fn below(self, above: u32) -> Self {
        let (start_line, end_line) = (self.start_line + above, self.end_line + above);
        Self { start_line, end_line, ..self }
    }
}

pub(super) fn shorten(text: &mut String, most: usize) {
    if text.len() > most {
        text.truncate(text.floor_char_boundary(most - '…'.len_utf8()));
        text.push('…');
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{FILE, OWN, WIDGET, finding, mixed, own, place, report};
    use super::*;
    use crate::facts::{Cause, Unknown};
    use crate::rules::{COMMIT_MSG, Edit};

    fn told(report: &Report) -> Comments {
        on(report, &BTreeSet::from([FILE]), Some(&own(None)))
    }

    #[test]
    fn a_comment_on_the_message_stands_below_what_gerrit_puts_above_it() {
        let text = "Release widget\n\nRelease-Override: freeze it is urgent\n";
        let finding = Finding {
            file: COMMIT_MSG.to_owned(),
            commit: Some(OWN.to_owned()),
            ..finding("override-unused", Level::Warning, place(3, 1, 3, 38), "it silences nothing")
        };
        let mut report = report(WIDGET, vec![finding]);
        report.sources.insert(OWN.to_owned(), text.into());
        for (parent, line) in [(None, 8), (Some("1111"), 9)] {
            let comment = &on(&report, &BTreeSet::new(), Some(&own(parent))).on_lines[0];
            let range = comment.range.unwrap();
            assert_eq!((comment.line, range.start_line, range.end_character), (line, line, 37));
        }
    }

    #[test]
    fn a_finding_about_another_message_than_the_shown_one_is_said_beside() {
        let mut report = mixed();
        report.findings.retain(|finding| finding.commit.is_some());
        let other = Commit { id: "3".repeat(40), ..own(None) };
        let expected = "message of commit 222222222222:1:1: note: the request changes the policy it is judged by after merge [policy-change]";
        for own in [Some(&other), None] {
            let told = on(&report, &BTreeSet::from([FILE]), own);
            assert_eq!((told.on_lines.len(), told.beside), (0, vec![expected.to_owned()]));
        }
    }

    #[test]
    fn a_host_that_is_away_gets_one_comment() {
        let unchecked = |rule: &'static str, repo: &str| Finding {
            repo: Some(repo.to_owned()),
            unknown: Some(Unknown::at("https://h/x", Cause::Away, format_args!("{repo}: away"))),
            ..finding(rule, Level::CouldNotCheck, place(1, 1, 1, 2), "not known")
        };
        let findings = [("a-rule", "x/a"), ("b-rule", "x/a"), ("b-rule", "x/b")];
        let findings = findings.into_iter().map(|(rule, repo)| unchecked(rule, repo)).collect();
        let told = told(&report(WIDGET, findings));
        assert_eq!((told.on_lines.len(), told.unsaid), (1, 0));
        let message = &told.on_lines[0].message;
        assert!(message.contains("also not checked: b-rule"), "{message}");
        assert!(message.contains("the same for: x/b"), "{message}");
    }

    fn range_of(at: Place, text: &str) -> Option<CommentSpan> {
        let report = report(text, vec![finding("a-rule", Level::Error, at, "it is wrong")]);
        told(&report).on_lines[0].range
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
                            let range = range(
                                place(line, column, end_line, end_column),
                                &Lines::of_git(text),
                            );
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
    fn a_finding_in_a_file_that_the_change_does_not_touch_is_said_beside() {
        let report = Report { notes: vec!["a \u{1b}[31m\nnote".to_owned()], ..mixed() };
        let told = on(&report, &BTreeSet::new(), Some(&own(None)));
        assert_eq!(told.beside[0], "a \\u{1b}[31m note");
        assert!(told.on_lines.iter().all(|comment| comment.path == COMMIT_MSG));
        let expected = "deliverables/hibiscus/widget.yaml:10:14: error: the first release of a series raises the minor number [series-first]";
        assert!(told.beside.iter().any(|line| line == expected), "{:?}", told.beside);
    }

    #[test]
    fn hostile_text_is_shown_and_leads_nowhere() {
        let finding = Finding {
            help: Some("\u{202e}help [here](https://b.example)".to_owned()),
            fix: Some(Fix { description: "fix\u{200b}".to_owned(), edits: Vec::new() }),
            ..finding(
                "a-rule",
                Level::Error,
                place(1, 1, 1, 2),
                "\u{1b}[31m![x](https://a.example)\u{a0}",
            )
        };
        let message = &told(&report(WIDGET, vec![finding])).on_lines[0].message;
        assert_eq!(
            message,
            "error: \\u{1b}[31m![x]\\(https://a.example)\\u{a0} [a-rule]\n\n\
             \\u{202e}help [here]\\(https://b.example)\n\nfix: fix\\u{200b}"
        );
    }

    #[test]
    fn what_is_too_much_for_a_review_is_counted() {
        let told = |text: &str| {
            let at = |number: u32| place(number % 14 + 1, 1, 1, 1);
            let one = |number: u32| finding("a-rule", Level::Error, at(number), text);
            told(&report(WIDGET, (0..250).map(one).collect()))
        };
        let short = told("it is wrong");
        assert_eq!((short.on_lines.len(), short.unsaid), (MOST_COMMENTS, 50));
        let long = told(&"é".repeat(9_000));
        assert!(long.on_lines.iter().all(|comment| comment.message.len() <= LONGEST_COMMENT));
        let bytes: usize = long.on_lines.iter().map(|comment| comment.message.len()).sum();
        assert!((MOST_BYTES - LONGEST_COMMENT..=MOST_BYTES).contains(&bytes), "{bytes}");
        assert_eq!(long.on_lines.len() + long.unsaid, 250);
    }

    #[test]
    fn a_fix_is_suggested_where_all_its_edits_are_within_the_text() {
        let with = |edits: &[Place]| {
            let edits = edits.iter().map(|at| Edit { place: *at, text: "1.1.0".to_owned() });
            let fix = Fix { description: "write `1.1.0`".to_owned(), edits: edits.collect() };
            let at = place(10, 14, 10, 19);
            let finding = Finding { fix: Some(fix), ..finding("a-rule", Level::Error, at, "no") };
            told(&report(WIDGET, vec![finding])).on_lines[0].suggestion.clone()
        };
        let inside = with(&[place(10, 14, 10, 19), place(2, 1, 2, 1)]).unwrap();
        let first =
            CommentSpan { start_line: 10, start_character: 13, end_line: 10, end_character: 18 };
        let second =
            CommentSpan { start_line: 2, start_character: 0, end_line: 2, end_character: 0 };
        assert_eq!(inside.replacements, [(first, "1.1.0".into()), (second, "1.1.0".into())]);
        assert_eq!(with(&[place(10, 14, 10, 19), place(14, 1, 14, 1)]), None);
    }
}
