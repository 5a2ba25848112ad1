//! `owner`: a team releases only what it owns.

use std::collections::BTreeSet;

use super::{meant, names};
use crate::facts::governance::{Governed, Ownership};
use crate::facts::repository::Exists;
use crate::facts::{Answer, Asks, Facts};
use crate::rules::missing_commit;
use crate::rules::{Closed, Level, OneDeliverable, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{Deliverable, Project, Release, Status};
use crate::tree::place::Placed;
use crate::tree::requested::{Requested, requested};

pub(crate) static RULE: Rule = Rule {
    id: "owner",
    level: Level::Error,
    overridable: Overridable::Yes,
    summary: "the request tags or branches a repository that another team owns",
    docs: "## What it checks

Governance says that the `team` in the file owns the deliverable and each repository that the request tags or branches.
A file whose `team` changes is checked too. A `team` that is a slip of the owner's name gets a fix. A repository without an owner is a warning, and so is one that moved to another
team after its series was released.

## Why

A tag says that the owner released the repository. Without this rule, a new file could tag another team's repository, and the
lead of the wrong team could approve it.

## What to do

Correct `team` or the repository name. After a move, name the new team. If governance is about to change, add
`Release-Override: owner <link to the governance change>` to the commit message. If governance cannot be read, run the check
again: that result cannot be overridden.
",
    scope: Scope::Deliverables { asks, check },
    closed: Closed::Judged,
    unchecked: Overridable::No,
    ..Rule::USUAL
};

fn asks(on: &OneDeliverable<'_>, facts: &Facts, asks: &mut Asks) {
    if !is_judged(on) {
        return;
    }
    asks.put(Governed);
    let team = on.deliverable().team.as_ref().map_or("", |team| team.as_str());
    if let Answer::Known(governance) = facts.get(&Governed) {
        // A repository that does not exist is misspelt, which `repository-exists` reports.
        let owner = |repo: &str| governance.ownership_of_repository(repo, team);
        let nobodys = concerned(on).into_iter().filter(|it| owner(it.repo) == Ownership::Nobody);
        nobodys.for_each(|it| asks.put(Exists { repo: it.name }));
    }
}

fn check(on: &OneDeliverable<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let Some(team) = on.deliverable().team.as_ref().filter(|_| is_judged(on)) else { return };
    let name = on.path.name();
    let what = format!("whether `{name}` belongs to `{}`", **team);
    let Some(Some(governance)) = sink.need(facts.get(&Governed), team.place, &what) else { return };
    let deliverable = governance.ownership_of_deliverable(name, team);
    let meant = meant(governance, name, team).map(|meant| Placed::new(meant, team.place));
    if let Ownership::Others(owners) = &deliverable {
        let message = format!("`{name}` belongs to {}, not to `{}`", names(owners), **team);
        let existed = on.request.files_before(on.change).next().is_some();
        let found = sink.report_at(level(on, existed), team.place, message);
        match meant.as_ref().map(|meant| meant.value.clone()) {
            None => found.help(help(owners)),
            Some(meant) => {
                let description = format!("write `{meant}`");
                found.help(description.clone()).fix(description, team.place, meant)
            }
        };
    }
    // What the team that is meant does not own is another fault.
    let team = meant.as_ref().unwrap_or(team);
    for wanted in concerned(on) {
        let ownership = governance.ownership_of_repository(wanted.repo, team);
        // A deliverable moves together with its repositories: report that once.
        let is_reported = matches!(ownership, Ownership::Others(_)) && ownership == deliverable;
        let is_misspelt = ownership == Ownership::Nobody
            && missing_commit::has_no_repository(&wanted.name, facts);
        if !is_reported && !is_misspelt {
            report(on, team, wanted, &ownership, sink);
        }
    }
}

fn report(
    on: &OneDeliverable<'_>,
    team: &Placed<String>,
    wanted: Requested<'_>,
    ownership: &Ownership,
    sink: &mut Sink<'_>,
) {
    let Requested { repo, version, .. } = wanted;
    let found = match ownership {
        Ownership::Own => return,
        Ownership::Unknown(why) => {
            sink.could_not_check(repo.place, &format!("which team owns `{}`", **repo), why)
        }
        Ownership::Nobody => {
            let message = format!("no team in governance owns `{}`", **repo);
            sink.report_at(Level::Warning, repo.place, message)
                .help("add the repository to the team in governance, or fix its name")
        }
        Ownership::Others(owners) => {
            let message = format!("`{}` belongs to {}, not to `{}`", **repo, names(owners), **team);
            sink.report_at(level(on, was_listed(on, repo)), repo.place, message).help(help(owners))
        }
    };
    let found = found.repo(repo);
    if let Some(version) = version {
        found.release(version);
    }
}

fn help(owners: &BTreeSet<String>) -> String {
    let owners = names(owners);
    format!(
        "use the team that governance lists ({owners}), or add `Release-Override: owner <reason>` to the commit message"
    )
}

/// Deliverables move between teams, and files of older series keep the old one. A repository that was never listed there has
/// not moved.
fn level(on: &OneDeliverable<'_>, was_here: bool) -> Level {
    let status = on.series.and_then(|series| series.status.as_ref()).map(|status| status.value);
    let is_over =
        !on.path.is_independent() && !matches!(status, Some(Status::Development | Status::Future));
    if is_over && was_here { Level::Warning } else { Level::Error }
}

/// Whether the file, or a file of the same deliverable in another series, listed the repository before the request.
fn was_listed(on: &OneDeliverable<'_>, repo: &str) -> bool {
    let Some(base) = &on.request.base else { return true };
    let mut others = base.series().all.iter();
    let lists = |releases: &[Release]| {
        releases.iter().flat_map(|release| &release.projects).any(|project| *project.repo == *repo)
    };
    on.request.files_before(on.change).any(|file| lists(&file.deliverable.releases))
        || others.any(|series| {
            let file = base.deliverable(&series.name, on.path.name());
            file.is_some_and(|file| lists(&file.deliverable.releases))
        })
}

/// What the request wants to tag or branch and, if it changes the team, the repositories of the newest release.
fn concerned<'a>(on: &OneDeliverable<'a>) -> Vec<Requested<'a>> {
    let mut found = requested(on.request, on.change);
    if changes_team(on) {
        let newest = on.deliverable().releases.last();
        let known: BTreeSet<&str> = found.iter().map(|one| one.repo.as_str()).collect();
        let projects = newest.iter().flat_map(|release| &release.projects);
        let others = projects.filter(|it| !known.contains(it.repo.as_str()));
        let live = |it: &'a Project| {
            Some(Requested { repo: &it.repo, name: on.live_name(&it.repo)?, version: None })
        };
        let others: Vec<_> = others.filter_map(live).collect();
        found.extend(others);
    }
    found
}

fn changes_team(on: &OneDeliverable<'_>) -> bool {
    let team = |deliverable: &Deliverable| deliverable.team.as_ref().map(|team| team.value.clone());
    let mut before = on.request.files_before(on.change).peekable();
    before.peek().is_some() && before.all(|file| team(&file.deliverable) != team(on.deliverable()))
}

fn is_judged(on: &OneDeliverable<'_>) -> bool {
    let is_known_series = on.path.is_independent() || on.series.is_some();
    is_known_series && !on.config.governance.is_empty() && !concerned(on).is_empty()
}
