//! `branch-name-series`: a stable branch has the name of its own series.

use super::stable_branch::{is_named_by_series, is_release_id};
use crate::facts::Facts;
use crate::rules::{Level, OneBranch, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{Kind, StableBranchType};
use crate::tree::series::Series;
use crate::version::BranchKind;

pub(crate) static RULE: Rule = Rule {
    id: "branch-name-series",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "a stable branch has the release id of another series",
    docs: "## What it checks

A new stable branch in a file of a series has the release id of that series, or its name if the series has no release id.
Deliverables whose `stable-branch-type` is `upstream` are not checked. A name that no series could have is reported by
`stable-branch`.

## Why

The branch is created as it is written. Under the id of another series it collects the wrong backports, and the right branch
is missing.

## What to do

Use the name in the help.
",
    scope: Scope::Branches { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

/// Whether the branch has the name of another series.
pub(super) fn is_wrong(on: &OneBranch<'_>) -> bool {
    right(on).is_some()
}

/// The stable branch of the series, if this one has the name of another.
fn right<'a>(on: &OneBranch<'a>) -> Option<(&'a Series, String)> {
    let has_stable =
        !matches!(on.branch_type(), StableBranchType::Upstream | StableBranchType::None);
    if !has_stable || !is_named_by_series(on) || on.kind() == Kind::TempestPlugin {
        return None;
    }
    let series = on.series?;
    let Some((BranchKind::Stable, id)) = on.config.branches.read(&on.branch.name) else {
        return None;
    };
    let is_likely = id == series.name.as_str() || is_release_id(id);
    let right = on.stable_branch()?;
    (is_likely && id != series.branch_id()).then_some((series, right))
}

fn check(on: &OneBranch<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let Some((series, right)) = right(on) else { return };
    let name = &on.branch.name;
    let message = format!("`{}` is not the stable branch of `{}`", **name, *series.name);
    let finding = sink.report(name.place, message);
    match on.branches().find(|other| *other.branch.name == right) {
        Some(other) => {
            finding
                .related(other.branch.name.place, "the stable branch of this series")
                .help(format!("remove it: the file lists `{right}` already"));
        }
        None => {
            finding.help(format!("write `{right}`")).fix(
                format!("rename it to `{right}`"),
                name.place,
                right.clone(),
            );
        }
    }
}
