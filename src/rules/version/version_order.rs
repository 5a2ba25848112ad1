//! `version-order`: versions increase.

use super::duplicate_version;
use crate::facts::repository::Descends;
use crate::facts::{Asks, Facts};
use crate::rules::next_free::{next_free, ordered};
use crate::rules::{Level, OneRelease, Overridable, Reported, Rule, Scope, Sink};
use crate::tree::deliverable::Release;
use crate::version::Version;

pub(crate) static RULE: Rule = Rule {
    id: "version-order",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the version is not higher than the previous one, or than those of earlier series",
    docs: "## What it checks

A new version is higher than the previous entry, and higher than every version in earlier series of the deliverable. In an
independent file it is higher than each listed version whose commit is in its history, so a fix for an older line may follow a
newer version. Date versions (2015.1.4) and the tags that end a series do not count.

## Why

Installers choose the highest version. They never install a release with a lower version than its predecessor.

## What to do

Use a version higher than the one in the message.
",
    scope: Scope::NewReleases { asks, check },
    ..Rule::USUAL
};

fn asks(on: &OneRelease<'_>, _: &Facts, asks: &mut Asks) {
    overtaken(on).for_each(|(_, question)| asks.put(question));
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let version = &on.release.version;
    if on.number().and_then(ordered).is_none() {
        return;
    }
    if on.path.is_independent() {
        return check_history(on, facts, sink);
    }
    if let Some(previous) = on.previous().map(|release| &release.version)
        && ordered(previous).is_some()
        && version.value <= previous.value
    {
        if is_taken(on) {
            return;
        }
        let message = format!(
            "`{}` is not higher than `{}`, the entry before it",
            version.text(),
            previous.text()
        );
        let finding = sink
            .report(version.place, message)
            .related(previous.place, "the entry before it")
            .release(on.version());
        advise(on, finding, "use a higher version");
        return;
    }
    let Some((newest, series)) = newest_of_earlier_series(on) else { return };
    if version.value <= newest && !is_taken(on) {
        let message =
            format!("`{}` is not higher than `{}` of {series}", version.text(), newest.text());
        let finding = sink.report(version.place, message).release(on.version());
        advise(on, finding, &format!("use a version higher than every version of {series}"));
    }
}

/// Whether another file lists this version of a repository of the release, which `duplicate-version` reports.
fn is_taken(on: &OneRelease<'_>) -> bool {
    let index = on.request.head.index();
    let is_elsewhere =
        |repo: &str| index.files_with(repo, on.version()).iter().any(|file| *file != on.after.name);
    on.is_on(&duplicate_version::RULE)
        && on.release.projects.iter().any(|project| is_elsewhere(&project.repo))
}

/// Offers the next free number, if there is one that fits.
fn advise(on: &OneRelease<'_>, finding: Reported<'_>, otherwise: &str) {
    match next_free(on) {
        Some(next) => {
            let place = on.release.version.place;
            finding.help(format!("use `{next}`")).fix(format!("release `{next}`"), place, next);
        }
        None => {
            finding.help(otherwise);
        }
    }
}

/// In an independent file each line has its own order: a release is higher than those that it contains.
fn check_history(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let place = on.release.version.place;
    for (other, question) in overtaken(on) {
        let what = format!("whether `{}` contains `{}`", on.version(), other.version.text());
        match sink.need(facts.get(&question), place, &what) {
            None => return,
            Some(Some(true)) => {
                let there = other.version.place;
                let (own, other) = (on.version(), other.version.text());
                sink.report(
                    place,
                    format!("`{own}` is not higher than `{other}`, which is in its history"),
                )
                .related(there, "the version in its history")
                .help(format!(
                    "use a version higher than `{other}`, or release the commit of an older line"
                ))
                .repo(&question.repo)
                .release(own);
                return;
            }
            Some(Some(false) | None) => {}
        }
    }
}

/// The earlier entries with a higher version, highest first, each with the question whether this release contains it.
fn overtaken<'a>(on: &OneRelease<'a>) -> impl Iterator<Item = (&'a Release, Descends)> + use<'a> {
    let on = *on;
    let is_judged = on.path.is_independent() && on.number().and_then(ordered).is_some();
    let earlier = on.deliverable().releases[..on.index].iter();
    let mut found: Vec<&Release> = earlier
        .filter(|other| {
            is_judged
                && ordered(&other.version).is_some()
                && other.version.value > on.release.version.value
        })
        .collect();
    found.sort_by(|a, b| b.version.value.cmp(&a.version.value));
    found.into_iter().flat_map(move |other| {
        on.tagged_projects().filter_map(move |project| {
            let before = other.projects.iter().find(|before| *before.repo == *project.repo)?;
            let (repo, newer) = (project.name.clone(), project.commit);
            Some((other, Descends { repo, older: before.commit().ok()?, newer }))
        })
    })
}

fn newest_of_earlier_series(on: &OneRelease<'_>) -> Option<(Version, String)> {
    let head = &on.request.head;
    head.series()
        .older_than(on.path.series())
        .filter_map(|series| {
            head.deliverable(&series.name, on.path.name())
                .map(|file| (file, series.name.value.clone()))
        })
        .flat_map(|(file, series)| {
            let versions: Vec<_> = file
                .deliverable
                .releases
                .iter()
                .map(|release| release.version.value.clone())
                .collect();
            versions.into_iter().map(move |version| (version, series.clone()))
        })
        .filter(|(version, _)| ordered(version).is_some())
        .max_by(|a, b| a.0.cmp(&b.0))
}
