//! The report as JUnit XML: a suite for each file, a case for each finding.

use std::collections::BTreeMap;
use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report as Suites, TestCase, TestCaseStatus, TestSuite};

use super::said::said;
use super::{Report, Strictness};
use crate::rules::{Finding, Level};
use crate::text::{one_line, visible};

/// Writes `report`. What fails the check is a failure, what was not checked an error where that fails the check and skipped
/// elsewhere, an overridden finding is skipped with its reason, and the others pass with their text as output.
///
/// # Errors
/// What writing to `out` gives.
pub fn write(report: &Report, strictness: Strictness, out: &mut dyn Write) -> io::Result<()> {
    let mut files: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in report.sorted() {
        files.entry(&finding.file).or_default().push(finding);
    }
    let mut suites = Suites::new("tagkeeper");
    if files.is_empty() {
        let mut suite = TestSuite::new("tagkeeper");
        suite.add_test_case(TestCase::new("check", TestCaseStatus::success()));
        suites.add_test_suite(suite);
    }
    for (file, findings) in files {
        let mut suite = TestSuite::new(one_line(file));
        findings.into_iter().for_each(|finding| {
            suite.add_test_case(case(finding, strictness));
        });
        suites.add_test_suite(suite);
    }
    let xml = suites.to_string().map_err(io::Error::other)?;
    out.write_all(xml.as_bytes())
}

fn case(finding: &Finding, strictness: Strictness) -> TestCase {
    let name = format!("{} {}", finding.rule, finding.place);
    let text = visible(&text(finding)).into_owned();
    let status = match (finding.level, &finding.overridden_by) {
        (_, Some(by)) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(one_line(&format!("overridden: {}", by.reason)));
            status
        }
        (Level::Error, None) => failed(NonSuccessKind::Failure, finding, &text),
        (Level::CouldNotCheck, None) if strictness == Strictness::Strict => {
            failed(NonSuccessKind::Error, finding, &text)
        }
        (Level::CouldNotCheck, None) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(one_line(&format!("not checked: {}", finding.message)));
            status
        }
        (Level::Warning | Level::Note, None) => TestCaseStatus::success(),
    };
    let mut case = TestCase::new(name, status);
    case.set_classname(one_line(&finding.file));
    case.set_system_out(text);
    case
}

fn failed(kind: NonSuccessKind, finding: &Finding, text: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(one_line(&finding.message)).set_type(finding.rule).set_description(text);
    status
}

fn text(finding: &Finding) -> String {
    let Finding { file, place, level, .. } = finding;
    format!("{file}:{place}: {}\n{}", level.in_words(), said(finding).join("\n"))
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
    fn a_strict_reader_of_junit_takes_it() {
        for (strictness, failures, errors) in
            [(Strictness::Normal, 1, 0), (Strictness::Strict, 1, 1)]
        {
            let read = Suites::deserialize_from_str(&written(&mixed(), strictness)).unwrap();
            assert_eq!(
                (read.tests, read.failures, read.errors),
                (mixed().findings.len(), failures, errors)
            );
        }
        let nothing =
            Suites::deserialize_from_str(&written(&report("", Vec::new()), Strictness::Normal))
                .unwrap();
        assert_eq!((nothing.tests, nothing.failures), (1, 0));
    }

    #[test]
    fn nothing_that_xml_forbids_gets_into_it() {
        let hostile = finding(
            "owner",
            Level::Error,
            place(1, 1, 1, 2),
            "a\u{0}b\u{1b}[2J\u{fffe}]]> <x> & \"y\"",
        );
        let xml = written(&report("", vec![hostile]), Strictness::Normal);
        let is_allowed = |c: char| c == '\n' || (!c.is_control() && c != '\u{fffe}');
        assert!(xml.chars().all(is_allowed), "{xml:?}");
        let read = Suites::deserialize_from_str(&xml).unwrap();
        assert_eq!(read.tests, 1);
    }
}
