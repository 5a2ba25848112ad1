//! `repository-set`: a release tags all repositories of its deliverable.

use std::collections::BTreeSet;

use crate::facts::governance::{Governance, Governed, Ownership};
use crate::facts::repository::Exists;
use crate::facts::{Answer, Asks, Facts};
use crate::rules::missing_commit;
use crate::rules::{Level, OneDeliverable, Rule, Scope, Sink};
use crate::tree::RepoName;
use crate::tree::deliverable::{ArtifactLinkMode, Project, Release};
use crate::tree::place::{Place, Placed};

pub(crate) static RULE: Rule = Rule {
    id: "repository-set",
    summary: "the newest release does not have exactly the repositories of its deliverable",
    docs: "## What it checks

In the series in development, the newest release names exactly the repositories of `repository-settings`.
Governance knows the deliverable, unless `artifact-link-mode` is `none`. If the repositories differ from those that governance
lists for the deliverable, that is a warning. A file whose newest entry ends its series is not checked. Without governance, a file may leave `repository-settings` out.

## Why

The repositories of a deliverable are released together. One that is left out is missing for users; one that does not belong
there was usually copied from another file.

## What to do

Add the repository where it is missing: to the release, to `repository-settings` or to governance. Or remove it where it is too
many. A retired repository gets no tags: remove it from `repository-settings`.
",
    scope: Scope::Deliverables { asks, check },
    ..Rule::USUAL
};

fn asks(on: &OneDeliverable<'_>, facts: &Facts, asks: &mut Asks) {
    let Some(release) = newest(on) else { return };
    let mut strange = unlisted(on, release);
    if !on.config.governance.is_empty() {
        asks.put(Governed);
        let listed = facts.get(&Governed).and_then(|it| it.repositories_of(on.path.name()));
        if let Answer::Known(listed) = listed {
            strange.extend(release.projects.iter().filter(|it| !listed.contains(&it.repo.value)));
        }
    }
    for repo in strange.into_iter().filter_map(|it| on.live_name(&it.repo)) {
        asks.put(Exists { repo });
    }
}

fn check(on: &OneDeliverable<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let Some(release) = checked(on) else { return };
    compare_with_settings(on, release, facts, sink);
    if on.config.governance.is_empty() {
        return;
    }
    let place = release.version.place;
    let what = format!("the repositories of `{}` in governance", on.path.name());
    if let Some(Some(governance)) = sink.need(facts.get(&Governed), place, &what) {
        compare_with_governance(on, release, (governance, facts), sink);
    }
}

fn compare_with_settings(
    on: &OneDeliverable<'_>,
    release: &Release,
    facts: &Facts,
    sink: &mut Sink<'_>,
) {
    let version = release.version.text();
    // What cannot be read is for `schema` to report.
    if on.deliverable().is_unread("repository-settings") {
        return;
    }
    if on.deliverable().repository_settings.is_empty() {
        if needs_settings(on) {
            sink.report(release.version.place, "the file has no `repository-settings`")
                .help("list the repositories of the deliverable there")
                .release(version);
        }
        return;
    }
    let mut untagged = untagged(on, release).into_iter();
    for project in unlisted(on, release) {
        let repo = &project.repo;
        // A wrong name is often the only mistake: the other one is not missing then. Other rules report names that nothing has.
        let meant = untagged.next();
        let is_there = |name: &RepoName| !missing_commit::has_no_repository(name, facts);
        if meant.as_ref().is_some_and(|(name, _)| !is_there(name))
            || !on.live_name(repo).as_ref().is_some_and(is_there)
        {
            continue;
        }
        let message = format!("`repository-settings` does not list `{}`", **repo);
        let found = sink.report(repo.place, message).repo(repo).release(version);
        match meant {
            None => found.help("fix the name, or add the repository to `repository-settings`"),
            Some((_, meant)) => found
                .help(format!("if `{}` is meant, which is not tagged, use that name", **meant))
                .related(meant.place, "listed here"),
        };
    }
    for (_, repo) in untagged {
        let message = format!("`{version}` does not tag `{}`", **repo);
        let (message, help) = match on.deliverable().is_retired(repo) {
            true => (
                format!("{message}, which is retired"),
                "remove the repository from `repository-settings`",
            ),
            false => (
                message,
                "add the repository to the release; if it is no longer used, remove it from `repository-settings`",
            ),
        };
        sink.report(release.version.place, message)
            .help(help)
            .related(repo.place, "listed here")
            .repo(repo)
            .release(version);
    }
}

/// What the release tags and the settings do not list.
fn unlisted<'a>(on: &OneDeliverable<'a>, release: &'a Release) -> Vec<&'a Project> {
    let settings = &on.deliverable().repository_settings;
    let is_listed = |project: &&Project| settings.iter().any(|it| *it.repo == *project.repo);
    release.projects.iter().filter(|project| !is_listed(project)).collect()
}

/// Whether an entry of the release cannot be read: `schema` reports it, and what it would tag is unknown.
fn is_partly_read(on: &OneDeliverable<'_>, release: &Release) -> bool {
    let lines = release.place.line..=release.place.end_line;
    on.deliverable().lost.iter().any(|lost| lines.contains(&lost.line))
}

