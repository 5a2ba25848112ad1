//! `constraint-behind`: the constraints follow the releases of libraries.

use jiff::ToSpan as _;

use super::cycle_of;
use crate::calendar::{utc_day, written};
use crate::facts::constraints::{Pinned, UPPER_CONSTRAINTS};
use crate::facts::repository::TaggedAt;
use crate::facts::{Answer, Asks, Facts};
use crate::rules::dist::{self, name_of};
use crate::rules::{Level, OneRelease, Rule, Scope, Sink};
use crate::tree::deliverable::{Kind, ProjectAt, Release};
use crate::version::Version;

pub(crate) static RULE: Rule = Rule {
    id: "constraint-behind",
    level: Level::Warning,
    summary: "the upper constraints do not have the previous release of this library",
    docs: "## What it checks

From R-6 to R-1, `upper-constraints.txt` of `requirements-repo` has the previous release of a library or client at the latest five
days after its tag; `constraint-behind: {days: 7}` in `release-policy.yaml` sets another number. A package without a line in that file is not checked.

## Why

Nothing is tested with a release that the constraints do not have. At the end of a cycle, a change that waits there for weeks
leaves the series with an old version.

## What to do

Find the change to the constraints, and get it merged. If its tests fail, fix the library before releasing it again.
",
    scope: Scope::NewReleases { asks, check },
    ..Rule::USUAL
};

/// Weeks before the release in which it is checked: the first and the last one.
const WEEKS: (u32, u32) = (6, 1);

fn asks(on: &OneRelease<'_>, facts: &Facts, asks: &mut Asks) {
    for (previous, project) in judged(on) {
        dist::ask(on, &project, asks);
        asks.put(tagged(previous, &project));
        if let Answer::Known(name) = name_of(on, &project, facts) {
            pinned(on, name).into_iter().for_each(|question| asks.put(question));
        }
    }
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for (previous, project) in judged(on) {
        check_one(on, previous, &project, facts, sink);
    }
}

fn check_one(
    on: &OneRelease<'_>,
    previous: &Release,
    project: &ProjectAt<'_>,
    facts: &Facts,
    sink: &mut Sink<'_>,
) {
    let (repo, version) = (&project.repo, previous.version.text());
    let what = format!("whether `{UPPER_CONSTRAINTS}` has `{version}` of `{}`", **repo);
    let place = on.release.version.place;
    // Where the tag is unknown, so is almost everything else about the repository.
    let Some(Some(tagged)) = sink.need(facts.get(&tagged(previous, project)), place, &what) else {
        return;
    };
    let time = (24 * i64::from(on.policy.constraints.0)).hours();
    let is_due = tagged.checked_add(time).is_ok_and(|due| due <= on.clock.now);
    if !is_due {
        return;
    }
    let Some(Some(name)) = sink.need(name_of(on, project, facts), place, &what) else { return };
    let Some(question) = pinned(on, name.clone()) else { return };
    let pins = facts.get(&question);
    let Some(Some(pins)) = sink.need(pins, place, &what) else { return };
    let versions = || pins.iter().map(|pin| Version::new(pin.as_str()));
    if versions().any(|pin| pin >= previous.version.value) {
        return;
    }
    let newest = versions().max().map(|pin| pin.text().to_owned()).unwrap_or_default();
    let message = format!(
        "`{UPPER_CONSTRAINTS}` has `{newest}` of `{name}`, and not `{version}`, which was tagged on {}",
        written(utc_day(*tagged))
    );
    sink.report(place, message)
        .help("find the change to the constraints that waits, and get it merged first")
        .related(previous.version.place, "the previous release")
        .repo(repo)
        .release(on.version());
}

/// The repositories of a library or client, with the previous release of each, in the weeks in which it is checked.
fn judged<'a>(on: &OneRelease<'a>) -> Vec<(&'a Release, ProjectAt<'a>)> {
    let is_library = matches!(on.kind(), Kind::Library | Kind::ClientLibrary);
    let has_constraints = on.config.requirements_repo.is_some();
    if !is_library || !has_constraints || !is_in_weeks(on) || on.release.version.special().is_some()
    {
        return Vec::new();
    }
    let previous = |project: ProjectAt<'a>| {
        let (release, _) = on.previous_of(&project.repo)?;
        release.version.is_full().then_some((release, project))
    };
    on.tagged_projects().filter_map(previous).collect()
}

fn is_in_weeks(on: &OneRelease<'_>) -> bool {
    let current = on.request.head.series().current();
    if current.is_none_or(|series| *series.name != *on.path.dir()) {
        return false;
    }
    let Some(cycle) = cycle_of(on) else { return false };
    let (first, last) = WEEKS;
    let ends = (cycle.week_before_release(first), cycle.week_before_release(last));
    let (Some((start, _)), Some((_, end))) = ends else { return false };
    (start..=end).contains(&utc_day(on.clock.now))
}

fn tagged(previous: &Release, project: &ProjectAt<'_>) -> TaggedAt {
    TaggedAt { repo: project.name.clone(), name: previous.version.text().to_owned() }
}

fn pinned(on: &OneRelease<'_>, package: String) -> Option<Pinned> {
    let repo = on.config.requirements_repo.clone()?;
    let branch = on.series_branches().and_then(|branches| branches.into_iter().next());
    Some(Pinned { repo, branch, package })
}
