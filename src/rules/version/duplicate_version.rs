//! `duplicate-version`: what may be listed once is listed twice.

use std::collections::HashMap;

use crate::facts::Facts;
use crate::rules::{Level, OneDeliverable, OneRelease, Overridable, Rule, Scope, Sink};

pub(crate) static RULE: Rule = Rule {
    id: "duplicate-version",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "a version, a repository of a release or a branch is listed twice, or a release lists no repository",
    docs: "## What it checks

A version that the request adds or changes is listed once in its file, and no other file lists it for one of its repositories.
The release lists at least one repository, and none twice. A branch that the request adds is listed once.

## Why

A version is a tag of the repository, and a tag has one commit. Of two entries one would be tagged, and the other would
fail after that.

## What to do

Use the next free version, correct the name of the repository that was copied, or remove one of the two entries.
",
    scope: Scope::Deliverables { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

fn check(on: &OneDeliverable<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let new: Vec<_> = on.new_releases().collect();
    check_versions(on, &new, sink);
    for release in &new {
        check_repositories(release, sink);
        check_other_files(release, sink);
    }
    check_branches(on, sink);
}

fn check_versions(on: &OneDeliverable<'_>, new: &[OneRelease<'_>], sink: &mut Sink<'_>) {
    // Two that were listed before are not of this request; files that are checked whole have no before.
    let is_touched =
        |at: &[usize]| on.request.base.is_none() || new.iter().any(|new| at.contains(&new.index));
    let mut first = HashMap::new();
    for (index, release) in on.deliverable().releases.iter().enumerate() {
        let version = &release.version;
        if let Some((there, earlier)) = first.insert(version.text(), (version.place, index))
            && is_touched(&[index, earlier])
        {
            let message = format!("`{}` is listed already in line {}", version.text(), there.line);
            sink.report(version.place, message)
                .help("remove one of the two entries, or give the newer one the next free version")
                .related(there, "the other entry is here")
                .release(version.text());
        }
    }
}

fn check_repositories(new: &OneRelease<'_>, sink: &mut Sink<'_>) {
    if new.release.projects.is_empty() && new.deliverable().lost.is_empty() {
        let message = format!("`{}` lists no repository: nothing would be tagged", new.version());
        sink.report(new.release.version.place, message)
            .help("list each repository under `projects`, with the commit to tag")
            .release(new.version());
    }
    let mut first = HashMap::new();
    for project in &new.release.projects {
        let repo = &project.repo;
        if let Some(line) = first.insert(repo.to_ascii_lowercase(), repo.place.line) {
            let message =
                format!("`{}` lists `{}` twice, first in line {line}", new.version(), **repo);
            sink.report(repo.place, message)
                .help("remove one of the two, or correct its name")
                .repo(repo)
                .release(new.version());
        }
    }
}

fn check_other_files(new: &OneRelease<'_>, sink: &mut Sink<'_>) {
    for project in &new.release.projects {
        let index = new.request.head.index();
        let others = index.files_with(&project.repo, new.version());
        if let Some(other) = others.into_iter().find(|file| *file != new.after.name) {
            let message =
                format!("`{other}` lists `{}` of `{}` already", new.version(), *project.repo);
            sink.report(new.release.version.place, message)
                .help("use the next free version")
                .repo(&project.repo)
                .release(new.version());
        }
    }
}

fn check_branches(on: &OneDeliverable<'_>, sink: &mut Sink<'_>) {
    let mut first = HashMap::new();
    for branch in on.branches() {
        let name = &branch.branch.name;
        let (line, is_new) = (name.place.line, branch.is_new() || on.request.base.is_none());
        if let Some((earlier, was_new)) = first.insert(name.as_str(), (line, is_new))
            && (is_new || was_new || was_once(on, name))
        {
            sink.report(name.place, format!("`{}` is listed already in line {earlier}", **name))
                .help("remove one of the two entries");
        }
    }
}

/// Whether the file listed the branch less than twice before the request.
fn was_once(on: &OneDeliverable<'_>, branch: &str) -> bool {
    let before = on.request.files_before(on.change);
    let branches = before.flat_map(|file| &file.deliverable.branches);
    branches.filter(|known| *known.name == *branch).count() < 2
}
