//! `branch-membership`: the commit is on the branch of its series.

use crate::facts::history::CommittedAt;
use crate::facts::repository::{BranchOf, BranchesOf, BranchesWith, CommitIn, OnBranch, TrunkOf};
use crate::facts::{Answer, Asks, Facts};
use crate::rules::branch::branch_point;
use crate::rules::listing::listed;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::ProjectAt;
use crate::tree::{CommitId, RepoName};

pub(crate) static RULE: Rule = Rule {
    id: "branch-membership",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the commit is not on the branch of its series",
    docs: "## What it checks

A release in a series comes from the stable or unmaintained branch of that series, whichever exists. If both exist, the
status of the series decides. If neither exists yet, the release comes from the trunk: the branch that `trunk:` in the
configuration names, or else the one that HEAD of the repository points to.

An independent release may come from any branch. If the repository has more than one, the rule warns and names the branches
that contain the commit. A release of the trunk is not reported if nobody has worked on another branch since the previous
release.

## Why

A commit from another branch gives users changes that they did not ask for.

## What to do

Release a commit of the branch that the message names. The help lists the branches that contain the current commit.
",
    scope: Scope::NewReleases { asks, check },
    ..Rule::USUAL
};

fn asks(on: &OneRelease<'_>, facts: &Facts, asks: &mut Asks) {
    for project in on.tagged_projects() {
        asks.put(trunk_of(&project));
        let Some(of_series) = on.series_branches() else {
            asks.put(branch_names(&project));
            asks.put(branches_with(&project));
            ask_whether_alive(on, &project, facts, asks);
            continue;
        };
        for name in &of_series {
            asks.put(branch_of(&project, name));
        }
        if let Answer::Known(expected) = expected_branch(&project.name, &of_series, facts) {
            let question = on_branch(&project, expected.name());
            if facts.get(&question) == Answer::Known(&false) {
                asks.put(branches_with(&project));
            }
            asks.put(question);
        }
    }
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let of_series = on.series_branches();
    for project in on.tagged_projects() {
        if facts.get(&commit_in(&project)).known().is_none() {
            continue;
        }
        match &of_series {
            Some(of_series) => check_cycle(on, &project, of_series, facts, sink),
            None => check_independent(on, &project, facts, sink),
        }
    }
}

fn check_cycle(
    on: &OneRelease<'_>,
    project: &ProjectAt<'_>,
    of_series: &[String],
    facts: &Facts,
    sink: &mut Sink<'_>,
) {
    let what = format!("whether `{}` is on the branch of its series", *project.hash);
    let place = project.hash.place;
    let expected = match sink.need(expected_branch(&project.name, of_series, facts), place, &what) {
        Some(Some(expected)) => expected,
        Some(None) => return report_no_trunk(on, project, sink),
        None => return,
    };
    let on_it = facts.get(&on_branch(project, expected.name()));
    if matches!(sink.need(on_it, place, &what), None | Some(Some(&true))) {
        return;
    }
    let branch = expected.name();
    if !expected.is_trunk()
        && on.is_on(&branch_point::RULE)
        && branch_point::looks_for(on, branch, (&project.name, project.commit))
    {
        return;
    }
    let gone = gone_branch(on, of_series).filter(|_| expected.is_trunk());
    let why = match (gone, of_series.first()) {
        (Some(gone), _) => format!(", and `{gone}`, which the file lists, does not exist"),
        (None, Some(first)) if expected.is_trunk() => format!(" (`{first}` does not exist yet)"),
        (None, _) => String::new(),
    };
    let message = format!("`{}` is not on `{branch}` of `{}`{why}", *project.hash, *project.repo);
    let finding = sink.report(place, message).repo(&project.repo).release(on.version());
    if let Answer::Known(branches) = facts.get(&branches_with(project)) {
        let advice = match gone {
            Some(gone) => format!("a deleted branch such as `{gone}` gets no more releases"),
            None => format!("release a commit of `{branch}`"),
        };
        finding.help(format!("{advice}; this one is on {}", quoted(branches)));
    }
}

/// An independent release may come from any branch. If there are several, a reviewer must look at which one it is.
fn check_independent(
    on: &OneRelease<'_>,
    project: &ProjectAt<'_>,
    facts: &Facts,
    sink: &mut Sink<'_>,
) {
    let place = project.hash.place;
    let what = format!("which branches of `{}` contain `{}`", *project.repo, *project.hash);
    let trunk = match sink.need(facts.get(&trunk_of(project)), place, &what) {
        Some(Some(trunk)) => trunk,
        Some(None) => return report_no_trunk(on, project, sink),
        None => return,
    };
    let Some(Some(all)) = sink.need(facts.get(&branch_names(project)), place, &what) else {
        return;
    };
    let Some(Some(with)) = sink.need(facts.get(&branches_with(project)), place, &what) else {
        return;
    };
    let mut others = all.iter().filter(|name| *name != trunk);
    if with.contains(trunk) && !others.any(|name| is_alive(on, project, name, facts)) {
        return;
    }
    let message = format!("`{}` of `{}` is on {}", *project.hash, *project.repo, quoted(with));
    sink.report_at(Level::Warning, place, message)
        .help("check that you want to release from this branch")
        .repo(&project.repo)
        .release(on.version());
}

