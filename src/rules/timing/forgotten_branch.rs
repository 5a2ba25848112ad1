//! `forgotten-branch`: the last release of a library brings its stable branch.

use super::{cycle_of, exception, proposed_on};
use crate::calendar::{self, Event};
use crate::facts::Facts;
use crate::rules::{Day, Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{Kind, Model, StableBranchType};

pub(crate) static RULE: Rule = Rule {
    id: "forgotten-branch",
    level: Level::Error,
    overridable: Overridable::Yes,
    summary: "a library is released in or after its freeze week, and the file lists no stable branch",
    docs: "## What it checks

A release of a library in the week of `final-lib`, or of a client library in the week of `final-clientlib`, comes with its
stable branch, unless the file lists it already: a warning in that week, an error after it, except for a patch of a client
library. Deliverables without stable branches are not checked.

## Why

It is the last release of the library in the series. 18 libraries in the record were never branched, and got no fixes.

## What to do

Add the branch to the same request: the help shows it.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    day: Day::Proposal,
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let event = match on.kind() {
        Kind::Library => Event::FinalLib,
        Kind::ClientLibrary => Event::FinalClientlib,
        _ => return,
    };
    let Some(branch) = on.stable_branch().filter(|_| is_judged(on)) else { return };
    if on.deliverable().branches.iter().any(|known| *known.name == branch) {
        return;
    }
    let Some(week) = cycle_of(on).and_then(|cycle| cycle.deadline(event)) else { return };
    let day = calendar::utc_day(on.proposed());
    let level = match day {
        day if day < week.first => return,
        day if day <= week.last => Level::Warning,
        // Their branches are due with the first candidates.
        _ if on.kind() == Kind::ClientLibrary && !on.bump().is_feature() => Level::Warning,
        _ => Level::Error,
    };
    let message = format!(
        "`{}` comes without `{branch}`: it was {}, and libraries branch by {} (`{}`)",
        on.version(),
        proposed_on(on),
        calendar::written(week.last),
        week.event
    );
    sink.report_at(level, on.release.version.place, message)
        .help(format!(
            "add `{{name: {branch}, location: {}}}` to `branches`, or {}",
            on.version(),
            exception(RULE.id)
        ))
        .release(on.version());
}

fn is_judged(on: &OneRelease<'_>) -> bool {
    let has_branches =
        matches!(on.branch_type(), StableBranchType::Std | StableBranchType::StdWithVersions);
    on.is_current()
        && on.number().is_some()
        && has_branches
        && on.model() != Some(Model::Untagged)
        && !on.config.is_stable_branch_exempt(on.path.name(), on.deliverable())
}
