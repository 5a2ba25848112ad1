//! `release-day`: something else is tagged on a release day.

use super::report_waits;
use crate::calendar;
use crate::rules::{Level, Overridable, Rule, Scope};

pub(crate) static RULE: Rule = Rule {
    id: calendar::RELEASE_DAY,
    level: Level::Warning,
    overridable: Overridable::Yes,
    summary: "something else is tagged on a release day",
    docs: "## What it checks

The clock, on the release day of a series: releases of other series, and independent ones. Their tags wait for the next day.

## Why

On that day the release team makes a hundred final releases, and everybody downloads them. Whatever else happens then is
noticed by nobody, or by everybody.

## What to do

Nothing: the tag comes the next day. Where it cannot wait: `Release-Override: release-day <reason>`. A site where it may
always come switches the rule off in `release-policy.yaml`: then its tags wait no more.
",
    scope: Scope::Deliverables {
        asks: |_, _, _| {},
        check: |on, facts, sink| report_waits(on, RULE.id, facts, sink),
    },
    ..Rule::USUAL
};
