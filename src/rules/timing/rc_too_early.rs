//! `rc-too-early`: no candidates before `R-4`.

use super::{candidate, own_cycle_of, today_is};
use crate::calendar::{utc_day, written};
use crate::facts::Facts;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};

pub(crate) static RULE: Rule = Rule {
    id: "rc-too-early",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "a candidate comes before the weeks of candidates",
    docs: "## What it checks

The clock: a candidate of a series that is checked before its week `R-4`. Trailing deliverables are left alone.

## Why

A candidate says that features are done, and its stable branch that master is open for the next series. Before `R-4` neither
is true. None of the 1,339 first and later candidates of the record came earlier.

## What to do

Release a beta (`.0b1`), or wait for the week that the message names.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    if candidate(&on.release.version).is_none() {
        return;
    }
    let Some(cycle) = own_cycle_of(on) else { return };
    let Some(week) = cycle.candidates_from() else { return };
    if utc_day(on.clock.now) >= week.first {
        return;
    }
    let version = on.version();
    let message = format!(
        "candidates of {} begin on {} (`{}`); {}",
        cycle.series(),
        written(week.first),
        week.event,
        today_is(on)
    );
    sink.report(on.release.version.place, message)
        .help(format!("release a beta, or let it be checked again from {} on", written(week.first)))
        .release(version);
}
