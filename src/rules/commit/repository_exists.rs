//! `repository-exists`: the repositories that the file names exist.

use std::collections::{BTreeSet, HashMap};

use crate::facts::repository::Exists;
use crate::facts::{Answer, Asks, Facts, Matter, Unknown};
use crate::rules::{Closed, Level, OneDeliverable, Overridable, Rule, Scope, Sink};
use crate::tree::RepoName;
use crate::tree::deliverable::{Deliverable, Location};
use crate::tree::place::Placed;
use crate::tree::requested::requested;
use crate::tree::yaml::nearest;

pub(crate) static RULE: Rule = Rule {
    id: "repository-exists",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "a repository that the file names does not exist on the git host",
    docs: "## What it checks

Every repository that a new release, a new branch or `repository-settings` names exists on the git host. If the host cannot be
reached, the rule reports that as not checked, once. Retired repositories are not checked.

## Why

A repository that does not exist cannot be tagged.

## What to do

Fix the name. If the repository was renamed, use the new name.
",
    scope: Scope::Deliverables { asks, check },
    closed: Closed::Skipped,
    ..Rule::USUAL
};

fn asks(on: &OneDeliverable<'_>, _: &Facts, asks: &mut Asks) {
    named(on).iter().for_each(|name| asks.put(exists(name)));
}

fn check(on: &OneDeliverable<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let mut unknown: Vec<(Unknown, Vec<Named<'_>>)> = Vec::new();
    let mut matters: HashMap<Matter, usize> = HashMap::new();
    for name in named(on) {
        match facts.get(&exists(&name)) {
            Answer::Known(()) => {}
            Answer::Absent => report(on, &name, sink),
            Answer::Unknown(why) => {
                let next = unknown.len();
                let at = *matters.entry(why.matter()).or_insert(next);
                if at == next {
                    unknown.push((why, Vec::new()));
                }
                unknown[at].1.push(name);
            }
        }
    }
    for (why, names) in unknown {
        let repos: Vec<String> = names.iter().map(|name| format!("`{}`", **name.repo)).collect();
        let verb = if repos.len() == 1 { "exists" } else { "exist" };
        let what = format!("whether {} {verb}", repos.join(", "));
        let found = sink.could_not_check(names[0].repo.place, &what, &why);
        if let [name] = names.as_slice() {
            found.repo(name.repo);
        }
    }
}

fn report(on: &OneDeliverable<'_>, name: &Named<'_>, sink: &mut Sink<'_>) {
    let message = format!("the repository `{}` does not exist", **name.repo);
    let known = known_names(on, name.repo);
    let help = match nearest(name.repo, known.iter().map(String::as_str)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "fix the name; if the repository was renamed, use the new name".to_owned(),
    };
    let found = sink.report(name.repo.place, message).help(help).repo(name.repo);
    if let Some(version) = name.version {
        found.release(version);
    }
}

/// The repositories that this file and those of older series name, other than `repo`.
fn known_names(on: &OneDeliverable<'_>, repo: &str) -> BTreeSet<String> {
    let of = |deliverable: &Deliverable| -> Vec<String> {
        let settings = deliverable.repository_settings.iter().map(|it| it.repo.value.clone());
        let projects = deliverable.releases.iter().flat_map(|release| &release.projects);
        settings.chain(projects.map(|it| it.repo.value.clone())).collect()
    };
    let older = on.in_older_series().flat_map(|(_, file)| of(&file.deliverable));
    let mut known: BTreeSet<String> = of(on.deliverable()).into_iter().chain(older).collect();
    known.remove(repo);
    known
}

/// A repository that the file names.
struct Named<'a> {
    repo: &'a Placed<String>,
    name: RepoName,
    /// The release that tags it.
    version: Option<&'a str>,
}

fn exists(name: &Named<'_>) -> Exists {
    Exists { repo: name.name.clone() }
}

/// What the file names, each repository once: of releases and branches only those of the request.
fn named<'a>(on: &OneDeliverable<'a>) -> Vec<Named<'a>> {
    let releases = on.new_releases().flat_map(|on| {
        let version = Some(on.version());
        on.release.projects.iter().map(move |project| (&project.repo, version))
    });
    // Each question may cost a clone: an edit that makes nothing asks for what it adds.
    let makes_something = !requested(on.request, on.change).is_empty();
    let settings = on.deliverable().repository_settings.iter().map(|settings| &settings.repo);
    let settings = settings.filter(|repo| makes_something || !had_settings(on, repo));
    let branches =
        on.branches().filter(|on| on.is_new()).flat_map(|on| match &on.branch.location.value {
            Location::Commits(commits) => commits.as_slice(),
            Location::Version(_) => &[],
        });
    let others = settings.chain(branches.map(|(repo, _)| repo));
    let mut found: Vec<Named<'a>> = Vec::new();
    for (repo, version) in releases.chain(others.map(|repo| (repo, None))) {
        let Some(name) = on.live_name(repo) else { continue };
        if !found.iter().any(|one| one.name == name) {
            found.push(Named { repo, name, version });
        }
    }
    found
}

fn had_settings(on: &OneDeliverable<'_>, repo: &str) -> bool {
    let mut before = on.request.files_before(on.change);
    before.any(|file| file.deliverable.repository_settings.iter().any(|it| *it.repo == *repo))
}
