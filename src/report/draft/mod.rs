//! A new release before it is written: [`write`] for people, [`json`] for programs.

pub mod json;

use std::io::{self, Write};

use super::Report;
use super::rewrite::Rewrite;
use super::short;
use super::text::{Pen, Style, write as write_findings};
use crate::facts::history::Logged;
use crate::text::{one_line, visible};

/// More commits than these are counted, not listed.
const MOST_LISTED: usize = 30;

/// A new release as an entry of its file, not written yet.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The file without the entry and with it.
    pub rewrite: Rewrite,
    /// The deliverable.
    pub deliverable: String,
    /// Its series; `None` for an independent file.
    pub series: Option<String>,
    /// The word for its kind, such as `bugfix`.
    pub kind: &'static str,
    /// Its version, or the mark, such as `2024.1-eol`.
    pub version: String,
    /// Why it is that version: a phrase.
    pub reason: String,
    /// Where its change log begins, if not at the release before.
    pub diff_start: Option<String>,
    /// The branches that begin there.
    pub branches: Vec<String>,
    /// What is taken of each repository.
    pub repositories: Vec<Taken>,
    /// The file of an older series from which it is made.
    pub made_from: Option<String>,
    /// The message of a commit that asks for the release.
    pub message: String,
    /// What the check of the file finds.
    pub report: Report,
}

/// What a release takes of one repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Name as in the files.
    pub repo: String,
    /// The branch that it comes from.
    pub branch: String,
    /// 40 hex digits.
    pub hash: String,
    /// The version that is the last before it in its history.
    pub since: Option<String>,
    /// The newest version that the file lists of it, where the commit of that one is not in this history.
    pub elsewhere: Option<String>,
    /// The commits since `since`, newest first.
    pub commits: Vec<Logged>,
    /// What stays behind on the branch.
    pub behind: LeftBehind,
}

/// The commits of a branch that a release leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftBehind {
    /// These, newest first.
    Commits(Vec<Logged>),
    /// The commit is not on that branch, or the branch has gone.
    NotOnBranch,
    /// Not known, and why.
    Unknown(String),
}

/// Writes what is released and why, what the check finds, and the message for the commit.
///
/// # Errors
/// What writing to `out` gives.
pub fn write(draft: &Draft, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let pen = Pen::new(style);
    let of = draft.series.as_ref().map(|series| format!(" for {series}")).unwrap_or_default();
    let title = format!("{} {}{of} ({})", draft.deliverable, draft.version, draft.kind);
    writeln!(out, "{}", pen.frame(&one_line(&title)))?;
    writeln!(out, "  because {}", one_line(&draft.reason))?;
    for branch in &draft.branches {
        writeln!(out, "  creates the branch {}", one_line(branch))?;
    }
    if let Some(start) = &draft.diff_start {
        writeln!(out, "  its change log starts at {}", one_line(start))?;
    }
    if let Some(older) = &draft.made_from {
        writeln!(out, "  {} is new: it is made from {older}", draft.rewrite.path)?;
    }
    for taken in &draft.repositories {
        write_taken(taken, out)?;
    }
    writeln!(out)?;
    write_findings(&draft.report, out, style)?;
    writeln!(out, "\ncommit message:\n")?;
    for line in visible(&draft.message).lines() {
        writeln!(out, "{}", format!("    {line}").trim_end())?;
    }
    Ok(())
}

fn write_taken(taken: &Taken, out: &mut dyn Write) -> io::Result<()> {
    let Taken { repo, branch, hash, since, elsewhere, commits, behind } = taken;
    let head = match behind {
        LeftBehind::Commits(left) if left.is_empty() => format!("head of {branch}"),
        _ => format!("of {branch}"),
    };
    let count = match (since, commits.len()) {
        (None, _) => "no release of the file is in its history".to_owned(),
        (Some(since), 1) => format!("1 commit since {since}"),
        (Some(since), n) => format!("{n} commits since {since}"),
    };
    let elsewhere = elsewhere.iter().map(|it| format!(" ({it} is listed, but not in its history)"));
    let count = count + &elsewhere.collect::<String>();
    let short = short::listed(hash);
    writeln!(out, "  {}", one_line(&format!("{repo} at {short}, {head}: {count}")))?;
    write_log(commits, out)?;
    match behind {
        LeftBehind::Commits(left) if left.is_empty() => Ok(()),
        LeftBehind::Commits(left) => {
            writeln!(out, "    {}", one_line(&format!("leaves out {} of {branch}:", left.len())))?;
            write_log(left, out)
        }
        LeftBehind::NotOnBranch => {
            writeln!(out, "    {}", one_line(&format!("it is not on {branch}")))
        }
        LeftBehind::Unknown(why) => {
            writeln!(out, "    {}", one_line(&format!("what it leaves out is not known: {why}")))
        }
    }
}

fn write_log(commits: &[Logged], out: &mut dyn Write) -> io::Result<()> {
    for commit in commits.iter().take(MOST_LISTED) {
        let line = format!("{} {}", commit.short(), commit.subject);
        writeln!(out, "      {}", one_line(&line))?;
    }
    match commits.len().saturating_sub(MOST_LISTED) {
        0 => Ok(()),
        more => writeln!(out, "      and {more} more"),
    }
}
