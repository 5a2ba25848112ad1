//! `feature-branch`: a feature branch starts at a commit in each repository.

use crate::facts::repository::CommitIn;
use crate::facts::{Asks, Facts};
use crate::rules::missing_commit;
use crate::rules::{Level, OneBranch, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{Kind, Location};
use crate::tree::place::Placed;
use crate::tree::{CommitId, RepoName};
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
    for (repo, hash) in commits {
        if let (Some(repo), Ok(commit)) = (on.live_name(repo), CommitId::parse(hash)) {
            missing_commit::ask(&repo, commit, facts, asks);
        }
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
            for (repo, hash) in commits {
                if let Some(repo) = on.live_name(repo) {
                    check_commit(&repo, hash, facts, sink);
                }
            }
        }
    }
}

fn check_commit(repo: &RepoName, hash: &Placed<String>, facts: &Facts, sink: &mut Sink<'_>) {
    let commit = match missing_commit::commit_of(hash) {
        Ok(commit) => commit,
        Err(message) => {
            let help = "write the full id that `git rev-parse` prints";
            sink.report(hash.place, message).help(help).repo(repo);
            return;
        }
    };
    // `repository-exists` reports a repository that is not there.
    if missing_commit::has_no_repository(repo, facts) {
        return;
    }
    let what = format!("whether `{}` is in `{repo}`", **hash);
    let question = CommitIn { repo: repo.clone(), commit };
    if let Some(None) = sink.need(facts.get(&question), hash.place, &what) {
        let help = "start the branch at a commit that is merged";
        missing_commit::report(sink, (repo, commit), hash, facts, help);
    }
}

fn is_judged(on: &OneBranch<'_>) -> bool {
    let name = &on.branch.name;
    let kind = on.config.branches.read(name).filter(|(_, topic)| !topic.is_empty());
    on.is_judged_anew()
        && ref_name_problem(name).is_none()
        && kind.is_some_and(|(kind, _)| kind == BranchKind::Feature)
}
