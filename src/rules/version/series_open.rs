//! `series-open`: releases go only into open series.

use crate::facts::Facts;
use crate::rules::{Closed, Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{Kind, Status};
use crate::tree::record::Record;

pub(crate) static RULE: Rule = Rule {
    id: "series-open",
    level: Level::Error,
    overridable: Overridable::Yes,
    summary: "the series no longer accepts releases",
    docs: "## What it checks

The series of a release, or `stable-status` in its file, is in development or maintained. A closed series accepts no releases,
whatever the file says: one that has reached its end of life, one older than that, or one listed in `closed-series` in the
configuration. The tags that end a series (`-eom`, `-eol`, `-last`) are still allowed. A trailing
deliverable may release into a series that is no longer maintained, until that series is closed.

## Why

Old series are maintained without releases. Teams have four times edited the status by hand to get a release through, so
this rule allows an override. Even if such a release merges into a closed series, tagkeeper does not tag it: `tagkeeper plan`
shows it as ended.

## What to do

Release from a maintained series, or explain the exception in the commit message: `Release-Override: series-open <reason>`.
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
        let what = format!("whether `{}` has been released already ({why})", on.version());
        sink.could_not_check(on.release.version.place, &what, &unknown).release(on.version());
        return;
    }
    sink.report(on.release.version.place, format!("{why} and does not accept release `{}`", on.version()))
        .help("release from a maintained series, or add `Release-Override: series-open <reason>` to the commit message")
        .release(on.version());
}

/// Why the series does not accept the release; `None` if it does, or if its status is unknown.
fn why_closed(on: &OneRelease<'_>) -> Option<String> {
    let series = on.path.series();
    if on.is_in_closed_series() {
        let status = status_of_series(on, &on.request.head).filter(|status| !is_open(*status));
        return Some(match status {
            Some(status) => format!("`{series}` is {}", status.in_words()),
            None => format!("`{series}` is closed"),
        });
    }
    if let Some(own) = &on.deliverable().stable_status {
        let name = on.path.name();
        return (!is_open(own.value))
            .then(|| format!("`{name}` has `stable-status: {}`", own.value));
    }
    if on.path.is_independent() {
        return None;
    }
    let status = status_of_series(on, &on.request.head).filter(|status| !is_open(*status));
    // A request must not reopen a series for its own release.
    let before = on.request.base.as_ref().and_then(|base| status_of_series(on, base));
    let status = status.or_else(|| before.filter(|status| has_ended(*status)))?;
    let is_exempt = on.kind() == Kind::Trailing && has_ended(status);
    (!is_exempt).then(|| format!("`{series}` is {}", status.in_words()))
}

fn status_of_series(on: &OneRelease<'_>, record: &Record) -> Option<Status> {
    record.series().get(on.path.series())?.status.as_ref().map(|status| status.value)
}

fn is_open(status: Status) -> bool {
    matches!(status, Status::Development | Status::Maintained)
}

/// Whether a series with this status was open before.
fn has_ended(status: Status) -> bool {
    matches!(status, Status::ExtendedMaintenance | Status::Unmaintained | Status::EndOfLife)
}
