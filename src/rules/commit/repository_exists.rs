//! `repository-exists`: the repositories of a release are there.

use crate::facts::repository::Exists;
use crate::facts::{Asks, Facts};
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};

pub(crate) static RULE: Rule = Rule {
    id: "repository-exists",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "a repository of the release does not exist at the git host",
    docs: "## What it checks

Every repository that the release names exists at the git host. A host that cannot be reached says nothing: then the
check could not be made.

## Why

Nothing can be tagged in a repository that is not there.

## What to do

Mend the name; after a renaming, use the new one.
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
            sink.report(project.repo.place, format!("there is no repository `{}`", *project.repo))
                .help("mend the name; after a renaming, use the new one")
                .repo(&project.repo)
                .release(on.version());
        }
    }
}
