//! `hold`: a hold stops the tags of the deliverable.

use super::report_waits;
use crate::calendar;
use crate::rules::{Level, Overridable, Rule, Scope};

pub(crate) static RULE: Rule = Rule {
    id: calendar::HOLD,
    level: Level::Note,
    overridable: Overridable::Yes,
    summary: "a hold stops the tags of the deliverable",
    docs: "## What it checks

The clock, against the holds of `release-policy.yaml`. Under a red one nobody tags; under an orange one only requests with an
override do. The request may merge at any time; its tags wait until the hold ends. An entry with a mistake holds whatever it may
have been about.

## Why

When uploads fail or the key is renewed, a release team writes to a list and hopes that everybody reads it. A hold is
reviewed, scoped and obeyed.

## What to do

Read the reason. Under an orange hold, where it cannot wait: `Release-Override: hold <reason>`. When the cause is mended, take
the hold out.
",
    scope: Scope::Deliverables {
        asks: |_, _, _| {},
        check: |on, facts, sink| report_waits(on, RULE.id, facts, sink),
    },
    ..Rule::USUAL
};
