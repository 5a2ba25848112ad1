//! `branch-too-early`: a stable branch begins with the freeze of its kind.

use super::{Broken, exception, today_is};
use crate::calendar::Asked;
use crate::facts::Facts;
use crate::rules::{Level, OneBranch, Overridable, Rule, Scope, Sink};
use crate::version::BranchKind;

pub(crate) static RULE: Rule = Rule {
    id: "branch-too-early",
    level: Level::Error,
    overridable: Overridable::Yes,
    summary: "a stable branch is made before the freeze",
    docs: "## What it checks

The clock, when a request with a new stable branch of a series is checked: of a library not before the week of `final-lib` (an
error), of a client library not before that of `final-clientlib` (a warning), of a trailing deliverable not before the release day.

## Why

What is merged on master after the branch belongs to the next series: everything for this one must then be backported. Of 1,033
library branches none was that early; four early ones of trailing deliverables had to be repaired.

## What to do

Make the branch in the week that the message names, from the last release.
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
    let Some(broken) = Broken::by_file(on, &RULE, Asked::Branch) else { return };
    let name = &on.branch.name;
    let message = format!(
        "`{}` may be made from {} on ({}); {}",
        **name,
        broken.opens(),
        broken.since(),
        today_is(on)
    );
    sink.report_at(broken.level(), name.place, message).help(format!(
        "what merges on the trunk after the branch belongs to the next series; {}",
        exception(RULE.id)
    ));
}