/// Asks for what [`is_alive`] needs.
fn ask_whether_alive(on: &OneRelease<'_>, project: &ProjectAt<'_>, facts: &Facts, asks: &mut Asks) {
    let Some((_, previous)) = on.previous_of(&project.repo) else { return };
    let Answer::Known(names) = facts.get(&branch_names(project)) else { return };
    if let Ok(released) = previous.commit() {
        asks.put(committed_at(project, released));
    }
    for name in names {
        if let Answer::Known(tip) = facts.get(&branch_of(project, name)) {
            asks.put(committed_at(project, *tip));
        }
        asks.put(branch_of(project, name));
    }
}

/// Whether the branch got a commit since the previous release, as far as is known: then it is one to choose from.
fn is_alive(on: &OneRelease<'_>, project: &ProjectAt<'_>, branch: &str, facts: &Facts) -> bool {
    let Some((_, previous)) = on.previous_of(&project.repo) else { return true };
    let Answer::Known(tip) = facts.get(&branch_of(project, branch)) else { return true };
    let Ok(released) = previous.commit() else { return true };
    let released = facts.get(&committed_at(project, released));
    match (facts.get(&committed_at(project, *tip)), released) {
        (Answer::Known(newest), Answer::Known(released)) => newest > released,
        _ => true,
    }
}

fn report_no_trunk(on: &OneRelease<'_>, project: &ProjectAt<'_>, sink: &mut Sink<'_>) {
    let repo = &project.repo;
    let (message, help) = match &on.config.trunk {
        Some(trunk) => (
            format!(
                "`{}` has no branch `{trunk}`, which `trunk:` in the configuration names",
                **repo
            ),
            format!("create `{trunk}`, or correct `trunk:`"),
        ),
        None => (
            format!("HEAD of `{}` does not point to a branch, so its trunk is unknown", **repo),
            "point HEAD of the repository to its trunk, or set `trunk:` in the configuration"
                .to_owned(),
        ),
    };
    sink.report(repo.place, message).help(help).repo(repo).release(on.version());
}

/// The branch that a release comes from.
pub enum Expected<'a> {
    /// A branch of its series.
    OfSeries(&'a str),
    /// The trunk, because the series has no branch.
    Trunk(&'a str),
}

impl<'a> Expected<'a> {
    /// Its name.
    pub fn name(&self) -> &'a str {
        match self {
            Self::OfSeries(name) | Self::Trunk(name) => name,
        }
    }

    fn is_trunk(&self) -> bool {
        matches!(self, Self::Trunk(_))
    }
}

/// The existing branch of the series, or else the trunk; absent if there is no trunk either.
pub fn expected_branch<'a>(
    repo: &RepoName,
    of_series: &'a [String],
    facts: &'a Facts,
) -> Answer<Expected<'a>> {
    for name in of_series {
        match facts.get(&BranchOf::of(repo, name)) {
            Answer::Known(_) => return Answer::Known(Expected::OfSeries(name)),
            Answer::Absent => {}
            Answer::Unknown(why) => return Answer::Unknown(why),
        }
    }
    facts.get(&TrunkOf { repo: repo.clone() }).map(|trunk| Expected::Trunk(trunk))
}

/// The branch of the series that the file listed before this request.
fn gone_branch<'a>(on: &OneRelease<'_>, of_series: &'a [String]) -> Option<&'a str> {
    let is_old = |name: &&String| {
        on.branches().any(|branch| *branch.branch.name == **name && !branch.is_new())
    };
    of_series.iter().find(is_old).map(String::as_str)
}

fn quoted(branches: &[String]) -> String {
    const SHOWN: usize = 4;
    match branches {
        [] => "no branch".to_owned(),
        branches => listed(branches, SHOWN, |name| format!("`{name}`")),
    }
}

pub(in crate::rules) fn trunk_of(project: &ProjectAt<'_>) -> TrunkOf {
    TrunkOf { repo: project.name.clone() }
}

fn branch_names(project: &ProjectAt<'_>) -> BranchesOf {
    BranchesOf { repo: project.name.clone() }
}

pub(in crate::rules) fn branch_of(project: &ProjectAt<'_>, name: &str) -> BranchOf {
    BranchOf::of(&project.name, name)
}

fn committed_at(project: &ProjectAt<'_>, commit: CommitId) -> CommittedAt {
    CommittedAt { repo: project.name.clone(), commit }
}

fn on_branch(project: &ProjectAt<'_>, branch: &str) -> OnBranch {
    OnBranch { repo: project.name.clone(), branch: branch.to_owned(), commit: project.commit }
}

fn branches_with(project: &ProjectAt<'_>) -> BranchesWith {
    BranchesWith { repo: project.name.clone(), commit: project.commit }
}

fn commit_in(project: &ProjectAt<'_>) -> CommitIn {
    CommitIn { repo: project.name.clone(), commit: project.commit }
}

#[cfg(test)]
mod tests;
