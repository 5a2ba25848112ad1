//! `rc-too-early`: no candidates before `R-4`.

use super::{Broken, asked, today_is};
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
    let Some(asked) = asked(on) else { return };
    let Some(broken) = Broken::by_release(on, &RULE, asked) else { return };
    let version = on.version();
    let message = format!(
        "candidates of {} begin on {} ({}); {}",
        broken.cycle.series(),
        broken.opens(),
        broken.since(),
        today_is(on)
    );
    sink.report(on.release.version.place, message)
        .help(format!("release a beta, or let it be checked again from {} on", broken.opens()))
        .release(version);
}
