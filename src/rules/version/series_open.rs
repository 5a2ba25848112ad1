//! `series-open`: no releases in a series that takes none.

use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{Model, Status};

pub(crate) static RULE: Rule = Rule {
    id: "series-open",
    level: Level::Error,
    overridable: Overridable::Yes,
    summary: "the series takes no more releases",
    docs: "## What it checks

A release needs a series (or a `stable-status` of its file) that is in development or maintained. The tags that end
a series (`-eom`, `-eol`, `-last`) are no such releases. Other rules leave files of closed
series alone; this one warns of a release there (an error with `--closed`).

## Why

Old series are kept by volunteers without releases. The status was flipped by hand four times to get past this, hence
the override.

## What to do

Release from a maintained series, or give the reason in the commit message: `Release-Override: series-open <reason>`.
",
    scope: Scope::AddedReleases(check),
};

fn check(on: &OneRelease<'_>, sink: &mut Sink<'_>) {
    if on.release.version.special().is_some() {
        return;
    }
    let own = on.deliverable().stable_status.as_ref();
    let status = match own {
        Some(status) => Some(status.value),
        None if on.model() == Some(Model::Abandoned) => Some(Status::EndOfLife),
        None if on.path.is_independent() => Some(Status::Development),
        None => on.series.and_then(|series| series.status.as_ref()).map(|status| status.value),
    };
    let Some(status) = status else { return };
    if matches!(status, Status::Development | Status::Maintained) {
        return;
    }
    let who = match own {
        Some(_) => format!("`stable-status` of `{}`", on.path.name()),
        None => format!("`{}`", on.path.series()),
    };
    sink.report(on.release.version.place, format!("{who} is {status}: it takes no release such as `{}`", on.version()))
        .help("release from a maintained series, or add `Release-Override: series-open <reason>` to the commit message")
        .release(on.version());
}
