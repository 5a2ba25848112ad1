//! The report as workflow commands, which GitHub shows as annotations.

use std::io::{self, Write};

use super::said::said;
use super::{Report, Strictness};
use crate::rules::{Finding, Level};
use crate::text::{one_line, visible};

/// Writes a line for each finding.
///
/// # Errors
/// What writing to `out` gives.
pub fn write(report: &Report, strictness: Strictness, out: &mut dyn Write) -> io::Result<()> {
    report
        .sorted()
        .into_iter()
        .try_for_each(|finding| writeln!(out, "{}", command(finding, strictness)))
}

fn command(finding: &Finding, strictness: Strictness) -> String {
    let place = finding.place;
    let name = match (finding.level, strictness) {
        _ if !finding.stands() => "notice",
        (Level::Error, _) | (Level::CouldNotCheck, Strictness::Strict) => "error",
        (Level::Warning, _) | (Level::CouldNotCheck, Strictness::Normal) => "warning",
        (Level::Note, _) => "notice",
    };
    let mut properties = vec![("file", finding.file.clone()), ("line", place.line.to_string())];
    properties.push(("endLine", place.end_line.to_string()));
    // GitHub takes columns within one line only.
    if place.line == place.end_line {
        properties.push(("col", place.column.to_string()));
        properties.push(("endColumn", place.end_column.to_string()));
    }
    properties.push(("title", format!("tagkeeper: {}", finding.rule)));
    let properties: Vec<String> = properties
        .into_iter()
        .map(|(key, value)| format!("{key}={}", property(&one_line(&value))))
        .collect();
    format!("::{name} {}::{}", properties.join(","), data(&visible(&said(finding).join("\n"))))
}

/// What follows the second `::`: a line end in it would begin a command of its own.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{finding, mixed, place, report};
    use super::*;

    fn written(report: &Report, strictness: Strictness) -> String {
        let mut out = Vec::new();
        write(report, strictness, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn each_finding_is_an_annotation() {
        insta::assert_snapshot!(written(&mixed(), Strictness::Normal));
    }

    #[test]
    fn no_text_ends_its_command_or_begins_another() {
        let mut hostile = finding(
            "owner",
            Level::Error,
            place(1, 2, 3, 4),
            "100%\n::stop-commands::x\r\u{1b}[2J",
        );
        hostile.file = "a,line=9:b\n::error::c.yaml".to_owned();
        let line = written(&report("", vec![hostile]), Strictness::Normal);
        assert_eq!(line.lines().count(), 1, "{line}");
        assert!(
            line.starts_with(
                "::error file=a%2Cline=9%3Ab %3A%3Aerror%3A%3Ac.yaml,line=1,endLine=3,title="
            ),
            "{line}"
        );
        assert!(
            line.contains("::100%25%0A::stop-commands::x") && !line.contains('\u{1b}'),
            "{line}"
        );
    }

    #[test]
    fn what_was_not_checked_is_an_error_where_that_fails_the_check() {
        let count = |strictness| written(&mixed(), strictness).matches("::error ").count();
        assert_eq!(count(Strictness::Strict), count(Strictness::Normal) + 1);
    }
}
