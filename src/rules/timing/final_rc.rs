//! `final-rc`: no candidates after the `finalrc` week.

use super::{candidate, exception, named, own_cycle_of, proposed_on};
use crate::calendar::Event;
use crate::facts::Facts;
use crate::rules::{Day, Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{Kind, Model};
use crate::version::Bump;

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
    let is_later_candidate =
        candidate(&on.release.version).is_some_and(|candidate| candidate.number > 1);
    let is_service = on.kind() == Kind::Service
        && on.model() == Some(Model::CycleWithIntermediary)
        && !matches!(on.bump(), Bump::Special | Bump::Rc | Bump::Beta);
    if !is_later_candidate && !is_service {
        return;
    }
    let Some(cycle) = own_cycle_of(on) else { return };
    let Some(closed) = cycle.passed(Event::FinalRc, on.proposed()) else { return };
    let what = if is_later_candidate { "candidates" } else { "services" };
    let message =
        format!("{what} closed on {}; `{}` was {}", named(&closed), on.version(), proposed_on(on));
    sink.report(on.release.version.place, message)
        .help(format!("{}; {}", cycle.stable_from(), exception(RULE.id)))
        .release(on.version());
}
