//! What was found, for people ([`text`], [`html`]), for programs ([`json`]) and for a review ([`zuul`]).
//!
//! A [`Report`] is plain data. Its writers read nothing and decide nothing: they write to the given
//! stream, and everything that comes from a repository is made harmless on its way to a terminal.

pub mod aftermath;
pub mod approval;
pub mod audit;
pub mod comments;
mod compared;
pub mod countdown;
pub mod draft;
pub mod explanation;
mod fingerprint;
pub mod github;
pub mod gitlab;
mod grouped;
pub mod html;
pub mod json;
pub mod junit;
mod lines;
pub mod mail;
pub mod message;
pub mod metrics;
pub mod outcome;
pub mod plan;
mod repeated;
pub mod replay;
pub mod review;
pub mod rewrite;
mod said;
pub mod sarif;
pub mod schedule;
pub mod shadow;
mod short;
pub mod table;
pub mod text;
pub mod zuul;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::rules::{Finding, Level};
use crate::tree::place::Place;
use crate::tree::scope::Compared;

/// The outcome of a check.
#[derive(Clone, Debug)]
pub struct Report {
    /// The revision compared with; `None` when files were judged whole.
    pub base: Option<String>,
    /// The revision judged.
    pub head: String,
    /// Which two states these are, and how the one compared with was found.
    pub compared: Compared,
    /// The time that the check judged by.
    pub now: Timestamp,
    /// In any order.
    pub findings: Vec<Finding>,
    /// How many files were judged.
    pub n_files: usize,
    /// The texts for the source lines: of files by path, of commit messages by commit; what has none is reported without.
    pub sources: HashMap<String, Arc<str>>,
    /// What the reader must know about the check itself: lower-case phrases without full stop.
    pub notes: Vec<String>,
    /// The findings that were fixed before, in the order in which they were.
    pub fixed: Vec<Repair>,
}

/// A finding whose fix was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// Id of the rule.
    pub rule: &'static str,
    /// Path in the releases repository.
    pub file: String,
    /// Where it was.
    pub place: Place,
    /// What was wrong.
    pub message: String,
    /// What was done about it: an imperative phrase.
    pub description: String,
}

impl Report {
    /// Counts the findings that are not overridden.
    pub fn summary(&self) -> Summary {
        let count = |level| self.standing().filter(|finding| finding.level == level).count();
        Summary {
            files: self.n_files,
            errors: count(Level::Error),
            warnings: count(Level::Warning),
            notes: count(Level::Note),
            could_not_check: count(Level::CouldNotCheck),
        }
    }

    /// Whether the request fails the check.
    pub fn is_refused(&self, strictness: Strictness) -> bool {
        let summary = self.summary();
        match strictness {
            Strictness::Normal => summary.errors > 0,
            Strictness::Strict => summary.errors + summary.could_not_check > 0,
        }
    }

    fn standing(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.stands())
    }

    /// The findings, most serious first; those that were overridden come last.
    fn sorted_by_weight(&self) -> Vec<&Finding> {
        let mut findings = self.sorted();
        let weight = |level| WEIGHTS.iter().position(|one| *one == level);
        findings.sort_by_key(|finding| (!finding.stands(), weight(finding.level)));
        findings
    }

    /// The findings as they are reported: by file, place and rule.
    fn sorted(&self) -> Vec<&Finding> {
        let mut findings: Vec<_> = self.findings.iter().collect();
        findings
            .sort_by_key(|finding| (&finding.file, finding.place, finding.rule, &finding.message));
        findings
    }
}

/// How many findings of each level count. An overridden finding is listed, not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Files judged, with findings or without.
    pub files: usize,
    /// Findings at error level.
    pub errors: usize,
    /// Findings at warning level.
    pub warnings: usize,
    /// Findings at note level.
    pub notes: usize,
    /// Findings that say that something was not checked.
    pub could_not_check: usize,
}

/// The levels, most serious first: what was not checked may be an error.
const WEIGHTS: [Level; 4] = [Level::Error, Level::CouldNotCheck, Level::Warning, Level::Note];

/// Whether what was not checked fails the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// It is listed.
    Normal,
    /// It counts as an error.
    Strict,
}

#[cfg(test)]
mod tests;
