//! `phase-date`: the phase of a series was to have ended.

use crate::calendar::{utc_day, written};
use crate::facts::Facts;
use crate::rules::{Day, Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::version::Bump;

pub(crate) static RULE: Rule = Rule {
    id: "phase-date",
    level: Level::Note,
    overridable: Overridable::Yes,
    summary: "the planned end of the phase of the series has passed",
    docs: "## What it checks

A release that was proposed after the day on which its series was to enter its next phase (`next-phase`), while its status still
is the old one.

## Why

It may be one of the last releases of the series, or the list of series was not brought up to date. The dates moved in 13 of 19
series, so that it is no more than a note.

## What to do

Nothing, for a team. For the release team: change the status of the series, or its date.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    day: Day::Proposal,
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let Some(series) = on.series.filter(|_| on.bump() != Bump::Special) else { return };
    let (Some(status), Some(next)) = (&series.status, &series.next_phase) else { return };
    let Some(day) = next.date.as_ref().map(|day| day.value) else { return };
    if status.value == next.status.value || utc_day(on.proposed()) <= day {
        return;
    }
    let message = format!(
        "{} was to be `{}` from {} on, and is still `{}`",
        *series.name,
        next.status.value,
        written(day),
        status.value
    );
    sink.report(on.release.version.place, message)
        .help(
            "the release team changes the status of the series, or the date; the release may go on",
        )
        .release(on.version());
}
