//! `phase-date`: a series is past the planned end of its phase.

use crate::calendar::{utc_day, written};
use crate::facts::Facts;
use crate::rules::{Day, Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::version::Bump;

pub(crate) static RULE: Rule = Rule {
    id: "phase-date",
    level: Level::Note,
    overridable: Overridable::Yes,
    summary: "the series is past the planned end of its phase",
    docs: "## What it checks

A release that was proposed after the day on which its series should have entered its next phase (`next-phase`), while its
status is unchanged.

## Why

Either this is one of the last releases of the series, or the list of series is out of date. The dates moved in 13 of 19
series, so it is never more than a note.

## What to do

Teams: nothing. Release team: update the status of the series, or its date.
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
        "{} should have become `{}` on {} and is still `{}`",
        *series.name,
        next.status.value,
        written(day),
        status.value
    );
    sink.report(on.release.version.place, message)
        .help(
            "the release may go ahead; release team: update the status of the series, or its date",
        )
        .release(on.version());
}
