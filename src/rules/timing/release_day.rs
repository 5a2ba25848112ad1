//! `release-day`: nothing else is tagged on a release day.

use super::report_waits;
use crate::calendar;
use crate::rules::{Level, Overridable, Rule, Scope};

pub(crate) static RULE: Rule = Rule {
    id: calendar::RELEASE_DAY,
    level: Level::Warning,
    overridable: Overridable::Yes,
    summary: "a release of another series is checked on a release day",
    docs: "## What it checks

Releases of other series, and independent ones, that are checked on the release day of a series. Their tags wait until the
next day.

## Why

The release team makes a hundred final releases that day, and everybody downloads them. Trouble with any other release
would go unnoticed, or hit everybody.

## What to do

Nothing: the tag is made the next day. If it cannot wait: `Release-Override: release-day <reason>`. To tag on release days
as on others, switch the rule off in `release-policy.yaml`: no tag waits for it then.
",
    scope: Scope::Deliverables {
        asks: |_, _, _| {},
        check: |on, facts, sink| report_waits(on, RULE.id, facts, sink),
    },
    ..Rule::USUAL
};
