//! `classifier`: the package index accepts the classifiers.

use std::collections::HashSet;

use crate::facts::package::{PackageAt, answer};
use crate::facts::{Asks, Facts};
use crate::package::{Sourced, Trove, trove};
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{ProjectAt, RepositoryFlag};
use crate::tree::yaml::nearest;

pub(crate) static RULE: Rule = Rule {
    id: "classifier",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the package index refuses a classifier of the package",
    docs: "## What it checks

The package index knows each trove classifier of the package, and none is deprecated or begins with `Private ::`. The classifiers are
read from `pyproject.toml`, `setup.cfg` or `setup.py` at the commit. Repositories with `no-artifact-build-job` are not checked, as
nothing of them is uploaded.

## Why

The index refuses the whole upload. The tag exists by then, so the version is lost.

## What to do

Use a classifier from <https://pypi.org/classifiers/>. If the index has learnt a new one, update tagkeeper: its list is
`src/package/classifiers.txt`, and `tests/classifiers.py` writes it. Until then, set the level of this rule in the policy.
",
    scope: Scope::NewReleases { asks, check },
    ..Rule::USUAL
};

fn asks(on: &OneRelease<'_>, _: &Facts, asks: &mut Asks) {
    judged(on).for_each(|project| asks.put(PackageAt::of(&project)));
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for project in judged(on) {
        let what = format!("the classifiers of `{}`", *project.repo);
        let package = facts.get(&PackageAt::of(&project));
        let found = package.and_then(|package| answer(&package.classifiers));
        let Some(Some(all)) = sink.need(found, project.hash.place, &what) else { continue };
        let mut seen = HashSet::new();
        for said in all.iter().filter(|said| seen.insert(said.value.clone())) {
            report(on, &project, said, sink);
        }
    }
}

fn report(
    on: &OneRelease<'_>,
    project: &ProjectAt<'_>,
    said: &Sourced<String>,
    sink: &mut Sink<'_>,
) {
    let (problem, help) = match trove(&said.value) {
        Trove::Known => return,
        Trove::Private => (
            "keeps it off every package index",
            "remove it, or set the flag `no-artifact-build-job` if nothing is to be uploaded"
                .to_owned(),
        ),
        Trove::Deprecated("") => ("is deprecated", "remove it".to_owned()),
        Trove::Deprecated(new) => ("is deprecated", format!("use `{new}`")),
        Trove::Unknown => (
            "is not known to the package index",
            nearest(&said.value, Trove::accepted()).map_or_else(
                || "use one from <https://pypi.org/classifiers/>".to_owned(),
                |right| format!("use `{right}`"),
            ),
        ),
    };
    let message = format!(
        "the classifier `{}` of `{}` ({}) {problem}",
        said.value, *project.repo, said.origin
    );
    sink.report(project.hash.place, message).help(help).repo(&project.repo).release(on.version());
}

fn judged<'a>(on: &OneRelease<'a>) -> impl Iterator<Item = ProjectAt<'a>> + use<'a> {
    let deliverable = on.deliverable();
    let is_numbered = on.release.version.special().is_none();
    on.tagged_projects().filter(move |project| {
        is_numbered && !deliverable.has_flag(&project.repo, RepositoryFlag::NoArtifactBuildJob)
    })
}
