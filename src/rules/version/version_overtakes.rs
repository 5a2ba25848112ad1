//! `version-overtakes`: a series stays below the next one.

use super::after_branch;
use crate::facts::Facts;
use crate::rules::next_free::{ordered, overtakes};
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::Kind;

pub(crate) static RULE: Rule = Rule {
    id: "version-overtakes",
    level: Level::Error,
    overridable: Overridable::Yes,
    summary: "the version is not below the first one of the next series",
    docs: "## What it checks

A new version is lower than the first version of the same deliverable in the next series that has one. Test plugins, which do
not branch, are not checked.

## Why

Whoever upgrades to the next series would get a lower number, and package managers refuse that.

## What to do

Use a number between the last version of this series and the first one of the next. There may be none left for features: then
release a patch.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let Some(version) = on.number().and_then(ordered) else { return };
    let Some((file, first)) = overtakes(on, version) else { return };
    let is_same = first.version.text() == on.version();
    // `duplicate-version` reports the same version of the same repository.
    let is_taken = is_same
        && on
            .release
            .projects
            .iter()
            .any(|own| first.projects.iter().any(|project| *project.repo == *own.repo));
    // A beta or a major release after the branch is an error of `after-branch`.
    if is_taken || on.kind() == Kind::TempestPlugin || after_branch::is_refused(on) {
        return;
    }
    let message = format!(
        "`{}` is not below `{}`, the first version in {file}",
        on.version(),
        first.version.text()
    );
    sink.report(on.release.version.place, message)
        .related_in(&file, first.version.place, "the first version of the next series")
        .help(format!("use a version below `{}`", first.version.text()))
        .release(on.version());
}
