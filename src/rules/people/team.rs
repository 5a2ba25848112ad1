//! `team`: governance knows the team.

use crate::facts::document::Teams;
use crate::facts::{Asks, Facts};
use crate::rules::{Level, OneDeliverable, Overridable, Rule, Scope, Sink};

pub(crate) static RULE: Rule = Rule {
    id: "team",
    level: Level::Warning,
    overridable: Overridable::No,
    summary: "governance does not know the team",
    docs: "## What it checks

`team` is a team that governance lists. A file whose newest entry ends its series is left alone.

## Why

The team says who may ask for a release, and who is asked when something is wrong with it.

## What to do

Write the name as governance does; after a renaming, the new one.
",
    scope: Scope::Deliverables { asks, check },
    ..Rule::USUAL
};

fn asks(on: &OneDeliverable<'_>, _: &Facts, asks: &mut Asks) {
    if is_judged(on) {
        asks.put(Teams);
    }
}

fn check(on: &OneDeliverable<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let Some(team) = on.deliverable().team.as_ref().filter(|_| is_judged(on)) else { return };
    let what = format!("whether governance knows the team `{}`", **team);
    let Some(Some(teams)) = sink.need(facts.get(&Teams), team.place, &what) else { return };
    if teams.contains_key(&team.value) {
        return;
    }
    let told = sink.report(team.place, format!("governance knows no team `{}`", **team));
    let owner = teams
        .iter()
        .find(|(_, deliverables)| deliverables.iter().any(|name| name == on.path.name()));
    if let Some((owner, _)) = owner {
        told.help(format!("it lists `{}` under `{owner}`", on.path.name()));
    } else {
        told.help("write the name as governance does; after a renaming, the new one");
    }
}

fn is_judged(on: &OneDeliverable<'_>) -> bool {
    !on.is_ended() && !on.config.governance.is_empty()
}
