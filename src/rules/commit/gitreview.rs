//! `gitreview`: the repository says where it is reviewed.

use crate::facts::files::FileAt;
use crate::facts::repository::CommitIn;
use crate::facts::{Asks, Facts};
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::ProjectAt;

pub(crate) static RULE: Rule = Rule {
    id: "gitreview",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the repository has no `.gitreview` at the commit",
    docs: "## What it checks

Each repository of a release has the file `.gitreview` at the commit. A site is checked if it configures `gerrit:` or
`zuul-projects:`, and does not state `gerrit: null`.

## Why

The jobs that run for a tag propose changes, and read from this file where to.

## What to do

Add `.gitreview` to the repository, and release a commit that has it. A site without a Gerrit states `gerrit: null` in its
configuration.
",
    scope: Scope::NewReleases { asks, check },
    ..Rule::USUAL
};

fn asks(on: &OneRelease<'_>, _: &Facts, asks: &mut Asks) {
    for project in judged(on) {
        asks.put(commit(&project));
        asks.put(FileAt::of(&project, ".gitreview"));
    }
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for project in judged(on) {
        // Whether there is such a commit is for `hash-exists`.
        if facts.get(&commit(&project)).known().is_none() {
            continue;
        }
        let place = project.hash.place;
        let what = format!("whether `{}` has `.gitreview`", *project.repo);
        if let Some(None) = sink.need(facts.get(&FileAt::of(&project, ".gitreview")), place, &what)
        {
            let message = format!("`{}` has no `.gitreview` at this commit", *project.repo);
            sink.report(place, message)
                .help("add `.gitreview` to the repository, and release a commit that has it")
                .repo(&project.repo)
                .release(on.version());
        }
    }
}

fn commit(project: &ProjectAt<'_>) -> CommitIn {
    CommitIn { repo: project.name.clone(), commit: project.commit }
}

fn judged<'a>(on: &OneRelease<'a>) -> impl Iterator<Item = ProjectAt<'a>> + use<'a> {
    let config = on.config;
    let has_jobs = !config.gerrit.is_empty() || !config.zuul_projects.is_empty();
    let may_have_gerrit = config.may_have_gerrit && has_jobs;
    on.tagged_projects().filter(move |_| may_have_gerrit)
}
