//! `previous-series-branched`: the previous series has its stable branch before this one is released.

use std::sync::Arc;

use crate::facts::Facts;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{Kind, Model, StableBranchType};
use crate::tree::place::Place;
use crate::tree::record::File;
use crate::tree::series::Series;
use crate::version::BranchKind;

pub(crate) static RULE: Rule = Rule {
    id: "previous-series-branched",
    level: Level::Warning,
    overridable: Overridable::No,
    summary: "the previous series of the deliverable has no stable branch",
    docs: "## What it checks

Before a new release in the series in development, the file of the same deliverable in the previous series lists the stable
branch of that series. The previous series is the one that follows in `data/series_status.yaml`. Deliverables that have no
such branches are not checked.

## Why

Without the branch, the next fix of the previous series has no place: the trunk already belongs to this one.

## What to do

Add the branch to the file that the message names.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    if !on.is_current() || on.special().is_some() {
        return;
    }
    let Some((series, file)) = previous(on) else { return };
    let Some(wanted) = on.config.branches.name(BranchKind::Stable, series.branch_id()) else {
        return;
    };
    let deliverable = &file.deliverable;
    if !branches(on, &file) || deliverable.branches.iter().any(|one| *one.name == wanted) {
        return;
    }
    let newest = deliverable.releases.last();
    let place = newest.map_or(Place::TOP, |release| release.version.place);
    let message = format!("`{}` has no `{wanted}`", file.name);
    sink.report(on.release.version.place, message)
        .related_in(&file.name, place, format!("the newest release of {}", *series.name))
        .help(format!("add `{wanted}` to {} first", file.name))
        .release(on.version());
}

/// The file of the deliverable in the series before this one.
fn previous<'a>(on: &OneRelease<'a>) -> Option<(&'a Series, Arc<File>)> {
    let head = &on.request.head;
    let series = head.series().older_than(on.path.series()).next()?;
    Some((series, head.deliverable(&series.name, on.path.name())?))
}

/// Whether the deliverable has stable branches in the series of `file`, and it has not ended.
fn branches(on: &OneRelease<'_>, file: &File) -> bool {
    let deliverable = &file.deliverable;
    let Ok(path) = &file.path else { return false };
    let kind = deliverable.stable_branch_type.as_ref().map(|kind| kind.value);
    let is_usual = !matches!(kind, Some(StableBranchType::None | StableBranchType::Upstream));
    let is_tagged = deliverable.effective_model(path) != Some(Model::Untagged);
    let has_ended = deliverable.releases.iter().any(|it| it.version.special().is_some());
    is_usual
        && (is_tagged || kind == Some(StableBranchType::Tagless))
        && !has_ended
        && deliverable.effective_kind(path) != Kind::TempestPlugin
        && !on.config.is_stable_branch_exempt(path.name(), deliverable)
}
