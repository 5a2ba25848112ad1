//! `pypi-readme`: the package index can show the README.

use super::sdist::{ask_build, built};
use crate::facts::build::{BuildOf, BuildOutcome};
use crate::facts::{Answer, Asks, Facts, Unknown};
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::RepositoryFlag;

pub(crate) static RULE: Rule = Rule {
    id: "pypi-readme",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the package index cannot render the README",
    docs: "## What it checks

Only with `--build`: `twine check` accepts the distributions that `sdist` has built. Repositories with `no-artifact-build-job` are
not checked, as nothing of them is uploaded.

## Why

The package index refuses a package whose description does not render. The tag exists by then, so the version is lost.

## What to do

Fix the README in the repository, and release the commit with the fix.
",
    scope: Scope::NewReleases { asks, check },
    ..Rule::USUAL
};

fn asks(on: &OneRelease<'_>, facts: &Facts, asks: &mut Asks) {
    ask_build(on, facts, asks);
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let is_uploaded =
        |repo: &str| !on.deliverable().has_flag(repo, RepositoryFlag::NoArtifactBuildJob);
    for project in built(on, facts).filter(|project| is_uploaded(&project.repo)) {
        let place = project.hash.place;
        match facts.get(&BuildOf::of(&project, on.version())) {
            Answer::Known(BuildOutcome::BadReadme(said)) => {
                let message = format!(
                    "the README of `{}` does not render at this commit: {said}",
                    *project.repo
                );
                sink.report(place, message)
                    .help("fix the README in the repository, and release the commit with the fix")
                    .repo(&project.repo)
                    .release(on.version());
            }
            Answer::Known(BuildOutcome::FineButReadme(why)) => {
                let what = format!("the README of `{}`", *project.repo);
                sink.could_not_check(place, &what, &Unknown::because(why));
            }
            // What was not built is for `sdist`.
            _ => {}
        }
    }
}
