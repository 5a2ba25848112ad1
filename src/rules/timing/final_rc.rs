//! `final-rc`: no candidates after the `finalrc` week.

use super::{Breach, asked, exception, proposed_on};
use crate::calendar::Asked;
use crate::facts::Facts;
use crate::rules::{Day, Level, OneRelease, Overridable, Rule, Scope, Sink};

pub(crate) static RULE: Rule = Rule {
    id: "final-rc",
    level: Level::Error,
    overridable: Overridable::Yes,
    summary: "a candidate is proposed after the last candidates were due",
    docs: "## What it checks

A second or later candidate, or a release of a service that has no candidates (`cycle-with-intermediary`), that was
proposed between the end of the `finalrc` week and the release of its series. Trailing deliverables are exempt.

## Why

The last candidate becomes the release without another commit, and nobody has time to test a later one. This happens 0.7
times a cycle, for a defect that blocks the release.

## What to do

Fix it in the first stable release, after the release day, or ask for an exception and record it in the commit message:
`Release-Override: final-rc <link>`.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    day: Day::Proposal,
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let Some(asked) = asked(on) else { return };
    let Some(breach) = Breach::by_release(on, &RULE, asked) else { return };
    let what =
        if asked == Asked::Candidates { "last candidates" } else { "last releases of services" };
    let message = format!(
        "{what} were due on {}; `{}` was {}",
        breach.closed(),
        on.version(),
        proposed_on(on)
    );
    sink.report(on.release.version.place, message)
        .help(format!("make it {}, or {}", breach.cycle.stable_from(), exception(RULE.id)))
        .release(on.version());
}
