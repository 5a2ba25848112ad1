//! `series-open`: no releases in a series that takes none.

use crate::facts::Facts;
use crate::rules::{Closed, Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{Kind, Model, Status};
use crate::tree::record::Record;

pub(crate) static RULE: Rule = Rule {
    id: "series-open",
    level: Level::Error,
    overridable: Overridable::Yes,
    summary: "the series takes no more releases",
    docs: "## What it checks

A release needs a series, or a `stable-status` of its file, that is in development or maintained. A closed series (one at its
end of life or older than that, or named by `closed-series` in the configuration) takes no release, whatever the file says. The
tags that end a series (`-eom`, `-eol`, `-last`) are no such releases. The status of the series does not close it for
trailing deliverables.

## Why

Old series are kept by volunteers without releases. The status was changed by hand four times to get past this, hence
the override. Such a release is not tagged either, even when it merges: `tagkeeper plan` shows it as ended.

## What to do

Release from a maintained series, or give the reason in the commit message: `Release-Override: series-open <reason>`.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    closed: Closed::Judged,
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    if on.release.version.special().is_some() {
        return;
    }
    let Some(why) = why_closed(on) else { return };
    if let Some(unknown) = on.unknown_novelty(facts) {
        let what = format!("whether `{}` is released already ({why})", on.version());
        sink.could_not_check(on.release.version.place, &what, &unknown).release(on.version());
        return;
    }
    sink.report(on.release.version.place, format!("{why}: it takes no release such as `{}`", on.version()))
        .help("release from a maintained series, or add `Release-Override: series-open <reason>` to the commit message")
        .release(on.version());
}

/// Why the release may not be made; `None` where it may, or the status is unknown.
fn why_closed(on: &OneRelease<'_>) -> Option<String> {
    let series = on.path.series();
    if on.is_in_closed_series() {
        let status = status_of_series(on, &on.request.head).filter(|status| !is_open(*status));
        return Some(match status {
            Some(status) => format!("`{series}` is {status}"),
            None => format!("`{series}` is closed"),
        });
    }
    if let Some(own) = &on.deliverable().stable_status {
        let name = on.path.name();
        return (!is_open(own.value))
            .then(|| format!("`stable-status` of `{name}` is {}", own.value));
    }
    if on.model() == Some(Model::Abandoned) {
        return Some(format!("`{}` is abandoned", on.path.name()));
    }
    if on.path.is_independent() {
        return None;
    }
    let status = status_of_series(on, &on.request.head).filter(|status| !is_open(*status));
    // A request cannot open a series for its own release.
    let before = on.request.base.as_ref().and_then(|base| status_of_series(on, base));
    let status = status.or_else(|| before.filter(|status| has_ended(*status)))?;
    let is_exempt = on.kind() == Kind::Trailing && has_ended(status);
    (!is_exempt).then(|| format!("`{series}` is {status}"))
}

fn status_of_series(on: &OneRelease<'_>, record: &Record) -> Option<Status> {
    record.series().get(on.path.series())?.status.as_ref().map(|status| status.value)
}

fn is_open(status: Status) -> bool {
    matches!(status, Status::Development | Status::Maintained)
}

/// Whether a series of that status was open once.
fn has_ended(status: Status) -> bool {
    matches!(status, Status::ExtendedMaintenance | Status::Unmaintained | Status::EndOfLife)
}
