//! Repositories of a release that git can be asked about.

use std::ops::Deref;

use super::{BadCommitId, CommitId, Project};
use crate::tree::{BadRepoName, RepoName};

/// A repository of a release whose name is one.
#[derive(Clone, Debug)]
pub struct NamedProject<'a> {
    project: &'a Project,
    /// Its name.
    pub name: RepoName,
}

/// A repository of a release whose name is one, and whose commit is the full id of one.
#[derive(Clone, Debug)]
pub struct ProjectAt<'a> {
    project: &'a Project,
    /// Its name.
    pub name: RepoName,
    /// The commit.
    pub commit: CommitId,
}

impl Project {
    /// The repository that it names.
    ///
    /// # Errors
    /// If no repository can have that name.
    pub fn named(&self) -> Result<NamedProject<'_>, BadRepoName> {
        Ok(NamedProject { project: self, name: RepoName::parse(&self.repo)? })
    }

    /// The commit that it names.
    ///
    /// # Errors
    /// If `hash` is not the full id of one.
    pub fn commit(&self) -> Result<CommitId, BadCommitId> {
        CommitId::parse(&self.hash)
    }

    /// The repository at the commit, if both are named well.
    pub fn at_commit(&self) -> Option<ProjectAt<'_>> {
        self.named().ok()?.at_commit().ok()
    }
}

impl<'a> NamedProject<'a> {
    /// The entry of the file.
    pub fn entry(&self) -> &'a Project {
        self.project
    }

    /// The same, at its commit.
    ///
    /// # Errors
    /// If `hash` is not the full id of one.
    pub fn at_commit(&self) -> Result<ProjectAt<'a>, BadCommitId> {
        let Self { project, name } = self;
        Ok(ProjectAt { project, name: name.clone(), commit: project.commit()? })
    }
}

impl<'a> ProjectAt<'a> {
    /// The entry of the file.
    pub fn entry(&self) -> &'a Project {
        self.project
    }
}

impl Deref for NamedProject<'_> {
    type Target = Project;

    fn deref(&self) -> &Project {
        self.project
    }
}

impl Deref for ProjectAt<'_> {
    type Target = Project;

    fn deref(&self) -> &Project {
        self.project
    }
}
