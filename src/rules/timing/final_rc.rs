//! `final-rc`: no candidates after the `finalrc` week.

use super::{Broken, asked, exception, proposed_on};
use crate::calendar::Asked;
use crate::facts::Facts;
use crate::rules::{Day, Level, OneRelease, Overridable, Rule, Scope, Sink};

pub(crate) static RULE: Rule = Rule {
    id: "final-rc",
    level: Level::Error,
    overridable: Overridable::Yes,
    summary: "a candidate comes after the last week of candidates",
    docs: "## What it checks

A second or later candidate, or a release of a service without candidates (`cycle-with-intermediary`), that was proposed after
the week of `finalrc` and before the release. Trailing deliverables are left alone.

## Why

The last candidates become the release without another commit. What comes after them is tested by nobody. It happens 0.7
times a cycle, for a defect that stops the release.

## What to do

Fix it in the first stable release after the release day, or ask for an exception and record it: `Release-Override: final-rc
<link>`.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    day: Day::Proposal,
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let Some(asked) = asked(on) else { return };
    let Some(broken) = Broken::by_release(on, &RULE, asked) else { return };
    let what = if asked == Asked::Candidates { "candidates" } else { "services" };
    let message =
        format!("{what} closed on {}; `{}` was {}", broken.closed(), on.version(), proposed_on(on));
    sink.report(on.release.version.place, message)
        .help(format!("{}; {}", broken.cycle.stable_from(), exception(RULE.id)))
        .release(on.version());
}
