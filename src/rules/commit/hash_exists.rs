//! `hash-exists`: the commit is in the repository.

use crate::facts::repository::{CommitIn, TagOf};
use crate::facts::{Asks, Facts};
use crate::rules::commit::existing_tag;
use crate::rules::missing_commit;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};

pub(crate) static RULE: Rule = Rule {
    id: "hash-exists",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "no branch or tag of the repository contains the commit",
    docs: "## What it checks

A branch or a tag of the repository contains the commit. A change under review is not in a branch yet. The id of a tag object, a
tree or a blob is not the id of a commit.

## Why

Only merged commits are tagged.

## What to do

Merge the change first. If a release has several repositories, check that their hashes are not swapped.
",
    scope: Scope::NewReleases { asks, check },
    unchecked: Overridable::No,
    ..Rule::USUAL
};

fn asks(on: &OneRelease<'_>, facts: &Facts, asks: &mut Asks) {
    on.tagged_projects()
        .for_each(|project| missing_commit::ask(&project.name, project.commit, facts, asks));
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let help = if on.release.projects.len() > 1 {
        "merge the change first, or check whether the hashes of two repositories are swapped"
    } else {
        "merge the change first, or check whether the commit belongs to another repository"
    };
    for project in on.tagged_projects() {
        if missing_commit::has_no_repository(&project.name, facts) {
            continue;
        }
        // A tag that is elsewhere says more: `existing-tag` reports it.
        let is_tagged = facts.get(&TagOf::of(&project.name, on.version())).known().is_some();
        if is_tagged && on.is_on(&existing_tag::RULE) {
            continue;
        }
        let what = format!("whether `{}` is in `{}`", *project.hash, *project.repo);
        let found = facts.get(&CommitIn { repo: project.name.clone(), commit: project.commit });
        if let Some(None) = sink.need(found, project.hash.place, &what) {
            let at = (&project.name, project.commit);
            missing_commit::report(sink, at, &project.hash, facts, help).release(on.version());
        }
    }
}
