//! `dependency-minor-bump`: a patch release needs no more than the release before it.

use jiff::tz::TimeZone;

use crate::facts::package::{PackageAt, answer};
use crate::facts::{Answer, Asks, Facts, Unknown};
use crate::package::{Needed, Package, Raised, Requirements, raised};
use crate::rules::effective_type::{ask_release_type, release_type};
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{ProjectAt, Release, ReleaseType, Status};

pub(crate) static RULE: Rule = Rule {
    id: "dependency-minor-bump",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "a patch release needs more than the release before it",
    docs: "## What it checks

A Python release whose last number is not 0 needs nothing that the previous release did not need: no new dependency, no raised
minimum (`>=`, `>`, `~=`, `==`), no range without the old minimum (such as a new `!=` of it). Dependencies of extras count. Those of
tests, documentation and dependency groups do not, nor do those under a marker that never holds on a Python that the package
supports. The previous release is the newest one in this file that is in the history of the commit. The requirements are read from
the files at both commits; nothing is run. In series other than the one in development, and in independent files, it is a warning.

## Why

Distributions take patch releases into their stable lines. There they must install without anything else changing.

## What to do

Use the next minor version, or undo the change of the requirement.
",
    scope: Scope::NewReleases { asks, check },
    ..Rule::USUAL
};

/// More changes than these are counted, not listed.
const MOST_LISTED: usize = 5;

/// Asks for what [`needs_more`] needs.
pub(in crate::rules) fn asks(on: &OneRelease<'_>, facts: &Facts, asks: &mut Asks) {
    for project in judged(on) {
        ask_release_type(on, &project, asks);
        on.ask_previous_in_history(&project, asks);
        if let Answer::Known(before) = on.previous_in_history(&project, facts) {
            asks.put(PackageAt::of(&before.project));
            asks.put(PackageAt::of(&project));
        }
    }
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for project in judged(on) {
        let place = on.release.version.place;
        let what = format!("what `{}` needs more than the release before it", *project.repo);
        match compared(on, &project, facts) {
            Answer::Known(change) => report(on, &project, &change, sink),
            Answer::Absent => {}
            Answer::Unknown(why) => {
                sink.could_not_check(place, &what, &why).repo(&project.repo).release(on.version());
            }
        }
    }
}

/// The first thing that a patch release needs and the release before it did not; `Err` is why that is not known.
pub(in crate::rules) fn needs_more(
    on: &OneRelease<'_>,
    facts: &Facts,
) -> Result<Option<String>, Unknown> {
    let mut unknown = None;
    for project in judged(on) {
        match compared(on, &project, facts) {
            Answer::Known(change) => {
                if let Some(first) = change.raised.into_iter().next() {
                    return Ok(Some(first));
                }
            }
            Answer::Absent => {}
            Answer::Unknown(why) => unknown = unknown.or(Some(why)),
        }
    }
    unknown.map_or(Ok(None), Err)
}

/// What changed since which release.
struct Change<'a> {
    before: &'a Release,
    /// A phrase each.
    raised: Vec<String>,
}

/// Absent if there is nothing to compare.
fn compared<'a>(on: &OneRelease<'a>, project: &ProjectAt<'a>, facts: &Facts) -> Answer<Change<'a>> {
    release_type(on, project, facts).and_then(|kind| {
        if !is_python(kind) {
            return Answer::Absent;
        }
        on.previous_in_history(project, facts).and_then(|before| {
            let old = facts.get(&PackageAt::of(&before.project));
            let new = facts.get(&PackageAt::of(project));
            old.and_then(|old| {
                new.and_then(|new| {
                    let (was, is) = (answer(&old.requirements), answer(&new.requirements));
                    was.and_then(|was| is.and_then(|is| difference(on, new, &was, &is)))
                        .map(|raised| Change { before: before.release, raised })
                })
            })
        })
    })
}

fn difference(
    on: &OneRelease<'_>,
    package: &Package,
    was: &Requirements,
    is: &Requirements,
) -> Answer<Vec<String>> {
    let day = on.clock.now.to_zoned(TimeZone::UTC).date();
    let own = package.name.as_ref().ok().and_then(Option::as_ref).map(|said| said.value.as_str());
    let found = raised(was, is, own, &package.pythons(day));
    let stood = |line: &str| was.unreadable.iter().any(|before| before.value == line);
    let mut unread = is.unreadable.iter().filter(|said| !stood(&said.value));
    match unread.next() {
        Some(said) if found.is_empty() => Answer::Unknown(Unknown::because(format_args!(
            "`{}` (`{}`) is not a requirement that can be read",
            said.value, said.origin
        ))),
        _ => Answer::Known(found.iter().map(phrase).collect()),
    }
}

fn phrase(raised: &Raised<'_>) -> String {
    let Raised { now, before } = raised;
    let extra = |needed: &Needed| match &needed.extra {
        Some(extra) => format!(" for the extra `{extra}`"),
        None => String::new(),
    };
    let place = format!("{} ({})", extra(now), now.origin);
    match before {
        Some(before) => format!("`{}` instead of `{}`{place}", now.requirement, before.requirement),
        None => format!("`{}`, which is new{place}", now.requirement),
    }
}

fn report(on: &OneRelease<'_>, project: &ProjectAt<'_>, change: &Change<'_>, sink: &mut Sink<'_>) {
    if change.raised.is_empty() {
        return;
    }
    let before = change.before;
    let listed = change.raised.iter().take(MOST_LISTED).cloned().collect::<Vec<_>>().join("; ");
    let more = match change.raised.len().saturating_sub(MOST_LISTED) {
        0 => String::new(),
        n => format!("; and {n} more"),
    };
    let message = format!(
        "`{}` of `{}` adds requirements over `{}`, but a patch release must not: {listed}{more}",
        on.version(),
        *project.repo,
        before.version.text()
    );
    let is_current = on.series.is_some_and(|series| series.is(Status::Development));
    let level = if is_current { Level::Error } else { Level::Warning };
    let place = on.release.version.place;
    let found = sink
        .report_at(level, place, message)
        .related(before.version.place, "the previous release in its history")
        .repo(&project.repo)
        .release(on.version());
    match free_feature(on, before) {
        Some(free) if is_current => found.fix(format!("write `{free}`"), place, free),
        _ => found.help("use the next minor version, or undo the change of the requirements"),
    };
}

/// The next minor version, if this is the last entry and no other has that version or a higher one.
fn free_feature(on: &OneRelease<'_>, before: &Release) -> Option<String> {
    let free = before.version.next_feature()?;
    let others = on.deliverable().releases.iter().enumerate();
    let mut others = others.filter(|(index, _)| *index != on.index);
    let is_free = others.all(|(_, other)| other.version.value < free);
    is_free.then(|| free.text().to_owned())
}

fn is_python(kind: ReleaseType) -> bool {
    matches!(
        kind,
        ReleaseType::PythonService
            | ReleaseType::PythonPypi
            | ReleaseType::Neutron
            | ReleaseType::Horizon
    )
}

/// The repositories of a release that is numbered as one with fixes only.
fn judged<'a>(on: &OneRelease<'a>) -> impl Iterator<Item = ProjectAt<'a>> + use<'a> {
    let version = &on.release.version;
    let last = version.numbers().and_then(|numbers| numbers.last()).copied();
    let is_patch = version.is_full() && last.is_some_and(|last| last != 0);
    on.tagged_projects().filter(move |_| is_patch)
}
