//! `same-commit-elsewhere`: the commit is released in another series too.

use crate::facts::Facts;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::Project;
use crate::tree::place::Place;

pub(crate) static RULE: Rule = Rule {
    id: "same-commit-elsewhere",
    level: Level::Note,
    overridable: Overridable::No,
    summary: "the commit is released in another series too",
    docs: "## What it checks

The commit of a new release is not listed in the file of the same deliverable in another series.

## Why

A project without changes may release the same commit in two series. In a busy one it is the commit of the wrong branch.

## What to do

Check that the commit is the one that you want to release.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    if on.special().is_some() || on.path.is_independent() {
        return;
    }
    for project in on.tagged_projects() {
        let Some((file, place, version)) = elsewhere(on, &project) else { continue };
        let message = format!("the commit of `{}` is also `{version}` in {file}", on.version());
        sink.report(project.hash.place, message)
            .related_in(&file, place, format!("`{version}` is at the same commit"))
            .help("check that this is the commit that you want to release")
            .repo(&project.repo)
            .release(on.version());
    }
}

/// The file of another series that lists the commit, the place there, and the version.
fn elsewhere(on: &OneRelease<'_>, project: &Project) -> Option<(String, Place, String)> {
    let head = &on.request.head;
    let others = head.series().all.iter().filter(|series| *series.name != *on.path.series());
    others.into_iter().find_map(|series| {
        let file = head.deliverable(&series.name, on.path.name())?;
        let mut releases = file.deliverable.releases.iter();
        releases.find_map(|release| {
            let is_same = |other: &&Project| {
                *other.repo == *project.repo && other.hash.eq_ignore_ascii_case(&project.hash)
            };
            let found = release.projects.iter().find(is_same)?;
            Some((file.name.clone(), found.hash.place, release.version.text().to_owned()))
        })
    })
}
