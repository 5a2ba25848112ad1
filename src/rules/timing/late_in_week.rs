//! `late-in-week`: a request that merges now is tagged while nobody is around.

use jiff::civil::{Time, Weekday, time};
use jiff::tz::TimeZone;

use super::waiting;
use crate::calendar::written;
use crate::facts::Facts;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::version::Bump;

/// The weekend starts at this time on Friday, in UTC.
const FRIDAY: Time = time(16, 0, 0, 0);

pub(crate) static RULE: Rule = Rule {
    id: "late-in-week",
    level: Level::Note,
    overridable: Overridable::Yes,
    summary: "a request that merges now is tagged on the weekend",
    docs: "## What it checks

A request with releases, when it is checked after Friday 16:00 UTC or on a weekend: one note for each file. A deliverable
with a release window is exempt: its tag waits for the window.

## Why

The first people to install a broken release find out, and nobody is there to fix it before Monday. 1 to 5 % of the
requests on record merged at such a time.

## What to do

Approve it on Monday, or add a window to `release-policy.yaml`: the request may then merge at any time, and its tag waits.
If it is urgent: `Release-Override: late-in-week <reason>`.
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
        "it is {} UTC: a release that merges now is tagged before Monday",
        now.strftime("%a %Y-%m-%d %H:%M")
    );
    sink.report(on.release.version.place, message)
        .help(format!("approve it on {}, unless it is urgent", written(monday)))
        .release(on.version());
}
