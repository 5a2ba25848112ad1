//! `beta-too-late`: no betas after the `rc1` week.

use super::{Breach, proposed_on};
use crate::calendar::Asked;
use crate::facts::Facts;
use crate::rules::version::version_number::{self, has_stage_of_model};
use crate::rules::{Day, Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::version::PreReleaseKind;

pub(crate) static RULE: Rule = Rule {
    id: "beta-too-late",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "a beta is proposed after candidates were due",
    docs: "## What it checks

A beta that was proposed between the end of the `rc1` week and the release of its series. Trailing deliverables are
exempt.

## Why

A beta means that features may still come. None of the 570 betas on record came this late.

## What to do

Release a candidate (`.0rc1`) and create its stable branch in the same request.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    day: Day::Proposal,
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let version = &on.release.version;
    // `version-number` reports a model that has no betas.
    let is_beta = version.pre_release().is_some_and(|pre| pre.kind == PreReleaseKind::Beta);
    let is_reported = !has_stage_of_model(on) && on.is_on(&version_number::RULE);
    if !is_beta || is_reported {
        return;
    }
    let Some(breach) = Breach::by_release(on, &RULE, Asked::Betas) else { return };
    let message = format!(
        "first candidates were due on {}; the beta `{}` was {}",
        breach.closed(),
        on.version(),
        proposed_on(on)
    );
    let finding = sink.report(version.place, message).release(on.version());
    match version.with_pre_release(PreReleaseKind::Rc, 1) {
        Some(rc) => finding.help(format!("release `{rc}` and create its stable branch")),
        None => finding.help("release a candidate and create its stable branch"),
    };
}
