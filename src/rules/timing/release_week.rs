//! `release-week`: only final releases in the release week.

use super::{Breach, asked, exception, proposed_on};
use crate::calendar::written;
use crate::facts::Facts;
use crate::rules::{Day, Level, OneRelease, Overridable, Rule, Scope, Sink};

pub(crate) static RULE: Rule = Rule {
    id: "release-week",
    level: Level::Error,
    overridable: Overridable::Yes,
    summary: "a release that is not final is proposed in the release week",
    docs: "## What it checks

A release that was proposed in the release week of its series (`R-0` or `R+0`), before the release day. Final releases
(same number as the last candidate) and trailing deliverables are exempt.

## Why

The release team is preparing the final releases, and those who deploy are fetching them: a new release in these days
surprises both. This happens 2.6 times a cycle, for a defect that blocks the release.

## What to do

Wait for the release day, or ask for an exception and record it in the commit message: `Release-Override: release-week
<link>`.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    day: Day::Proposal,
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let Some(asked) = asked(on) else { return };
    let Some(breach) = Breach::by_release(on, &RULE, asked) else { return };
    let Breach { cycle, limit } = &breach;
    let (Some(monday), Some(day)) = (limit.first, limit.opens_on()) else { return };
    let message = format!(
        "the release week of {0} started on {1}, and {0} is released on {2}; `{3}` was {4}",
        cycle.series(),
        written(monday),
        written(day),
        on.version(),
        proposed_on(on)
    );
    sink.report(on.release.version.place, message)
        .help(format!("make it {}, or {}", cycle.stable_from(), exception(RULE.id)))
        .release(on.version());
}
