//! `beta-too-late`: no betas after the `rc1` week.

use super::{Broken, proposed_on};
use crate::calendar::Asked;
use crate::facts::Facts;
use crate::rules::{Day, Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::version::PreReleaseKind;

pub(crate) static RULE: Rule = Rule {
    id: "beta-too-late",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "a beta comes when candidates are due",
    docs: "## What it checks

A beta of a series that was proposed after the week of `rc1` and before the release. Trailing deliverables are left alone.

## Why

A beta says that features may still come. None of the 570 betas of the record came that late.

## What to do

Release a candidate (`.0rc1`) with its stable branch.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    day: Day::Proposal,
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let version = &on.release.version;
    if version.pre_release().is_none_or(|pre| pre.kind != PreReleaseKind::Beta) {
        return;
    }
    let Some(broken) = Broken::by_release(on, &RULE, Asked::Betas) else { return };
    let message = format!(
        "candidates were due on {}; the beta `{}` was {}",
        broken.closed(),
        on.version(),
        proposed_on(on)
    );
    let told = sink.report(version.place, message).release(on.version());
    match version.with_pre_release(PreReleaseKind::Rc, 1) {
        Some(rc) => told.help(format!("release `{rc}` with its stable branch")),
        None => told.help("release a candidate with its stable branch"),
    };
}
