//! `trailing-deadline`: trailing deliverables are due some time after the release.

use super::{Breach, asked, proposed_on};
use crate::facts::Facts;
use crate::rules::{Day, Level, OneRelease, Overridable, Rule, Scope, Sink};

pub(crate) static RULE: Rule = Rule {
    id: "trailing-deadline",
    level: Level::Warning,
    overridable: Overridable::Yes,
    summary: "a trailing deliverable is proposed after its deadline",
    docs: "## What it checks

A release of a trailing deliverable that was proposed after its deadline and has no full release in the series yet. The
schedule of the next series lists the deadline (`i-cycle-trail` is the one for hibiscus).

## Why

Those who deploy a series wait for its installers. 0.8 a cycle came late.

## What to do

Release it now, and tell the release team why it is late.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    day: Day::Proposal,
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let Some(asked) = asked(on) else { return };
    let Some(breach) = Breach::by_release(on, &RULE, asked) else { return };
    let message = format!(
        "trailing deliverables of {} were due on {}; `{}` was {}",
        breach.cycle.series(),
        breach.closed(),
        on.version(),
        proposed_on(on)
    );
    sink.report(on.release.version.place, message)
        .help("release it now, and tell the release team why it is late")
        .release(on.version());
}
