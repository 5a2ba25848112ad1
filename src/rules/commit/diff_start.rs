//! `diff-start`: the change log starts at a release.

use crate::facts::repository::{CommitIn, Descends, TagOf};
use crate::facts::{Answer, Asks, Facts};
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::CommitId;
use crate::tree::deliverable::ProjectAt;
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
        asks.put(tag(&project, start));
        if let Ok(start) = CommitId::parse(start) {
            asks.put(commit(&project, start));
        }
        if let Answer::Known(older) = commit_of(&project, start, facts) {
            asks.put(descends(&project, older));
        }
    }
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let Some(start) = &on.release.diff_start else { return };
    for project in on.tagged_projects() {
        let repo = &project.repo;
        let what = format!("whether `{}` is a tag of `{}`", **start, **repo);
        let Some(older) = sink.need(commit_of(&project, start, facts), start.place, &what) else {
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
        let found = sink.need(facts.get(&descends(&project, older)), start.place, &what);
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
fn commit_of(project: &ProjectAt<'_>, start: &Placed<String>, facts: &Facts) -> Answer<CommitId> {
    match facts.get(&tag(project, start)) {
        Answer::Known(at) => Answer::Known(*at),
        Answer::Absent => match CommitId::parse(start) {
            Ok(start) => facts.get(&commit(project, start)).map(|()| start),
            Err(_) => Answer::Absent,
        },
        Answer::Unknown(why) => Answer::Unknown(why),
    }
}

fn tag(project: &ProjectAt<'_>, start: &Placed<String>) -> TagOf {
    TagOf::of(&project.name, start)
}

fn commit(project: &ProjectAt<'_>, commit: CommitId) -> CommitIn {
    CommitIn { repo: project.name.clone(), commit }
}

fn descends(project: &ProjectAt<'_>, older: CommitId) -> Descends {
    Descends { repo: project.name.clone(), older, newer: project.commit }
}
