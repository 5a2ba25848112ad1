//! `branch-point`: a stable branch starts on the trunk.

use super::branch_name_series;
use crate::facts::repository::{BranchOf, CommitIn, OnBranch, TrunkOf};
use crate::facts::{Answer, Asks, Facts};
use crate::rules::{Level, OneBranch, OneDeliverable, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{Location, Project, Release, StableBranchType};
use crate::tree::place::{Place, Placed};
use crate::tree::{CommitId, RepoName};
use crate::version::BranchKind;

pub(crate) static RULE: Rule = Rule {
    id: "branch-point",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "a stable branch starts at a commit that is not on the trunk, or not on the branch",
    docs: "## What it checks

Each commit at which a new or changed stable branch starts is on the trunk of its repository. If the branch already exists, it
contains that commit. Deliverables whose `stable-branch-type` is `upstream` are not checked.

## Why

A stable branch that starts on a feature branch, or on the stable branch of another series, contains changes that were never
part of the series.

## What to do

Start the branch at a release from the trunk. If the branch exists, write the release at which it starts.
",
    scope: Scope::Branches { asks, check },
    ..Rule::USUAL
};

/// A commit at which the branch starts in a repository.
struct Point<'a> {
    repo: RepoName,
    commit: CommitId,
    place: Place,
    /// The version of which it is the commit.
    release: Option<&'a Release>,
}

impl Point<'_> {
    fn on(&self, branch: &str) -> OnBranch {
        OnBranch { repo: self.repo.clone(), branch: branch.to_owned(), commit: self.commit }
    }

    fn branch(&self, name: &str) -> BranchOf {
        BranchOf { repo: self.repo.clone(), name: name.to_owned() }
    }

    fn trunk(&self) -> TrunkOf {
        TrunkOf { repo: self.repo.clone() }
    }

    fn commit(&self) -> CommitIn {
        CommitIn { repo: self.repo.clone(), commit: self.commit }
    }
}

fn asks(on: &OneBranch<'_>, facts: &Facts, asks: &mut Asks) {
    for point in points(on) {
        asks.put(point.commit());
        asks.put(point.branch(&on.branch.name));
        asks.put(point.on(&on.branch.name));
        others(on).for_each(|name| asks.put(point.branch(&name)));
        if let Answer::Known(trunk) = facts.get(&point.trunk()) {
            asks.put(point.on(trunk));
        }
        asks.put(point.trunk());
    }
}

fn check(on: &OneBranch<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    if branch_name_series::is_wrong(on) && on.is_on(&branch_name_series::RULE) {
        return;
    }
    for point in points(on) {
        // Other rules report a commit that is not there.
        if facts.get(&point.commit()) != Answer::Absent {
            check_point(on, &point, facts, sink);
        }
    }
}

fn check_point(on: &OneBranch<'_>, point: &Point<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let name = on.branch.name.as_str();
    let what = format!("whether `{name}` of `{}` starts on the trunk", point.repo);
    let Some(branch) = sink.need(facts.get(&point.branch(name)), point.place, &what) else {
        return;
    };
    if branch.is_some() {
        let Some(found) = sink.need(facts.get(&point.on(name)), point.place, &what) else { return };
        if found == Some(&false) {
            let message = format!(
                "`{name}` of `{}` exists and does not contain `{}`",
                point.repo, point.commit
            );
            sink.report(point.place, message)
                .help("write the release or the commit at which the branch starts")
                .repo(&point.repo);
            return;
        }
    } else if is_new(on, point) && is_alone(on, point, facts) {
        return;
    }
    let Some(Some(trunk)) = sink.need(facts.get(&point.trunk()), point.place, &what) else {
        return;
    };
    let found = sink.need(facts.get(&point.on(trunk)), point.place, &what);
    if found == Some(Some(&false)) {
        let message = format!(
            "`{name}` would start at `{}`, which is not on `{trunk}` of `{}`",
            point.commit, point.repo
        );
        sink.report(point.place, message)
            .help(format!("start the branch at a release from `{trunk}`"))
            .repo(&point.repo);
    }
}

/// Whether the request adds the release at which the branch starts: then `branch-membership` looks for its commit on the
/// trunk, as long as the branch does not exist.
fn is_new(on: &OneBranch<'_>, point: &Point<'_>) -> bool {
    let is_in_series = !on.path.is_independent();
    let is_same =
        |release: &Release| on.new_releases().any(|new| new.release.place == release.place);
    is_in_series && point.release.is_some_and(is_same)
}

/// Whether the series has no other branch, from which `branch-membership` would let the release come.
fn is_alone(on: &OneBranch<'_>, point: &Point<'_>, facts: &Facts) -> bool {
    others(on).all(|name| facts.get(&point.branch(&name)) == Answer::Absent)
}

/// The other branches of the series.
fn others<'a>(on: &OneBranch<'a>) -> impl Iterator<Item = String> + use<'a> {
    let own = &on.branch.name;
    on.series_branches().into_iter().flatten().filter(move |name| *name != **own)
}

/// Whether a new or changed entry of the file starts the branch `name` of `repo` at this commit, so that this rule looks for it
/// there.
pub(in crate::rules) fn looks_for(
    on: &OneDeliverable<'_>,
    name: &str,
    (repo, commit): (&RepoName, CommitId),
) -> bool {
    let mut entries = on.branches().filter(|entry| *entry.branch.name == *name);
    entries.any(|entry| {
        let mut points = points(&entry).into_iter();
        points.any(|point| point.repo == *repo && point.commit == commit)
    })
}

/// The commits of a new or changed stable branch.
fn points<'a>(on: &OneBranch<'a>) -> Vec<Point<'a>> {
    let is_stable = on
        .config
        .branches
        .read(&on.branch.name)
        .is_some_and(|(kind, _)| kind == BranchKind::Stable);
    if !is_stable || !on.is_new() || on.branch_type() == StableBranchType::Upstream {
        return Vec::new();
    }
    match &on.branch.location.value {
        Location::Version(version) => {
            let release = on.release_named(version);
            let projects = release.into_iter().flat_map(|release| &release.projects);
            let place = on.branch.location.place;
            let point = |project: &'a Project| {
                let at = on.live(project)?.at_commit().ok()?;
                Some(Point { repo: at.name, commit: at.commit, place, release })
            };
            projects.filter_map(point).collect()
        }
        Location::Commits(commits) => {
            let point = |(repo, hash): &'a (Placed<String>, Placed<String>)| {
                let (repo, commit) = (on.live_name(repo)?, CommitId::parse(hash).ok()?);
                Some(Point { repo, commit, place: hash.place, release: None })
            };
            commits.iter().filter_map(point).collect()
        }
    }
}
