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

The windows in `release-policy.yaml` that cover the deliverable, against the current time. All of them must be open, and
if a window names people, one of them must be at work. The request may merge at any time; a later run of `apply` makes its
tag, once the window is open.

## Why

A team wants its tags made while one of its maintainers is awake and its users are warned. An approver may then approve at
night, and the tag is made in the morning.

## What to do

Nothing. If it cannot wait: `Release-Override: release-window <reason>`.
",
    scope: Scope::Deliverables {
        asks: |_, _, _| {},
        check: |on, facts, sink| report_waits(on, RULE.id, facts, sink),
    },
    ..Rule::USUAL
};
