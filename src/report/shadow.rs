//! What tagkeeper would have made beside what is there: for a site that still releases by other jobs.

use std::io::{self, Write};

use serde::Serialize;

use super::text::{Pen, Style};
use crate::rules::Level;
use crate::text::one_line;

/// How what would have been made compares with what is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Shadow {
    /// Format of the document.
    pub version: u32,
    /// The merged commit that was looked at.
    pub head: String,
    /// Thing by thing.
    pub things: Vec<Thing>,
    /// How many there are of each.
    pub summary: AgreementCounts,
}

/// One thing that would have been made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Thing {
    /// The release, such as `widget 1.1.0 (hibiscus)`.
    pub release: String,
    /// The repository.
    pub repo: String,
    /// `tag`, `branch` or `announcement`.
    pub kind: String,
    /// Name of the tag or branch, or the version.
    pub name: String,
    /// How it compares.
    pub compared: Agreement,
    /// In words.
    pub detail: String,
    /// The lines that differ: those that are there begin with `-`, those that tagkeeper would have written with `+`.
    pub lines: Vec<String>,
}

/// How a thing compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Agreement {
    /// There is the same.
    Same,
    /// It would have waited, so there is nothing to compare.
    Waits,
    /// It could not be compared.
    NotCompared,
    /// There is something else.
    Different,
    /// There is nothing.
    Missing,
}

/// How many things there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AgreementCounts {
    /// The same.
    pub same: usize,
    /// Would have waited.
    pub waits: usize,
    /// Not compared.
    pub not_compared: usize,
    /// Different.
    pub different: usize,
    /// Missing.
    pub missing: usize,
}

impl Shadow {
    /// The comparison of these things.
    pub fn of(head: String, things: Vec<Thing>) -> Self {
        let count = |wanted| things.iter().filter(|thing| thing.compared == wanted).count();
        let summary = AgreementCounts {
            same: count(Agreement::Same),
            waits: count(Agreement::Waits),
            not_compared: count(Agreement::NotCompared),
            different: count(Agreement::Different),
            missing: count(Agreement::Missing),
        };
        Self { version: 1, head, things, summary }
    }

    /// The worst of it.
    pub fn worst(&self) -> Agreement {
        self.things.iter().map(|thing| thing.compared).max().unwrap_or(Agreement::Same)
    }
}

/// Writes a comparison: a line for each thing, and below it the lines that differ.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(shadow: &Shadow, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let pen = Pen::new(style);
    let mut release = None;
    for thing in &shadow.things {
        if release != Some(&thing.release) {
            writeln!(out, "{}", pen.frame(&one_line(&thing.release)))?;
            release = Some(&thing.release);
        }
        let word = match thing.compared {
            Agreement::Same => pen.added("same        "),
            Agreement::Waits => "waits       ".to_owned(),
            Agreement::NotCompared => pen.level(Level::Warning, "NOT COMPARED"),
            Agreement::Different => pen.removed("DIFFERENT   "),
            Agreement::Missing => pen.removed("MISSING     "),
        };
        let Thing { kind, name, repo, detail, .. } = thing;
        let what = one_line(&format!("{kind} {name} of {repo}: {detail}"));
        writeln!(out, "  {word} {what}")?;
        for line in &thing.lines {
            let shown = one_line(line);
            let shown = if line.starts_with('+') { pen.added(&shown) } else { pen.removed(&shown) };
            writeln!(out, "               {shown}")?;
        }
    }
    let AgreementCounts { same, waits, not_compared, different, missing } = shadow.summary;
    let mut parts = vec![format!("{same} the same")];
    for (count, words) in [
        (different, "different"),
        (missing, "missing"),
        (waits, "would wait"),
        (not_compared, "not compared"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {words}"));
        }
    }
    writeln!(out, "{}; nothing was written", parts.join(", "))
}
