//! `membership-freeze`: no new deliverables after `mf`.

use super::{Broken, proposed_on};
use crate::calendar::Asked;
use crate::facts::Facts;
use crate::rules::{Day, Level, OneDeliverable, Overridable, Rule, Scope, Sink};
use crate::tree::place::Place;

pub(crate) static RULE: Rule = Rule {
    id: "membership-freeze",
    level: Level::Warning,
    overridable: Overridable::Yes,
    summary: "a deliverable joins the series after the membership freeze",
    docs: "## What it checks

A new file of a series that was proposed after the week of `mf` and before the release. A file that is renamed within the series
is not new.

## Why

Packagers and translators plan with the list of deliverables. Eight came late since xena.

## What to do

Let it join the next series, or tell the release team why it must be this one.
",
    scope: Scope::Deliverables { asks: |_, _, _| {}, check },
    day: Day::Proposal,
    ..Rule::USUAL
};

fn check(on: &OneDeliverable<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let dir = on.path.dir();
    let was_there = on
        .request
        .files_before(on.change)
        .any(|file| file.path.as_ref().is_ok_and(|path| path.dir() == dir));
    if on.request.base.is_none() || was_there {
        return;
    }
    let Some(broken) = Broken::by_file(on, &RULE, Asked::Membership) else { return };
    let cycle = &broken.cycle;
    let message = format!(
        "{} takes no new deliverables since {}; `{}` was {}",
        cycle.series(),
        broken.closed(),
        on.path.name(),
        proposed_on(on)
    );
    let told = sink.report(Place::TOP, message);
    match cycle.next_series() {
        Some(next) => told.help(format!(
            "it may join {next} at any time: `deliverables/{next}/{}.yaml`",
            on.path.name()
        )),
        None => told.help("it may join the next series at any time"),
    };
}
