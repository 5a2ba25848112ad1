//! The report for people: one paragraph per finding, then the errors in a line each and the verdict,
//! last, where a terminal and the log of a job stop.

mod difference;
mod escape;
mod excerpt;
mod lines;
mod paragraph;
mod pen;
mod remarks;
mod verdict;

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::io::{self, Write};

use super::{Report, compared};
use crate::rules::Finding;

pub(super) use escape::{escaped, escaped_line};
pub(super) use pen::Pen;
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
    let findings = report.sorted();
    for (finding, also) in told_once(&findings) {
        let text = report.text_of(finding);
        writeln!(out, "{}\n", paragraph::draw(finding, &also, text, &pen))?;
    }
    for note in &report.notes {
        writeln!(out, "{}\n", paragraph::draw_note(note, &pen))?;
    }
    writeln!(out, "{}", escaped_line(&compared::in_words(&report.compared)))?;
    for line in verdict::errors(&findings, &pen) {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "{}", verdict::of(report, &pen))
}

/// The findings, one alone of those that could not be checked for the same reason, with the other rules that this
/// concerns: a repository or document that cannot be had is one matter. A reason names its URL.
fn told_once<'f>(findings: &[&'f Finding]) -> Vec<(&'f Finding, BTreeSet<&'static str>)> {
    let mut told: Vec<(&Finding, BTreeSet<&str>)> = Vec::new();
    let mut first = HashMap::new();
    for finding in findings {
        match finding.unknown.as_ref().map(|why| first.entry(why)) {
            Some(Entry::Occupied(at)) => {
                let (shown, also): &mut (&Finding, BTreeSet<&str>) = &mut told[*at.get()];
                also.extend(Some(finding.rule).filter(|rule| *rule != shown.rule));
            }
            Some(Entry::Vacant(at)) => {
                at.insert(told.len());
                told.push((finding, BTreeSet::new()));
            }
            None => told.push((finding, BTreeSet::new())),
        }
    }
    told
}

/// The answer in one line, as it ends the report.
pub(super) fn verdict(report: &Report) -> String {
    verdict::of(report, &Pen::new(Style::Plain))
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
