//! What would be tagged, branched and announced.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::merged::Reviews;
use super::overrides::judge_overrides;
use crate::calendar::moment;
use crate::facts::{Facts, Sources, gather};
use crate::git::Oid;
use crate::ledger::{Pending, Snapshot};
use crate::plan::{Approval, Introduction, Mails, Overriding, Plan, State, Subject, asks, build};
use crate::report::Strictness;
use crate::rules::Trailer;
use crate::tree::introduced::{introducer, introducer_of_branch};
use crate::tree::record::{File, ItemKind};
use crate::tree::request::{Commit, Request};
use crate::workspace::{Failure, Workspace};

/// The plan of the request that `workspace` is open for.
///
/// # Errors
/// When a part of the request or the ledger cannot be read.
pub fn plan(workspace: &Workspace) -> Result<Plan, Failure> {
    plan_of(workspace, &workspace.request()?, &workspace.sources()?)
}

/// Whether a plan cannot be carried out as it is: a conflict, a file that cannot be read, or, strictly, an unknown state.
pub fn is_refused(plan: &Plan, strictness: Strictness) -> bool {
    let has = |is: fn(&State) -> bool| {
        plan.releases.iter().flat_map(|release| &release.steps).any(|step| is(&step.state))
    };
    has(|state| matches!(state, State::Conflict(_)))
        || !plan.unread.is_empty()
        || strictness == Strictness::Strict && has(|state| matches!(state, State::Unknown(_)))
}

/// Who brought each entry, by path and version or branch.
pub type Introductions = BTreeMap<(String, String), Introduction>;

/// The plan of `request`, with what `push:` and the ledger say now.
pub fn plan_of(
    workspace: &Workspace,
    request: &Request,
    sources: &Sources,
) -> Result<Plan, Failure> {
    let ledger = workspace.ledger()?.read().map_err(Failure::outside)?;
    Ok(plan_with(workspace, request, sources, &ledger, Mails::OfOurTags)?.0)
}

/// The same, with the ledger as it was read.
pub fn plan_with(
    workspace: &Workspace,
    request: &Request,
    sources: &Sources,
    ledger: &Snapshot,
    mails: Mails,
) -> Result<(Plan, Introductions), Failure> {
    if let Some(path) = unreadable(request) {
        return Err(Failure::outside(format!(
            "{path} cannot be read, so what it asks for is not known"
        ))
        .help(
            "`tagkeeper check` shows the place; nothing was done, and the mark of the ledger stays",
        ));
    }
    let pending = ledger.state().map_err(Failure::outside)?.pending;
    let mut introductions = introductions(workspace, request, &pending)?;
    judge_overrides(workspace, sources, &mut introductions);
    let entry = |repo: &str, version: &str| ledger.entry(repo, version).ok().flatten();
    let subject = Subject {
        request,
        config: &workspace.config,
        introductions: &introductions,
        ledger: &entry,
        mails,
        policy: &workspace.policy,
        now: workspace.now,
    };
    let mut facts = Facts::default();
    gather(&asks(&subject), &mut facts, sources, workspace.jobs);
    if let Some(failure) = request.failures().into_iter().next() {
        return Err(Failure::outside(failure)
            .help("a part of the record could not be read, so there is no plan"));
    }
    Ok((build(&subject, &facts), introductions))
}

/// A deliverable file that is no YAML: its releases must not be passed over.
fn unreadable(request: &Request) -> Option<&str> {
    let is_broken =
        |file: &File| file.path.is_ok() && file.kind == ItemKind::File && !file.is_readable();
    let broken =
        request.changes.iter().find(|change| change.after.as_deref().is_some_and(is_broken));
    broken.map(|change| change.path.as_str())
}

/// Who brought each new release and branch of the request.
fn introductions(
    workspace: &Workspace,
    request: &Request,
    pending: &[Pending],
) -> Result<Introductions, Failure> {
    let reviews = Reviews::new(workspace)?;
    let mut found = BTreeMap::new();
    for change in &request.changes {
        let path = &change.path;
        for release in request.new_releases(change).into_iter().map(|new| new.release) {
            if let Some(commit) = introducer(&workspace.repository, request, change, release)? {
                let version = release.version.text();
                let waited =
                    waited(workspace, request, commit, pending_entry(pending, path, version))?;
                let by = Introduction { waited, ..introduction(&reviews, commit, path) };
                found.insert((path.clone(), version.to_owned()), by);
            }
        }
        let branches = change.after.iter().flat_map(|file| &file.deliverable.branches);
        for branch in branches.filter(|branch| request.is_new_branch(change, branch)) {
            let by = introducer_of_branch(&workspace.repository, request, change, branch)?;
            if let Some(commit) = by {
                found.insert(
                    (path.clone(), branch.name.value.clone()),
                    introduction(&reviews, commit, path),
                );
            }
        }
    }
    Ok(found)
}

fn pending_entry<'a>(pending: &'a [Pending], path: &str, name: &str) -> Option<&'a Pending> {
    pending.iter().find(|pending| pending.is_about(path, name))
}

/// When the request was merged, and what its tag waited for since.
fn waited(
    workspace: &Workspace,
    request: &Request,
    commit: &Commit,
    pending: Option<&Pending>,
) -> Result<Option<String>, Failure> {
    let Some((pending, why)) = pending.and_then(|one| Some((one, one.waited.as_ref()?))) else {
        return Ok(None);
    };
    let (Ok(id), Ok(head)) = (Oid::from_str(&commit.id), Oid::from_str(&request.head.name()))
    else {
        return Ok(None);
    };
    let merged = workspace.repository.merged_at(id, head)?;
    let merged = merged.and_then(|merged| Timestamp::from_second(merged.seconds).ok());
    let merged = moment(merged.unwrap_or(pending.since));
    let why: Vec<&str> = why.split_whitespace().collect();
    Ok(Some(format!("merged on {merged}; {}", why.join(" "))))
}

fn introduction(reviews: &Reviews<'_>, commit: &Commit, path: &str) -> Introduction {
    let mut lines = vec![
        ("Author".to_owned(), commit.author.clone()),
        ("Commit".to_owned(), commit.id.clone()),
    ];
    lines.extend(commit.change_id().map(|id| ("Change-Id".to_owned(), id.to_owned())));
    lines.extend(reviews.lines(commit));
    let overrides = Trailer::of(std::slice::from_ref(commit))
        .into_iter()
        .filter(|trailer| trailer.covers(&trailer.says.rule, path))
        .map(|trailer| Overriding {
            rule: trailer.says.rule,
            reason: trailer.says.reason,
            approval: Approval::Unknown("nobody asked for the votes yet".to_owned()),
        })
        .collect();
    Introduction { commit: commit.id.clone(), lines, overrides, waited: None }
}
