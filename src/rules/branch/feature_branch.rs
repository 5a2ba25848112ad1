//! `feature-branch`: a feature branch starts at a commit in each repository.

use crate::facts::repository::Exists;
use crate::facts::{Answer, Asks, Facts};
use crate::rules::missing_commit::{self, commit_in};
use crate::rules::subject::is_hash;
use crate::rules::{Level, OneBranch, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{Kind, Location};
use crate::tree::place::Placed;
use crate::version::{BranchKind, ref_name_problem};

pub(crate) static RULE: Rule = Rule {
    id: "feature-branch",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "a feature branch does not start at a commit that exists",
    docs: "## What it checks

The location of a new or changed feature branch maps each repository to a full commit id that a branch or a tag of that
repository contains. Tempest plugins have no feature branches, which is also checked where the request makes one of the
deliverable.

## Why

A feature branch starts where the work on the feature starts, which is rarely a release. With a version as location nothing
would be created.

## What to do

Write a map: `openstack/oslo.config: <40 hexadecimal digits>`.
",
    scope: Scope::Branches { asks, check },
    ..Rule::USUAL
};

fn asks(on: &OneBranch<'_>, facts: &Facts, asks: &mut Asks) {
    if !on.is_new() || !is_judged(on) || on.kind() == Kind::TempestPlugin {
        return;
    }
    let Location::Commits(commits) = &on.branch.location.value else { return };
    for (repo, hash) in commits.iter().filter(|(repo, hash)| on.is_live(repo) && is_hash(hash)) {
        asks.put(Exists { repo: repo.value.clone() });
        missing_commit::ask(repo, hash, facts, asks);
    }
}

fn check(on: &OneBranch<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    if !is_judged(on) {
        return;
    }
    let (name, location) = (&on.branch.name, &on.branch.location);
    if on.kind() == Kind::TempestPlugin {
        let message = format!("a tempest plugin must not have a branch such as `{}`", **name);
        sink.report(name.place, message).help("remove the branch");
        return;
    }
    if !on.is_new() {
        return;
    }
    match &location.value {
        Location::Version(text) => {
            let message = format!("`{}` needs a commit for each repository, not `{text}`", **name);
            sink.report(location.place, message).help("write a map: `<repository>: <commit>`");
        }
        Location::Commits(commits) if commits.is_empty() => {
            sink.report(location.place, format!("`{}` has no starting point", **name))
                .help("write a map: `<repository>: <commit>`");
        }
        Location::Commits(commits) => {
            for (repo, hash) in commits.iter().filter(|(repo, _)| on.is_live(repo)) {
                check_commit(repo, hash, facts, sink);
            }
        }
    }
}

fn check_commit(repo: &str, hash: &Placed<String>, facts: &Facts, sink: &mut Sink<'_>) {
    if !is_hash(hash) {
        sink.report(
            hash.place,
            format!("`{}` is not a commit id of 40 hexadecimal digits", **hash),
        )
        .help("write the full id that `git rev-parse` prints")
        .repo(repo);
        return;
    }
    // `repository-exists` reports a repository that is not there.
    if facts.get(&Exists { repo: repo.to_owned() }) == Answer::Absent {
        return;
    }
    let what = format!("whether `{}` is in `{repo}`", **hash);
    if let Some(None) = sink.need(facts.get(&commit_in(repo, hash)), hash.place, &what) {
        let help = "start the branch at a commit that is merged";
        missing_commit::report(sink, repo, hash, facts, help);
    }
}

fn is_judged(on: &OneBranch<'_>) -> bool {
    let name = &on.branch.name;
    let kind = on.config.branches.read(name).filter(|(_, topic)| !topic.is_empty());
    on.is_judged_anew()
        && ref_name_problem(name).is_none()
        && kind.is_some_and(|(kind, _)| kind == BranchKind::Feature)
}
