//! The findings of a replay, counted.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::rules::{Finding, Level};

/// The findings of many requests.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Requests by year of proposal.
    pub requests: BTreeMap<i16, usize>,
    /// The commits that came with them.
    pub n_commits: usize,
    /// When the first and the last request were proposed.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Findings that count, by rule and level.
    pub rows: BTreeMap<Row, Count>,
    /// Overridden findings, by rule.
    pub overridden: BTreeMap<&'static str, usize>,
    /// Questions that rules had and nobody was asked, by rule.
    pub not_asked: BTreeMap<&'static str, usize>,
    /// The findings of the listed rules, oldest first.
    pub listed: Vec<ReplayFinding>,
}

/// A line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// Id of the rule.
    pub rule: &'static str,
    /// Level of the findings.
    pub level: Level,
}

/// How often a rule fired.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Findings by the year of the request.
    pub years: BTreeMap<i16, usize>,
    /// Requests with one finding or more.
    pub n_requests: usize,
}

/// A finding and its request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayFinding {
    /// The commit of the first-parent chain.
    pub commit: String,
    /// When the request was proposed.
    pub proposed: Timestamp,
    /// The finding.
    pub finding: Finding,
}

/// A request that was judged.
#[derive(Clone, Copy, Debug)]
pub struct Judged<'a> {
    /// The commit of the first-parent chain.
    pub commit: &'a str,
    /// How many commits came with it.
    pub n_commits: usize,
    /// When it was proposed.
    pub proposed: Timestamp,
}

impl Count {
    /// Findings of all years.
    pub fn total(&self) -> usize {
        self.years.values().sum()
    }
}

impl Tally {
    /// How many requests were judged.
    pub fn n_requests(&self) -> usize {
        self.requests.values().sum()
    }

    /// Counts the findings of one request, and keeps those of the rules in `listed`.
    pub fn take(&mut self, request: &Judged<'_>, findings: Vec<Finding>, listed: &[&'static str]) {
        let Judged { commit, n_commits, proposed } = *request;
        let year = proposed.to_zoned(TimeZone::UTC).year();
        *self.requests.entry(year).or_default() += 1;
        self.n_commits += n_commits;
        self.stretch((proposed, proposed));
        let mut seen = BTreeSet::new();
        for finding in findings {
            let Finding { rule, level, .. } = finding;
            if level == Level::CouldNotCheck {
                *self.not_asked.entry(rule).or_default() += 1;
                continue;
            }
            if finding.stands() {
                let row = Row { rule, level };
                let count = self.rows.entry(row).or_default();
                *count.years.entry(year).or_default() += 1;
                count.n_requests += usize::from(seen.insert(row));
            } else {
                *self.overridden.entry(rule).or_default() += 1;
            }
            if listed.contains(&rule) {
                self.listed.push(ReplayFinding { commit: commit.to_owned(), proposed, finding });
            }
        }
    }

    /// Adds the counts of a later part of the history.
    pub fn add(&mut self, later: Self) {
        merge(&mut self.requests, later.requests);
        self.n_commits += later.n_commits;
        later.span.into_iter().for_each(|span| self.stretch(span));
        for (row, count) in later.rows {
            let mine = self.rows.entry(row).or_default();
            merge(&mut mine.years, count.years);
            mine.n_requests += count.n_requests;
        }
        merge(&mut self.overridden, later.overridden);
        merge(&mut self.not_asked, later.not_asked);
        self.listed.extend(later.listed);
    }

    fn stretch(&mut self, (first, last): (Timestamp, Timestamp)) {
        let span = self.span.get_or_insert((first, last));
        *span = (span.0.min(first), span.1.max(last));
    }
}

fn merge<K: Ord>(into: &mut BTreeMap<K, usize>, from: BTreeMap<K, usize>) {
    for (key, count) in from {
        *into.entry(key).or_default() += count;
    }
}
