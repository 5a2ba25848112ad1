//! Lines of files: the ones a finding is about, and whole requests.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use crate::report::lines::{Lines, window};
use crate::rules::{Finding, Level};
use crate::text::{one_line, visible};
use crate::tree::line;
use crate::tree::place::Place;
use crate::tree::request::{Change, Request};

/// So many lines around what is new or has a finding are shown.
const AROUND: u32 = 4;
/// Fewer lines between two such places are shown too.
const GAP: usize = 12;
/// More lines of one finding are left out.
const MOST_LINES: u32 = 12;

/// The lines that a finding is about, with its text marked.
#[derive(Serialize)]
pub(super) struct Excerpt {
    lines: Vec<Marked>,
    /// How many lines are left out at the end.
    left_out: u32,
}

/// One line, cut where the mark begins and ends.
#[derive(Serialize)]
struct Marked {
    number: u32,
    before: String,
    marked: String,
    after: String,
}

impl Excerpt {
    /// The `lines` at `place`; `None` where there are none, or where the file as a whole is meant.
    pub(super) fn of(lines: &Lines<'_>, place: Place) -> Option<Self> {
        if place == Place::TOP {
            return None;
        }
        let last = place.end_line.max(place.line);
        let shown = last.min(place.line.saturating_add(MOST_LINES - 1));
        let line = |number: u32| {
            Some(Marked::of(number, lines.get(number.checked_sub(1)? as usize)?, place))
        };
        let lines: Vec<_> = (place.line..=shown).map_while(line).collect();
        (!lines.is_empty()).then_some(Self { lines, left_out: last - shown })
    }
}

impl Marked {
    fn of(number: u32, line: &line::Line<'_>, place: Place) -> Self {
        let length = line.length();
        let column = |column: u32| usize::try_from(column.saturating_sub(1)).unwrap_or(length);
        let indent = line.text().chars().take_while(|c| c.is_whitespace()).count();
        let from = if number == place.line { column(place.column) } else { indent };
        let to = if number == place.end_line { column(place.end_column) } else { length };
        let from = from.min(length);
        let window = window(length, from);
        let to = to.clamp(from, length).min(window.end);
        let part = |from: usize, to: usize| visible(line.slice(from..to)).into_owned();
        let cut = |is_cut: bool| if is_cut { "…" } else { "" };
        Self {
            number,
            before: format!("{}{}", cut(window.start > 0), part(window.start, from)),
            marked: part(from, to),
            after: format!("{}{}", part(to, window.end), cut(window.end < length)),
        }
    }
}

/// One file of the request, as it is left.
#[derive(Serialize)]
pub(super) struct Listing {
    path: String,
    /// `added`, `changed` or `deleted`.
    what: &'static str,
    parts: Vec<Part>,
}

/// Lines one after the other.
#[derive(Serialize)]
struct Part {
    /// Whether nothing is new here, and no finding is about it.
    is_folded: bool,
    lines: Vec<Line>,
}

/// One line of a file.
#[derive(Serialize)]
struct Line {
    number: u32,
    anchor: String,
    text: String,
    /// Part of an entry that the request adds or changes.
    is_new: bool,
    /// The worst finding that begins here.
    level: Option<&'static str>,
}

/// The files of `request`.
pub(super) fn of(request: &Request, findings: &[&Finding]) -> Vec<Listing> {
    request.changes.iter().map(|change| Listing::of(request, change, findings)).collect()
}

/// Name of a line on the page.
pub(super) fn anchor(path: &str, line: u32) -> String {
    let name = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    format!("{}-{line}", path.chars().map(name).collect::<String>())
}

impl Listing {
    fn of(request: &Request, change: &Change, findings: &[&Finding]) -> Self {
        let what = match (&change.before, &change.after) {
            (_, None) => "deleted",
            (None, Some(_)) => "added",
            (Some(_), Some(_)) => "changed",
        };
        let new = new_lines(request, change);
        let text = change.after.as_ref().map(|file| &*file.text).unwrap_or_default();
        let worst = worst(change, findings);
        let lines = numbered(text).map(|(number, text)| Line {
            number,
            anchor: anchor(&change.path, number),
            text: visible(text).into_owned(),
            is_new: new.contains(&number),
            level: worst.get(&number).copied().map(Level::as_str),
        });
        Self { path: one_line(&change.path), what, parts: parted(lines.collect()) }
    }

    /// Whether the line of the file is listed.
    pub(super) fn has(&self, file: &str, line: u32) -> bool {
        let last = self.parts.last().and_then(|part| part.lines.last());
        let last = last.map_or(0, |last| last.number);
        self.path == one_line(file) && (1..=last).contains(&line)
    }
}

/// Divides the lines into what a reader looks for and what is folded; all is shown where nothing is new.
fn parted(lines: Vec<Line>) -> Vec<Part> {
    let of_note = lines.iter().filter(|line| line.is_new || line.level.is_some());
    let near: HashSet<u32> = of_note
        .flat_map(|line| line.number.saturating_sub(AROUND)..=line.number.saturating_add(AROUND))
        .collect();
    let mut parts: Vec<Part> = Vec::new();
    for line in lines {
        let is_folded = !near.is_empty() && !near.contains(&line.number);
        match parts.last_mut().filter(|part| part.is_folded == is_folded) {
            Some(part) => part.lines.push(line),
            None => parts.push(Part { is_folded, lines: vec![line] }),
        }
    }
    for part in &mut parts {
        part.is_folded &= part.lines.len() > GAP;
    }
    parts
}

/// The lines of the entries that the request adds or changes.
fn new_lines(request: &Request, change: &Change) -> HashSet<u32> {
    let Some(file) = &change.after else { return HashSet::new() };
    let releases = request.new_releases(change).into_iter().map(|new| new.release);
    let branches = file.deliverable.branches.iter();
    let branches = branches.filter(|branch| request.is_new_branch(change, branch));
    let places = releases.map(|release| release.place).chain(branches.map(|branch| branch.place));
    places.flat_map(|place| place.line..=place.end_line).collect()
}

/// The worst level that stands on each line of the file; `findings` come by file.
fn worst(change: &Change, findings: &[&Finding]) -> HashMap<u32, Level> {
    let mut worst = HashMap::new();
    let first = findings.partition_point(|finding| finding.file < change.path);
    let here = findings[first..].iter().take_while(|finding| finding.file == change.path);
    for finding in here.filter(|finding| finding.stands()) {
        let level: &mut Level = worst.entry(finding.place.line).or_insert(finding.level);
        *level = finding.level.min(*level);
    }
    worst
}

/// Lines as reports count them.
fn numbered(text: &str) -> impl Iterator<Item = (u32, &str)> {
    (1..).zip(text.lines())
}
