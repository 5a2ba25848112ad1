//! `version-order`: versions go up.

use crate::facts::Facts;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::version::Version;

pub(crate) static RULE: Rule = Rule {
    id: "version-order",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the version is not above the previous one, or above those of earlier series",
    docs: "## What it checks

A new version is greater than the entry before it and than every version of earlier series of the deliverable. Versions
that are dates (2015.1.4) and the tags that end a series do not count.

## Why

Installers take the greatest version. One below an older series is never installed.

## What to do

Take a version above the one that is named.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let version = &on.release.version;
    if !is_ordered(version) {
        return;
    }
    if let Some(previous) = on.previous().map(|release| &release.version)
        && is_ordered(previous)
        && version.value <= previous.value
    {
        sink.report(
            version.place,
            format!("`{}` is not above `{}`, the entry before it", version.text(), previous.text()),
        )
        .release(on.version());
        return;
    }
    let Some((newest, series)) = newest_of_earlier_series(on) else { return };
    if version.value <= newest {
        sink.report(
            version.place,
            format!("`{}` is not above `{}` of {series}", version.text(), newest.text()),
        )
        .help(format!(
            "versions of a series stay above every version of the series before it, here {series}"
        ))
        .release(on.version());
    }
}

/// Whether a version takes part in the order: a number, and no date.
fn is_ordered(version: &Version) -> bool {
    version.numbers().is_some() && !version.is_dated() && version.special().is_none()
}

fn newest_of_earlier_series(on: &OneRelease<'_>) -> Option<(Version, String)> {
    if on.path.is_independent() {
        return None;
    }
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
        .filter(|(version, _)| is_ordered(version))
        .max_by(|a, b| a.0.cmp(&b.0))
}
