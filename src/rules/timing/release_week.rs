//! `release-week`: in the release week only what is final is released.

use super::{Broken, asked, exception, proposed_on};
use crate::calendar::written;
use crate::facts::Facts;
use crate::rules::{Day, Level, OneRelease, Overridable, Rule, Scope, Sink};

pub(crate) static RULE: Rule = Rule {
    id: "release-week",
    level: Level::Error,
    overridable: Overridable::Yes,
    summary: "something that is not final is released in the release week",
    docs: "## What it checks

A release of a series that was proposed in its release week (`R-0`, or `R+0`) before the release day, unless it is a final
release (the number of its last candidate). Trailing deliverables are left alone.

## Why

The release team prepares the final releases, and whoever deploys downloads them: a new library in these days is a surprise
for both. It happens 2.6 times a cycle, for a defect that stops the release.

## What to do

Wait for the release day, or ask for an exception and record it: `Release-Override: release-week <link>`.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    day: Day::Proposal,
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let Some(asked) = asked(on) else { return };
    let Some(broken) = Broken::by_release(on, &RULE, asked) else { return };
    let Broken { cycle, limit } = &broken;
    let (Some(monday), Some(day)) = (limit.first, limit.opens_on()) else { return };
    let message = format!(
        "the release week of {} began on {}, and it is released on {}; `{}` was {}",
        cycle.series(),
        written(monday),
        written(day),
        on.version(),
        proposed_on(on)
    );
    sink.report(on.release.version.place, message)
        .help(format!("{}; {}", cycle.stable_from(), exception(RULE.id)))
        .release(on.version());
}
