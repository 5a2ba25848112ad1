//! What a sandbox is made of: projects, the files of its releases repository, a request and the story of it.

use super::{Sandbox, Scene};
use crate::git::Refs;

/// Which site the sandbox is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SiteKind {
    /// With governance data and Zuul's project data, as OpenStack has them.
    Openstack,
    /// With nothing but git: its own trunk, versions and branch names.
    Plain,
}

/// A file by its path, and what it holds.
pub(super) type Files = Vec<(&'static str, String)>;

/// All that one site is made of.
pub(super) struct World {
    pub(super) trunk: &'static str,
    pub(super) projects: &'static [Project],
    /// Files beside the releases repository.
    pub(super) data: &'static [(&'static str, &'static str)],
    /// The releases repository before the story begins.
    pub(super) record: fn(&Sandbox, &[Grown]) -> Files,
    /// The files of the request, with the mistake that `check` finds.
    pub(super) request: fn(&[Grown]) -> Files,
    pub(super) story: &'static [Scene],
}

/// A project repository.
pub(super) struct Project {
    /// Its name.
    pub(super) repo: &'static str,
    /// Its commits, oldest first.
    pub(super) commits: &'static [Commit],
}

/// A commit of a project: its message, and the files that it changes.
pub(super) struct Commit {
    pub(super) message: &'static str,
    pub(super) files: &'static [(&'static str, &'static str)],
    /// The tag it has.
    pub(super) tag: Option<&'static str>,
    /// The branch that begins there.
    pub(super) branch: Option<&'static str>,
}

impl Commit {
    pub(super) const fn new(message: &'static str) -> Self {
        Self { message, files: &[], tag: None, branch: None }
    }

    pub(super) const fn with(self, files: &'static [(&'static str, &'static str)]) -> Self {
        Self { files, ..self }
    }

    pub(super) const fn tagged(self, tag: &'static str) -> Self {
        Self { tag: Some(tag), ..self }
    }

    pub(super) const fn branched(self, branch: &'static str) -> Self {
        Self { branch: Some(branch), ..self }
    }
}

impl Project {
    /// Its history, for `git fast-import`.
    pub(super) fn history(&self, trunk: &str) -> String {
        let name = self.repo.rsplit('/').next().unwrap_or_default();
        let mut stream = String::new();
        for (number, commit) in (1u32..).zip(self.commits) {
            let time = 1_767_225_600 + i64::from(number) * 86_400;
            let message = format!("{}\n", commit.message);
            stream.push_str(&format!(
                "commit refs/heads/{trunk}\nmark :{number}\n\
                 committer Gardener <gardener@garden.example> {time} +0000\n{}",
                data(&message)
            ));
            let own = format!("{name} {number}: {message}");
            stream.push_str(&format!("M 100644 inline {name}.txt\n{}", data(&own)));
            for (path, text) in commit.files {
                stream.push_str(&format!("M 100644 inline {path}\n{}", data(text)));
            }
            let tag = commit.tag.map(|tag| format!("refs/tags/{tag}"));
            let branch = commit.branch.map(|branch| format!("refs/heads/{branch}"));
            for name in tag.iter().chain(&branch) {
                stream.push_str(&format!("reset {name}\nfrom :{number}\n\n"));
            }
        }
        stream
    }
}

fn data(text: &str) -> String {
    format!("data {}\n{text}\n", text.len())
}

/// A project as it grew: its name, and the commits that the story speaks of.
#[derive(Clone, Debug)]
pub(super) struct Grown {
    repo: &'static str,
    /// What the old series released.
    first: String,
    /// What the request asks for.
    newest: String,
}

impl Grown {
    /// What became of `project`; nothing where it has no tag or no trunk.
    pub(super) fn of(project: &Project, trunk: &str, refs: &Refs) -> Option<Self> {
        let first = refs.tags.values().next()?.peeled.to_string();
        Some(Self { repo: project.repo, first, newest: refs.heads.get(trunk)?.to_string() })
    }
}

/// The entry of a release of these repositories at the commits of the old series.
pub(super) fn old_release(version: &str, grown: &[Grown], repos: &[&str]) -> String {
    release(version, grown, repos, |grown| &grown.first)
}

/// The same at their newest commits.
pub(super) fn new_release(version: &str, grown: &[Grown], repos: &[&str]) -> String {
    release(version, grown, repos, |grown| &grown.newest)
}

fn release(
    version: &str,
    grown: &[Grown],
    repos: &[&str],
    at: impl Fn(&Grown) -> &String,
) -> String {
    let wanted = grown.iter().filter(|grown| repos.contains(&grown.repo));
    let projects: String = wanted
        .map(|grown| format!("      - repo: {}\n        hash: {}\n", grown.repo, at(grown)))
        .collect();
    format!("releases:\n  - version: {version}\n    projects:\n{projects}")
}

/// The part of every configuration that says where things are.
pub(super) fn places(sandbox: &Sandbox) -> String {
    let root = sandbox.root.display();
    format!(
        "git: {root}/git/{{repo}}.git\n\
         cache: {root}/cache\n\
         signing:\n  key: '{}'\n  home: {root}/gnupg\n\
         mail:\n  directory: {root}/mail\n  from: Garden Release Bot <bot@garden.example>\n  to: [announce@garden.example]\n",
        sandbox.key
    )
}
