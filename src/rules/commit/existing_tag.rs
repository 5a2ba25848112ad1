//! `existing-tag`: the tag is at another commit.

use crate::facts::repository::TagOf;
use crate::facts::{Answer, Asks, Facts};
use crate::rules::subject::is_hash;
use crate::rules::{Level, OneDeliverable, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{Project, Release};

pub(crate) static RULE: Rule = Rule {
    id: "existing-tag",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "a tag of that version exists at another commit",
    docs: "## What it checks

Where a version of the file, new or old, is a tag of its repository, the tag points to the commit of the file. A tag that
is there at that commit is done, and nothing is wrong.

## Why

Tags are never moved: what was released under a number stays that.

## What to do

Take the next free version, or write the commit that was tagged.
",
    scope: Scope::Deliverables { asks, check },
    unchecked: Overridable::No,
    ..Rule::USUAL
};

fn asks(on: &OneDeliverable<'_>, _: &Facts, asks: &mut Asks) {
    for (release, project) in entries(on) {
        asks.put(question(release, project));
    }
}

fn check(on: &OneDeliverable<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let mut unknown = Vec::new();
    for (release, project) in entries(on) {
        let version = release.version.text();
        match facts.get(&question(release, project)) {
            Answer::Absent => {}
            Answer::Unknown(why) => {
                if !unknown.contains(&project.repo.value) {
                    unknown.push(project.repo.value.clone());
                    let what = format!("the tags of `{}`", *project.repo);
                    sink.could_not_check(project.repo.place, &what, &why)
                        .repo(&project.repo)
                        .release(version);
                }
            }
            Answer::Known(commit) if commit.eq_ignore_ascii_case(&project.hash) => {}
            Answer::Known(commit) => {
                let message =
                    format!("tag `{version}` of `{}` exists already, at `{commit}`", *project.repo);
                sink.report(project.hash.place, message)
                    .help("tags are never moved: take the next free version, or write the commit that was tagged")
                    .repo(&project.repo)
                    .release(version);
            }
        }
    }
}

/// Every release of the file with its repositories; newest first, so that what is said once is said about the newest. An
/// entry whose version is listed before it is `duplicate-version`'s.
fn entries<'a>(
    on: &OneDeliverable<'a>,
) -> impl Iterator<Item = (&'a Release, &'a Project)> + use<'a> {
    let on = *on;
    let releases = &on.deliverable().releases;
    let is_first = move |(index, release): &(usize, &Release)| {
        !releases[..*index].iter().any(|other| other.version.text() == release.version.text())
    };
    let first = releases.iter().enumerate().rev().filter(is_first);
    first.flat_map(move |(_, release)| {
        let live = move |project: &&Project| on.is_live(&project.repo) && is_hash(&project.hash);
        release.projects.iter().filter(live).map(move |project| (release, project))
    })
}

fn question(release: &Release, project: &Project) -> TagOf {
    TagOf { repo: project.repo.value.clone(), name: release.version.text().to_owned() }
}
