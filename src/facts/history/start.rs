//! Where the change log of a release begins.

use crate::facts::{Answer, Question, Sources};
use crate::git::{CommitId, GitError, Oid, Refs, RepoName, Repository};
use crate::tree::deliverable::{ProjectAt, Release};
use crate::tree::lineage;
use crate::version::Version;

/// Where the change log of a release begins: what the release names, else the newest version in its history. A full release
/// tells what is new since the release before: nobody else has read the announcements of its candidates.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StartOf {
    /// The repository.
    pub repo: RepoName,
    /// The commit of the release.
    pub commit: CommitId,
    /// The version.
    pub version: Version,
    /// `diff-start` of the release: a tag or a commit.
    pub diff_start: Option<String>,
    /// The versions of the repository that the file lists before this one, likeliest first.
    pub listed: Vec<Version>,
}

/// Where a change log begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Since {
    /// After the previous version.
    Version(String),
    /// After the commit or tag that the release names as `diff-start`.
    DiffStart(String),
    /// At the first commit: this is the first release of the repository.
    Beginning,
}

/// A beginning, with its commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// What it is.
    pub since: Since,
    /// The commit; `None` at the beginning.
    pub commit: Option<CommitId>,
}

impl Since {
    /// The version, tag or commit; `None` at the beginning.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Version(name) | Self::DiffStart(name) => Some(name),
            Self::Beginning => None,
        }
    }
}

impl StartOf {
    /// The question about `project` of a release that comes after `before` in its file.
    pub fn of(before: &[Release], release: &Release, project: &ProjectAt<'_>) -> Self {
        let listed = lineage::earlier(before, &project.repo, &release.version).into_iter();
        Self {
            repo: project.name.clone(),
            commit: project.commit,
            version: release.version.value.clone(),
            diff_start: release.diff_start.as_ref().map(|start| start.value.clone()),
            listed: listed.map(|one| one.release.version.value.clone()).collect(),
        }
    }

    /// The answer in a repository that is open. `commit` is that of the release.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn find(
        &self,
        repository: &Repository,
        refs: &Refs,
        commit: Oid,
    ) -> Result<(Since, Option<Oid>), GitError> {
        let of_tag = |name: &str| refs.tags.get(name).map(|found| found.peeled);
        let is_in_history = |at: Oid| -> Result<bool, GitError> {
            Ok(repository.commit(at)?.is_some() && repository.is_ancestor(at, commit)?)
        };
        if let Some(start) = &self.diff_start {
            let id = || {
                Oid::from_str(start).ok().filter(|id| id.to_string().eq_ignore_ascii_case(start))
            };
            if let Some(at) = of_tag(start).or_else(id)
                && is_in_history(at)?
            {
                return Ok((Since::DiffStart(start.clone()), Some(at)));
            }
        }
        for version in self.listed.iter().cloned().chain(self.tagged(refs)) {
            if self.leads_to(&version) {
                continue;
            }
            if let Some(at) = of_tag(version.text())
                && is_in_history(at)?
            {
                return Ok((Since::Version(version.text().to_owned()), Some(at)));
            }
        }
        Ok((Since::Beginning, None))
    }

    /// Whether `version` is a pre-release on the way to this full one. A candidate of an earlier release is where the branch of
    /// that release began: what came after it is new.
    fn leads_to(&self, version: &Version) -> bool {
        let is_on_the_way = version.pre_release().is_none() || version.target() == self.version;
        self.version.is_full() && !version.is_full() && is_on_the_way
    }

    /// The tags of versions before this one, highest first.
    fn tagged(&self, refs: &Refs) -> Vec<Version> {
        let form = self.version.form();
        let mut tags: Vec<Version> =
            refs.tags.keys().map(|name| Version::read(name.as_str(), form)).collect();
        tags.retain(|one| {
            let is_release = one.is_full() || one.pre_release().is_some();
            one.numbers().is_some() && is_release && *one < self.version
        });
        tags.sort_by(|a, b| b.cmp(a));
        tags
    }
}

impl Question for StartOf {
    type Known = Start;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<Start> {
        let id = self.commit.oid();
        sources.in_either(&self.repo, |opened| {
            opened.ask(|repository| {
                if repository.commit(id)?.is_none() {
                    return Ok(None);
                }
                let (since, commit) = self.find(repository, &opened.refs, id)?;
                Ok(Some(Start { since, commit: commit.map(CommitId::from) }))
            })
        })
    }
}
