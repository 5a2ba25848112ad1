//! What no step may do, whatever its kind: push what is not a ref, do anything where the ledger cannot be read, make a release
//! of a closed series, or do one thing twice.

use std::collections::BTreeMap;

use super::contract::StepKind;
use super::ref_name::why_no_ref;
use super::requested::{Part, RequestedFile};
use super::{OverrideApproval, PlannedRelease, State, Step};
use crate::calendar::is_refused_by_closed_series;
use crate::facts::{Answer, Unknown};
use crate::tree::RepoName;
use crate::tree::deliverable::Release;

/// The rule whose override lets a release of a closed series pass.
const SERIES_OPEN: &str = "series-open";

/// The step, refused where git knows no such ref, and unknown where the ledger does not say whether it was done.
pub(super) fn checked(mut step: Step, kind: &dyn StepKind, part: &Part<'_>) -> Step {
    if let Some(why) = step.action.full_ref().and_then(why_no_ref) {
        step.state = State::Conflict(format!(
            "git allows no {} named `{}`: {why}",
            step.action.noun(),
            step.action.name()
        ));
    } else if step.state == State::Create
        && kind.memory().name().is_some()
        && let Answer::Unknown(why) = (part.subject().ledger)(&step.repo, step.action.name())
    {
        step.state = State::Unknown(why);
    }
    step
}

/// The steps; those that would be done now are ended where the series of the release is closed, unless a merged override
/// says otherwise.
pub(super) fn unless_closed(
    mut steps: Vec<Step>,
    file: &RequestedFile<'_>,
    release: &Release,
) -> Vec<Step> {
    let subject = file.subject;
    let closed = &subject.config.closed_series;
    if !is_refused_by_closed_series(subject.request, file.change, release, closed) {
        return steps;
    }
    let overrides = file.introduction(release.version.text()).into_iter();
    let lifted: Vec<&OverrideApproval> = overrides
        .flat_map(|by| &by.overrides)
        .filter(|one| one.rule == SERIES_OPEN)
        .map(|one| &one.approval)
        .collect();
    if lifted.contains(&&OverrideApproval::Given) {
        return steps;
    }
    let series = file.path.series();
    let ended = format!("the series `{series}` is closed");
    let state = lifted.first().map_or_else(
        || {
            State::Ended(format!(
                "{ended}; only a merged `Release-Override: {SERIES_OPEN} REASON` lifts that"
            ))
        },
        |approval| match approval {
            OverrideApproval::Unknown(why) => State::Unknown(Unknown::because(format_args!(
                "{ended}, and whether its override counts is not known: {why}"
            ))),
            OverrideApproval::Missing(why) => {
                State::Ended(format!("{ended}, and its override does not count: {why}"))
            }
            OverrideApproval::Given => State::Create,
        },
    );
    for step in steps.iter_mut().filter(|step| step.state == State::Create) {
        step.state = state.clone();
    }
    steps
}

/// Refs that are asked for twice are conflicts: it is unclear which one is meant.
pub(super) fn refuse_what_is_asked_twice(releases: &mut [PlannedRelease]) {
    let mut places: BTreeMap<(RepoName, String), Vec<(usize, usize)>> = BTreeMap::new();
    for (at, release) in releases.iter().enumerate() {
        for (nth, step) in release.steps.iter().enumerate() {
            if let (State::Create, Some(full_ref)) = (&step.state, step.action.full_ref()) {
                let what = (step.repo.clone(), full_ref.to_owned());
                places.entry(what).or_default().push((at, nth));
            }
        }
    }
    for twins in places.into_values().filter(|places| places.len() > 1) {
        for (at, nth) in &twins {
            let elsewhere = twins.iter().find(|(other, _)| other != at);
            let why = match elsewhere {
                Some((other, _)) => {
                    format!("{} also asks for it; list a release once", releases[*other].file)
                }
                None => format!(
                    "`{}` is listed twice in this release; list each repository once",
                    releases[*at].steps[*nth].repo
                ),
            };
            releases[*at].steps[*nth].state = State::Conflict(why);
        }
    }
}
