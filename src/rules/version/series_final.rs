//! `series-final`: the release after a candidate is that candidate.

use crate::facts::Facts;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::version::PreReleaseKind;

pub(crate) static RULE: Rule = Rule {
    id: "series-final",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the final release is not what its release candidate was",
    docs: "## What it checks

A full release that follows a release candidate has the same repositories at the same commits.

## Why

What was tested as the candidate is what is released.

## What to do

Repeat the commits of the candidate, or make another candidate first.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let version = &on.release.version;
    let Some(candidate) = on.previous() else { return };
    let is_candidate = |pre: crate::version::PreRelease| pre.kind == PreReleaseKind::Rc;
    if !candidate.version.pre_release().is_some_and(is_candidate)
        || version.pre_release().is_some()
        || version.special().is_some()
    {
        return;
    }
    for project in &on.release.projects {
        match candidate.projects.iter().find(|before| *before.repo == *project.repo) {
            None => {
                sink.report(
                    project.repo.place,
                    format!(
                        "`{}` is not in the candidate `{}`",
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
                        "`{}` of `{}` is not the commit of the candidate `{}`",
                        on.version(),
                        *project.repo,
                        candidate.version.text()
                    ),
                )
                .help(format!("release `{}`, or make another candidate first", *before.hash))
                .fix(
                    "use the commit of the candidate",
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
                    "`{}` is in the candidate `{}` and not here",
                    *before.repo,
                    candidate.version.text()
                ),
            )
            .repo(&before.repo)
            .release(on.version());
        }
    }
}
