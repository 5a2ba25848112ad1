//! `existing-tag`: an existing tag is at the commit that the file names.

use crate::facts::ref_in_the_way::{RefInTheWay, RefKind};
use crate::facts::repository::{Remote, TagOf};
use crate::facts::{Answer, Asks, Facts};
use crate::rules::next_free::next_free;
use crate::rules::{Level, OneDeliverable, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{NamedProject, Project, ProjectAt, Release};

pub(crate) static RULE: Rule = Rule {
    id: "existing-tag",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "a tag of that version exists at another commit",
    docs: "## What it checks

If a version in the file, new or old, is already a tag of the repository, the tag points to the commit that the file names.
An existing tag at that commit is fine. A new tag is one that git can create: it cannot have both `1.1.0` and `1.1.0/x`.

## Why

Tags never move. A version number always means the commit that was first released under it.

## What to do

Use the next free version, or change the file to the tagged commit.
",
    scope: Scope::Deliverables { asks, check },
    unchecked: Overridable::No,
    ..Rule::USUAL
};

fn asks(on: &OneDeliverable<'_>, facts: &Facts, asks: &mut Asks) {
    for (release, project) in entries(on) {
        let question = question(release, &project);
        if facts.get(&question).known().is_some_and(|commit| **commit != project.commit) {
            let next = next_version(on, release).map(|(_, questions)| questions);
            next.into_iter().flatten().for_each(|one| asks.put(one));
        }
        asks.put(question);
        if is_new(on, release) {
            asks.put(place_of(release, &project));
        }
    }
}

/// The next free version of a new release, and the questions whether tags have taken it.
fn next_version(on: &OneDeliverable<'_>, release: &Release) -> Option<(String, Vec<TagOf>)> {
    let new = on.new_releases().find(|new| std::ptr::eq(new.release, release))?;
    let next = next_free(&new)?;
    let tag = |project: NamedProject<'_>| TagOf::of(&project.name, &next);
    let questions = new.live_projects().map(tag).collect();
    Some((next, questions))
}

fn check(on: &OneDeliverable<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let mut unknown = Vec::new();
    for (release, project) in entries(on) {
        let version = release.version.text();
        match facts.get(&question(release, &project)) {
            Answer::Absent => {
                if is_new(on, release)
                    && let Some(clash) = place_of(release, &project).clash(facts)
                {
                    sink.report(release.version.place, clash)
                        .help("use the next free version, or have the other tag deleted")
                        .repo(&project.repo)
                        .release(version);
                }
            }
            Answer::Unknown(why) => {
                if !unknown.contains(&project.repo.value) {
                    unknown.push(project.repo.value.clone());
                    let what = format!("the tags of `{}`", *project.repo);
                    sink.could_not_check(project.repo.place, &what, &why)
                        .repo(&project.repo)
                        .release(version);
                }
            }
            Answer::Known(commit) if *commit == project.commit => {}
            Answer::Known(_) if is_listed_elsewhere(on, release, &project) => {}
            Answer::Known(commit) => {
                let message =
                    format!("tag `{version}` of `{}` already exists at `{commit}`", *project.repo);
                let finding = sink
                    .report(project.hash.place, message)
                    .help(
                        "tags never move: use the next free version, or the commit that was tagged",
                    )
                    .repo(&project.repo)
                    .release(version);
                let next = next_version(on, release).filter(|(_, questions)| {
                    questions.iter().all(|question| facts.get(question) == Answer::Absent)
                });
                if let Some((next, _)) = next {
                    finding.fix(format!("release `{next}`"), release.version.place, next);
                }
            }
        }
    }
}

/// Every release in the file with its repositories, newest first, so that a finding that appears once is about the newest.
/// `duplicate-version` reports the second entry of a version.
fn entries<'a>(
    on: &OneDeliverable<'a>,
) -> impl Iterator<Item = (&'a Release, ProjectAt<'a>)> + use<'a> {
    let on = *on;
    let releases = &on.deliverable().releases;
    let is_first = move |(index, release): &(usize, &Release)| {
        !releases[..*index].iter().any(|other| other.version.text() == release.version.text())
    };
    let first = releases.iter().enumerate().rev().filter(is_first);
    first.flat_map(move |(_, release)| {
        let at = move |project| Some((release, on.live(project)?.at_commit().ok()?));
        release.projects.iter().filter_map(at)
    })
}

/// Whether another file lists the version of that repository, which `duplicate-version` reports.
fn is_listed_elsewhere(on: &OneDeliverable<'_>, release: &Release, project: &Project) -> bool {
    let files = || on.request.head.index().files_with(&project.repo, release.version.text());
    is_new(on, release) && files().into_iter().any(|file| file != on.after.name)
}

fn is_new(on: &OneDeliverable<'_>, release: &Release) -> bool {
    on.new_releases().any(|new| std::ptr::eq(new.release, release))
}

fn place_of(release: &Release, project: &ProjectAt<'_>) -> RefInTheWay {
    RefInTheWay {
        repo: project.name.clone(),
        remote: Remote::Git,
        kind: RefKind::Tag,
        name: release.version.text().to_owned(),
    }
}

fn question(release: &Release, project: &ProjectAt<'_>) -> TagOf {
    TagOf::of(&project.name, release.version.text())
}
