//! `soak`: commits are tagged some time after they were merged.

use super::{ends, soaking, waiting};
use crate::calendar;
use crate::facts::merged::{Merge, MergedAt};
use crate::facts::{Answer, Asks, Facts, Unknown};
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};

pub(crate) static RULE: Rule = Rule {
    id: calendar::SOAK,
    level: Level::Warning,
    overridable: Overridable::Yes,
    summary: "a commit of the release was merged too recently",
    docs: "## What it checks

Whether each commit of the release was merged longer ago than the soak time in `release-policy.yaml`. The request may merge
at any time; its tags wait until the soak time is over.

The time of the merge is that of its change on Gerrit, or of the merge commit that brought it. Where neither tells, the soak time counts
from when `apply` first sees the release; a commit that is older than the soak time is then reported as not checked.

## Why

Those who run a deliverable from its branch often find a fault within hours.

## What to do

Nothing: the tag is made when the soak time is over. If it cannot wait: `Release-Override: soak <reason>`.
",
    scope: Scope::NewReleases { asks, check },
    ..Rule::USUAL
};

fn asks(on: &OneRelease<'_>, _: &Facts, asks: &mut Asks) {
    if waiting(on).soak_time().is_some() {
        on.tagged_projects().for_each(|project| asks.put(MergedAt::of(&project)));
    }
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let waiting = waiting(on);
    let Some(time) = waiting.soak_time() else { return };
    for project in on.tagged_projects() {
        let what = format!("when the commit of `{}` was merged", *project.repo);
        let merge = match facts.get(&MergedAt::of(&project)) {
            Answer::Known(merge) => *merge,
            // `hash-exists` reports that there is no such commit.
            Answer::Absent => continue,
            Answer::Unknown(why) => {
                sink.could_not_check(project.hash.place, &what, &why).repo(&project.repo);
                continue;
            }
        };
        if let Merge::NotBefore(made) = merge
            && made.checked_add(time).is_ok_and(|over| over <= on.clock.now)
        {
            let why = Unknown::because(
                "merge time unknown: no merge commit brought it, and no change on Gerrit is known",
            );
            sink.could_not_check(project.hash.place, &what, &why).repo(&project.repo);
            continue;
        }
        let waiting = waiting.clone().with(vec![soaking(on, &project, merge)]);
        let waits = waiting.at(on.clock.now).into_iter().filter(|wait| wait.rule == RULE.id);
        for wait in waits.take(1) {
            let (until, help) = ends(&wait, &waiting, on);
            sink.report(project.hash.place, wait.reason)
                .held(until, wait.yields)
                .help(help)
                .repo(&project.repo)
                .release(on.version());
        }
    }
}
