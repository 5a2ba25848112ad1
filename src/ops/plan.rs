//! What would be tagged, branched and announced.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::kinds::planned_kinds;
use super::merged::Reviews;
use super::overrides::judge_overrides;
use crate::calendar::{PASSED_BY_URGENCY, moment};
use crate::config::{Announce, POLICY, Policy, Urgent};
use crate::facts::{Answer, Facts, Sources, Unknown, gather};
use crate::git::Oid;
use crate::ledger::{LedgerSnapshot, Pending};
use crate::plan::{
    Ground, Introduction, Introductions, Occasion, OverrideApproval, Overriding, Plan, PlanInput,
    asks, build,
};
use crate::report::Strictness;
use crate::rules::{ALL, OverrideTrailer, Rule};
use crate::tree::RepoName;
use crate::tree::introduced::{introducer, introducer_of_branch};
use crate::tree::record::{File, Record};
use crate::tree::request::{Commit, Request};
use crate::tree::scope::{self, Wanted};
use crate::tree::snapshot::ItemKind;
use crate::workspace::{Failure, Workspace};

/// How often facts may lead to further questions.
const ROUNDS: usize = 3;

/// The plan of the request that `workspace` is open for.
///
/// # Errors
/// When a part of the request or the ledger cannot be read.
pub fn plan(workspace: &Workspace) -> Result<Planned, Failure> {
    if workspace.config.announce != Announce::Never {
        workspace.check_addresses()?;
    }
    let mut request = workspace.request()?;
    compare_with_what_could_be_read(workspace, &mut request)?;
    let ledger = workspace.read_ledger()?;
    plan_with(
        workspace,
        &request,
        &workspace.sources()?,
        &ledger,
        (Occasion::Request, Ground::Real),
    )
}

/// A file that was unreadable before the request is compared with what it last was when it could be read: what stood in it
/// then is not new.
pub(super) fn compare_with_what_could_be_read(
    workspace: &Workspace,
    request: &mut Request,
) -> Result<(), Failure> {
    let Some(base) = request.base.as_ref().map(Record::name) else { return Ok(()) };
    for change in &mut request.changes {
        let is_unreadable = |file: &Arc<File>| file.kind == ItemKind::File && !file.is_readable();
        if change.before.as_ref().is_some_and(is_unreadable)
            && let Some(file) = last_readable(workspace, &base, &change.path)?
        {
            change.before = Some(file);
        }
    }
    Ok(())
}

/// The file at `path` as it was in the newest commit before `base` in which it could be read.
fn last_readable(
    workspace: &Workspace,
    base: &str,
    path: &str,
) -> Result<Option<Arc<File>>, Failure> {
    let wanted = Wanted { head: Some(base.to_owned()), ..Wanted::default() };
    for commit in scope::history_of(&workspace.repository, &wanted, path)? {
        let record = scope::record_at(&workspace.repository, &commit.id, None)?;
        let file = record.file(path).map_err(Failure::outside)?;
        if let Some(file) = file.filter(|file| file.is_readable()) {
            return Ok(Some(file));
        }
    }
    Ok(None)
}

/// Whether a plan cannot be carried out as it is: a conflict, a file that cannot be read, or, strictly, an unknown state.
pub fn is_refused(plan: &Plan, strictness: Strictness) -> bool {
    plan.is_in_conflict() || strictness == Strictness::Strict && !plan.is_known()
}

/// The plan of `request`, with what `push:` and the ledger say now.
pub fn plan_of(
    workspace: &Workspace,
    request: &Request,
    sources: &Sources,
) -> Result<Plan, Failure> {
    let ledger = workspace.read_ledger()?;
    Ok(plan_with(workspace, request, sources, &ledger, (Occasion::Request, Ground::Real))?.plan)
}

/// A plan, with what it was built from.
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// Who brought each entry.
    pub introductions: Introductions,
    /// The entries of the ledger that could not be read: why, each.
    pub unread_ledger: Vec<String>,
}

/// The same, with the ledger as it was read.
pub fn plan_with(
    workspace: &Workspace,
    request: &Request,
    sources: &Sources,
    ledger: &LedgerSnapshot,
    (occasion, ground): (Occasion, Ground),
) -> Result<Planned, Failure> {
    let pending = ledger.state().map_err(Failure::outside)?.pending;
    let mut introductions = introductions(workspace, request, &pending)?;
    add_later_overrides(workspace, &mut introductions)?;
    judge_overrides(workspace, request, sources, &mut introductions);
    lift_what_is_urgent(workspace, &mut introductions);
    let unread_ledger = RefCell::new(Vec::new());
    let entry = |repo: &RepoName, name: &str| match ledger.entry(repo, name) {
        Ok(Some(entry)) => Answer::Known(entry),
        Ok(None) => Answer::Absent,
        Err(error) => {
            let why = error.to_string();
            let mut unread = unread_ledger.borrow_mut();
            if !unread.contains(&why) {
                unread.push(why);
            }
            Answer::Unknown(Unknown::because(error))
        }
    };
    let subject = PlanInput {
        request,
        config: &workspace.config,
        introductions: &introductions,
        ledger: &entry,
        occasion,
        ground,
        policy: &workspace.policy,
        levels: &|deliverable| levels(&workspace.policy, deliverable),
        now: workspace.now,
    };
    let mut facts = Facts::default();
    let kinds = planned_kinds();
    for _ in 0..ROUNDS {
        let asks = asks(&kinds, &subject, &facts);
        if asks.is_answered(&facts) {
            break;
        }
        gather(&asks, &mut facts, sources, workspace.jobs);
    }
    if let Some(failure) = request.failures().into_iter().next() {
        return Err(Failure::outside(failure)
            .help("a part of the record could not be read, so there is no plan"));
    }
    let plan = build(&kinds, &subject, &facts);
    let unread_ledger = unread_ledger.take();
    Ok(Planned { plan, introductions, unread_ledger })
}

