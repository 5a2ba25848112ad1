//! `after-branch`: once the stable branch exists, only fixes are released.

use super::version_number::has_stage_of_model;
use crate::facts::Facts;
use crate::rules::next_free::ordered;
use crate::rules::{Level, OneBranch, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{Kind, Location, Release};
use crate::version::Bump;

pub(crate) static RULE: Rule = Rule {
    id: "after-branch",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "a beta, or a release with features, after the stable branch",
    docs: "## What it checks

A new release in a file that already lists the stable branch of its series: an alpha, a beta or a major release is an error, a minor
release of a library or client library a warning.

## Why

From the branch on, features belong to the next series. Every beta after the branch was a mistake: it belonged in the file of
the next series.

## What to do

Release a patch. If the release came from the trunk, move the entry to the file of the next series.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

/// Whether it is an error.
pub(super) fn is_refused(on: &OneRelease<'_>) -> bool {
    found(on).is_some_and(|(level, ..)| level == Level::Error)
}

/// Level, kind of release, and the branch that it comes after.
fn found<'a>(on: &OneRelease<'a>) -> Option<(Level, &'static str, OneBranch<'a>)> {
    // `version-order` and `version-number` report a version that is too low, or that its model does not have.
    let is_low = |before: &Release| {
        ordered(&before.version).is_some_and(|before| *before >= *on.release.version)
    };
    if on.number().is_none()
        || on.kind() == Kind::TempestPlugin
        || on.previous().is_some_and(is_low)
        || !has_stage_of_model(on)
    {
        return None;
    }
    let is_library = matches!(on.kind(), Kind::Library | Kind::ClientLibrary);
    let (level, what) = match on.bump() {
        Bump::Beta => (Level::Error, "an alpha or a beta"),
        Bump::Major => (Level::Error, "a major release"),
        Bump::Minor if is_library => (Level::Warning, "a minor release"),
        _ => return None,
    };
    Some((level, what, branch_before(on)?))
}

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let Some((level, what, branch)) = found(on) else { return };
    let name = &branch.branch.name;
    sink.report_at(level, on.release.version.place, format!("`{}` is {what}, but `{}` exists already", on.version(), **name))
        .related(name.place, "the branch is listed here")
        .help("release a patch; if the commit is on the trunk, move the entry to the file of the next series")
        .release(on.version());
}

/// The stable branch of the series, if it was made before this release.
fn branch_before<'a>(on: &OneRelease<'a>) -> Option<OneBranch<'a>> {
    let name = on.stable_branch()?;
    let earlier = &on.deliverable().releases[..on.index];
    let starts_earlier = |branch: &OneBranch<'_>| match &branch.branch.location.value {
        Location::Version(at) => earlier.iter().any(|release| release.version.text() == at),
        Location::Commits(_) => true,
    };
    let was_there = |branch: &OneBranch<'_>| on.request.base.is_none() || !branch.is_new();
    on.branches().find(|one| *one.branch.name == name && starts_earlier(one) && was_there(one))
}
