//! `branch-too-early`: a stable branch is created once its deliverable is frozen, not before.

use super::{Breach, exception, today_is};
use crate::calendar::Asked;
use crate::facts::Facts;
use crate::rules::{Level, OneBranch, Overridable, Rule, Scope, Sink};
use crate::version::BranchKind;

pub(crate) static RULE: Rule = Rule {
    id: "branch-too-early",
    level: Level::Error,
    overridable: Overridable::Yes,
    summary: "a stable branch is created before the freeze",
    docs: "## What it checks

A new stable branch of a series, against the current time: a library may branch from the week of `final-lib` (otherwise an
error), a client library from the week of `final-clientlib` and a trailing deliverable from the release day (warnings).

## Why

Once the branch exists, whatever merges on the trunk belongs to the next series, and each fix for this one needs a
backport. None of 1,033 library branches came this early; four early branches of trailing deliverables had to be repaired.

## What to do

Create the branch from the day that the message names, at the latest release.
",
    scope: Scope::Branches { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

fn check(on: &OneBranch<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let is_of_series = on.config.branches.read(&on.branch.name).is_some_and(|(kind, id)| {
        kind == BranchKind::Stable
            && (id == on.path.series() || on.series.is_some_and(|series| series.branch_id() == id))
    });
    if !on.is_new() || !is_of_series {
        return;
    }
    let Some(breach) = Breach::by_file(on, &RULE, Asked::Branch) else { return };
    let name = &on.branch.name;
    let message = format!(
        "`{}` may be created from {} ({}); {}",
        **name,
        breach.opens(),
        breach.since(),
        today_is(on)
    );
    sink.report_at(breach.level(), name.place, message).help(format!(
        "wait: once the branch exists, what merges on the trunk belongs to the next series; or {}",
        exception(RULE.id)
    ));
}
