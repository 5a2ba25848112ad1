//! `sdist`: the package builds as the version that it is to be released as.

use crate::facts::build::{BuildOf, BuildOutcome};
use crate::facts::package::{PackageAt, answer};
use crate::facts::repository::TagOf;
use crate::facts::{Answer, Asks, Facts};
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::ProjectAt;

pub(crate) static RULE: Rule = Rule {
    id: "sdist",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "source distribution or wheel cannot be built at the commit",
    docs: "## What it checks

Only with `--build`: the Python package at the commit of the newest release builds as source distribution and wheel, in a
throw-away clone that has the new tag, and both have the version of the tag. The build runs in name spaces of its own, without network,
home or keys; where the machine cannot do that, or `signing.key` or `signing.home` is set, nothing is built and the rule is not
checked. What the build needs is installed beside `python3`, or comes as wheels: from the directory of `--wheels`, or else from the
package index. If something is in none of these places, the rule is not checked.

## Why

The release jobs build after the tag is pushed. A build that fails then leaves a tag without a release.

## What to do

Fix the build in the repository, and release the commit with the fix.
",
    scope: Scope::NewReleases { asks, check },
    ..Rule::USUAL
};

fn asks(on: &OneRelease<'_>, facts: &Facts, asks: &mut Asks) {
    ask_build(on, facts, asks);
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for project in built(on, facts) {
        let place = project.hash.place;
        let what = format!("the build of `{}`", *project.repo);
        let question = BuildOf::of(&project, on.version());
        let problem = match sink.need(facts.get(&question), place, &what) {
            Some(Some(BuildOutcome::Failed(said))) => {
                format!("does not build at this commit: {said}")
            }
            Some(Some(BuildOutcome::OtherVersion(version))) => {
                format!("builds as `{version}` at this commit, with the tag `{}`", on.version())
            }
            _ => continue,
        };
        sink.report(place, format!("`{}` {problem}", *project.repo))
            .help("fix the build in the repository, and release the commit with the fix")
            .repo(&project.repo)
            .release(on.version());
    }
}

/// Asks for the builds of a new release.
pub(super) fn ask_build(on: &OneRelease<'_>, facts: &Facts, asks: &mut Asks) {
    for project in judged(on) {
        asks.put(PackageAt::of(&project));
        asks.put(TagOf::of(&project.name, on.version()));
    }
    built(on, facts).for_each(|project| asks.put(BuildOf::of(&project, on.version())));
}

/// The repositories that are built: those with a Python package and without the tag.
pub(super) fn built<'a>(
    on: &OneRelease<'a>,
    facts: &Facts,
) -> impl Iterator<Item = ProjectAt<'a>> + use<'a> {
    let is_built = |project: &ProjectAt<'_>| {
        let package = facts.get(&PackageAt::of(project));
        let is_package =
            package.and_then(|package| answer(&package.requirements)) != Answer::Absent;
        is_package && facts.get(&TagOf::of(&project.name, on.version())) == Answer::Absent
    };
    judged(on).filter(is_built).collect::<Vec<_>>().into_iter()
}

fn judged<'a>(on: &OneRelease<'a>) -> impl Iterator<Item = ProjectAt<'a>> + use<'a> {
    let is_newest = on.index + 1 == on.deliverable().releases.len();
    let is_numbered = on.release.version.special().is_none();
    on.tagged_projects().filter(move |_| is_newest && is_numbered)
}
