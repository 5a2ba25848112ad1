//! In which repositories a request wants something made.

use super::RepoName;
use super::deliverable::{Branch, Deliverable, Location};
use super::place::Placed;
use super::request::{Change, Request};

/// A repository that a request wants tagged or branched.
#[derive(Clone, Debug)]
pub struct Requested<'a> {
    /// Where it is named.
    pub repo: &'a Placed<String>,
    /// Its name.
    pub name: RepoName,
    /// The version; none where a branch is wanted.
    pub version: Option<&'a str>,
}

/// The repositories in which the request wants a tag or branch by the file of `change`, without those where nothing
/// can be made: retired ones, and names that no repository has.
pub fn requested<'a>(request: &'a Request, change: &'a Change) -> Vec<Requested<'a>> {
    let Some(file) = change.after.as_deref() else { return Vec::new() };
    let deliverable = &file.deliverable;
    let releases = request.new_releases(change).into_iter().flat_map(|new| {
        let version = Some(new.release.version.text());
        new.release.projects.iter().map(move |project| (&project.repo, version))
    });
    let branches = deliverable.branches.iter();
    let new_branches = branches.filter(|branch| request.is_new_branch(change, branch));
    let branched = new_branches.flat_map(|branch| repositories_of(branch, deliverable));
    let branched = branched.map(|repo| (repo, None));
    let mut found: Vec<Requested<'_>> = Vec::new();
    for (repo, version) in
        releases.chain(branched).filter(|(repo, _)| !deliverable.is_retired(repo))
    {
        let Ok(name) = RepoName::parse(repo) else { continue };
        if !found.iter().any(|known| known.name == name) {
            found.push(Requested { repo, name, version });
        }
    }
    found
}

/// The repositories in which `branch` starts; none where its location is no release of the file.
fn repositories_of<'a>(
    branch: &'a Branch,
    deliverable: &'a Deliverable,
) -> Vec<&'a Placed<String>> {
    match &branch.location.value {
        Location::Commits(commits) => commits.iter().map(|(repo, _)| repo).collect(),
        Location::Version(version) => {
            let mut releases = deliverable.releases.iter();
            let release = releases.find(|release| release.version.text() == version);
            release
                .iter()
                .flat_map(|release| &release.projects)
                .map(|project| &project.repo)
                .collect()
        }
    }
}
