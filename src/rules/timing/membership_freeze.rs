//! `membership-freeze`: no new deliverables after the `mf` week.

use super::{Breach, proposed_on};
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

A new file in a series that was proposed between the end of the `mf` week and the release. A file that is renamed within
the series is not new.

## Why

Packagers and translators plan with the list of deliverables. Eight have come late since xena.

## What to do

Add it to the next series, or tell the release team why it must be this one.
",
    scope: Scope::Deliverables { asks: |_, _, _| {}, check },
    day: Day::Proposal,
    ..Rule::USUAL
};

fn check(on: &OneDeliverable<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let dir = on.path.dir();
    let is_known = on
        .request
        .files_before(on.change)
        .any(|file| file.path.as_ref().is_ok_and(|path| path.dir() == dir));
    if on.request.base.is_none() || is_known {
        return;
    }
    let Some(breach) = Breach::by_file(on, &RULE, Asked::Membership) else { return };
    let cycle = &breach.cycle;
    let message = format!(
        "{} has taken no new deliverables since {}; `{}` was {}",
        cycle.series(),
        breach.closed(),
        on.path.name(),
        proposed_on(on)
    );
    let finding = sink.report(Place::TOP, message);
    match cycle.next_series() {
        Some(next) => {
            finding.help(format!("add it to {next}: `deliverables/{next}/{}.yaml`", on.path.name()))
        }
        None => finding.help("add it to the next series"),
    };
}
