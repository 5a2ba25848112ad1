//! `rc1-deadline`: the first candidate comes by the end of the `rc1` week.

use super::{candidate, named, own_cycle_of, proposed_on};
use crate::calendar::Event;
use crate::facts::Facts;
use crate::rules::{Day, Level, OneRelease, Overridable, Rule, Scope, Sink};

pub(crate) static RULE: Rule = Rule {
    id: "rc1-deadline",
    level: Level::Warning,
    overridable: Overridable::Yes,
    summary: "the first candidate comes after its week",
    docs: "## What it checks

A first candidate (`rc1`) of a series that was proposed after the week of `rc1` and before the release. Trailing deliverables
are left alone.

## Why

Two weeks are left for testers and translators, and the next series opens on master with the stable branch.

## What to do

Release it now: late is better than never. Tell the release team why.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    day: Day::Proposal,
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    if candidate(&on.release.version).is_none_or(|candidate| candidate.number != 1) {
        return;
    }
    let Some(cycle) = own_cycle_of(on) else { return };
    let Some(due) = cycle.passed(Event::Rc1, on.proposed()) else { return };
    let version = on.version();
    let message = format!(
        "first candidates were due on {}; `{version}` was {}",
        named(&due),
        proposed_on(on)
    );
    let told = sink.report(on.release.version.place, message).release(version);
    if let Some(last) = cycle.deadline(Event::FinalRc) {
        told.help(format!(
            "tell the release team why it is late; candidates close on {}",
            named(&last)
        ));
    }
}
