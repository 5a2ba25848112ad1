//! `release-window`: the tag waits for the window of its deliverable.

use super::report_waits;
use crate::calendar;
use crate::rules::{Level, Overridable, Rule, Scope};

pub(crate) static RULE: Rule = Rule {
    id: calendar::RELEASE_WINDOW,
    level: Level::Note,
    overridable: Overridable::Yes,
    summary: "the tag waits for the window of its deliverable",
    docs: "## What it checks

The clock, against the windows of `release-policy.yaml` that cover the deliverable. All of them must be open, and where a window
names people, one of them at work. The request may merge at any time: `apply` leaves its tags for the run that finds the window
open.

## Why

A team wants its tags cut when one of its maintainers is awake, and its downstreams warned. So an approver may approve at
night, and the tag comes in the morning.

## What to do

Nothing. Where it cannot wait: `Release-Override: release-window <reason>`.
",
    scope: Scope::Deliverables {
        asks: |_, _, _| {},
        check: |on, facts, sink| report_waits(on, RULE.id, facts, sink),
    },
    ..Rule::USUAL
};
