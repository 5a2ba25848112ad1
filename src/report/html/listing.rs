//! Lines of files: the ones a finding is about, and whole requests.

use serde::Serialize;

use crate::rules::{Finding, Level};
use crate::text::{one_line, visible};
use crate::tree::place::Place;
use crate::tree::request::{Change, Request};

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
    /// The lines of `text` at `place`; `None` where there are none, or where the file as a whole is meant.
    pub(super) fn of(text: &str, place: Place) -> Option<Self> {
        if place == Place::TOP {
            return None;
        }
        let last = place.end_line.max(place.line);
        let shown = last.min(place.line.saturating_add(MOST_LINES - 1));
        let lines: Vec<_> = numbered(text)
            .skip_while(|(number, _)| *number < place.line)
            .take_while(|(number, _)| *number <= shown)
            .map(|(number, line)| Marked::of(number, line, place))
            .collect();
        (!lines.is_empty()).then_some(Self { lines, left_out: last - shown })
    }
}

impl Marked {
    fn of(number: u32, line: &str, place: Place) -> Self {
        let length = line.chars().count();
        let column = |column: u32| usize::try_from(column.saturating_sub(1)).unwrap_or(length);
        let indent = line.chars().take_while(|c| c.is_whitespace()).count();
        let from = if number == place.line { column(place.column) } else { indent };
        let to = if number == place.end_line { column(place.end_column) } else { length };
        let from = from.min(length);
        let to = to.clamp(from, length);
        let part = |from: usize, to: usize| {
            let part: String = line.chars().skip(from).take(to - from).collect();
            visible(&part).into_owned()
        };
        Self { number, before: part(0, from), marked: part(from, to), after: part(to, length) }
    }
}

/// One file of the request, as it is left.
#[derive(Serialize)]
pub(super) struct Listing {
    path: String,
    /// `added`, `changed` or `deleted`.
    what: &'static str,
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
        let level = |line: u32| worst(change, line, findings).map(Level::as_str);
        let lines = numbered(text).map(|(number, text)| Line {
            number,
            anchor: anchor(&change.path, number),
            text: visible(text).into_owned(),
            is_new: new.iter().any(|(first, last)| (*first..=*last).contains(&number)),
            level: level(number),
        });
        Self { path: one_line(&change.path), what, lines: lines.collect() }
    }
}

/// The lines, first and last, of each entry that the request adds or changes.
fn new_lines(request: &Request, change: &Change) -> Vec<(u32, u32)> {
    let Some(file) = &change.after else { return Vec::new() };
    let releases = request.new_releases(change).into_iter().map(|new| new.release);
    let branches = file.deliverable.branches.iter();
    let branches = branches.filter(|branch| request.is_new_branch(change, branch));
    let places = releases.map(|release| release.place).chain(branches.map(|branch| branch.place));
    places.map(|place| (place.line, place.end_line)).collect()
}

fn worst(change: &Change, line: u32, findings: &[&Finding]) -> Option<Level> {
    let here = findings.iter().filter(|finding| {
        finding.stands() && finding.file == change.path && finding.place.line == line
    });
    here.map(|finding| finding.level).min()
}

/// Lines as reports count them.
fn numbered(text: &str) -> impl Iterator<Item = (u32, &str)> {
    (1..).zip(text.lines())
}
