//! `hold`: a hold keeps the deliverable from being tagged.

use super::report_waits;
use crate::calendar;
use crate::rules::{Level, Overridable, Rule, Scope};

pub(crate) static RULE: Rule = Rule {
    id: calendar::HOLD,
    level: Level::Note,
    overridable: Overridable::Yes,
    summary: "a hold keeps the deliverable from being tagged",
    docs: "## What it checks

The holds in `release-policy.yaml`, against the current time. Under a red hold nothing is tagged; under an orange one only
a request with an override is. The request may merge at any time; its tags wait until the hold ends. An entry that cannot
be read holds everything that it might cover.

## Why

When uploads fail or a key is being renewed, a release team mails a list and hopes that everybody reads it. A hold is
reviewed, covers exactly what it should, and is obeyed.

## What to do

Read the reason. If an orange hold must not delay this tag: `Release-Override: hold <reason>`. Remove the hold once its
cause is fixed.
",
    scope: Scope::Deliverables {
        asks: |_, _, _| {},
        check: |on, facts, sink| report_waits(on, RULE.id, facts, sink),
    },
    ..Rule::USUAL
};
