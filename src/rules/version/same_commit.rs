//! `same-commit`: a release contains something new.

use crate::facts::Facts;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{ProjectAt, Release};

pub(crate) static RULE: Rule = Rule {
    id: "same-commit",
    level: Level::Error,
    overridable: Overridable::Yes,
    summary: "the commits were released already",
    docs: "## What it checks

A new release is not at the commits of an earlier full release in the same file, in each of its repositories. A final release at
the commit of its candidate is fine, and so are the tags that end a series.

## Why

Users would download the same files under another number. Most of these releases were meant for another commit.

## What to do

Release a newer commit. To publish again what could not be published, explain it:
`Release-Override: same-commit <reason>`.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    if on.number().is_none() {
        return;
    }
    let mut earlier = on.deliverable().releases[..on.index].iter().rev();
    let full = |release: &&Release| release.version.is_full();
    let Some(before) = earlier.find(|release| full(release) && is_same(on, release)) else {
        return;
    };
    let other = before.version.text();
    let Some(project) = on.tagged_projects().next() else { return };
    let message = format!("`{}` is at the commit of `{other}`: nothing is new", on.version());
    sink.report(project.hash.place, message)
        .related(before.version.place, format!("`{other}` is at the same commit"))
        .help("release a newer commit, or add `Release-Override: same-commit <reason>` to the commit message")
        .repo(&project.repo)
        .release(on.version());
}

/// Whether each repository of the new release is at its commit of `before`.
fn is_same(on: &OneRelease<'_>, before: &Release) -> bool {
    let has = |project: ProjectAt<'_>| {
        before.projects.iter().any(|other| {
            *other.repo == *project.repo && other.hash.eq_ignore_ascii_case(&project.hash)
        })
    };
    let mut projects = on.tagged_projects().peekable();
    projects.peek().is_some() && projects.all(has)
}
