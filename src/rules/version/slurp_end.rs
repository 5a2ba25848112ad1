//! `slurp-end`: a series ends as its kind does.

use crate::facts::Facts;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{Release, Status};
use crate::version::SpecialKind;

pub(crate) static RULE: Rule = Rule {
    id: "slurp-end",
    level: Level::Error,
    overridable: Overridable::Yes,
    summary: "the series ends in a way that only other series do",
    docs: "## What it checks

A series that `data/series_status.yaml` marks with `slurp: yes` becomes unmaintained before it ends: `-eol` follows `-eom`. Any
other series ends at once, without `-eom`. Series older than the first one that is marked are not checked.

## Why

People upgrade from one SLURP series to the next and rely on the branch in between. Other branches have no unmaintained phase.

## What to do

Use the tag in the help. A project that ends early may skip a phase: `Release-Override: slurp-end <reason>`.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let (Some(series), Some(special)) = (on.series, on.special()) else { return };
    // `eol-tag` and `eom-tag` report an end before the release, `version-number` that of another series.
    let is_released = !matches!(on.status(), Some(Status::Development | Status::Future));
    if !is_released
        || special.id() != series.branch_id()
        || !on.request.head.series().knows_slurp(&series.name)
    {
        return;
    }
    let id = special.id();
    let eom = format!("{id}-eom");
    let has_eom = |releases: &[Release]| releases.iter().any(|it| it.version.text() == eom);
    let (message, help) = match (special.kind(), series.slurp) {
        (SpecialKind::Eom, false) => (
            format!(
                "`{eom}` would make `{}` unmaintained, but it is not a SLURP series",
                *series.name
            ),
            format!("tag its end, `{id}-eol`"),
        ),
        (SpecialKind::Eol, true) if !has_eom(&on.deliverable().releases[..on.index]) => (
            format!("`{}` is a SLURP series, but `{id}-eol` comes without `{eom}`", *series.name),
            format!("tag `{eom}` first"),
        ),
        _ => return,
    };
    sink.report(on.release.version.place, message)
        .help(format!(
            "{help}, or add `Release-Override: slurp-end <reason>` to the commit message"
        ))
        .release(on.version());
}
