//! The state of `push:`, where tags go. The plan relies on nothing else.

use super::repository::Remote;
use super::{Answer, Question, Sources};
use crate::git::{CommitId, RepoName, Signature, TagRef, signature_of};

/// A tag at `push:`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PushedTag {
    /// The repository.
    pub repo: RepoName,
    /// Name of the tag.
    pub name: String,
}

/// The content of a tag at `push:`, and its signature.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PushedSignature {
    /// The repository.
    pub repo: RepoName,
    /// Name of the tag.
    pub name: String,
}

/// The content of a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagWithSignature {
    /// Its message; `None` for a lightweight tag.
    pub message: Option<String>,
    /// Its signature.
    pub signature: Signature,
}

/// A branch at `push:`, and whether it contains its starting point.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PushedBranch {
    /// The repository.
    pub repo: RepoName,
    /// Name of the branch.
    pub name: String,
    /// The commit at which the branch starts.
    pub point: CommitId,
}

/// A branch that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BranchState {
    /// Its newest commit.
    pub tip: CommitId,
    /// Whether the starting point is in its history.
    pub holds_point: bool,
}

/// Whether a branch or tag at `push:` contains a commit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PushedCommit {
    /// The repository.
    pub repo: RepoName,
    /// The commit.
    pub commit: CommitId,
}

/// Whether a repository exists at `push:`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PushedRepository {
    /// The repository.
    pub repo: RepoName,
}

/// The trunk of the repository at `push:`, see [`TrunkOf`](super::repository::TrunkOf).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PushedTrunk {
    /// The repository.
    pub repo: RepoName,
}

impl Question for PushedTrunk {
    type Known = String;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<String> {
        sources.trunk(&self.repo, Remote::Push)
    }
}

impl Question for PushedRepository {
    type Known = ();

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<()> {
        sources.open(&self.repo, Remote::Push).map(drop)
    }
}

impl Question for PushedTag {
    type Known = TagRef;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<TagRef> {
        let opened = sources.open(&self.repo, Remote::Push);
        opened.and_then(|opened| {
            opened.refs.tags.get(&self.name).copied().map_or(Answer::Absent, Answer::Known)
        })
    }
}

impl PushedSignature {
    /// The question about the tag `name` of `repo`.
    pub fn of(repo: &RepoName, name: &str) -> Self {
        Self { repo: repo.clone(), name: name.to_owned() }
    }
}

impl Question for PushedSignature {
    type Known = TagWithSignature;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<TagWithSignature> {
        sources.open(&self.repo, Remote::Push).and_then(|opened| {
            let Some(tag) = opened.refs.tags.get(&self.name).copied() else {
                return Answer::Absent;
            };
            opened.ask(|repository| {
                let Some(object) = repository.tag_object(tag.object)? else {
                    let none = TagWithSignature { message: None, signature: Signature::None };
                    return Ok(Some(none));
                };
                let signature = match (&object.signature, sources.keys()) {
                    (None, _) => Signature::None,
                    (Some(_), Ok(keys)) => {
                        signature_of(sources.git(), repository.git_dir(), tag.object, keys)
                    }
                    (Some(_), Err(why)) => Signature::NotVerified(why.to_owned()),
                };
                Ok(Some(TagWithSignature { message: Some(object.message), signature }))
            })
        })
    }
}

impl Question for PushedBranch {
    type Known = BranchState;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<BranchState> {
        let point = self.point.oid();
        sources.open(&self.repo, Remote::Push).and_then(|opened| {
            let Some(tip) = opened.refs.heads.get(&self.name).copied() else {
                return Answer::Absent;
            };
            opened.ask(|repository| {
                let holds_point =
                    repository.commit(point)?.is_some() && repository.is_ancestor(point, tip)?;
                Ok(Some(BranchState { tip: tip.into(), holds_point }))
            })
        })
    }
}

impl Question for PushedCommit {
    type Known = ();

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<()> {
        sources.open(&self.repo, Remote::Push).and_then(|opened| opened.held(self.commit)).map(drop)
    }
}
