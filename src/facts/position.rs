//! Where a commit is in its repository: tags, branches, the nearest tag before it.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{Answer, Opened, Question, Sources};
use crate::git::{CommitId, GitError, Oid, RepoName, Repository};
use crate::tree::deliverable::ProjectAt;

pub use crate::git::Description;

/// Where a commit is; absent if the repository does not have it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PositionOf {
    /// The repository.
    pub repo: RepoName,
    /// The commit.
    pub commit: CommitId,
}

/// Where a commit is in its repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitPosition {
    /// The first line of its message.
    pub subject: String,
    /// When it was committed.
    pub committed: Timestamp,
    /// The nearest tag before it.
    pub described: Option<Description>,
    /// The tags at the commit itself, sorted.
    pub tags: Vec<String>,
    /// The branches that hold it, sorted by name.
    pub branches: Vec<Holder>,
    /// The other branches.
    pub others: Vec<Holder>,
}

/// A branch, and where its head is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its name.
    pub name: String,
    /// The nearest tag before its head.
    pub described: Option<Description>,
    /// Whether the commit is its head.
    pub is_head: bool,
}

impl PositionOf {
    /// The question about the commit of `project`.
    pub fn of(project: &ProjectAt<'_>) -> Self {
        Self { repo: project.name.clone(), commit: project.commit }
    }
}

impl Question for PositionOf {
    type Known = CommitPosition;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<CommitPosition> {
        let id = self.commit.oid();
        sources
            .in_either(&self.repo, |opened| opened.ask(|repository| find(opened, repository, id)))
    }
}

fn find(
    opened: &Opened,
    repository: &Repository,
    id: Oid,
) -> Result<Option<CommitPosition>, GitError> {
    let Some(commit) = repository.commit(id)? else { return Ok(None) };
    let names = names(opened);
    let tags = opened.refs.tags.iter().filter(|(_, tag)| tag.peeled == id);
    let tips: Vec<Oid> = opened.refs.heads.values().copied().collect();
    let holds = repository.containing(id, &tips)?;
    let (mut branches, mut others) = (Vec::new(), Vec::new());
    for ((name, tip), holds) in opened.refs.heads.iter().zip(holds) {
        let described = opened.describe(repository, *tip, &names)?;
        let holder = Holder { name: name.clone(), described, is_head: *tip == id };
        if holds { &mut branches } else { &mut others }.push(holder);
    }
    Ok(Some(CommitPosition {
        subject: commit.subject(),
        committed: Timestamp::from_second(commit.committer_time.seconds)
            .unwrap_or(Timestamp::UNIX_EPOCH),
        described: opened.describe(repository, id, &names)?,
        tags: tags.map(|(name, _)| name.clone()).collect(),
        branches,
        others,
    }))
}

/// The name of each tagged commit: of several the one that has a message, as `git describe` prefers it, and of those the
/// last by name, so that a release comes before its candidates.
fn names(opened: &Opened) -> HashMap<Oid, String> {
    let mut tags: Vec<_> = opened.refs.tags.iter().collect();
    let is_of_candidate = |name: &str| name.contains("rc");
    tags.sort_by_key(|(name, tag)| (tag.is_annotated(), !is_of_candidate(name), name.as_str()));
    tags.into_iter().map(|(name, tag)| (tag.peeled, name.clone())).collect()
}
