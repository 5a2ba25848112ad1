//! `branch-membership`: the commit is on the branch of its series.

use crate::facts::repository::{BranchOf, BranchesWith, CommitIn, OnBranch};
use crate::facts::{Answer, Asks, Facts};
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::Project;
use crate::tree::series::TRUNK;

pub(crate) static RULE: Rule = Rule {
    id: "branch-membership",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the commit is not on the branch of its series",
    docs: "## What it checks

The commit of a release of a cycle is on the branch of its series: `stable/<id>`, or `unmaintained/<id>`, whichever of the two
is there, the one that fits the status of the series first. Where neither exists yet, it is on `master`. For an independent release nobody knows the branch: a warning says so.

## Why

A commit of another branch brings that branch's changes to users who did not ask for them.

## What to do

Release a commit of the branch that is named; the message says which branches hold this one.
",
    scope: Scope::NewReleases { asks, check },
    ..Rule::USUAL
};

fn asks(on: &OneRelease<'_>, facts: &Facts, asks: &mut Asks) {
    let Some(of_series) = on.series_branches() else { return };
    for project in on.tagged_projects() {
        for name in &of_series {
            asks.put(branch_of(project, name));
        }
        if let Answer::Known(branch) = branch_to_be_on(project, &of_series, facts) {
            let question = on_branch(project, branch);
            if facts.get(&question) == Answer::Known(&false) {
                asks.put(branches_with(project));
            }
            asks.put(question);
        }
    }
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    if on.path.is_independent() {
        sink.report_at(
            Level::Warning,
            on.release.version.place,
            format!("nobody can tell which branch `{}` should be on: its commits were not held against one", on.version()),
        )
        .help("see that the commit is on the branch that you mean to release from")
        .release(on.version());
        return;
    }
    let Some(of_series) = on.series_branches() else { return };
    for project in on.tagged_projects() {
        if facts.get(&commit_in(project)).known().is_none() {
            continue;
        }
        let what = format!("whether `{}` is on the branch of its series", *project.hash);
        let place = project.hash.place;
        let Some(Some(branch)) =
            sink.need(branch_to_be_on(project, &of_series, facts), place, &what)
        else {
            continue;
        };
        let Some(is_on) = sink.need(facts.get(&on_branch(project, branch)), place, &what) else {
            continue;
        };
        if is_on == Some(&true) {
            continue;
        }
        let gone = (branch == TRUNK).then(|| gone_branch(on, &of_series)).flatten();
        let why = match gone {
            Some(gone) => format!(", and `{gone}`, which the file lists, is not there"),
            None if branch == TRUNK => format!(" (there is no `{}` yet)", of_series[0]),
            None => String::new(),
        };
        let message =
            format!("`{}` is not on `{branch}` of `{}`{why}", *project.hash, *project.repo);
        let told = sink.report(place, message).repo(&project.repo).release(on.version());
        if let Answer::Known(branches) = facts.get(&branches_with(project)) {
            let advice = match gone {
                Some(gone) => format!("nothing is released from `{gone}` once it is deleted"),
                None => format!("release a commit of `{branch}`"),
            };
            told.help(format!("it is on {}; {advice}", quoted(branches)));
        }
    }
}

/// The series branch that is there, else the trunk.
fn branch_to_be_on<'a>(
    project: &Project,
    of_series: &'a [String],
    facts: &Facts,
) -> Answer<&'a str> {
    for name in of_series {
        match facts.get(&branch_of(project, name)) {
            Answer::Known(_) => return Answer::Known(name),
            Answer::Absent => {}
            Answer::Unknown(why) => return Answer::Unknown(why),
        }
    }
    Answer::Known(TRUNK)
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
    let mut names: Vec<String> =
        branches.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    match branches.len() {
        0 => "no branch".to_owned(),
        n if n > SHOWN => {
            names.push(format!("{} more", n - SHOWN));
            names.join(", ")
        }
        _ => names.join(", "),
    }
}

fn branch_of(project: &Project, name: &str) -> BranchOf {
    BranchOf { repo: project.repo.value.clone(), name: name.to_owned() }
}

fn on_branch(project: &Project, branch: &str) -> OnBranch {
    OnBranch {
        repo: project.repo.value.clone(),
        branch: branch.to_owned(),
        hash: project.hash.to_ascii_lowercase(),
    }
}

fn branches_with(project: &Project) -> BranchesWith {
    BranchesWith { repo: project.repo.value.clone(), hash: project.hash.to_ascii_lowercase() }
}

fn commit_in(project: &Project) -> CommitIn {
    CommitIn { repo: project.repo.value.clone(), hash: project.hash.to_ascii_lowercase() }
}

#[cfg(test)]
mod tests;
