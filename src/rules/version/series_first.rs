//! `series-first`: the first version of a series ends in zero.

use crate::facts::Facts;
use crate::rules::next_free::{floor, next_free, ordered};
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{Kind, Model, StableBranchType};
use crate::version::{PreReleaseKind, Version};

pub(crate) static RULE: Rule = Rule {
    id: "series-first",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the first release of a series does not end in 0",
    docs: "## What it checks

The first release in a series file ends in `0`, or is a first beta or release candidate (`0bN`, `0rcN`). Untagged and tagless
deliverables and tempest plugins are not checked.

## Why

Patch numbers belong to the stable branch of the previous series. `2.0.1` in a new series takes the number that the old
series needs for its next fix.

## What to do

Raise the minor or major number, as the help suggests.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    if !is_wrong(on) {
        return;
    }
    let version = &on.release.version;
    let message = match version.pre_release() {
        Some(_) => format!(
            "the first release of a series is a beta, a candidate or `X.Y.0`, not `{}`",
            version.text()
        ),
        None => {
            format!(
                "the first release of a series must end in 0, but `{}` does not",
                version.text()
            )
        }
    };
    let finding = sink.report(version.place, message).release(on.version());
    let advice = "patch numbers belong to the stable branch of the previous series";
    match next_free(on) {
        Some(next) => {
            finding.help(format!("consider `{next}`: {advice}")).fix(
                format!("release `{next}`"),
                version.place,
                next,
            );
        }
        None => {
            finding.help("raise the minor or the major number");
        }
    }
}

/// Whether the version cannot be the first one of its series. One that is too low is reported by `version-order`.
pub(super) fn is_wrong(on: &OneRelease<'_>) -> bool {
    if !begins_series(on) {
        return false;
    }
    let Some(version) = on.number() else { return false };
    let begins = match version.pre_release().map(|pre| pre.kind) {
        Some(PreReleaseKind::Beta | PreReleaseKind::Rc) => true,
        Some(PreReleaseKind::Alpha) => false,
        None => version.begins_a_line(),
    };
    !begins && !is_too_low(on, version)
}

/// Whether it is the first release of a series whose patch numbers belong to a stable branch.
pub(super) fn begins_series(on: &OneRelease<'_>) -> bool {
    let has_patches = on.branch_type() != StableBranchType::Tagless
        && on.model() != Some(Model::Untagged)
        && on.kind() != Kind::TempestPlugin;
    on.index == 0 && !on.path.is_independent() && has_patches
}

fn is_too_low(on: &OneRelease<'_>, version: &Version) -> bool {
    ordered(version).is_some() && floor(on).is_some_and(|floor| *version <= floor)
}
