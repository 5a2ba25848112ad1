//! `index-exists`: the version is free on the package index.

use crate::facts::package_index::IndexedVersion;
use crate::facts::repository::TagOf;
use crate::facts::{Answer, Asks, Facts};
use crate::rules::dist::{self, name_of, publishes};
use crate::rules::{OneRelease, Rule, Scope, Sink};
use crate::tree::deliverable::ProjectAt;

pub(crate) static RULE: Rule = Rule {
    id: "index-exists",
    summary: "the package index has the version already, and no tag of the repository made it",
    docs: "## What it checks

The package index does not have the version of a new release yet, unless the repository has its tag. Repositories that no job
publishes to the index are not checked, and neither is a site without an index.

## Why

The index takes a version once. The tag would be made, and the upload would fail: users would get whatever was uploaded before.

## What to do

Use a version that the index does not have.
",
    scope: Scope::NewReleases { asks, check },
    ..Rule::USUAL
};

fn asks(on: &OneRelease<'_>, facts: &Facts, asks: &mut Asks) {
    for project in judged(on) {
        dist::ask_whether_published(on, &project, facts, asks);
        dist::ask(on, &project, asks);
        asks.put(TagOf::of(&project.name, on.version()));
        let is_published = publishes(on, &project, facts) == Answer::Known(true);
        if let (true, Answer::Known(name)) = (is_published, name_of(on, &project, facts)) {
            asks.put(indexed(on, &name));
        }
    }
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for project in judged(on) {
        let place = on.release.version.place;
        // What is not known about the jobs is for `release-type` to report, and with them the name for `pypi-permissions`.
        if publishes(on, &project, facts) != Answer::Known(true) {
            continue;
        }
        let name = name_of(on, &project, facts);
        if matches!(name, Answer::Unknown(_)) && !on.config.zuul_projects.is_empty() {
            continue;
        }
        let what = format!("what `{}` is called on the package index", *project.repo);
        let Some(Some(name)) = sink.need(name, place, &what) else { continue };
        let what = format!("whether the package index has `{name}` `{}`", on.version());
        let Some(Some(())) = sink.need(known(facts.get(&indexed(on, &name))), place, &what) else {
            continue;
        };
        // A tag at another commit is for `existing-tag` to report.
        if let Some(None) =
            sink.need(facts.get(&TagOf::of(&project.name, on.version())), place, &what)
        {
            let message = format!("the package index has `{name}` `{}` already", on.version());
            sink.report(place, message)
                .help("use a version that the index does not have")
                .repo(&project.repo)
                .release(on.version());
        }
    }
}

fn known(answer: Answer<&()>) -> Answer<()> {
    answer.map(|()| ())
}

fn indexed(on: &OneRelease<'_>, name: &str) -> IndexedVersion {
    IndexedVersion::of(on.config.index_url().unwrap_or_default(), name, on.version())
}

fn judged<'a>(on: &OneRelease<'a>) -> impl Iterator<Item = ProjectAt<'a>> + use<'a> {
    let is_judged = on.config.index_url().is_some() && on.release.version.special().is_none();
    on.tagged_projects().filter(move |_| is_judged)
}
