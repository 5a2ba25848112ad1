//! `rc1-deadline`: the first candidate comes by the end of the `rc1` week.

use super::{Broken, asked, proposed_on};
use crate::calendar::{Asked, Event, written};
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
    if asked(on) != Some(Asked::FirstCandidate) {
        return;
    }
    let Some(broken) = Broken::by_release(on, &RULE, Asked::FirstCandidate) else { return };
    let version = on.version();
    let message = format!(
        "first candidates were due on {}; `{version}` was {}",
        broken.closed(),
        proposed_on(on)
    );
    let told = sink.report(on.release.version.place, message).release(version);
    if let Some(last) = broken.cycle.deadline(Event::FinalRc) {
        told.help(format!(
            "tell the release team why it is late; candidates close on {} (`{}`)",
            written(last.last),
            last.event
        ));
    }
}
