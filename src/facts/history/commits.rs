//! The commits of a range.

use jiff::Timestamp;

use super::CommitRange;
use crate::facts::repository::time_of;
use crate::facts::{Answer, Question, Sources};
use crate::git::{CommitId, CommitInfo, RepoName};
use crate::notes::{SemVer, change_id, depends_on};
use crate::tree::deliverable::ProjectAt;

/// The commits that the newer commit has and the older one has not, newest first. A merge counts for nothing beside what it
/// merges.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Commits(pub CommitRange);

/// The commits of a branch that come after a commit, newest first, without merges; absent if the branch does not contain it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LeftOut {
    /// The repository.
    pub repo: RepoName,
    /// Name of the branch.
    pub branch: String,
    /// The commit.
    pub commit: CommitId,
}

/// The first line of the message of a commit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SubjectOf {
    /// The repository.
    pub repo: RepoName,
    /// The commit.
    pub commit: CommitId,
}

/// When a commit was made, by the clock of its committer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CommittedAt {
    /// The repository.
    pub repo: RepoName,
    /// The commit.
    pub commit: CommitId,
}

/// A commit of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Its id, in lower case hex.
    pub hash: String,
    /// The first line of its message.
    pub subject: String,
    /// What its `Sem-Ver:` lines say, weakest first.
    pub sem_ver: Vec<SemVer>,
    /// Its `Change-Id:`.
    pub change_id: Option<String>,
    /// What its `Depends-On:` lines name.
    pub depends_on: Vec<String>,
}

impl Logged {
    /// The first digits of its id, as people write them.
    pub fn short(&self) -> &str {
        self.hash.get(..9).unwrap_or(&self.hash)
    }

    fn of(commit: &CommitInfo) -> Self {
        Self {
            hash: commit.id.to_string(),
            subject: commit.subject(),
            sem_ver: SemVer::of(&commit.message),
            change_id: change_id(&commit.message).map(str::to_owned),
            depends_on: depends_on(&commit.message).into_iter().map(str::to_owned).collect(),
        }
    }

    /// The commits without merges, unless one says more than what it merges.
    fn all(log: &[CommitInfo]) -> Vec<Self> {
        let counts =
            |commit: &&CommitInfo| !commit.is_merge() || !SemVer::of(&commit.message).is_empty();
        log.iter().filter(counts).map(Self::of).collect()
    }
}

impl Question for Commits {
    type Known = Vec<Logged>;

    fn lane(&self) -> &str {
        &self.0.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<Logged>> {
        self.0.ask(sources, |repository, older, newer| {
            Ok(Logged::all(&repository.log(older, newer)?))
        })
    }
}

impl LeftOut {
    /// The question what a release of `project` leaves out on `branch`.
    pub fn of(project: &ProjectAt<'_>, branch: &str) -> Self {
        Self { repo: project.name.clone(), branch: branch.to_owned(), commit: project.commit }
    }
}

impl Question for LeftOut {
    type Known = Vec<Logged>;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<Logged>> {
        let id = self.commit.oid();
        sources.in_either(&self.repo, |opened| {
            let Some(tip) = opened.refs.heads.get(&self.branch).copied() else {
                return Answer::Absent;
            };
            opened.ask(|repository| {
                if repository.commit(id)?.is_none() || !repository.is_ancestor(id, tip)? {
                    return Ok(None);
                }
                Ok(Some(Logged::all(&repository.log(Some(id), tip)?)))
            })
        })
    }
}

impl Question for SubjectOf {
    type Known = String;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<String> {
        let id = self.commit.oid();
        sources.in_either(&self.repo, |opened| {
            opened.ask(|repository| Ok(repository.commit(id)?.map(|commit| commit.subject())))
        })
    }
}

impl Question for CommittedAt {
    type Known = Timestamp;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<Timestamp> {
        let id = self.commit.oid();
        sources.in_either(&self.repo, |opened| {
            opened.ask(|repository| {
                Ok(repository.commit(id)?.map(|commit| time_of(commit.committer_time)))
            })
        })
    }
}
