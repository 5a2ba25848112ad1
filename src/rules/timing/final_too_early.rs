//! `final-too-early`: final releases come out on the release day.

use super::{Breach, today_is};
use crate::calendar::{Asked, written};
use crate::facts::Facts;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};

pub(crate) static RULE: Rule = Rule {
    id: "final-too-early",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "a final release is checked days before the release day",
    docs: "## What it checks

The final release of a `cycle-with-rc` deliverable (its first full version), when it is checked more than 48 hours before
the release day. It may be proposed and reviewed earlier. Trailing deliverables are exempt.

## Why

All final releases come out together on the release day, each from its last candidate. If one comes out early, people
install it before the releases that it needs.

## What to do

Release another candidate, or wait until the day that the message names.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let is_out = on.deliverable().releases[..on.index].iter().any(|other| other.version.is_full());
    let is_final = on.release.version.is_full() && !is_out;
    if !is_final {
        return;
    }
    let Some(Breach { cycle, limit }) = Breach::by_release(on, &RULE, Asked::Final) else { return };
    let (Some(day), Some(earliest)) = (cycle.release_day(), limit.opens_on()) else { return };
    let message = format!("{} is released on {}; {}", cycle.series(), written(day), today_is(on));
    sink.report(on.release.version.place, message)
        .help(format!(
            "release another candidate, or run the check again from {}",
            written(earliest)
        ))
        .release(on.version());
}