/// Adds the overrides that later commits give: each names the release, which was merged before and waits.
fn add_later_overrides(
    workspace: &Workspace,
    introductions: &mut Introductions,
) -> Result<(), Failure> {
    let mut read: BTreeMap<String, Vec<OverrideTrailer>> = BTreeMap::new();
    for ((path, version), by) in introductions {
        if !read.contains_key(&by.commit) {
            let (repository, wanted) = (&workspace.repository, &workspace.wanted);
            let later =
                scope::commits_after(repository, wanted, &by.commit, OverrideTrailer::may_be_in)?;
            read.insert(by.commit.clone(), OverrideTrailer::of(&later));
        }
        let name = name_of(path);
        let lifting = read[&by.commit].iter().filter(|one| one.lifts(name, version));
        let lifting = lifting.filter(|one| one.may_silence(&workspace.policy, name));
        by.overrides.extend(lifting.map(|trailer| Overriding {
            rule: trailer.says.rule.clone(),
            reason: trailer.says.reason.clone(),
            commit: Some(trailer.says.commit.clone()),
            approval: OverrideApproval::Unknown("nobody asked for the votes yet".to_owned()),
        }));
    }
    Ok(())
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path).trim_end_matches(".yaml")
}

/// The rules, each with the level that the policy gives it for the deliverable, or else its own.
fn levels(policy: &Policy, deliverable: &str) -> Vec<(String, String)> {
    let level = |rule: &&Rule| match policy.level_of(rule.id, Some(deliverable)) {
        Some(level) => level.as_str(),
        None => rule.level.as_str(),
    };
    ALL.iter().map(|rule| (rule.id.to_owned(), level(rule).to_owned())).collect()
}

/// Lets the releases pass that the policy calls urgent. The policy was reviewed, so nobody's vote is missing; a red hold
/// yields to nothing.
fn lift_what_is_urgent(workspace: &Workspace, introductions: &mut Introductions) {
    for ((path, version), by) in introductions {
        let mut urgent = workspace.policy.urgent.iter();
        let is_it = |one: &&Urgent| one.is_about(name_of(path), version, workspace.now);
        let Some(one) = urgent.find(is_it) else { continue };
        by.overrides.extend(PASSED_BY_URGENCY.map(|rule| Overriding {
            rule: rule.to_owned(),
            reason: format!("urgent, by `{POLICY}`: {}", one.reason),
            commit: None,
            approval: OverrideApproval::Given,
        }));
    }
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
                let entry = pending_entry(pending, path, version);
                let waited = waited(workspace, request, commit, entry)?;
                let seen = entry.map(|entry| entry.first_seen.clone()).unwrap_or_default();
                let by = Introduction {
                    waited,
                    seen,
                    ..introduction(workspace, &reviews, commit, path)
                };
                found.insert((path.clone(), version.to_owned()), by);
            }
        }
        let branches = change.after.iter().flat_map(|file| &file.deliverable.branches);
        for branch in branches.filter(|branch| request.is_new_branch(change, branch)) {
            let by = introducer_of_branch(&workspace.repository, request, change, branch)?;
            if let Some(commit) = by {
                found.insert(
                    (path.clone(), branch.name.value.clone()),
                    introduction(workspace, &reviews, commit, path),
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
    let merged = workspace.repository.landing(id, head)?;
    let merged = merged.and_then(|merged| Timestamp::from_second(merged.at.seconds).ok());
    let merged = moment(merged.unwrap_or(pending.since));
    let why: Vec<&str> = why.split_whitespace().collect();
    Ok(Some(format!("merged on {merged}; {}", why.join(" "))))
}

fn introduction(
    workspace: &Workspace,
    reviews: &Reviews<'_>,
    commit: &Commit,
    path: &str,
) -> Introduction {
    let mut lines = vec![
        ("Author".to_owned(), commit.author.clone()),
        ("Commit".to_owned(), commit.id.clone()),
    ];
    lines.extend(commit.change_id().map(|id| ("Change-Id".to_owned(), id.to_owned())));
    let (of_review, votes) = reviews.lines(commit);
    lines.extend(of_review);
    let overrides = OverrideTrailer::of(std::slice::from_ref(commit))
        .into_iter()
        .filter(|trailer| trailer.covers(&trailer.says.rule, path))
        // Tag and mail name the overrides as facts: one that can silence nothing is none.
        .filter(|trailer| trailer.may_silence(&workspace.policy, name_of(path)))
        .map(|trailer| Overriding {
            rule: trailer.says.rule,
            reason: trailer.says.reason,
            commit: None,
            approval: OverrideApproval::Unknown("nobody asked for the votes yet".to_owned()),
        })
        .collect();
    Introduction {
        commit: commit.id.clone(),
        lines,
        votes,
        overrides,
        waited: None,
        seen: BTreeMap::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Policy, levels};

    #[test]
    fn a_level_for_some_deliverables_is_theirs_alone() {
        let text = b"rules:\n  version-order: {level: warning, for: [rose-*]}\n";
        let (policy, problems) = Policy::read(text);
        assert_eq!(problems, []);
        let level = |name: &str| {
            let of_rule = |(id, _): &(String, String)| id == "version-order";
            levels(&policy, name).into_iter().find(of_rule).unwrap().1
        };
        assert_eq!((level("rose-api"), level("lily")), ("warning".to_owned(), "error".to_owned()));
    }
}
