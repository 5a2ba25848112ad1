//! Files and directories of project repositories, at a commit.

use super::{Answer, Question, Sources};
use crate::git::{CommitId, RepoName};
use crate::tree::deliverable::ProjectAt;

/// The largest project file that is read, in bytes.
const LARGEST_FILE: usize = 1 << 20;

/// A file at a commit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FileAt {
    /// The repository.
    pub repo: RepoName,
    /// The commit.
    pub commit: CommitId,
    /// Path in the repository.
    pub path: String,
}

/// The names in a directory at a commit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FolderAt {
    /// The repository.
    pub repo: RepoName,
    /// The commit.
    pub commit: CommitId,
    /// Path in the repository; empty for its root.
    pub path: String,
}

impl FileAt {
    /// The question about the file `path` at the commit of `project`.
    pub fn of(project: &ProjectAt<'_>, path: &str) -> Self {
        Self { repo: project.name.clone(), commit: project.commit, path: path.to_owned() }
    }
}

impl FolderAt {
    /// The question about the directory `path` at the commit of `project`; empty for its root.
    pub fn of(project: &ProjectAt<'_>, path: &str) -> Self {
        let FileAt { repo, commit, path } = FileAt::of(project, path);
        Self { repo, commit, path }
    }
}

impl Question for FileAt {
    type Known = Vec<u8>;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<u8>> {
        sources.in_either(&self.repo, |opened| {
            opened.held(self.commit).and_then(|id| {
                opened.ask(|repository| {
                    Ok(repository.read(id, &self.path, LARGEST_FILE)?.map(|blob| blob.bytes))
                })
            })
        })
    }
}

impl Question for FolderAt {
    type Known = Vec<String>;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<String>> {
        sources.in_either(&self.repo, |opened| {
            opened.held(self.commit).and_then(|id| {
                opened.ask(|repository| {
                    let items = repository.list(id, &self.path)?;
                    Ok(items.map(|items| items.into_iter().map(|item| item.name).collect()))
                })
            })
        })
    }
}
