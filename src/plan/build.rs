//! Builds the plan of a request. It iterates over kinds of steps and knows none of them.

use super::contract::StepKind;
use super::limits;
use super::requested::{Part, Removed, files, parts};
use super::subject::{Introduction, PlanInput};
use super::waiting::{held_back, kept_back};
use super::{Plan, PlannedRelease, State, Step};
use crate::facts::merged::MergedAt;
use crate::facts::{Asks, Facts};
use crate::tree::RepoName;
use crate::tree::record::{File, Record};
use crate::tree::request::Request;
use crate::tree::snapshot::ItemKind;

/// The kinds of steps, in the order in which their steps of one release are done.
pub type Kinds<'k> = [&'k dyn StepKind];

/// What the plan wants to know, given what is known.
pub fn asks(kinds: &Kinds<'_>, subject: &PlanInput<'_>, facts: &Facts) -> Asks {
    let mut asks = Asks::default();
    for part in parts(subject) {
        if let Some((file, release)) = part.release()
            && file.waiting().soak_time().is_some()
        {
            let tagged = file.tagged(release).filter_map(|project| project.at_commit().ok());
            tagged.for_each(|project| asks.put(MergedAt::of(&project)));
        }
        kinds.iter().for_each(|kind| kind.asks(&part, facts, &mut asks));
    }
    asks
}

/// The plan of a request.
pub fn build(kinds: &Kinds<'_>, subject: &PlanInput<'_>, facts: &Facts) -> Plan {
    let mut releases: Vec<PlannedRelease> =
        parts(subject).iter().filter_map(|part| planned(kinds, part, facts)).collect();
    limits::refuse_what_is_asked_twice(&mut releases);
    let unread = files(subject).flat_map(|file| file.unread());
    let impossible = files(subject).flat_map(|file| file.impossible().collect::<Vec<_>>());
    Plan {
        version: 1,
        base: subject.request.base.as_ref().map(Record::name),
        head: subject.request.head.name(),
        releases,
        unread: unreadable(subject).chain(unread).collect(),
        unreadable: unreadable_files(subject.request).map(str::to_owned).collect(),
        impossible: impossible.collect(),
    }
}

/// The deliverable files that are not YAML, each in a line.
fn unreadable(subject: &PlanInput<'_>) -> impl Iterator<Item = String> {
    unreadable_files(subject.request).map(|path| {
        format!("{path} cannot be read as YAML, so nothing in it is done: `tagkeeper check` shows the line")
    })
}

/// The deliverable files of a request that are not YAML.
fn unreadable_files(request: &Request) -> impl Iterator<Item = &str> {
    let is_broken =
        |file: &File| file.path.is_ok() && file.kind == ItemKind::File && !file.is_readable();
    request
        .changes
        .iter()
        .filter(move |change| change.after.as_deref().is_some_and(is_broken))
        .map(|change| change.path.as_str())
}

fn planned(kinds: &Kinds<'_>, part: &Part<'_>, facts: &Facts) -> Option<PlannedRelease> {
    let mut steps: Vec<Step> = Vec::new();
    for kind in kinds {
        let of_kind = kind.plan(part, facts, &steps);
        let checked = of_kind.into_iter().map(|step| limits::checked(step, *kind, part));
        steps.extend(checked.collect::<Vec<_>>());
    }
    if steps.is_empty() && part.release().is_none() {
        return None;
    }
    let steps = by_repository(steps);
    Some(match part {
        Part::Release { file, release, .. } => {
            let version = release.version.text();
            let by = file.introduction(version);
            let steps = limits::unless_closed(steps, file, release);
            let steps = match file.held(release, facts) {
                Ok(None) => match by.and_then(Introduction::undecided) {
                    Some(why) => kept_back(steps, &State::Unknown(why)),
                    None => steps,
                },
                Ok(held) => held_back(steps, held),
                Err(why) => kept_back(steps, &State::Unknown(why)),
            };
            file.planned(Some(version), by, steps)
        }
        Part::Branch { file, branch } => {
            let by = file.introduction(&branch.name);
            let steps = held_back(steps, file.held_by(&file.waiting(), by));
            file.planned(None, by, steps)
        }
        Part::Removed(removed) => of_removed(removed, steps)?,
    })
}

fn of_removed(removed: &Removed<'_>, steps: Vec<Step>) -> Option<PlannedRelease> {
    let path = removed.change.before.as_ref()?.path.as_ref().ok()?;
    Some(PlannedRelease {
        file: removed.change.path.clone(),
        deliverable: path.name().to_owned(),
        series: path.series().to_owned(),
        version: Some(removed.release.version.text().to_owned()),
        commit: None,
        overrides: Vec::new(),
        steps,
    })
}

/// What needs nothing first, repository by repository; then what depends on that.
fn by_repository(steps: Vec<Step>) -> Vec<Step> {
    let (mut free, dependent): (Vec<Step>, Vec<Step>) =
        steps.into_iter().partition(|step| step.action.needs.is_empty());
    let mut repos: Vec<RepoName> = Vec::new();
    for step in &free {
        if !repos.contains(&step.repo) {
            repos.push(step.repo.clone());
        }
    }
    free.sort_by_key(|step| repos.iter().position(|repo| *repo == step.repo));
    free.into_iter().chain(dependent).collect()
}
