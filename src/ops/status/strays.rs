//! What is in the repositories and in no file.

use std::collections::{BTreeMap, BTreeSet};

use super::{Wanted, deleting, repos_of};
use crate::facts::all_refs::AllRefs;
use crate::facts::{Answer, Facts};
use crate::git::Refs;
use crate::report::audit::{Look, Verdict};
use crate::tree::RepoName;
use crate::tree::record::Record;
use crate::version::{branches_ended_by, tags_that_end};
use crate::workspace::Workspace;

/// What is in the repositories and in no file: tags, and branches that should be gone.
pub(super) fn of_repositories(
    workspace: &Workspace,
    record: &Record,
    wanted: &[Wanted],
    facts: &Facts,
) -> Vec<Look> {
    let index = record.index();
    let repos: BTreeSet<&str> = wanted.iter().flat_map(|one| repos_of(&one.file)).collect();
    let listed: BTreeMap<&str, BTreeSet<&str>> = branches_listed(wanted);
    let mut looks = Vec::new();
    for repo in repos {
        let Ok(name) = RepoName::parse(repo) else { continue };
        let Answer::Known(refs) = facts.get(&AllRefs { repo: name }) else { continue };
        let foreign: Vec<&str> = refs
            .tags
            .keys()
            .map(String::as_str)
            .filter(|tag| index.files_with(repo, tag).is_empty())
            .collect();
        if !foreign.is_empty() {
            let words = format!("{} that no file lists: {}", foreign.len(), some_of(&foreign));
            looks.push(Look::new(repo, "tags", Verdict::Note, words));
        }
        let known = listed.get(repo).cloned().unwrap_or_default();
        looks.extend(ended_branches(workspace, record, (repo, refs), &known));
    }
    looks
}

fn branches_listed(wanted: &[Wanted]) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for one in wanted {
        for repo in repos_of(&one.file) {
            let names = one.file.deliverable.branches.iter().map(|branch| branch.name.as_str());
            found.entry(repo).or_default().extend(names);
        }
    }
    found
}

/// Branches that a tag ended and that are still there, and those of closed series that no tag has ended.
fn ended_branches(
    workspace: &Workspace,
    record: &Record,
    (repo, refs): (&str, &Refs),
    listed: &BTreeSet<&str>,
) -> Vec<Look> {
    let names = &workspace.config.branches;
    let mut looks = Vec::new();
    for tag in refs.tags.keys() {
        for branch in branches_ended_by(tag, names) {
            if refs.heads.contains_key(&branch) && !listed.contains(branch.as_str()) {
                let words = format!("`{tag}` ended `{branch}`, and it is still there");
                looks.push(
                    Look::new(repo, "branch", Verdict::Bad, words).fixed_by(deleting(&branch)),
                );
            }
        }
    }
    for series in
        record.series().all.iter().filter(|series| record.series().is_closed(&series.name))
    {
        for branch in series.branches(names) {
            let has_ended =
                tags_that_end(&branch, names).iter().any(|tag| refs.tags.contains_key(tag));
            if refs.heads.contains_key(&branch) && !has_ended {
                let words = format!(
                    "`{branch}` is of the closed series `{}`, and no tag has ended it",
                    *series.name
                );
                looks.push(Look::new(repo, "branch", Verdict::Bad, words));
            }
        }
    }
    looks
}

/// The first few names, and how many more.
fn some_of(names: &[&str]) -> String {
    const MOST: usize = 8;
    let shown = names.iter().take(MOST).copied().collect::<Vec<_>>().join(", ");
    match names.len().checked_sub(MOST) {
        Some(more) if more > 0 => format!("{shown} and {more} more"),
        _ => shown,
    }
}
