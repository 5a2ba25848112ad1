//! `rc1-deadline`: the first candidate is due by the end of the `rc1` week.

use super::{Breach, asked, proposed_on};
use crate::calendar::{Asked, Event, written};
use crate::facts::Facts;
use crate::rules::{Day, Level, OneRelease, Overridable, Rule, Scope, Sink};

pub(crate) static RULE: Rule = Rule {
    id: "rc1-deadline",
    level: Level::Warning,
    overridable: Overridable::Yes,
    summary: "the first candidate is proposed after its deadline",
    docs: "## What it checks

A first candidate (`rc1`) that was proposed between the end of the `rc1` week and the release of its series. Trailing
deliverables are exempt.

## Why

It leaves testers and translators less than two weeks, and the trunk opens for the next series only when the stable branch
exists.

## What to do

Release it now, and tell the release team why it is late.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    day: Day::Proposal,
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    if asked(on) != Some(Asked::FirstCandidate) {
        return;
    }
    let Some(breach) = Breach::by_release(on, &RULE, Asked::FirstCandidate) else { return };
    let version = on.version();
    let message = format!(
        "first candidates were due on {}; `{version}` was {}",
        breach.closed(),
        proposed_on(on)
    );
    let finding = sink.report(on.release.version.place, message).release(version);
    if let Some(last) = breach.cycle.deadline(Event::FinalRc) {
        finding.help(format!(
            "tell the release team why it is late; the last candidates are due on {} (`{}`)",
            written(last.last),
            last.event
        ));
    }
}
