//! A new release for programs, version 1.

use std::io::{self, Write};

use serde::Serialize;

use super::{Draft, LeftBehind, Taken};
use crate::facts::history::Logged;
use crate::report::json::{FindingOut, TOOL};

const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: &'static str,
    file: &'a str,
    deliverable: &'a str,
    series: Option<&'a str>,
    kind: &'a str,
    release: &'a str,
    reason: &'a str,
    diff_start: Option<&'a str>,
    branches: &'a [String],
    projects: Vec<Project<'a>>,
    made_from: Option<&'a str>,
    text: &'a str,
    message: &'a str,
    findings: Vec<FindingOut<'a>>,
}

#[derive(Serialize)]
struct Project<'a> {
    repo: &'a str,
    branch: &'a str,
    hash: &'a str,
    since: Option<&'a str>,
    commits: Vec<Commit<'a>>,
    /// Null where it is not known, or the commit is not on the branch.
    left_out: Option<Vec<Commit<'a>>>,
}

#[derive(Serialize)]
struct Commit<'a> {
    hash: &'a str,
    subject: &'a str,
}

/// Writes a draft as one JSON document and a line end.
///
/// # Errors
/// What writing to `out` gives.
pub fn write(draft: &Draft, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        version: VERSION,
        tool: TOOL,
        file: &draft.rewrite.path,
        deliverable: &draft.deliverable,
        series: draft.series.as_deref(),
        kind: draft.kind,
        release: &draft.version,
        reason: &draft.reason,
        diff_start: draft.diff_start.as_deref(),
        branches: &draft.branches,
        projects: draft.repositories.iter().map(project).collect(),
        made_from: draft.made_from.as_deref(),
        text: &draft.rewrite.after,
        message: &draft.message,
        findings: draft.report.sorted().into_iter().map(FindingOut::from).collect(),
    };
    crate::text::json::write(&document, out)
}

fn project(taken: &Taken) -> Project<'_> {
    let left_out = match &taken.behind {
        LeftBehind::Commits(left) => Some(commits(left)),
        LeftBehind::NotOnBranch | LeftBehind::Unknown(_) => None,
    };
    Project {
        repo: &taken.repo,
        branch: &taken.branch,
        hash: &taken.hash,
        since: taken.since.as_deref(),
        commits: commits(&taken.commits),
        left_out,
    }
}

fn commits(logged: &[Logged]) -> Vec<Commit<'_>> {
    logged.iter().map(|one| Commit { hash: &one.hash, subject: &one.subject }).collect()
}
