//! `ancestry`: a release comes after the previous one.

use crate::facts::repository::{CommitIn, Descends, TagOf};
use crate::facts::{Asks, Facts};
use crate::rules::commit::existing_tag;
use crate::rules::subject::is_hash;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{Project, Release};

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
    pairs(on).for_each(|(_, before, project)| asks.put(question(before, project)));
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for (previous, before, project) in pairs(on) {
        let commit =
            CommitIn { repo: project.repo.value.clone(), hash: project.hash.to_ascii_lowercase() };
        // An entry that is not where its tag is says nothing: `existing-tag` reports it.
        let tag = facts.get(&TagOf::of(before, previous.version.text()));
        let is_moved = tag.known().is_some_and(|at| !at.eq_ignore_ascii_case(&before.hash));
        if facts.get(&commit).known().is_none() || (is_moved && on.is_on(&existing_tag::RULE)) {
            continue;
        }
        let what = format!("whether `{}` comes after `{}`", on.version(), previous.version.text());
        let Some(descends) =
            sink.need(facts.get(&question(before, project)), project.hash.place, &what)
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
) -> impl Iterator<Item = (&'a Release, &'a Project, &'a Project)> + use<'a> {
    let on = *on;
    on.tagged_projects().filter(move |_| !on.path.is_independent()).filter_map(move |project| {
        let (release, before) = on.previous_of(&project.repo)?;
        is_hash(&before.hash).then_some((release, before, project))
    })
}

fn question(before: &Project, project: &Project) -> Descends {
    Descends {
        repo: project.repo.value.clone(),
        older: before.hash.to_ascii_lowercase(),
        newer: project.hash.to_ascii_lowercase(),
    }
}
