//! `final-too-early`: final releases come out on the release day.

use super::report_waits;
use crate::calendar;
use crate::rules::{Level, Overridable, Rule, Scope};

pub(crate) static RULE: Rule = Rule {
    id: calendar::FINAL_TOO_EARLY,
    level: Level::Note,
    overridable: Overridable::Yes,
    summary: "a final release waits for the release day",
    docs: "## What it checks

The final release of a `cycle-with-rc` deliverable (its first full version), when it is checked more than 48 hours before
the release day. It may be proposed, reviewed and merged earlier: its tag waits. Trailing deliverables are exempt.

## Why

All final releases come out together on the release day, each from its last candidate. If one comes out early, people
install it before the releases that it needs.

## What to do

Nothing: the tag is made 48 hours before the release day. If it cannot wait: `Release-Override: final-too-early <reason>`.
",
    scope: Scope::Deliverables {
        asks: |_, _, _| {},
        check: |on, facts, sink| report_waits(on, RULE.id, facts, sink),
    },
    ..Rule::USUAL
};
