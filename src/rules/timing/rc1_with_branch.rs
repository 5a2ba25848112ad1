//! `rc1-with-branch`: the first candidate and the stable branch come in one request.

use super::{candidate, rc_too_early};
use crate::facts::Facts;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{Kind, Location, Model, StableBranchType};
use crate::version::BranchKind;

pub(crate) static RULE: Rule = Rule {
    id: "rc1-with-branch",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the first candidate comes without its stable branch",
    docs: "## What it checks

The first candidate of a `cycle-with-rc` deliverable: its file must list the stable branch of the series, starting at that
version. Deliverables whose `stable-branch-type` is `tagless`, `upstream` or `none`, and Tempest plugins, are exempt.

## Why

After the first candidate the trunk opens for the next series, so the next fix for the candidate needs the branch. Three
of 1,343 first candidates lacked it, all by mistake.

## What to do

Add the branch to the same request: the help shows the line.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    // It is too early for the branch, too.
    if rc_too_early::is_too_early(on) {
        return;
    }
    let is_first = candidate(&on.release.version).is_some()
        && !on.deliverable().releases[..on.index]
            .iter()
            .any(|other| candidate(&other.version).is_some());
    let kind = on
        .deliverable()
        .stable_branch_type
        .as_ref()
        .map_or(StableBranchType::Std, |kind| kind.value);
    let branches = matches!(kind, StableBranchType::Std | StableBranchType::StdWithVersions);
    if !is_first
        || on.model() != Some(Model::CycleWithRc)
        || !branches
        || on.kind() == Kind::TempestPlugin
        || on.config.is_stable_branch_exempt(on.path.name(), on.deliverable())
    {
        return;
    }
    let (version, id) =
        (on.version(), on.series.map_or(on.path.series(), |series| series.branch_id()));
    let of_series = |id: &str| on.config.branches.name(BranchKind::Stable, id);
    let (Some(wanted), Some(plain)) = (of_series(id), of_series(on.path.series())) else { return };
    let names = [&wanted, &plain];
    let mut own =
        on.deliverable().branches.iter().filter(|branch| names.contains(&&branch.name.value));
    let starts_here = |at: &Location| matches!(at, Location::Version(at) if at == version);
    let is_bugfix = |name: &str| on.config.branches.read_kind(name) == Some(BranchKind::Bugfix);
    let (message, help) = match own.next() {
        Some(branch) if starts_here(&branch.location.value) => return,
        Some(branch) => (
            format!(
                "`{}` starts at {}, not at the first candidate `{version}`",
                *branch.name, branch.location.value
            ),
            format!("change the `location` of `{}` to `{version}`", *branch.name),
        ),
        // The branch is there under a wrong name, which other rules report.
        None if on
            .deliverable()
            .branches
            .iter()
            .any(|other| starts_here(&other.location.value) && !is_bugfix(&other.name)) =>
        {
            return;
        }
        None => (
            format!("the first candidate `{version}` has no stable branch"),
            format!("add to `branches`: `- {{name: {wanted}, location: {version}}}`"),
        ),
    };
    sink.report(on.release.version.place, message).help(help).release(version);
}
