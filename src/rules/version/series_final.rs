//! `series-final`: the final release is the last release candidate.

use crate::facts::Facts;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::Release;
use crate::version::PreReleaseKind;

pub(crate) static RULE: Rule = Rule {
    id: "series-final",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the final release differs from its release candidate",
    docs: "## What it checks

A final release that follows a release candidate has the same repositories at the same commits.

## Why

Users get exactly what was tested as the release candidate.

## What to do

Use the commits of the release candidate, or release another candidate first.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let version = &on.release.version;
    let is_final = on.number().is_some_and(|number| number.pre_release().is_none());
    let Some(candidate) = candidate(on).filter(|_| is_final) else { return };
    for project in &on.release.projects {
        match candidate.projects.iter().find(|before| *before.repo == *project.repo) {
            None => {
                sink.report(
                    project.repo.place,
                    format!(
                        "`{}` is not in the release candidate `{}`",
                        *project.repo,
                        candidate.version.text()
                    ),
                )
                .repo(&project.repo)
                .release(on.version());
            }
            Some(before) if !before.hash.eq_ignore_ascii_case(&project.hash) => {
                sink.report(
                    project.hash.place,
                    format!(
                        "`{}` of `{}` is not at the commit of the release candidate `{}`",
                        on.version(),
                        *project.repo,
                        candidate.version.text()
                    ),
                )
                .help(format!("use commit `{}`, or release another candidate first", *before.hash))
                .fix(
                    "use the commit of the release candidate",
                    project.hash.place,
                    before.hash.value.clone(),
                )
                .repo(&project.repo)
                .release(on.version());
            }
            Some(_) => {}
        }
    }
    for before in &candidate.projects {
        if !on.release.projects.iter().any(|project| *project.repo == *before.repo) {
            sink.report(
                version.place,
                format!(
                    "`{}` is in the release candidate `{}`, but not in this release",
                    *before.repo,
                    candidate.version.text()
                ),
            )
            .repo(&before.repo)
            .release(on.version());
        }
    }
}

/// The candidate that this release follows: the entry before it, in an independent file, which may have several lines, the
/// newest candidate of the same number.
fn candidate<'a>(on: &OneRelease<'a>) -> Option<&'a Release> {
    let is_candidate = |release: &&Release| {
        release.version.pre_release().is_some_and(|pre| pre.kind == PreReleaseKind::Rc)
    };
    if !on.path.is_independent() {
        return on.previous().filter(|release| is_candidate(release));
    }
    let is_its =
        |release: &&Release| release.version.target().numbers() == on.release.version.numbers();
    let earlier = on.deliverable().releases[..on.index].iter().rev();
    { earlier }.find(|release| is_candidate(release) && is_its(release))
}
