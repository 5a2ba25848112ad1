//! The message of a review whose comments are the findings.

use super::comments::{Comments, shorten};
use super::{Report, text};

/// Lines at most beside the verdict.
const MOST_LINES: usize = 20;
/// Bytes of a line at most.
const LONGEST_LINE: usize = 400;

/// The message: the verdict first, then what no comment says. The same findings give the same text.
pub fn message(report: &Report, comments: &Comments) -> String {
    let mut lines = vec![format!("tagkeeper: {}", text::verdict(report))];
    let beside = comments.beside.iter().take(MOST_LINES).map(|line| {
        let mut line = format!("* {line}");
        shorten(&mut line, LONGEST_LINE);
        line
    });
    lines.extend(beside);
    let unsaid = comments.unsaid + comments.beside.len().saturating_sub(MOST_LINES);
    if unsaid > 0 {
        lines.push(format!("* {unsaid} more are not shown here; `tagkeeper check` lists them all"));
    }
    let verdict = lines.remove(0);
    if lines.is_empty() { verdict } else { format!("{verdict}\n\n{}", lines.join("\n")) }
}

#[cfg(test)]
mod tests {
    use super::super::comments::on;
    use super::super::tests::{mixed, own};
    use super::*;

    #[test]
    fn the_verdict_comes_first_and_what_no_comment_says_after_it() {
        let report = Report {
            notes: vec![
                "the request changes `tagkeeper.yaml`: this check used the one from before the request".into(),
            ],
            ..mixed()
        };
        insta::assert_snapshot!(message(&report, &on(&report, &[].into(), Some(&own(None)))));
    }

    #[test]
    fn it_stays_short_however_much_there_is_to_say() {
        let beside = vec!["é".repeat(9_000); 50];
        let told = message(&mixed(), &Comments { on_lines: Vec::new(), beside, unsaid: 3 });
        assert!(told.len() < 12_000, "{}", told.len());
        assert!(told.contains("* 33 more are not shown here"), "{told}");
    }
}
