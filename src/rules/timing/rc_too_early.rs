//! `rc-too-early`: no candidates before `R-4`.

use super::{Breach, asked, today_is};
use crate::facts::Facts;
use crate::rules::version::version_number::{self, has_stage_of_model};
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};

pub(crate) static RULE: Rule = Rule {
    id: "rc-too-early",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "a candidate is checked before the weeks of candidates",
    docs: "## What it checks

A candidate, when it is checked before the week `R-4` of its series. Trailing deliverables are exempt.

## Why

A candidate means that features are complete, and its stable branch that the trunk is open for the next series. Neither is
true before `R-4`. None of the 1,339 candidates on record came earlier.

## What to do

Release a beta (`.0b1`), or wait for the week that the message names.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

/// Whether it is a candidate before its time.
pub(super) fn is_too_early(on: &OneRelease<'_>) -> bool {
    breach(on).is_some()
}

fn breach(on: &OneRelease<'_>) -> Option<Breach> {
    // `version-number` reports a model that has no candidates.
    let is_reported = !has_stage_of_model(on) && on.is_on(&version_number::RULE);
    let asked = asked(on).filter(|_| !is_reported)?;
    Breach::by_release(on, &RULE, asked)
}

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let Some(breach) = breach(on) else { return };
    let version = on.version();
    let message = format!(
        "candidates of {} start on {} ({}); {}",
        breach.cycle.series(),
        breach.opens(),
        breach.since(),
        today_is(on)
    );
    sink.report(on.release.version.place, message)
        .help(format!("release a beta, or run the check again from {}", breach.opens()))
        .release(version);
}
