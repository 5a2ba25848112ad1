//! `branch-prefix`: branch names are valid and have a known prefix.

use crate::facts::ref_in_the_way::{RefInTheWay, RefKind};
use crate::facts::repository::Remote;
use crate::facts::{Asks, Facts};
use crate::rules::{Level, OneBranch, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::Location;
use crate::version::ref_name_problem;

pub(crate) static RULE: Rule = Rule {
    id: "branch-prefix",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the branch name has an unknown prefix, or is not valid in git",
    docs: "## What it checks

The name of a new branch starts with `stable/`, `unmaintained/`, `feature/` or `bugfix/`, or with a prefix that `branches:` in
the configuration sets instead. The branch is one that git can create: it cannot have both `stable` and `stable/2026.1`.

## Why

Access rights and jobs depend on these prefixes, and so do people.

## What to do

Use the prefix for the purpose of the branch.
",
    scope: Scope::Branches { asks, check },
    ..Rule::USUAL
};

fn asks(on: &OneBranch<'_>, _: &Facts, asks: &mut Asks) {
    if on.is_new() {
        places(on).for_each(|place| asks.put(place));
    }
}

/// The branch, in each repository in which it is to be made.
fn places<'a>(on: &OneBranch<'a>) -> impl Iterator<Item = RefInTheWay> + use<'a> {
    let branch = on.branch;
    let repos: Vec<&'a str> = match &branch.location.value {
        Location::Version(version) => {
            let projects = on.release_named(version).into_iter().flat_map(|at| &at.projects);
            projects.map(|project| project.repo.as_str()).collect()
        }
        Location::Commits(commits) => commits.iter().map(|(repo, _)| repo.as_str()).collect(),
    };
    let on = *on;
    repos.into_iter().filter_map(move |repo| on.live_name(repo)).map(|repo| RefInTheWay {
        repo,
        remote: Remote::Git,
        kind: RefKind::Branch,
        name: branch.name.value.clone(),
    })
}

fn check(on: &OneBranch<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let name = &on.branch.name;
    if !on.is_new() {
        return;
    }
    for (place, clash) in places(on).filter_map(|at| at.clash(facts).map(|clash| (at, clash))) {
        sink.report(name.place, clash)
            .help("have the other branch renamed or deleted")
            .repo(&place.repo);
    }
    if let Some(why) = ref_name_problem(name) {
        sink.report(name.place, format!("{:?} cannot be a branch: {why}", name.value))
            .help("use `<prefix>/<name>`, such as `stable/2026.1`");
        return;
    }
    let names = &on.config.branches;
    if names.read_kind(name).is_none() {
        let message = format!("`{}` does not start with a known prefix", **name);
        let mut of_series = on.series_branches().into_iter().flatten();
        let tail = |name: &str| name.rsplit('/').next().map(str::to_owned);
        if let Some(meant) = of_series.find(|meant| tail(meant) == tail(name)) {
            let found = sink.report(name.place, message).help(format!("did you mean `{meant}`?"));
            if !name.contains('/') {
                found.fix("write the whole name", name.place, meant);
            }
            return;
        }
        let help = match names.listed() {
            none if none.is_empty() => {
                "remove the branch: `branches:` in the configuration allows none".to_owned()
            }
            listed => format!("start the name with the prefix for its purpose: {listed}"),
        };
        sink.report(name.place, message).help(help);
    }
}
