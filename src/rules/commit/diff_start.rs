//! `diff-start`: the change log starts at a release.

use crate::facts::repository::{CommitIn, Descends, TagOf};
use crate::facts::{Answer, Asks, Facts};
use crate::rules::subject::is_hash;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::Project;
use crate::tree::place::Placed;

pub(crate) static RULE: Rule = Rule {
    id: "diff-start",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "`diff-start` is not a tag of the repository, or not in the history of the release",
    docs: "## What it checks

`diff-start` names a tag or a commit that exists in each repository of the release, and the released commit descends from it.

## Why

The announcement lists the changes since `diff-start`. If that tag does not exist or is on another branch, the announcement
lists the whole history as new.

## What to do

Use the tag of the previous release in the same history, or remove `diff-start` to start at the previous release.
",
    scope: Scope::NewReleases { asks, check },
    ..Rule::USUAL
};

fn asks(on: &OneRelease<'_>, facts: &Facts, asks: &mut Asks) {
    let Some(start) = &on.release.diff_start else { return };
    for project in on.tagged_projects() {
        asks.put(tag(project, start));
        if is_hash(start) {
            asks.put(commit(project, start));
        }
        if let Answer::Known(older) = commit_of(project, start, facts) {
            asks.put(descends(project, older));
        }
    }
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let Some(start) = &on.release.diff_start else { return };
    for project in on.tagged_projects() {
        let repo = &project.repo;
        let what = format!("whether `{}` is a tag of `{}`", **start, **repo);
        let Some(older) = sink.need(commit_of(project, start, facts), start.place, &what) else {
            continue;
        };
        let Some(older) = older else {
            sink.report(
                start.place,
                format!("`{}` is not a tag or commit of `{}`", **start, **repo),
            )
            .help("use the tag of the previous release, or remove `diff-start`")
            .repo(repo)
            .release(on.version());
            // Once: in the other repositories it is the same mistake.
            return;
        };
        let what = format!("whether `{}` is in the history of `{}`", **start, on.version());
        let found = sink.need(facts.get(&descends(project, older)), start.place, &what);
        if found == Some(Some(&false)) {
            let message = format!(
                "`{}` of `{}` is not in the history of `{}`",
                **start,
                **repo,
                on.version()
            );
            sink.report(start.place, message)
                .help("use the previous release on the same branch, or remove `diff-start`")
                .repo(repo)
                .release(on.version());
        }
    }
}

/// The commit that `start` names in the repository of `project`.
fn commit_of(project: &Project, start: &Placed<String>, facts: &Facts) -> Answer<String> {
    match facts.get(&tag(project, start)) {
        Answer::Known(at) => Answer::Known(at.clone()),
        Answer::Absent if is_hash(start) => {
            facts.get(&commit(project, start)).map(|()| start.to_ascii_lowercase())
        }
        Answer::Absent => Answer::Absent,
        Answer::Unknown(why) => Answer::Unknown(why),
    }
}

fn tag(project: &Project, start: &Placed<String>) -> TagOf {
    TagOf::of(project, start)
}

fn commit(project: &Project, start: &Placed<String>) -> CommitIn {
    CommitIn { repo: project.repo.value.clone(), hash: start.to_ascii_lowercase() }
}

fn descends(project: &Project, older: String) -> Descends {
    Descends { repo: project.repo.value.clone(), older, newer: project.hash.to_ascii_lowercase() }
}
