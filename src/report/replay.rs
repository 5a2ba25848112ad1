//! What the rules find in a whole history, as a table and as JSON.

mod tally;

pub use tally::{Count, Judged, ReplayFinding, Row, Tally};

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::json::{FindingOut, TOOL};
use super::short;
use super::text::{Pen, Style};
use crate::rules::{ALL, Level};
use crate::text::one_line;

/// The result of a replay, and what it covered.
#[derive(Clone, Debug)]
pub struct Replay {
    /// What was counted.
    pub tally: Tally,
    /// The revision it started after; `None` for the first commit.
    pub since: Option<String>,
    /// The revision it ended with.
    pub head: String,
    /// The rules to show; all if empty.
    pub rules: Vec<&'static str>,
}

impl Replay {
    fn wants(&self, rule: &str) -> bool {
        self.rules.is_empty() || self.rules.contains(&rule)
    }

    fn rows(&self) -> impl Iterator<Item = (&Row, &Count)> {
        self.tally.rows.iter().filter(|(row, _)| self.wants(row.rule))
    }

    /// The rules that found nothing and lacked no fact.
    fn silent(&self) -> Vec<&'static str> {
        let Tally { rows, overridden, not_asked, .. } = &self.tally;
        let counted = overridden.keys().chain(not_asked.keys()).copied();
        let spoke: BTreeSet<&str> = rows.keys().map(|row| row.rule).chain(counted).collect();
        let ids = ALL.iter().map(|rule| rule.id);
        ids.filter(|id| self.wants(id) && !spoke.contains(id)).collect()
    }
}

/// Writes the listed findings, the table, and a summary.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_text(replay: &Replay, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let pen = Pen::new(style);
    for listed in &replay.tally.listed {
        write_listed(listed, out, &pen)?;
    }
    if !replay.tally.listed.is_empty() {
        writeln!(out)?;
    }
    write_table(replay, out, &pen)?;
    let silent = replay.silent();
    if !silent.is_empty() {
        writeln!(out, "\nnothing found: {}", silent.join(", "))?;
    }
    let counted = |counts: &BTreeMap<&'static str, usize>| {
        let wanted = counts.iter().filter(|(rule, _)| replay.wants(rule));
        wanted.map(|(rule, n)| format!("{rule} {n}")).collect::<Vec<_>>().join(", ")
    };
    let overridden = counted(&replay.tally.overridden);
    if !overridden.is_empty() {
        writeln!(out, "\noverridden (not in the table): {overridden}")?;
    }
    let not_asked = counted(&replay.tally.not_asked);
    if !not_asked.is_empty() {
        writeln!(out, "\nnot checked (the answer is not in the files): {not_asked}")?;
    }
    writeln!(out, "\n{}", pen.fine(&summary(replay)))
}

fn write_listed(listed: &ReplayFinding, out: &mut dyn Write, pen: &Pen) -> io::Result<()> {
    let ReplayFinding { commit, proposed, finding } = listed;
    let place = format!("{}:{}", finding.file, finding.place);
    let level = pen.level(finding.level, finding.level.as_str());
    let overridden = if finding.stands() { "" } else { "overridden " };
    writeln!(
        out,
        "{} {} {} {overridden}{level}: {}",
        day(*proposed),
        short::named(commit),
        pen.frame(&one_line(&place)),
        one_line(&finding.message)
    )
}

/// One line of the table: rule, level, and a cell for each year and each total.
struct Line {
    rule: String,
    level: Option<Level>,
    cells: Vec<String>,
}

fn lines(replay: &Replay) -> Vec<Line> {
    let years: Vec<i16> = replay.tally.requests.keys().copied().collect();
    let heads = years.iter().map(ToString::to_string).chain(["all", "in"].map(str::to_owned));
    let mut lines = vec![Line { rule: "rule".to_owned(), level: None, cells: heads.collect() }];
    for (row, count) in replay.rows() {
        let of_year = |year| count.years.get(year).copied().unwrap_or(0);
        let cells = years.iter().map(of_year).chain([count.total(), count.n_requests]);
        let cells = cells.map(|n| if n == 0 { ".".to_owned() } else { n.to_string() });
        let (rule, level) = (row.rule.to_owned(), Some(row.level));
        lines.push(Line { rule, level, cells: cells.collect() });
    }
    let requests = replay.tally.requests.values().copied().chain([replay.tally.n_requests()]);
    let cells = requests.map(|n| n.to_string()).collect();
    lines.push(Line { rule: "requests".to_owned(), level: None, cells });
    lines
}