/// What the settings list and the release does not tag.
fn untagged<'a>(on: &OneDeliverable<'a>, release: &Release) -> Vec<(RepoName, &'a Placed<String>)> {
    if is_partly_read(on, release) {
        return Vec::new();
    }
    let is_tagged = |repo: &str| release.projects.iter().any(|project| *project.repo == *repo);
    let settings = on.deliverable().repository_settings.iter().map(|settings| &settings.repo);
    let missing = settings.filter(|repo| !is_tagged(repo));
    missing.filter_map(|repo| Some((RepoName::parse(repo).ok()?, repo))).collect()
}

fn compare_with_governance(
    on: &OneDeliverable<'_>,
    release: &Release,
    (governance, facts): (&Governance, &Facts),
    sink: &mut Sink<'_>,
) {
    let (name, place) = (on.path.name(), release.version.place);
    let what = format!("the repositories of `{name}` in governance");
    let known = sink.need(governance.repositories_of(name), place, &what);
    match known {
        None => {}
        Some(None) if has_no_links(on) || is_retired(on, governance) => {}
        Some(None) => {
            let top = on.deliverable().team.as_ref().map_or(Place::TOP, |team| team.place);
            sink.report(top, format!("governance does not list the deliverable `{name}`"))
                .help("add it to its team in governance, or correct the name of the file")
                .release(release.version.text());
        }
        Some(Some(listed)) => compare_with_list(on, release, (&listed, governance, facts), sink),
    }
}

fn compare_with_list(
    on: &OneDeliverable<'_>,
    release: &Release,
    (listed, governance, facts): (&BTreeSet<String>, &Governance, &Facts),
    sink: &mut Sink<'_>,
) {
    let (name, version) = (on.path.name(), release.version.text());
    let team = on.deliverable().team.as_ref().map_or("", |team| team.as_str());
    let mut misspelt = 0;
    for project in &release.projects {
        let repo = &project.repo;
        // What another team owns is for `owner` to report.
        let is_foreign =
            || matches!(governance.ownership_of_repository(repo, team), Ownership::Others(_));
        let unknown = on.live_name(repo).filter(|name| !listed.contains(&**name));
        let is_known = unknown.is_none();
        if unknown.is_some_and(|name| missing_commit::has_no_repository(&name, facts)) {
            // `repository-exists` reports it. A wrong name is often the only mistake: then the right one is not missing.
            misspelt += 1;
        } else if !is_known && !is_foreign() {
            let message = format!("governance does not list `{}` under `{name}`", **repo);
            sink.report_at(Level::Warning, repo.place, message)
                .help("add the repository to the deliverable in governance, or fix its name")
                .repo(repo)
                .release(version);
        }
    }
    if is_partly_read(on, release) {
        return;
    }
    let tagged: BTreeSet<&str> = release.projects.iter().map(|it| it.repo.as_str()).collect();
    for repo in listed.iter().filter(|repo| !tagged.contains(repo.as_str())).skip(misspelt) {
        if is_reported(on, repo) {
            continue;
        }
        let message =
            format!("`{version}` does not tag `{repo}`, which governance lists under `{name}`");
        sink.report_at(Level::Warning, release.version.place, message)
            .help("add the repository to the release, or remove it from the deliverable in governance")
            .repo(repo)
            .release(version);
    }
}

/// Whether the comparison with `repository-settings` reports that the release does not tag it.
fn is_reported(on: &OneDeliverable<'_>, repo: &str) -> bool {
    on.deliverable().repository_settings.iter().any(|settings| *settings.repo == *repo)
}

/// The release that is compared. `duplicate-version` reports one without a repository.
fn checked<'a>(on: &OneDeliverable<'a>) -> Option<&'a Release> {
    newest(on).filter(|release| !release.projects.is_empty())
}

/// Whether this rule reports that the file has no `repository-settings`, where it has none.
pub(in crate::rules) fn needs_settings(on: &OneDeliverable<'_>) -> bool {
    checked(on).is_some() && !on.config.governance.is_empty()
}

/// The newest release, in the series in development.
fn newest<'a>(on: &OneDeliverable<'a>) -> Option<&'a Release> {
    let is_current =
        on.request.head.series().current().is_some_and(|it| *it.name == *on.path.dir());
    on.deliverable().releases.last().filter(|_| is_current && !on.is_ended())
}

fn has_no_links(on: &OneDeliverable<'_>) -> bool {
    let mode = on.deliverable().artifact_link_mode.as_ref();
    mode.is_some_and(|mode| mode.value == ArtifactLinkMode::None)
}

/// Whether `governance-inactive` reports it.
fn is_retired(on: &OneDeliverable<'_>, governance: &Governance) -> bool {
    let team = on.deliverable().team.as_ref().map(|team| governance.is_former_team(team));
    let deliverable = governance.is_former_deliverable(on.path.name());
    team.into_iter().chain([deliverable]).any(|former| former == Answer::Known(true))
}
