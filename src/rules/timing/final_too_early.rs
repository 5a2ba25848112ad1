//! `final-too-early`: a final release comes with the release day.

use super::{Broken, today_is};
use crate::calendar::{Asked, written};
use crate::facts::Facts;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};

pub(crate) static RULE: Rule = Rule {
    id: "final-too-early",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "a final release comes days before the release day",
    docs: "## What it checks

The clock: the final release (the first that is no beta and no candidate) of a deliverable with candidates (`cycle-with-rc`) that is checked more than 48 hours before the
release day. It may be proposed and looked at before.

## Why

All final releases are made together on the release day, from their last candidates. One that is out earlier is downloaded
before what it needs.

## What to do

Release a further candidate, or wait: the message names the day.
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
    let Some(Broken { cycle, limit }) = Broken::by_release(on, &RULE, Asked::Final) else { return };
    let (Some(day), Some(earliest)) = (cycle.release_day(), limit.opens_on()) else { return };
    let message = format!("{} is released on {}; {}", cycle.series(), written(day), today_is(on));
    sink.report(on.release.version.place, message)
        .help(format!(
            "release a further candidate, or let it be checked again from {} on",
            written(earliest)
        ))
        .release(on.version());
}
