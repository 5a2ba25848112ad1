//! A plan, in words.

use std::io::{self, Write};

use super::repeated::Repeated;
use super::short;
use super::text::{Pen, Style};
use crate::plan::{OverrideApproval, Overriding, Plan, State, Step, waits_until};
use crate::rules::Level;
use crate::text::one_line;

/// Writes a plan: one line for each step.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(plan: &Plan, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let pen = Pen::new(style);
    let impossible = plan.impossible.iter().map(ToString::to_string);
    for line in plan.unread.iter().cloned().chain(impossible) {
        writeln!(out, "{} {}", pen.removed("CONFLICT"), one_line(&line))?;
    }
    if plan.releases.is_empty() && !plan.impossible.is_empty() {
        return writeln!(out, "\nnothing is planned: fix the file");
    }
    if plan.releases.is_empty() && !plan.unread.is_empty() {
        return writeln!(out, "\nnothing is planned: the request cannot be read");
    }
    if plan.releases.is_empty() {
        return writeln!(out, "nothing to do: the request adds no release and no branch");
    }
    let mut repeated = Repeated::default();
    for release in &plan.releases {
        writeln!(out, "{}", pen.frame(&one_line(&release.title())))?;
        match &release.commit {
            Some(commit) => {
                writeln!(
                    out,
                    "  from {}, commit {}",
                    one_line(&release.file),
                    short::named(commit)
                )?;
            }
            None => writeln!(out, "  from {}", one_line(&release.file))?,
        }
        for one in &release.overrides {
            writeln!(out, "  overrides {}", one_line(&overriding(one)))?;
        }
        for step in &release.steps {
            write_step(step, &mut repeated, out, &pen)?;
        }
    }
    writeln!(out, "\n{}", verdict(plan))
}

/// Writes the ended branches that are still there.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_ends(plan: &Plan, out: &mut dyn Write, style: Style) -> io::Result<()> {
    if plan.releases.is_empty() {
        return writeln!(out, "no branch that a tag has ended is there");
    }
    let (pen, mut repeated) = (Pen::new(style), Repeated::default());
    for release in &plan.releases {
        writeln!(out, "{}", pen.frame(&one_line(&release.title())))?;
        release.steps.iter().try_for_each(|step| write_step(step, &mut repeated, out, &pen))?;
    }
    writeln!(
        out,
        "\nnothing was deleted: name a branch with `--yes BRANCH`, or take the deletions of a plan with `--plan FILE`"
    )
}

/// `release-window: security fix`, and whether that counts.
fn overriding(one: &Overriding) -> String {
    let Overriding { rule, reason, approval, .. } = one;
    match approval {
        OverrideApproval::Given => format!("{rule}: {reason}"),
        OverrideApproval::Missing(why) => format!("{rule}: {reason} (does not count: {why})"),
        OverrideApproval::Unknown(why) => {
            format!("{rule}: {reason} (not known whether it counts: {why})")
        }
    }
}

fn write_step(
    step: &Step,
    repeated: &mut Repeated,
    out: &mut dyn Write,
    pen: &Pen,
) -> io::Result<()> {
    let (word, why) = match &step.state {
        State::Create => ("create", None),
        State::Held { until, reason } => {
            ("held", Some(repeated.reason(&step.repo, &waits_until(*until, reason))))
        }
        State::Done(how) => ("done", Some(how.clone())),
        State::Open(how) => ("open", Some(how.clone())),
        State::Ended(why) => ("ended", Some(why.clone())),
        State::Conflict(why) => ("CONFLICT", Some(why.clone())),
        State::Operator(why) => ("operator", Some(why.clone())),
        State::Unknown(why) => {
            ("UNKNOWN", Some(repeated.unknown(&step.repo, why, &why.to_string())))
        }
    };
    if !step.state.waits() {
        repeated.interrupt();
    }
    let commit = step.action.commit.map(|commit| commit.to_string());
    let at = commit.map(|commit| format!(" at {}", short::named(&commit))).unwrap_or_default();
    let what = format!("{} of {}{at}", step.action.label(), step.repo);
    let word = match &step.state {
        State::Create => pen.added(&format!("{word:8}")),
        State::Conflict(_) | State::Unknown(_) => pen.removed(&format!("{word:8}")),
        State::Held { .. } => pen.level(Level::Warning, &format!("{word:8}")),
        State::Done(_) | State::Open(_) | State::Ended(_) | State::Operator(_) => {
            format!("{word:8}")
        }
    };
    write!(out, "  {word} {}", one_line(&what))?;
    match why {
        Some(why) => writeln!(out, ": {}", one_line(&why))?,
        None => writeln!(out)?,
    }
    match (&step.state, &step.action.patch) {
        (State::Create, Some(patch)) => write_patch(patch, out, pen),
        _ => Ok(()),
    }
}

/// The lines that a patch takes out and puts in.
fn write_patch(patch: &str, out: &mut dyn Write, pen: &Pen) -> io::Result<()> {
    for line in patch.lines() {
        let shown = one_line(line);
        match line.chars().next() {
            Some('+') => writeln!(out, "           {}", pen.added(&shown))?,
            Some('-') => writeln!(out, "           {}", pen.removed(&shown))?,
            _ => {}
        }
    }
    Ok(())
}

/// The counts, in one line.
fn verdict(plan: &Plan) -> String {
    let count = |is: fn(&State) -> bool| {
        plan.releases
            .iter()
            .flat_map(|release| &release.steps)
            .filter(|step| is(&step.state))
            .count()
    };
    let mut parts = Vec::new();
    let mut part = |n: usize, words: &str| {
        if n > 0 {
            parts.push(format!("{n} {words}"));
        }
    };
    part(count(|state| matches!(state, State::Create)), "to be made");
    part(count(|state| matches!(state, State::Held { .. })), "held");
    part(count(|state| matches!(state, State::Done(_))), "done already");
    part(count(|state| matches!(state, State::Open(_))), "proposed already");
    part(count(|state| matches!(state, State::Ended(_))), "ended");
    part(count(|state| matches!(state, State::Operator(_))), "for an operator");
    part(count(|state| matches!(state, State::Conflict(_))), "in conflict");
    part(count(|state| matches!(state, State::Unknown(_))), "unknown");
    parts.join(", ")
}
