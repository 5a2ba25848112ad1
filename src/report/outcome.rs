//! What became of a plan, in words.

use std::io::{self, Write};

use super::text::{Pen, Style, escaped_line};
use crate::apply::{Did, Outcome, StepOutcome, Worst};
use crate::plan::held_until;
use crate::rules::Level;

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
    let open = outcome.releases.iter().filter(|release| !release.is_complete());
    let (held, incomplete): (Vec<_>, Vec<_>) = open.partition(|release| release.waits());
    for release in &held {
        let why = held_until(release.held_until(), &release.waits_for().unwrap_or_default());
        let line = escaped_line(&format!("{}: {why}", release.planned.title()));
        writeln!(out, "{}", pen.level(Level::Warning, &line))?;
    }
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
        Worst::Fine if incomplete.is_empty() && held.is_empty() => {
            writeln!(out, "all is done: the releases repository is applied through {head}")
        }
        Worst::Fine if incomplete.is_empty() => writeln!(
            out,
            "applied through {head}; what is held is pending: `tagkeeper apply --pending` tags it when its time has come"
        ),
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
        Did::Made(detail) => (pen.added("made    "), detail.clone()),
        Did::WasThere(how) => ("done    ".to_owned(), how.clone()),
        Did::Ended(why) => ("ended   ".to_owned(), why.clone()),
        Did::Operator(why) => ("operator".to_owned(), why.clone()),
        Did::Awaiting => ("waiting ".to_owned(), String::new()),
        Did::Held { until, reason } => {
            (pen.level(Level::Warning, "held    "), held_until(*until, reason))
        }
        Did::NotBegun(why) => ("waits   ".to_owned(), why.clone()),
        Did::Conflict(why) => (pen.removed("CONFLICT"), why.clone()),
        Did::Refused(why) => (pen.removed("REFUSED "), why.clone()),
        Did::Failed(why) => (pen.removed("FAILED  "), why.clone()),
        Did::Unknown(why) => (pen.removed("UNKNOWN "), why.clone()),
    };
    if detail.is_empty() {
        writeln!(out, "  {word} {what}")
    } else {
        writeln!(out, "  {word} {what}: {}", escaped_line(&detail))
    }
}
