//! The report for a job to hand to Zuul: comments on the lines of the change, and warnings.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::Report;
use super::comments::{CommentSpan, Comments, comments, shorten};
use crate::tree::request::Request;

/// Warnings at most. Zuul writes them into the message, which ends at 16,384 bytes.
const MOST_WARNINGS: usize = 20;
/// Bytes of a warning at most.
const LONGEST_WARNING: usize = 400;

/// Writes what `zuul_return` takes as its file: comments for what the change of `request` touches, warnings for the rest.
///
/// # Errors
/// What writing to `out` gives.
pub fn write(report: &Report, request: &Request, out: &mut dyn Write) -> io::Result<()> {
    let document = Document { zuul: returned(comments(report, request)) };
    crate::text::json::write(&document, out)
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
    range: Option<CommentSpan>,
}

fn returned(comments: Comments) -> Returned {
    let Comments { on_lines, beside: mut warnings, unsaid } = comments;
    let mut file_comments: BTreeMap<String, Vec<Comment>> = BTreeMap::new();
    for comment in on_lines {
        let (line, message, level, range) =
            (comment.line, comment.message, comment.level, comment.range);
        file_comments.entry(comment.path).or_default().push(Comment {
            line,
            message,
            level,
            range,
        });
    }
    let unsaid = unsaid + warnings.len().saturating_sub(MOST_WARNINGS);
    warnings.truncate(MOST_WARNINGS);
    if unsaid > 0 {
        warnings.push(format!("{unsaid} more are in the report of the job"));
    }
    for warning in &mut warnings {
        shorten(warning, LONGEST_WARNING);
    }
    Returned { file_comments, warnings }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::comments::on;
    use super::super::tests::{FILE, mixed, own};
    use super::*;

    #[test]
    fn each_finding_is_a_comment_on_its_range() {
        let comments = on(&mixed(), &BTreeSet::from([FILE]), Some(&own(Some("1111"))));
        let document = Document { zuul: returned(comments) };
        insta::assert_snapshot!(serde_json::to_string_pretty(&document).unwrap());
    }

    #[test]
    fn what_is_too_much_for_a_message_is_counted() {
        let beside = vec!["é".repeat(9_000); 25];
        let told = returned(Comments { on_lines: Vec::new(), beside, unsaid: 50 });
        assert_eq!(told.warnings.len(), MOST_WARNINGS + 1);
        assert_eq!(told.warnings[MOST_WARNINGS], "55 more are in the report of the job");
        assert!(told.warnings.iter().all(|warning| warning.len() <= LONGEST_WARNING));
    }
}
