//! `late-in-week`: what merges now is tagged when nobody is there.

use jiff::civil::{Time, Weekday, time};
use jiff::tz::TimeZone;

use super::waiting;
use crate::calendar::written;
use crate::facts::Facts;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::version::Bump;

/// From this hour of Friday on, in UTC.
const FRIDAY: Time = time(16, 0, 0, 0);

pub(crate) static RULE: Rule = Rule {
    id: "late-in-week",
    level: Level::Note,
    overridable: Overridable::Yes,
    summary: "it is checked after Friday afternoon: its tag would be cut on a weekend",
    docs: "## What it checks

The clock, when a request with releases is checked: after Friday 16:00 UTC, or on a weekend. One note for each file. Urgent
requests say so: `Release-Override: late-in-week <reason>`.

## Why

A broken release is found by whoever installs it first, and nobody is there to mend it before Monday. 1 to 5 % of the requests
of the record merged then. A deliverable with a window of its own is left alone: its tag waits.

## What to do

Approve it on Monday, or have a window in `release-policy.yaml`: then it may merge at any time, and its tag waits.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let is_newest = on.index + 1 == on.deliverable().releases.len();
    if !is_newest || on.bump() == Bump::Special || waiting(on).windows().next().is_some() {
        return;
    }
    let now = on.clock.now.to_zoned(TimeZone::UTC);
    let days_to_monday = match now.weekday() {
        Weekday::Friday if now.time() >= FRIDAY => 3,
        Weekday::Saturday => 2,
        Weekday::Sunday => 1,
        _ => return,
    };
    let Ok(monday) = now.date().checked_add(jiff::Span::new().days(days_to_monday)) else { return };
    let message = format!(
        "it is {} in UTC: what merges now is tagged before Monday",
        now.strftime("%a %Y-%m-%d %H:%M")
    );
    sink.report(on.release.version.place, message)
        .help(format!("approve it from {} on, unless it is urgent", written(monday)))
        .release(on.version());
}
