//! Writes a decision into the text of its file.

use super::decision::{EntryDecision, Start};
use super::heads::Head;
use crate::edit::{Document, NewEntry, NewProject, NewStart, Refused};
use crate::tree::deliverable::Deliverable;
use crate::tree::{CommitId, RepoName};
use crate::workspace::Failure;

/// The text of the file at `path` with the entry in it.
///
/// # Errors
/// If the file cannot be read, or has no single right place for it.
pub(super) fn write(
    (path, text): (&str, &str),
    file: &Deliverable,
    decision: &EntryDecision,
) -> Result<String, Failure> {
    let mut document = Document::read(text.as_bytes()).map_err(|problem| {
        Failure::refused(format!("{path}:{}: {}", problem.place, problem.message))
    })?;
    let cannot = |why: Refused| Failure::refused(format!("cannot edit `{path}`: {why}"));
    document.add_release(&entry(file, decision)).map_err(cannot)?;
    for (name, start) in &decision.branches {
        let start = match start {
            Start::Version(version) => NewStart::Version(version.clone()),
            Start::Commits => {
                let commits = decision.heads.iter();
                let commits = commits.map(|head| (head.repo.to_string(), head.commit.to_string()));
                NewStart::Commits(commits.collect())
            }
        };
        document.add_branch(name, &start).map_err(cannot)?;
    }
    Ok(document.text().to_owned())
}

fn entry(file: &Deliverable, decision: &EntryDecision) -> NewEntry {
    let project = |head: &Head| NewProject {
        comment: decision.comment.map(str::to_owned),
        ..carried_on(file, &head.repo, head.commit)
    };
    NewEntry {
        version: decision.version.clone(),
        projects: decision.heads.iter().map(project).collect(),
        diff_start: decision.diff_start.clone(),
    }
}

/// A repository of a new entry: what the newest entry says about its tarballs goes on.
pub(in crate::ops) fn carried_on(
    file: &Deliverable,
    repo: &RepoName,
    commit: CommitId,
) -> NewProject {
    let mut before = file.releases.iter().rev().flat_map(|release| &release.projects);
    let before = before.find(|project| *project.repo == **repo);
    let base = before.and_then(|project| project.tarball_base.as_ref());
    NewProject {
        repo: repo.to_string(),
        hash: commit.to_string(),
        tarball_base: base.map(|base| base.value.clone()),
        comment: None,
    }
}
