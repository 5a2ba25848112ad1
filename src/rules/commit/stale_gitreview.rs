//! `stale-gitreview`: `.gitreview` names this repository.

use crate::facts::package::ReviewedAs;
use crate::facts::{Asks, Facts};
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::ProjectAt;

pub(crate) static RULE: Rule = Rule {
    id: "stale-gitreview",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "`.gitreview` names another project than this repository",
    docs: "## What it checks

The `project` in `.gitreview` at the commit is the repository that is released. A `.git` at its end does not matter. A site that
states `gerrit: null` is not checked.

## Why

A repository that was renamed keeps its old name in this file until somebody changes it, most often on stable branches. The jobs
that run for a tag then propose changes to a project that does not exist, and fail.

## What to do

Change `project` in `.gitreview` on this branch, and release a commit that has the change.
",
    scope: Scope::NewReleases { asks, check },
    ..Rule::USUAL
};

fn asks(on: &OneRelease<'_>, _: &Facts, asks: &mut Asks) {
    judged(on).for_each(|project| asks.put(ReviewedAs::of(&project)));
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for project in judged(on) {
        let place = project.hash.place;
        let what = format!("the project in `.gitreview` of `{}`", *project.repo);
        let Some(Some(said)) = sink.need(facts.get(&ReviewedAs::of(&project)), place, &what) else {
            continue;
        };
        if said.value != *project.repo {
            let message = format!(
                "`{}` of `{}` names `{}` at this commit",
                said.origin, *project.repo, said.value
            );
            sink.report(place, message)
                .help(format!(
                    "write `project={}.git` in `.gitreview`, and release a commit that has the change",
                    *project.repo
                ))
                .repo(&project.repo)
                .release(on.version());
        }
    }
}

fn judged<'a>(on: &OneRelease<'a>) -> impl Iterator<Item = ProjectAt<'a>> + use<'a> {
    let may_have_gerrit = on.config.may_have_gerrit;
    on.tagged_projects().filter(move |_| may_have_gerrit)
}
