//! `tarball-base`: the tarball has the name that the links use.

use crate::facts::package::{PackageAt, answer};
use crate::facts::{Asks, Facts};
use crate::rules::{Level, OneDeliverable, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{ArtifactLinkMode, Project, ProjectAt, Release};
use crate::tree::place::Placed;

pub(crate) static RULE: Rule = Rule {
    id: "tarball-base",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the tarball has another name than the links to it",
    docs: "## What it checks

The name of the Python package at the commit of the newest release is the `tarball-base` of the release, else that of the
repository, else the last part of the repository's name. The name is read from `pyproject.toml`, `setup.cfg` or `setup.py`. Nothing is
run, so a name that `setup.py` computes is not checked; a package without a name is an error. Repositories without a Python package, and files with
`artifact-link-mode: none`, are not checked either.

## Why

The release site and the mails link to the tarball by this name.

## What to do

Set `tarball-base` of the repository, below `repository-settings`, to the name of the package.
",
    scope: Scope::Deliverables { asks, check },
    ..Rule::USUAL
};

fn asks(on: &OneDeliverable<'_>, _: &Facts, asks: &mut Asks) {
    judged(on).for_each(|(_, project)| asks.put(PackageAt::of(&project)));
}

fn check(on: &OneDeliverable<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for (release, project) in judged(on) {
        let repo = &project.repo;
        let stated = stated(on, project.entry());
        let place = stated.map_or(repo.place, |name| name.place);
        let what = format!("the name of the package in `{}`", **repo);
        let package = facts.get(&PackageAt::of(&project));
        let found = package.clone().and_then(|package| answer(&package.name));
        let said = match sink.need(found, place, &what) {
            Some(Some(said)) => said,
            Some(None) => {
                let is_package = package.and_then(|package| answer(&package.classifiers));
                if let Some(Some(_)) = sink.need(is_package, place, &what) {
                    report_nameless(&project, release, sink);
                }
                continue;
            }
            None => continue,
        };
        let name = &said.value;
        let base = repo.rsplit('/').next().unwrap_or(repo);
        if stated.map_or(base, |name| name.as_str()) == name {
            continue;
        }
        let package = format!("the package in `{}` is called `{name}` ({})", **repo, said.origin);
        match stated {
            Some(wrong) => {
                let message = format!("{package}, but `tarball-base` is `{}`", **wrong);
                let found = sink.report(place, message);
                found.fix(format!("write `{name}`"), place, name.clone())
            }
            None => {
                let message = format!("{package}, not `{base}`, and no `tarball-base` says so");
                let help =
                    format!("add `tarball-base: {name}` to `{}` in `repository-settings`", **repo);
                sink.report(place, message).help(help)
            }
        }
        .repo(repo)
        .release(release.version.text());
    }
}

/// Without a name, the tarball is called `UNKNOWN`.
fn report_nameless(project: &Project, release: &Release, sink: &mut Sink<'_>) {
    let repo = &project.repo;
    let message = format!("the package in `{}` has no name at this commit", **repo);
    sink.report(project.hash.place, message)
        .help("state its name in the repository: `name` below `[metadata]` in `setup.cfg`, or below `[project]` in `pyproject.toml`")
        .repo(repo)
        .release(release.version.text());
}

/// The `tarball-base` that counts for this entry.
fn stated<'a>(on: &OneDeliverable<'a>, project: &'a Project) -> Option<&'a Placed<String>> {
    let of_repository = || on.deliverable().settings(&project.repo)?.tarball_base.as_ref();
    project.tarball_base.as_ref().or_else(of_repository)
}

/// The repositories of the newest release.
fn judged<'a>(
    on: &OneDeliverable<'a>,
) -> impl Iterator<Item = (&'a Release, ProjectAt<'a>)> + use<'a> {
    let on = *on;
    let mode = on.deliverable().artifact_link_mode.as_ref();
    let has_links = mode.is_none_or(|mode| mode.value != ArtifactLinkMode::None);
    let newest = on.deliverable().releases.last();
    let newest = newest.filter(|_| has_links && !on.is_ended());
    newest.into_iter().flat_map(move |release| {
        let at = move |project| Some((release, on.live(project)?.at_commit().ok()?));
        release.projects.iter().filter_map(at)
    })
}
