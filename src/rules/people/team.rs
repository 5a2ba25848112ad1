//! `team`: governance knows the team.

use super::{meant, names};
use crate::facts::governance::{Governed, Ownership};
use crate::facts::{Asks, Facts};
use crate::rules::{Level, OneDeliverable, Overridable, Rule, Scope, Sink};

pub(crate) static RULE: Rule = Rule {
    id: "team",
    level: Level::Warning,
    overridable: Overridable::No,
    summary: "governance does not list the team",
    docs: "## What it checks

`team` is a team that governance lists, a special interest group or the technical committee. A file whose newest entry ends its
series is not checked.

## Why

The team decides who may request a release, and who is contacted when something goes wrong with it.

## What to do

Write the name as governance does. If the team was renamed, use the new name.
",
    scope: Scope::Deliverables { asks, check },
    ..Rule::USUAL
};

fn asks(on: &OneDeliverable<'_>, _: &Facts, asks: &mut Asks) {
    if is_judged(on) {
        asks.put(Governed);
    }
}

fn check(on: &OneDeliverable<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let Some(team) = on.deliverable().team.as_ref().filter(|_| is_judged(on)) else { return };
    let what = format!("whether governance knows the team `{}`", **team);
    let Some(Some(governance)) = sink.need(facts.get(&Governed), team.place, &what) else { return };
    let Some(None) = sink.need(governance.knows(team), team.place, &what) else { return };
    let found = sink.report(team.place, format!("governance does not list the team `{}`", **team));
    if let Some(meant) = meant(governance, on.path.name(), team) {
        let description = format!("write `{meant}`");
        found.help(description.clone()).fix(description, team.place, meant);
        return;
    }
    match governance.ownership_of_deliverable(on.path.name(), team) {
        Ownership::Others(teams) => {
            found.help(format!("governance lists `{}` under {}", on.path.name(), names(&teams)))
        }
        Ownership::Own | Ownership::Nobody | Ownership::Unknown(_) => found
            .help("write the name as governance does; if the team was renamed, use the new name"),
    };
}

fn is_judged(on: &OneDeliverable<'_>) -> bool {
    !on.is_ended() && !on.config.governance.is_empty()
}
