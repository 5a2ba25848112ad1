//! `pre-release-progression`: alphas, betas, candidates and the final release come in this order.

use crate::facts::Facts;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{Model, Release};
use crate::version::{PreReleaseKind, Version};

pub(crate) static RULE: Rule = Rule {
    id: "pre-release-progression",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "a beta, candidate or final release comes out of turn",
    docs: "## What it checks

Models with milestones (`cycle-with-rc`, `cycle-with-milestones`), in the series in development: the first entry is a
pre-release. An alpha follows an alpha, a beta an alpha or a beta, a candidate a beta or a candidate, and a final release a
candidate or a final release.

## Why

A candidate that became the final release has been tested by everybody. A final release without one has not.

## What to do

Release the stage that is missing first, or use a version of the stage that comes next.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

/// How far a version has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Pre(PreReleaseKind),
    Final,
}

impl Stage {
    /// `None` for what is not a number.
    fn of(version: &Version) -> Option<Self> {
        version.numbers()?;
        let is_number = version.special().is_none();
        is_number.then(|| version.pre_release().map_or(Self::Final, |pre| Self::Pre(pre.kind)))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Pre(PreReleaseKind::Alpha) => "an alpha",
            Self::Pre(PreReleaseKind::Beta) => "a beta",
            Self::Pre(PreReleaseKind::Rc) => "a release candidate",
            Self::Final => "a final release",
        }
    }

    /// Whether it may follow `before`.
    fn may_follow(self, before: Self) -> bool {
        use PreReleaseKind::{Alpha, Beta, Rc};
        match self {
            Self::Pre(Alpha) => before == Self::Pre(Alpha),
            Self::Pre(Beta) => [Alpha, Beta].map(Self::Pre).contains(&before),
            Self::Pre(Rc) => [Beta, Rc].map(Self::Pre).contains(&before),
            Self::Final => [Self::Pre(Rc), Self::Final].contains(&before),
        }
    }
}

/// Whether it is a stage of another version, a lower one than that of `previous`.
fn is_lower(on: &OneRelease<'_>, previous: &Release) -> bool {
    on.release.version.target() < previous.version.target()
}

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let has_stages = matches!(on.model(), Some(Model::CycleWithRc | Model::CycleWithMilestones));
    let Some(stage) = on.number().and_then(Stage::of) else { return };
    if !on.is_current() || !has_stages {
        return;
    }
    let place = on.release.version.place;
    let Some(previous) = on.previous() else {
        if stage == Stage::Final {
            let message =
                format!("`{}` is a final release, but nothing came before it", on.version());
            let candidate = on.release.version.with_pre_release(PreReleaseKind::Rc, 1);
            let help = candidate.map_or_else(
                || "release a candidate first".to_owned(),
                |first| format!("release a candidate first: `{}`", first.text()),
            );
            sink.report(place, message).help(help).release(on.version());
        }
        return;
    };
    let Some(before) = Stage::of(&previous.version) else { return };
    // Another number that is too low is for `version-order` to report.
    if !stage.may_follow(before) && !is_lower(on, previous) {
        let (own, other) = (on.version(), previous.version.text());
        let message =
            format!("{} (`{own}`) cannot follow {} (`{other}`)", stage.name(), before.name());
        sink.report(place, message)
            .related(previous.version.place, "the entry before it")
            .help("betas follow alphas and betas, candidates follow betas, and a final release follows a candidate")
            .release(own);
    }
}
