//! `repository-exists`: the repositories of a release exist.

use crate::facts::repository::Exists;
use crate::facts::{Asks, Facts};
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};

pub(crate) static RULE: Rule = Rule {
    id: "repository-exists",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "a repository of the release does not exist on the git host",
    docs: "## What it checks

Every repository that the release names exists on the git host. If the host cannot be reached, the rule reports that as not
checked.

## Why

A repository that does not exist cannot be tagged.

## What to do

Fix the name. If the repository was renamed, use the new name.
",
    scope: Scope::NewReleases { asks, check },
    ..Rule::USUAL
};

fn asks(on: &OneRelease<'_>, _: &Facts, asks: &mut Asks) {
    for project in on.live_projects() {
        asks.put(Exists { repo: project.repo.value.clone() });
    }
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for project in on.live_projects() {
        let answer = facts.get(&Exists { repo: project.repo.value.clone() });
        let what = format!("whether `{}` exists", *project.repo);
        if let Some(None) = sink.need(answer, project.repo.place, &what) {
            sink.report(
                project.repo.place,
                format!("the repository `{}` does not exist", *project.repo),
            )
            .help("fix the name; if the repository was renamed, use the new name")
            .repo(&project.repo)
            .release(on.version());
        }
    }
}
