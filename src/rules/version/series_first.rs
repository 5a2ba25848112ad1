//! `series-first`: the first version of a series ends in zero.

use crate::facts::Facts;
use crate::rules::next_free::next_free;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{Kind, Model, StableBranchType};
use crate::version::PreReleaseKind;

pub(crate) static RULE: Rule = Rule {
    id: "series-first",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the first release of a series does not end in 0",
    docs: "## What it checks

The first release in a series file ends in `0`, or is a first beta or release candidate (`0bN`, `0rcN`). Untagged and tagless
deliverables and test plugins are not checked.

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
    let is_tagless = on
        .deliverable()
        .stable_branch_type
        .as_ref()
        .is_some_and(|kind| kind.value == StableBranchType::Tagless);
    if on.index != 0
        || on.path.is_independent()
        || on.model() == Some(Model::Untagged)
        || is_tagless
        || on.kind() == Kind::TempestPlugin
        || on.release.version.special().is_some()
    {
        return;
    }
    let version = &on.release.version.value;
    if version.numbers().is_none() {
        return;
    }
    let is_beta_or_candidate = version
        .pre_release()
        .is_some_and(|pre| matches!(pre.kind, PreReleaseKind::Beta | PreReleaseKind::Rc));
    let ends_in_zero = version.begins_a_line();
    if ends_in_zero && (version.pre_release().is_none() || is_beta_or_candidate) {
        return;
    }
    let finding = sink.report(
        on.release.version.place,
        format!("the first release of a series must end in 0, but `{}` does not", version.text()),
    );
    match next_free(on) {
        Some(next) => {
            finding.help(format!("consider `{next}`: patch numbers belong to the stable branch of the previous series"))
                .fix(format!("release `{next}`"), on.release.version.place, next)
                .release(on.version());
        }
        None => {
            finding.help("raise the minor or the major number").release(on.version());
        }
    }
}
