//! `hash-exists`: the commit is in the repository.

use crate::facts::repository::{CommitIn, Exists};
use crate::facts::{Answer, Asks, Facts};
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::Project;

pub(crate) static RULE: Rule = Rule {
    id: "hash-exists",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "no branch and no tag of the repository holds the commit",
    docs: "## What it checks

A branch or a tag of the repository holds the commit. A change under review is in no branch yet.

## Why

What is tagged is what was merged.

## What to do

Merge the change first; where a release has several repositories, see that the hashes are not swapped.
",
    scope: Scope::NewReleases { asks, check },
    unchecked: Overridable::No,
    ..Rule::USUAL
};

fn asks(on: &OneRelease<'_>, _: &Facts, asks: &mut Asks) {
    on.tagged_projects().for_each(|project| asks.put(question(project)));
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for project in on.tagged_projects() {
        if facts.get(&Exists { repo: project.repo.value.clone() }) == Answer::Absent {
            continue;
        }
        let what = format!("whether `{}` is in `{}`", *project.hash, *project.repo);
        if let Some(None) = sink.need(facts.get(&question(project)), project.hash.place, &what) {
            let message = format!(
                "no branch or tag of `{}` holds the commit `{}`",
                *project.repo, *project.hash
            );
            let told =
                sink.report(project.hash.place, message).repo(&project.repo).release(on.version());
            if on.release.projects.len() > 1 {
                told.help("merge the change first, or see whether the hashes of two repositories are swapped");
            } else {
                told.help(
                    "merge the change first, or see whether the commit is of another repository",
                );
            }
        }
    }
}

fn question(project: &Project) -> CommitIn {
    CommitIn { repo: project.repo.value.clone(), hash: project.hash.to_ascii_lowercase() }
}
