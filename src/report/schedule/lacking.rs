//! For each deadline, the deliverables without their release, candidate or branch.

use std::io::{self, Write};

use super::ScheduleReport;
use super::picture::{doubts, heading};
use super::words::{distance, wrapped};
use crate::calendar::{Lacking, Missing, written};
use crate::report::text::{Pen, Style};
use crate::rules::Level;
use crate::text::one_line;

/// Writes each deadline of the cycle with the deliverables that have not met it.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(
    schedule: &ScheduleReport,
    out: &mut dyn Write,
    (style, width): (Style, usize),
) -> io::Result<()> {
    let pen = Pen::wide(style, width);
    heading(schedule, out, &pen)?;
    if schedule.missing.is_empty() && schedule.outlook.is_scheduled {
        writeln!(out, "\nits schedule names no deadline for these deliverables")?;
    }
    let now = schedule.outlook.now;
    let mut before = None;
    for missing in &schedule.missing {
        if before != Some((missing.due, &missing.event)) {
            let due = format!(
                "{}, {} ({})",
                missing.event,
                written(missing.due),
                distance(now, missing.due)
            );
            writeln!(out, "\n{}", pen.frame(&one_line(&due)))?;
            before = Some((missing.due, &missing.event));
        }
        one(missing, schedule, out, &pen)?;
    }
    doubts(schedule, out, &pen)
}

fn one(
    missing: &Missing,
    schedule: &ScheduleReport,
    out: &mut dyn Write,
    pen: &Pen,
) -> io::Result<()> {
    let now = schedule.outlook.now;
    let duty = missing.duty.as_str();
    if missing.who.is_empty() {
        let line = format!("{duty}: {0} of {0} done", missing.of);
        return writeln!(out, "  {}", pen.fine(&line));
    }
    let line = format!("{duty}: {} of {} missing", missing.who.len(), missing.of);
    let line = if missing.is_overdue(now) { pen.level(Level::Error, &line) } else { line };
    writeln!(out, "  {line}")?;
    let mut rest = missing.who.as_slice();
    while let Some(first) = rest.first() {
        let n = rest.iter().take_while(|other| other.team == first.team).count();
        let (team, after) = rest.split_at(n);
        of_team(first, team, out, pen)?;
        rest = after;
    }
    Ok(())
}

fn of_team(first: &Lacking, team: &[Lacking], out: &mut dyn Write, pen: &Pen) -> io::Result<()> {
    let names: Vec<String> = team.iter().map(|one| one_line(&one.name)).collect();
    let mut head = one_line(first.team.as_deref().unwrap_or("no team"));
    for line in wrapped(&names, ", ", pen.width() - 26) {
        writeln!(out, "    {} {line}", pen.quiet(&format!("{head:20}")))?;
        head.clear();
    }
    Ok(())
}
