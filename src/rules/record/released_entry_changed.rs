//! `released-entry-changed`: released entries do not change.

use std::sync::Arc;

use crate::facts::repository::{BranchOf, TagOf};
use crate::facts::{Answer, Asks, Facts};
use crate::rules::{FixesGo, Level, OneFile, Overridable, Rule, Scope, Sink};
use crate::tree::RepoName;
use crate::tree::deliverable::{Branch, Deliverable, Location, Project, Release};
use crate::tree::place::{Place, Placed};
use crate::tree::record::File;
use crate::version::{BranchNames, tags_that_end};

pub(crate) static RULE: Rule = Rule {
    id: "released-entry-changed",
    level: Level::Error,
    overridable: Overridable::Yes,
    summary: "a released entry is changed or removed, or a branch is moved",
    docs: "## What it checks

An entry whose tag exists keeps its repositories, hashes and `diff-start`. A branch that exists keeps its entry and its location,
until a tag in the file ends it. Entries
are identified by repository and version, so a file may move, and an entry that was never tagged may change.

## Why

Announcements, constraints and the release site are built from these files. Two releases once disappeared from them
unnoticed, and a copied `diff-start` replaced the right one eight times.

## What to do

Restore the entry. If the file was wrong, add `Release-Override: released-entry-changed <reason>` to the commit message.
",
    scope: Scope::Changes { asks, check },
    fixes: FixesGo::Alone,
    ..Rule::USUAL
};

/// A released entry that the request changes.
struct Difference {
    place: Place,
    /// The version of the entry, where it is still in the file and elsewhere.
    entry: Option<Place>,
    /// Where it may have been made; in any of them is enough.
    repos: Vec<RepoName>,
    /// The version or branch name.
    name: String,
    kind: Kind,
    message: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Release,
    Branch,
}

impl Kind {
    /// What is asked about it.
    fn asked(self) -> &'static str {
        match self {
            Self::Release => "was released",
            Self::Branch => "exists",
        }
    }
}

fn asks(file: &OneFile<'_>, _: &Facts, asks: &mut Asks) {
    for Difference { repos, name, kind, .. } in differences(file) {
        for repo in repos {
            let name = name.clone();
            match kind {
                Kind::Release => asks.put(TagOf { repo, name }),
                Kind::Branch => asks.put(BranchOf { repo, name }),
            }
        }
    }
}

fn check(file: &OneFile<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for difference in differences(file) {
        let Difference { place, entry, name, kind, message, .. } = &difference;
        match found_in(&difference, facts) {
            (_, Answer::Absent) => {}
            (repo, Answer::Unknown(why)) => {
                sink.could_not_check(
                    *place,
                    &format!("whether `{name}` of `{repo}` {} ({message})", kind.asked()),
                    &why,
                )
                .repo(repo);
            }
            (repo, Answer::Known(())) => {
                let mut told = sink
                    .report(*place, message.clone())
                    .help("restore it, or add `Release-Override: released-entry-changed <reason>` to the commit message")
                    .repo(repo);
                if let Some(entry) = entry {
                    told = told.related(*entry, "the entry that was released");
                }
                if *kind == Kind::Release {
                    told.release(name);
                }
            }
        }
    }
}

/// The repository that has the tag or branch, or else one for which that is unknown.
fn found_in<'d>(difference: &'d Difference, facts: &Facts) -> (&'d str, Answer<()>) {
    let Difference { repos, name, kind, .. } = difference;
    let mut unknown = None;
    for repo in repos {
        let question = (repo.clone(), name.clone());
        let answer = match (kind, question) {
            (Kind::Release, (repo, name)) => facts.get(&TagOf { repo, name }).map(drop),
            (Kind::Branch, (repo, name)) => facts.get(&BranchOf { repo, name }).map(drop),
        };
        match answer {
            Answer::Known(()) => return (repo, answer),
            Answer::Unknown(_) => unknown = unknown.or(Some((repo.as_str(), answer))),
            Answer::Absent => {}
        }
    }
    unknown.unwrap_or(("", Answer::Absent))
}

fn differences(file: &OneFile<'_>) -> Vec<Difference> {
    let Some(before) = file.change.before.as_deref().filter(|before| before.is_readable()) else {
        return Vec::new();
    };
    // If the file cannot be read any more, `yaml-syntax` reports that, and what it lost is unknown.
    let after: Vec<&Arc<File>> = file.request.files_after(file.change).collect();
    if after.iter().any(|file| !file.is_readable()) {
        return Vec::new();
    }
    // Nor is it known what a list says whose key is misspelt: `schema` reports that.
    let is_unread = |key| after.iter().any(|file| file.deliverable.unread.contains(&key));
    let releases = before.deliverable.releases.iter().filter(|_| !is_unread("releases"));
    let branches = before.deliverable.branches.iter().filter(|_| !is_unread("branches"));
    let mut found = Vec::new();
    for release in releases {
        compare_release(release, &after, &mut found);
    }
    for branch in branches {
        compare_branch(branch, before, &after, &file.config.branches, &mut found);
    }
    // An entry that cannot be read may be the one that seems to be removed.
    if after.iter().any(|file| !file.deliverable.lost.is_empty()) {
        found.retain(|one| one.place != Place::TOP);
    }
    found
}

