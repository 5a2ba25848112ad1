//! Files of a branch at `push:`, as somebody reads them who wants to change them.

use std::collections::BTreeMap;

use super::repository::Remote;
use super::{Answer, Opened, Question, Sources};
use crate::git::{AtPath, CommitId, GitError, Oid, RepoName, Repository};

/// The largest file that is changed, in bytes.
pub const LARGEST: usize = 1 << 20;

/// Files of a branch. Absent if the branch does not exist.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PushedFiles {
    /// The repository.
    pub repo: RepoName,
    /// Which branch.
    pub line: BranchChoice,
    /// The paths.
    pub paths: Vec<String>,
}

/// A branch of a repository.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum BranchChoice {
    /// One that is called so.
    Named(String),
    /// One that is to be made at a commit, where it is not there yet.
    From {
        /// Its name.
        branch: String,
        /// The commit.
        commit: CommitId,
    },
    /// The first of these that is there, else the trunk.
    FirstOf(Vec<String>),
    /// The trunk.
    Trunk,
}

/// The files of a branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilesAt {
    /// The branch.
    pub branch: String,
    /// The commit that was read.
    pub tip: Oid,
    /// What is at each path.
    pub files: Tree,
}

/// What is at some paths.
pub type Tree = BTreeMap<String, AtPath>;

impl Question for PushedFiles {
    type Known = FilesAt;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<FilesAt> {
        let opened = sources.open(&self.repo, Remote::Push);
        opened.and_then(|opened| {
            let trunk = || sources.trunk(&self.repo, Remote::Push);
            self.line.resolved(&opened, trunk).and_then(|(branch, tip)| {
                opened.ask(|repository| {
                    let files = tree_at(repository, tip, &self.paths)?;
                    Ok(Some(FilesAt { branch, tip, files }))
                })
            })
        })
    }
}

impl BranchChoice {
    fn resolved(
        &self,
        opened: &Opened,
        trunk: impl Fn() -> Answer<String>,
    ) -> Answer<(String, Oid)> {
        let head = |name: &str| opened.refs.heads.get(name).map(|tip| (name.to_owned(), *tip));
        let of_trunk =
            || trunk().and_then(|name| head(&name).map_or(Answer::Absent, Answer::Known));
        match self {
            Self::Named(name) => head(name).map_or(Answer::Absent, Answer::Known),
            Self::From { branch, commit } => {
                Answer::Known(head(branch).unwrap_or_else(|| (branch.clone(), commit.oid())))
            }
            Self::FirstOf(names) => {
                let found = names.iter().find_map(|name| head(name));
                found.map_or_else(of_trunk, Answer::Known)
            }
            Self::Trunk => of_trunk(),
        }
    }
}

/// What is at `paths` of a commit.
///
/// # Errors
/// When the commit is not in the repository, or something cannot be brought.
pub fn tree_at(repository: &Repository, commit: Oid, paths: &[String]) -> Result<Tree, GitError> {
    let read = |path: &String| Ok((path.clone(), repository.at_path(commit, path, LARGEST)?));
    paths.iter().map(read).collect()
}
