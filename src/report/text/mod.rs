//! The report for people: one paragraph per finding, then the errors in a line each and the verdict,
//! last, where a terminal and the log of a job stop.

mod difference;
mod excerpt;
mod paragraph;
mod pen;
mod remarks;
mod verdict;

use std::io::{self, Write};

use super::lines::{Lines, Sources};
use super::{Repair, Report, compared, grouped};
use crate::text::one_line;

pub(super) use pen::Pen;
pub use pen::USUAL_WIDTH;
pub(super) use verdict::end_of;

/// Whether terminal colours are written; the caller knows what it writes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Text only.
    Plain,
    /// With ANSI colours.
    Colour,
}

/// Writes `report`: the findings by file, place and rule, the notes, what was compared, and the verdict.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write(report: &Report, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let pen = Pen::new(style);
    for Repair { rule, file, place, description, .. } in &report.fixed {
        writeln!(out, "{}", one_line(&format!("fixed {file}:{place}: {description} [{rule}]")))?;
    }
    if !report.fixed.is_empty() {
        writeln!(out)?;
    }
    let findings = report.sorted();
    let sources = Sources::of(report, Lines::of_yaml);
    for group in grouped::by_cause(findings.iter().copied()) {
        writeln!(out, "{}\n", paragraph::draw(&group, &sources, &pen))?;
    }
    for note in &report.notes {
        writeln!(out, "{}\n", paragraph::draw_note(note, &pen))?;
    }
    writeln!(out, "{}", one_line(&compared::in_words(&report.compared)))?;
    for line in verdict::errors(&findings, &pen) {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "{}", verdict::of(report, &pen))
}

/// The answer in one line, as it ends the report.
pub(super) fn verdict(report: &Report) -> String {
    verdict::of(report, &Pen::new(Style::Plain))
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
