//! `duplicate-version`: nothing is listed twice, and a release lists a repository.

use std::collections::{BTreeSet, HashMap};

use crate::facts::Facts;
use crate::rules::next_free::next_free;
use crate::rules::{Level, OneDeliverable, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::Release;

pub(crate) static RULE: Rule = Rule {
    id: "duplicate-version",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "a version, repository or branch is listed twice, or a release lists no repository",
    docs: "## What it checks

A version that the request adds or changes appears once in its file, and in no other file for the same repository. The release
lists at least one repository, and each only once. A branch that the request adds appears once.

## Why

A version becomes a tag, and a tag has one commit. Of two entries, tagkeeper could tag only the first; the second would
fail after that.

## What to do

Use the next free version, fix the repository name that was copied, or remove one of the two entries.
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
    // Duplicates that were there before are not this request's fault. Files that are checked whole have no "before".
    let is_touched =
        |at: &[usize]| on.request.base.is_none() || new.iter().any(|new| at.contains(&new.index));
    let mut first = HashMap::new();
    for (index, release) in on.deliverable().releases.iter().enumerate() {
        let version = &release.version;
        if let Some((there, earlier)) = first.insert(version.text(), (version.place, index))
            && is_touched(&[index, earlier])
            && !is_second_end(on, new, index)
        {
            let message = format!("`{}` is already listed on line {}", version.text(), there.line);
            let finding = sink
                .report(version.place, message)
                .help(
                    "remove one of the two entries, or use the next free version for the newer one",
                )
                .related(there, "the other entry is here")
                .release(version.text());
            // The same commits again are one entry that was copied; other commits want a number of their own.
            let newer = new.iter().find(|one| one.index == index);
            let is_copy = same_commits(&on.deliverable().releases[earlier], release);
            if let Some(next) = newer.filter(|_| !is_copy).and_then(next_free) {
                finding.fix(format!("release `{next}`"), version.place, next);
            }
        }
    }
}

fn same_commits(a: &Release, b: &Release) -> bool {
    let of = |release: &Release| -> BTreeSet<(String, String)> {
        let projects = release.projects.iter();
        projects
            .map(|project| (project.repo.value.clone(), project.hash.to_ascii_lowercase()))
            .collect()
    };
    of(a) == of(b)
}

/// Whether the entry repeats the end of a series, which `nothing-after-eol` reports.
fn is_second_end(on: &OneDeliverable<'_>, new: &[OneRelease<'_>], index: usize) -> bool {
    let is_end = on.deliverable().releases[index].version.special().is_some();
    let is_new = new.iter().any(|new| new.index == index);
    is_end && is_new && on.request.base.is_some() && !on.path.is_independent()
}

fn check_repositories(new: &OneRelease<'_>, sink: &mut Sink<'_>) {
    if new.release.projects.is_empty() && new.deliverable().lost.is_empty() {
        let message =
            format!("`{}` does not list a repository, so nothing would be tagged", new.version());
        sink.report(new.release.version.place, message)
            .help("add each repository to `projects`, with the commit to tag")
            .release(new.version());
    }
    let mut first = HashMap::new();
    for project in &new.release.projects {
        let repo = &project.repo;
        if let Some(line) = first.insert(repo.to_ascii_lowercase(), repo.place.line) {
            let message =
                format!("`{}` lists `{}` twice, first on line {line}", new.version(), **repo);
            sink.report(repo.place, message)
                .help("remove one of the two, or fix its name")
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
                format!("`{other}` already lists `{}` of `{}`", new.version(), *project.repo);
            let place = new.release.version.place;
            let finding = sink.report(place, message).repo(&project.repo).release(new.version());
            match next_free(new) {
                Some(next) => finding.help(format!("use the next free version: `{next}`")).fix(
                    format!("release `{next}`"),
                    place,
                    next,
                ),
                None => finding.help("use the next free version"),
            };
            return;
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
            sink.report(name.place, format!("`{}` is already listed on line {earlier}", **name))
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
