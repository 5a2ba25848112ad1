//! `governance-inactive`: nothing is released that governance has given up.

use crate::facts::governance::{Governance, Governed};
use crate::facts::{Answer, Asks, Facts};
use crate::rules::{Level, OneDeliverable, Rule, Scope, Sink};
use crate::tree::place::Place;
use crate::tree::requested::requested;

pub(crate) static RULE: Rule = Rule {
    id: "governance-inactive",
    summary: "governance lists the team, deliverable or repository only as retired",
    docs: "## What it checks

Governance does not list the team, the deliverable or a repository of the request in `legacy.yaml` alone. In series that are no
longer in development this is a warning. A file whose newest entry ends its series is not checked.

## Why

Nobody maintains what governance has retired. A release of it tells users otherwise.

## What to do

If the project is active again, add it to governance first. Otherwise, abandon the request.
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
    if !is_judged(on) {
        return;
    }
    let top = on.deliverable().team.as_ref().map_or(Place::TOP, |team| team.place);
    let what = format!("whether governance has retired `{}`", on.path.name());
    let Some(Some(governance)) = sink.need(facts.get(&Governed), top, &what) else { return };
    for (what, place, answer) in former(on, governance, top) {
        let question = format!("whether governance has retired {what}");
        if sink.need(answer, place, &question) == Some(Some(true)) {
            sink.report_at(level(on), place, format!("governance has retired {what}"))
                .help("add it to governance again before it is released");
            // The repositories of a team or deliverable that is retired are retired with it.
            if !what.starts_with("the repository") {
                return;
            }
        }
    }
}

/// What may have been retired, the largest first.
fn former<'a>(
    on: &OneDeliverable<'a>,
    governance: &'a Governance,
    top: Place,
) -> impl Iterator<Item = (String, Place, Answer<bool>)> + use<'a> {
    let (name, deliverable) = (on.path.name(), on.deliverable());
    let of_team = deliverable.team.iter().map(|team| {
        (format!("the team `{}`", **team), team.place, governance.is_former_team(team))
    });
    let is_former = governance.is_former_deliverable(name);
    let of_deliverable = (format!("the deliverable `{name}`"), top, is_former);
    let of_repositories = requested(on.request, on.change).into_iter().map(|wanted| {
        let repo = wanted.repo;
        (format!("the repository `{}`", **repo), repo.place, governance.is_former_repository(repo))
    });
    of_team.chain([of_deliverable]).chain(of_repositories)
}

fn level(on: &OneDeliverable<'_>) -> Level {
    let is_current =
        on.request.head.series().current().is_some_and(|it| *it.name == *on.path.dir());
    if is_current { Level::Error } else { Level::Warning }
}

fn is_judged(on: &OneDeliverable<'_>) -> bool {
    let is_request = !requested(on.request, on.change).is_empty();
    is_request && !on.is_ended() && !on.config.governance.is_empty()
}
