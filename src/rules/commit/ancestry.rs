//! `ancestry`: a release comes after the previous one.

use crate::facts::repository::{CommitIn, Descends, TagOf};
use crate::facts::{Asks, Facts};
use crate::rules::commit::existing_tag;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{ProjectAt, Release};

pub(crate) static RULE: Rule = Rule {
    id: "ancestry",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the commit does not come after the commit of the previous release",
    docs: "## What it checks

In a series file, the commit of a release is the commit of the previous release of the same repository, or a descendant of it.

## Why

A higher version must contain everything that the lower one contained.

## What to do

Release a commit that has the previous release in its history. Cherry-pick fixes from other branches to this one first.
",
    scope: Scope::NewReleases { asks, check },
    ..Rule::USUAL
};

fn asks(on: &OneRelease<'_>, _: &Facts, asks: &mut Asks) {
    pairs(on).for_each(|(_, before, project)| asks.put(question(&before, &project)));
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for (previous, before, project) in pairs(on) {
        let commit = CommitIn { repo: project.name.clone(), commit: project.commit };
        // An entry that is not where its tag is says nothing: `existing-tag` reports it.
        let tag = facts.get(&TagOf::of(&before.name, previous.version.text()));
        let is_moved = tag.known().is_some_and(|at| **at != before.commit);
        if facts.get(&commit).known().is_none() || (is_moved && on.is_on(&existing_tag::RULE)) {
            continue;
        }
        let what = format!("whether `{}` comes after `{}`", on.version(), previous.version.text());
        let Some(descends) =
            sink.need(facts.get(&question(&before, &project)), project.hash.place, &what)
        else {
            continue;
        };
        if descends != Some(&true) {
            let message = format!(
                "`{}` does not have `{}` of `{}` in its history",
                *project.hash,
                previous.version.text(),
                *project.repo
            );
            sink.report(project.hash.place, message)
                .help(format!("release a descendant of `{}`", *before.hash))
                .repo(&project.repo)
                .release(on.version());
        }
    }
}

/// Each repository, with its entry in the release before.
fn pairs<'a>(
    on: &OneRelease<'a>,
) -> impl Iterator<Item = (&'a Release, ProjectAt<'a>, ProjectAt<'a>)> + use<'a> {
    let on = *on;
    on.tagged_projects().filter(move |_| !on.path.is_independent()).filter_map(move |project| {
        let (release, before) = on.previous_of(&project.repo)?;
        Some((release, before.at_commit()?, project))
    })
}

fn question(before: &ProjectAt<'_>, project: &ProjectAt<'_>) -> Descends {
    Descends { repo: project.name.clone(), older: before.commit, newer: project.commit }
}
