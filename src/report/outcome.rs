//! The outcome of a plan, in words.

use std::io::{self, Write};

use super::repeated::Repeated;
use super::short;
use super::text::{Pen, Style};
use crate::apply::{Outcome, StepOutcome};
use crate::calendar::moment;
use crate::plan::{StepResult, Worst, waits_until};
use crate::rules::Level;
use crate::text::one_line;

/// What a run covered, which decides what is left for later runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Everything merged up to this commit; what is not done is pending.
    Through(String),
    /// The pending steps.
    Pending,
    /// Named releases only; nothing becomes pending.
    Named,
}

/// Writes an outcome: one line for each step, and what to do next at the end.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(
    outcome: &Outcome,
    reach: &Reach,
    out: &mut dyn Write,
    style: Style,
) -> io::Result<()> {
    let pen = Pen::new(style);
    let mut repeated = Repeated::default();
    for release in &outcome.releases {
        writeln!(out, "{}", pen.frame(&one_line(&release.planned.title())))?;
        for step in &release.steps {
            write_step(step, &mut repeated, out, &pen)?;
        }
    }
    if *outcome == Outcome::default() {
        return writeln!(out, "{}", nothing_left(reach));
    }
    writeln!(out)?;
    let open = outcome.releases.iter().filter(|release| !release.is_complete());
    let (held, incomplete): (Vec<_>, Vec<_>) = open.partition(|release| release.waits());
    for release in &held {
        // Each step above has its reason.
        let line = match release.held_until() {
            Some(until) => format!("{}: held until {}", release.planned.title(), moment(until)),
            None => format!("{}: held", release.planned.title()),
        };
        let line = one_line(&line);
        writeln!(out, "{}", pen.level(Level::Warning, &line))?;
    }
    let mut repeated = Repeated::default();
    for release in &incomplete {
        let title = release.planned.title();
        let trouble = release.trouble().map(|step| {
            format!(
                ": {}: {}",
                step.title(),
                repeated.result(&step.repo, &step.did, &step.did.to_string())
            )
        });
        let line = format!("not complete: {title}{}", trouble.unwrap_or_default());
        writeln!(out, "{}", pen.removed(&one_line(&line)))?;
    }
    for what in &outcome.taken_back {
        writeln!(out, "withdrawn before it was tagged: {}", one_line(what))?;
    }
    let impossible = outcome.impossible.iter().map(ToString::to_string);
    for line in outcome.unread.iter().cloned().chain(impossible) {
        writeln!(out, "{}", pen.removed(&one_line(&format!("not done: {line}"))))?;
    }
    for left in outcome.left_over() {
        writeln!(out, "{}", pen.removed(&one_line(&format!("not settled: {left}"))))?;
    }
    let verdict = match outcome.worst() {
        Worst::Fine if incomplete.is_empty() && held.is_empty() => all_done(reach),
        Worst::Fine if incomplete.is_empty() => all_held(reach),
        Worst::Fine | Worst::Failed => again(reach, "fix the cause"),
        Worst::Refused => again(
            reach,
            "fix the file, the name of the repository, or the permissions on the server,",
        ),
    };
    writeln!(out, "{verdict}")
}

fn nothing_left(reach: &Reach) -> String {
    match reach {
        Reach::Through(_) => format!("{}, nothing is pending", all_done(reach)),
        Reach::Pending => "nothing is pending".to_owned(),
        Reach::Named => "nothing to do".to_owned(),
    }
}

fn all_done(reach: &Reach) -> String {
    match reach {
        Reach::Through(head) => {
            format!("all done: the releases repository is applied up to {}", short::named(head))
        }
        Reach::Pending => "everything that was pending is done".to_owned(),
        Reach::Named => "all done".to_owned(),
    }
}

fn all_held(reach: &Reach) -> String {
    let later = "run `tagkeeper apply --pending` once nothing holds them back";
    match reach {
        Reach::Through(head) => {
            format!("applied up to {}; held steps are pending: {later}", short::named(head))
        }
        Reach::Pending => format!("held steps stay pending: {later}"),
        Reach::Named => "run the same command again once nothing holds the steps back".to_owned(),
    }
}

fn again(reach: &Reach, first: &str) -> String {
    match reach {
        Reach::Through(_) => {
            format!("incomplete releases are pending: {first} and run `tagkeeper apply` again")
        }
        Reach::Pending => {
            format!(
                "incomplete releases are pending: {first} and run `tagkeeper apply --pending` again"
            )
        }
        Reach::Named => format!("{first} and run the same command again"),
    }
}

fn write_step(
    step: &StepOutcome,
    repeated: &mut Repeated,
    out: &mut dyn Write,
    pen: &Pen,
) -> io::Result<()> {
    let what = one_line(&format!("{} of {}", step.action.label(), step.repo));
    let (word, detail) = match &step.did {
        StepResult::Made(detail) => (pen.added("made    "), detail.clone()),
        StepResult::WasThere(how) => ("done    ".to_owned(), how.clone()),
        StepResult::Ended(why) => ("ended   ".to_owned(), why.clone()),
        StepResult::Open(how) => ("open    ".to_owned(), how.clone()),
        StepResult::Operator(why) => ("operator".to_owned(), why.clone()),
        StepResult::Held { until, reason } => {
            (pen.level(Level::Warning, "held    "), waits_until(*until, reason))
        }
        StepResult::Unsent(why) => (pen.level(Level::Warning, "unsent  "), why.clone()),
        StepResult::NotBegun(why) => ("waits   ".to_owned(), why.clone()),
        StepResult::Conflict(why) => (pen.removed("CONFLICT"), why.clone()),
        StepResult::Refused(why) => (pen.removed("REFUSED "), why.clone()),
        StepResult::Failed(why) => (pen.removed("FAILED  "), why.clone()),
        StepResult::Unknown(why) => (pen.removed("UNKNOWN "), why.to_string()),
    };
    let detail = if step.did.is_settled() || detail.is_empty() {
        repeated.interrupt();
        detail
    } else {
        repeated.result(&step.repo, &step.did, &detail)
    };
    if detail.is_empty() {
        writeln!(out, "  {word} {what}")
    } else {
        writeln!(out, "  {word} {what}: {}", one_line(&detail))
    }
}