/// The table. A decade must fit into a terminal, so no column is wider than it has to be.
fn write_table(replay: &Replay, out: &mut dyn Write, pen: &Pen) -> io::Result<()> {
    let lines = lines(replay);
    let name = lines.iter().map(|line| line.rule.len()).max().unwrap_or(0);
    let n_columns = lines.first().map_or(0, |head| head.cells.len());
    let width =
        |at: usize| lines.iter().filter_map(|line| line.cells.get(at)).map(String::len).max();
    let widths: Vec<usize> = (0..n_columns).map(|at| width(at).unwrap_or(0)).collect();
    for line in &lines {
        let level = line.level.map_or(' ', letter);
        let cells = line.cells.iter().zip(&widths).map(|(cell, width)| format!(" {cell:>width$}"));
        let text = format!("{:name$} {level}{}", line.rule, cells.collect::<String>());
        let text = line.level.map_or_else(|| pen.frame(&text), |level| pen.level(level, &text));
        writeln!(out, "{text}")?;
    }
    writeln!(
        out,
        "\nE error, W warning, N note; by year of proposal; `in`: number of requests with such a finding"
    )
}

/// The level as one letter.
fn letter(level: Level) -> char {
    match level {
        Level::Error => 'E',
        Level::Warning => 'W',
        Level::Note => 'N',
        Level::CouldNotCheck => '?',
    }
}

fn summary(replay: &Replay) -> String {
    let tally = &replay.tally;
    let span =
        tally.span.map(|(first, last)| format!(", proposed from {} to {}", day(first), day(last)));
    let since = replay.since.as_deref().map(|since| format!(" since {}", one_line(since)));
    format!(
        "{} requests with {} commits{} up to {}{}",
        tally.n_requests(),
        tally.n_commits,
        since.unwrap_or_default(),
        short::named(&replay.head),
        span.unwrap_or_default()
    )
}

fn day(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).date().to_string()
}

/// Writes the counts and the listed findings as one JSON document, followed by a newline.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_json(replay: &Replay, out: &mut dyn Write) -> io::Result<()> {
    let tally = &replay.tally;
    let only = |counts: &BTreeMap<&'static str, usize>| {
        counts.iter().filter(|(rule, _)| replay.wants(rule)).map(|(rule, n)| (*rule, *n)).collect()
    };
    let row = |(row, count): (&Row, &Count)| RowOut {
        rule: row.rule,
        level: row.level.as_str(),
        findings: count.total(),
        requests: count.n_requests,
        years: count.years.clone(),
    };
    let document = Document {
        version: 1,
        tool: TOOL,
        since: replay.since.as_deref(),
        head: &replay.head,
        requests: tally.n_requests(),
        commits: tally.n_commits,
        years: &tally.requests,
        rules: replay.rows().map(row).collect(),
        nothing_found: replay.silent(),
        overridden: only(&tally.overridden),
        not_asked: only(&tally.not_asked),
        findings: tally.listed.iter().map(ListedOut::from).collect(),
    };
    crate::text::json::write(&document, out)
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: &'static str,
    since: Option<&'a str>,
    head: &'a str,
    requests: usize,
    commits: usize,
    years: &'a BTreeMap<i16, usize>,
    rules: Vec<RowOut>,
    nothing_found: Vec<&'static str>,
    overridden: BTreeMap<&'static str, usize>,
    not_asked: BTreeMap<&'static str, usize>,
    findings: Vec<ListedOut<'a>>,
}

#[derive(Serialize)]
struct RowOut {
    rule: &'static str,
    level: &'static str,
    findings: usize,
    requests: usize,
    years: BTreeMap<i16, usize>,
}

#[derive(Serialize)]
struct ListedOut<'a> {
    commit: &'a str,
    proposed: Timestamp,
    #[serde(flatten)]
    finding: FindingOut<'a>,
}

impl<'a> From<&'a ReplayFinding> for ListedOut<'a> {
    fn from(listed: &'a ReplayFinding) -> Self {
        let ReplayFinding { commit, proposed, finding } = listed;
        Self { commit, proposed: *proposed, finding: FindingOut::from(finding) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_all_rules_and_twelve_years_fits_into_a_hundred_columns() {
        let years = || 2015..=2026;
        let count = Count { years: years().map(|year| (year, 999)).collect(), n_requests: 9_999 };
        let row = |level| move |rule: &&'static crate::rules::Rule| Row { rule: rule.id, level };
        let rows = ALL.iter().map(row(Level::Error)).chain(ALL.iter().map(row(Level::Warning)));
        let tally = Tally {
            requests: years().map(|year| (year, 1_999)).collect(),
            rows: rows.map(|row| (row, count.clone())).collect(),
            ..Tally::default()
        };
        let replay = Replay { tally, since: None, head: "HEAD".to_owned(), rules: Vec::new() };
        let mut out = Vec::new();
        write_table(&replay, &mut out, &Pen::new(Style::Plain)).unwrap();
        let text = String::from_utf8(out).unwrap();
        let widest = text.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(100), "{text}");
        assert_eq!(text.lines().count(), 2 * ALL.len() + 4);
    }
}
