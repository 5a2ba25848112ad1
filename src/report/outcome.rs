//! What became of a plan, in words.

use std::io::{self, Write};

use super::text::{Pen, Style, escaped_line};
use crate::apply::{Did, Outcome, StepOutcome, Worst};

/// Writes an outcome: a line a step, what is to be done about it last.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(outcome: &Outcome, head: &str, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let pen = Pen::new(style);
    let head = head.get(..12).unwrap_or(head);
    for release in &outcome.releases {
        writeln!(out, "{}", pen.frame(&escaped_line(&release.planned.title())))?;
        for step in &release.steps {
            write_step(step, out, &pen)?;
        }
    }
    if outcome.releases.is_empty() && outcome.left.is_empty() {
        return writeln!(
            out,
            "all is done: the releases repository is applied through {head}, nothing is pending"
        );
    }
    writeln!(out)?;
    let incomplete: Vec<_> =
        outcome.releases.iter().filter(|release| !release.is_complete()).collect();
    for release in &incomplete {
        let trouble = release.trouble().unwrap_or_default();
        writeln!(
            out,
            "{}",
            pen.removed(&escaped_line(&format!(
                "not complete: {}: {trouble}",
                release.planned.title()
            )))
        )?;
    }
    for left in outcome.left_over() {
        writeln!(out, "{}", pen.removed(&escaped_line(&format!("not settled: {left}"))))?;
    }
    match outcome.worst() {
        Worst::Fine if incomplete.is_empty() => {
            writeln!(out, "all is done: the releases repository is applied through {head}")
        }
        Worst::Fine | Worst::Failed => writeln!(
            out,
            "what is not complete is pending: mend the cause and run `tagkeeper apply` again"
        ),
        Worst::Refused => writeln!(
            out,
            "what is not complete is pending: mend the file, or the rights at the server, and run `tagkeeper apply` again"
        ),
    }
}

fn write_step(step: &StepOutcome, out: &mut dyn Write, pen: &Pen) -> io::Result<()> {
    let what =
        escaped_line(&format!("{} {} of {}", step.action.noun(), step.action.name(), step.repo));
    let (word, detail) = match &step.did {
        Did::Made(detail) => (pen.added("made    "), detail.as_str()),
        Did::WasThere(how) => ("done    ".to_owned(), how.as_str()),
        Did::Ended(why) => ("ended   ".to_owned(), why.as_str()),
        Did::Operator(why) => ("operator".to_owned(), why.as_str()),
        Did::Awaiting => ("waiting ".to_owned(), ""),
        Did::NotBegun(why) => ("waits   ".to_owned(), why.as_str()),
        Did::Conflict(why) => (pen.removed("CONFLICT"), why.as_str()),
        Did::Refused(why) => (pen.removed("REFUSED "), why.as_str()),
        Did::Failed(why) => (pen.removed("FAILED  "), why.as_str()),
        Did::Unknown(why) => (pen.removed("UNKNOWN "), why.as_str()),
    };
    if detail.is_empty() {
        writeln!(out, "  {word} {what}")
    } else {
        writeln!(out, "  {word} {what}: {}", escaped_line(detail))
    }
}
