//! Facts about project repositories: commits, tags, branches.
//!
//! Facts are read from `git:`, which may lag behind. Before something counts as absent, `push:`, where tags go, is asked too.

use jiff::Timestamp;

use super::{Answer, Question, Sources};
use crate::git::{CommitId, Moment, RepoName};

/// One of the two remotes of a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Remote {
    /// `git:`, for reading.
    Git,
    /// `push:`, where tags go.
    Push,
}

/// Whether the repository exists.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Exists {
    /// The repository.
    pub repo: RepoName,
}

/// Whether a branch or tag of the repository contains the commit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CommitIn {
    /// The repository.
    pub repo: RepoName,
    /// The commit.
    pub commit: CommitId,
}

/// The commit that a tag of the repository points to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TagOf {
    /// The repository.
    pub repo: RepoName,
    /// Name of the tag.
    pub name: String,
}

/// When a tag was made, or if it is no object of its own, when its commit was committed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TaggedAt {
    /// The repository.
    pub repo: RepoName,
    /// Name of the tag.
    pub name: String,
}

/// The trunk of the repository: the branch for development. Absent if the branch that `trunk:` or HEAD names does not exist.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TrunkOf {
    /// The repository.
    pub repo: RepoName,
}

/// The names of all branches of the repository.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BranchesOf {
    /// The repository.
    pub repo: RepoName,
}

/// The tip of a branch.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BranchOf {
    /// The repository.
    pub repo: RepoName,
    /// Name of the branch, such as `stable/2026.1`.
    pub name: String,
}

/// Whether a branch contains a commit; absent if either does not exist.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OnBranch {
    /// The repository.
    pub repo: RepoName,
    /// Name of the branch.
    pub branch: String,
    /// The commit.
    pub commit: CommitId,
}

/// The branches that contain a commit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BranchesWith {
    /// The repository.
    pub repo: RepoName,
    /// The commit.
    pub commit: CommitId,
}

/// Whether one commit is the same as another or comes after it; absent if either does not exist.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Descends {
    /// The repository.
    pub repo: RepoName,
    /// The commit that should come first.
    pub older: CommitId,
    /// The commit that should come after.
    pub newer: CommitId,
}

impl Question for Exists {
    type Known = ();

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<()> {
        sources.in_either(&self.repo, |_| Answer::Known(()))
    }
}

impl Question for CommitIn {
    type Known = ();

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<()> {
        sources.in_either(&self.repo, |opened| opened.held(self.commit)).map(drop)
    }
}

impl Question for TagOf {
    type Known = CommitId;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<CommitId> {
        sources.in_either(&self.repo, |opened| {
            opened
                .refs
                .tags
                .get(&self.name)
                .map_or(Answer::Absent, |tag| Answer::Known(tag.peeled.into()))
        })
    }
}

impl Question for TaggedAt {
    type Known = Timestamp;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<Timestamp> {
        sources.in_either(&self.repo, |opened| {
            let Some(tag) = opened.refs.tags.get(&self.name).copied() else {
                return Answer::Absent;
            };
            opened.ask(|repository| {
                let tagger = repository.tag_object(tag.object)?.and_then(|object| object.tagger);
                let at = match tagger {
                    Some(tagger) => Some(tagger.time),
                    None => repository.commit(tag.peeled)?.map(|commit| commit.committer_time),
                };
                Ok(at.map(time_of))
            })
        })
    }
}

pub(super) fn time_of(moment: Moment) -> Timestamp {
    Timestamp::from_second(moment.seconds).unwrap_or(Timestamp::MAX)
}

impl Question for TrunkOf {
    /// Its name, such as `main`.
    type Known = String;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<String> {
        match sources.trunk(&self.repo, Remote::Git) {
            Answer::Absent if sources.has_push() => sources.trunk(&self.repo, Remote::Push),
            found => found,
        }
    }
}

impl Question for BranchesOf {
    /// Sorted.
    type Known = Vec<String>;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<String>> {
        sources.in_either(&self.repo, |opened| {
            Answer::Known(opened.refs.heads.keys().cloned().collect())
        })
    }
}

impl Question for BranchOf {
    type Known = CommitId;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<CommitId> {
        sources.in_either(&self.repo, |opened| {
            opened
                .refs
                .heads
                .get(&self.name)
                .map_or(Answer::Absent, |tip| Answer::Known((*tip).into()))
        })
    }
}

impl Question for OnBranch {
    type Known = bool;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<bool> {
        let id = self.commit.oid();
        sources.in_either(&self.repo, |opened| {
            let Some(tip) = opened.refs.heads.get(&self.branch).copied() else {
                return Answer::Absent;
            };
            opened.ask(|repository| match repository.commit(id)? {
                Some(_) => repository.is_ancestor(id, tip).map(Some),
                None => Ok(None),
            })
        })
    }
}

impl Question for BranchesWith {
    /// Sorted names.
    type Known = Vec<String>;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<String>> {
        let id = self.commit.oid();
        sources.in_either(&self.repo, |opened| {
            opened.ask(|repository| {
                let mut names = Vec::new();
                for (name, tip) in &opened.refs.heads {
                    if repository.is_ancestor(id, *tip)? {
                        names.push(name.clone());
                    }
                }
                Ok(Some(names))
            })
        })
    }
}

impl Question for Descends {
    type Known = bool;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<bool> {
        let (older, newer) = (self.older.oid(), self.newer.oid());
        sources.in_either(&self.repo, |opened| {
            opened.ask(|repository| {
                if repository.commit(older)?.is_none() || repository.commit(newer)?.is_none() {
                    return Ok(None);
                }
                repository.is_ancestor(older, newer).map(Some)
            })
        })
    }
}

impl TagOf {
    /// The question about the tag `name` of `repo`.
    pub fn of(repo: &RepoName, name: &str) -> Self {
        Self { repo: repo.clone(), name: name.to_owned() }
    }
}

impl BranchOf {
    /// The question about the branch `name` of `repo`.
    pub fn of(repo: &RepoName, name: &str) -> Self {
        Self { repo: repo.clone(), name: name.to_owned() }
    }
}
