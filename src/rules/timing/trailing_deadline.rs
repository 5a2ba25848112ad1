//! `trailing-deadline`: trailing deliverables come within their time after the release.

use super::{Broken, asked, proposed_on};
use crate::facts::Facts;
use crate::rules::{Day, Level, OneRelease, Overridable, Rule, Scope, Sink};

pub(crate) static RULE: Rule = Rule {
    id: "trailing-deadline",
    level: Level::Warning,
    overridable: Overridable::Yes,
    summary: "a trailing deliverable comes after its deadline",
    docs: "## What it checks

A release of a trailing deliverable that has no full release in the series yet, proposed after its deadline. The deadline of a
series stands in the schedule of the next one (`i-cycle-trail` is due for hibiscus).

## Why

Who deploys a series waits for its installers. In the record 0.8 a cycle came late.

## What to do

Release it now, and tell the release team why it is late.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    day: Day::Proposal,
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let Some(asked) = asked(on) else { return };
    let Some(broken) = Broken::by_release(on, &RULE, asked) else { return };
    let message = format!(
        "trailing deliverables of {} were due on {}; `{}` was {}",
        broken.cycle.series(),
        broken.closed(),
        on.version(),
        proposed_on(on)
    );
    sink.report(on.release.version.place, message)
        .help("release it now, and tell the release team why it is late")
        .release(on.version());
}
