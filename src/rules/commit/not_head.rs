//! `not-head`: the release leaves merged commits out.

use crate::facts::history::{LeftOut, Logged};
use crate::facts::{Answer, Asks, Facts};
use crate::rules::listing::listed;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::ProjectAt;
use crate::version::SpecialKind;

pub(crate) static RULE: Rule = Rule {
    id: "not-head",
    level: Level::Note,
    overridable: Overridable::No,
    summary: "the branch has commits after the released one",
    docs: "## What it checks

Whether the branch of the series (before there is one, the trunk; for an independent file the trunk, if the commit is on it) has
commits after the listed one. They are listed: up to four are a note, five or more a warning. Merges are not counted beside what
they merge. A commit that is not on the branch is reported by `branch-membership`. An `-em` tag stays at the previous release, and a
`-last` tag where there is no branch marks where support for the series ended: neither is checked.

## Why

A hash that was copied a week ago leaves out the fix that the release was asked for. One release in ten leaves something out,
mostly on purpose.

## What to do

Nothing if the commits are to wait for the next release. Otherwise release the head of the branch.
",
    scope: Scope::NewReleases { asks, check },
    ..Rule::USUAL
};

/// From this many commits on it is a warning.
const MANY: usize = 5;
/// More commits than these are counted, not listed.
const MOST_LISTED: usize = 10;

fn asks(on: &OneRelease<'_>, facts: &Facts, asks: &mut Asks) {
    for project in judged(on) {
        on.ask_branch(&project, asks);
        if let Answer::Known(branch) = on.branch(&project, facts) {
            asks.put(LeftOut::of(&project, &branch));
        }
    }
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for project in judged(on) {
        let what = format!("which commits of `{}` this release leaves out", *project.repo);
        let found = on.branch(&project, facts);
        let found = found.and_then(|branch| {
            facts.get(&LeftOut::of(&project, &branch)).map(|commits| (branch, commits))
        });
        if let Some(Some((branch, commits))) = sink.need(found, project.hash.place, &what)
            && !is_last_of_trunk(on, &branch)
        {
            report(on, &project, &branch, commits, sink);
        }
    }
}

/// Whether the tag marks the last commit for a series that has no branch, so that the trunk went on.
fn is_last_of_trunk(on: &OneRelease<'_>, branch: &str) -> bool {
    let is_last = on.special().is_some_and(|special| special.kind() == SpecialKind::Last);
    let of_series = on.series_branches().unwrap_or_default();
    is_last && !of_series.iter().any(|name| name == branch)
}

/// The repositories, if no later entry of the request has what this one leaves out.
fn judged<'a>(on: &OneRelease<'a>) -> impl Iterator<Item = ProjectAt<'a>> + use<'a> {
    let later = &on.deliverable().releases[on.index + 1..];
    let is_em = on.special().is_some_and(|special| special.kind() == SpecialKind::Em);
    on.tagged_projects().filter(move |_| !is_em).filter(move |project| {
        let mut after = later.iter().flat_map(|release| &release.projects);
        !after.any(|other| other.repo.value == project.repo.value)
    })
}

fn report(
    on: &OneRelease<'_>,
    project: &ProjectAt<'_>,
    branch: &str,
    commits: &[Logged],
    sink: &mut Sink<'_>,
) {
    if commits.is_empty() {
        return;
    }
    let level = if commits.len() >= MANY { Level::Warning } else { Level::Note };
    let line = |commit: &Logged| format!("{} ({})", commit.short(), commit.subject);
    let listed = listed(commits, MOST_LISTED, line);
    let count = match commits.len() {
        1 => "1 commit".to_owned(),
        n => format!("{n} commits"),
    };
    let message = format!(
        "`{}` leaves out {count} of `{branch}` of `{}`: {}",
        on.version(),
        *project.repo,
        listed
    );
    sink.report_at(level, project.hash.place, message)
        .help(format!("release the head of `{branch}` to leave nothing out"))
        .repo(&project.repo)
        .release(on.version());
}