fn compare_release(before: &Release, after: &[&Arc<File>], found: &mut Vec<Difference>) {
    let version = before.version.text();
    let same_version: Vec<&Release> = after
        .iter()
        .flat_map(|file| &file.deliverable.releases)
        .filter(|release| release.version.text() == version)
        .collect();
    if same_version.is_empty() {
        let repos =
            before.projects.iter().filter_map(|it| RepoName::parse(&it.repo).ok()).collect();
        let message = format!("released version `{version}` is removed");
        let (name, kind) = (version.to_owned(), Kind::Release);
        found.push(Difference { place: Place::TOP, entry: None, repos, name, kind, message });
        return;
    }
    let mut add = |place, project: &Project, message| {
        let mut entry = same_version.iter().map(|release| release.version.place);
        let entry = entry.next_back().filter(|entry| *entry != place);
        let repos = RepoName::parse(&project.repo).into_iter().collect();
        let name = version.to_owned();
        found.push(Difference { place, entry, repos, name, kind: Kind::Release, message });
    };
    for project in &before.projects {
        let now = same_version.iter().find_map(|release| {
            release
                .projects
                .iter()
                .find(|now| *now.repo == *project.repo)
                .map(|now| (*release, now))
        });
        match (now, same_version[0]) {
            (None, release) => {
                add(
                    release.version.place,
                    project,
                    format!("`{}` is removed from released version `{version}`", *project.repo),
                );
            }
            (Some((_, now)), _) if !now.hash.eq_ignore_ascii_case(&project.hash) => {
                let message = format!(
                    "the commit of released version `{version}` is changed: it was `{}`",
                    *project.hash
                );
                add(now.hash.place, project, message);
            }
            (Some((release, _)), _) if text(release) != text(before) => {
                let place =
                    release.diff_start.as_ref().map_or(release.version.place, |start| start.place);
                let was =
                    text(before).map_or_else(|| "not set".to_owned(), |start| format!("`{start}`"));
                add(
                    place,
                    project,
                    format!(
                        "the `diff-start` of released version `{version}` is changed: it was {was}"
                    ),
                );
            }
            (Some(_), _) => {}
        }
    }
}

fn text(release: &Release) -> Option<&str> {
    release.diff_start.as_ref().map(|start| start.as_str())
}

fn compare_branch(
    before: &Branch,
    file: &File,
    after: &[&Arc<File>],
    names: &BranchNames,
    found: &mut Vec<Difference>,
) {
    let mut now = after
        .iter()
        .flat_map(|file| &file.deliverable.branches)
        .filter(|branch| *branch.name == *before.name);
    let Some(now) = now.next() else { return compare_missing(before, file, after, names, found) };
    if now.location.value == before.location.value {
        return;
    }
    found.push(Difference {
        place: now.location.place,
        entry: None,
        repos: repos_of_branch(before, Some(now), file),
        name: before.name.value.clone(),
        kind: Kind::Branch,
        message: format!(
            "the location of branch `{}` is changed: it was {}",
            *before.name, *before.location
        ),
    });
}

/// A branch whose entry is removed or renamed. One that a tag of the file ends is gone, or will be.
fn compare_missing(
    before: &Branch,
    file: &File,
    after: &[&Arc<File>],
    names: &BranchNames,
    found: &mut Vec<Difference>,
) {
    let ends = tags_that_end(&before.name, names);
    let mut releases = after.iter().flat_map(|file| &file.deliverable.releases);
    if releases.any(|release| ends.iter().any(|end| end == release.version.text())) {
        return;
    }
    let is_new = |branch: &&Branch| {
        !file.deliverable.branches.iter().any(|known| *known.name == *branch.name)
    };
    let branches = after.iter().flat_map(|file| &file.deliverable.branches);
    let mut renamed =
        branches.filter(is_new).filter(|now| now.location.value == before.location.value);
    let (place, message) = match renamed.next() {
        Some(now) => (
            now.name.place,
            format!("the entry of branch `{}` is renamed to `{}`", *before.name, *now.name),
        ),
        None => (Place::TOP, format!("the entry of branch `{}` is removed", *before.name)),
    };
    found.push(Difference {
        place,
        entry: None,
        repos: repos_of_branch(before, None, file),
        name: before.name.value.clone(),
        kind: Kind::Branch,
        message,
    });
}

/// The repositories that may have the branch: those in its own list whose commit has changed, those of the release that it
/// starts at, or else all in the file.
fn repos_of_branch(before: &Branch, now: Option<&Branch>, file: &File) -> Vec<RepoName> {
    if let Location::Commits(commits) = &before.location.value {
        let now = now.map(|now| &now.location.value);
        let stays = |(repo, hash): &&(Placed<String>, Placed<String>)| match now {
            None | Some(Location::Version(_)) => false,
            Some(Location::Commits(now)) => {
                now.iter().any(|(other, at)| **other == **repo && at.eq_ignore_ascii_case(hash))
            }
        };
        let moved = commits.iter().filter(|commit| !stays(commit));
        return moved.filter_map(|(repo, _)| RepoName::parse(repo).ok()).collect();
    }
    let Deliverable { releases, repository_settings, .. } = &file.deliverable;
    let start = releases.iter().find(|release| matches!(&before.location.value, Location::Version(at) if at == release.version.text()));
    let repos: Vec<&Placed<String>> = match start.or(releases.last()) {
        Some(release) => release.projects.iter().map(|project| &project.repo).collect(),
        None => repository_settings.iter().map(|settings| &settings.repo).collect(),
    };
    repos.into_iter().filter_map(|repo| RepoName::parse(repo).ok()).collect()
}
