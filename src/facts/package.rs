//! What a project says about itself in its files at a commit, read without running anything.

use std::cell::RefCell;

use super::{Answer, Question, Sources, Unknown};
use crate::git::{CommitId, GitError, Oid, RepoName, Repository, TreeKind};
use crate::package::{
    self, FromFiles, Package, ProjectFiles, Sourced, Undecided, in_json, in_xstatic,
    reviewed_project, submodule_paths,
};
use crate::tree::deliverable::ProjectAt;

/// The largest file of a package that is read, in bytes.
const LARGEST: usize = 1 << 20;
/// How many symbolic links may lead to each other.
const MOST_LINKS: usize = 8;

/// The Python package at a commit. Known even where there is none: its parts say so.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PackageAt {
    /// The repository.
    pub repo: RepoName,
    /// The commit.
    pub commit: CommitId,
}

/// The versions that the own files of a package state at a commit; none if it states none.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VersionsIn {
    /// The repository.
    pub repo: RepoName,
    /// The commit.
    pub commit: CommitId,
    /// Where packages of its type state it.
    pub stated: Stated,
}

/// Where a package states its version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stated {
    /// As `version` of this JSON file.
    Json(&'static str),
    /// As `PACKAGE_VERSION` of the modules of an xstatic package.
    Xstatic,
}

/// The project that `.gitreview` names at a commit; absent if there is no such file, or it names none.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ReviewedAs {
    /// The repository.
    pub repo: RepoName,
    /// The commit.
    pub commit: CommitId,
}

/// The submodules at a commit that `.gitmodules` does not name, by path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OrphansAt {
    /// The repository.
    pub repo: RepoName,
    /// The commit.
    pub commit: CommitId,
}

impl PackageAt {
    /// The question about the commit of `project`.
    pub fn of(project: &ProjectAt<'_>) -> Self {
        Self { repo: project.name.clone(), commit: project.commit }
    }
}

impl VersionsIn {
    /// The question about the commit of `project`.
    pub fn of(project: &ProjectAt<'_>, stated: Stated) -> Self {
        Self { repo: project.name.clone(), commit: project.commit, stated }
    }
}

impl ReviewedAs {
    /// The question about the commit of `project`.
    pub fn of(project: &ProjectAt<'_>) -> Self {
        Self { repo: project.name.clone(), commit: project.commit }
    }
}

impl OrphansAt {
    /// The question about the commit of `project`.
    pub fn of(project: &ProjectAt<'_>) -> Self {
        Self { repo: project.name.clone(), commit: project.commit }
    }
}

impl Question for PackageAt {
    type Known = Package;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<Package> {
        let read = |files: &AtCommit<'_>| Ok(Package::read(files));
        at_commit((sources, &self.repo, self.commit), &package::MAIN_FILES, read)
    }
}

impl Question for VersionsIn {
    type Known = Vec<Sourced<String>>;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<Sourced<String>>> {
        at_commit((sources, &self.repo, self.commit), &[], |files| match self.stated {
            Stated::Json(path) => in_json(files, path).map(|found| found.into_iter().collect()),
            Stated::Xstatic => in_xstatic(files),
        })
    }
}

impl Question for ReviewedAs {
    type Known = Sourced<String>;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<Sourced<String>> {
        let found =
            at_commit((sources, &self.repo, self.commit), &[], |files| reviewed_project(files));
        found.and_then(|name| name.map_or(Answer::Absent, Answer::Known))
    }
}

impl Question for OrphansAt {
    type Known = Vec<String>;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<String>> {
        at_commit((sources, &self.repo, self.commit), &[], |files| {
            let mut submodules = files.submodules();
            if !submodules.is_empty() {
                let named = submodule_paths(files)?;
                submodules.retain(|path| !named.contains(path));
            }
            Ok(submodules)
        })
    }
}

/// The package at a commit of a repository that is open.
///
/// # Errors
/// When git cannot read or bring its files. What the files do not decide is no error.
pub fn package_in(repository: &Repository, commit: Oid) -> Result<Package, GitError> {
    let files = AtCommit::of(repository, commit);
    let package = Package::read(&files);
    files.finish().map(|()| package)
}

/// What `read` finds in the files at the commit; `wanted` are the ones that it will probably read.
fn at_commit<T>(
    (sources, repo, commit): (&Sources, &RepoName, CommitId),
    wanted: &[&str],
    read: impl Fn(&AtCommit<'_>) -> Result<T, Undecided>,
) -> Answer<T> {
    sources.in_either(repo, |opened| {
        opened.held(commit).and_then(|commit| {
            let found = opened.ask(|repository| {
                let pairs: Vec<(Oid, &str)> = wanted.iter().map(|path| (commit, *path)).collect();
                repository.prefetch(&pairs)?;
                let files = AtCommit::of(repository, commit);
                let found = read(&files);
                // What git could not bring decides nothing about the package.
                files.finish().map(|()| Some(found))
            });
            found.and_then(|found| match found {
                Ok(found) => Answer::Known(found),
                Err(why) => Answer::Unknown(Unknown::because(why)),
            })
        })
    })
}

/// The files of a commit.
pub(super) struct AtCommit<'a> {
    repository: &'a Repository,
    commit: Oid,
    /// The first thing that git could not do.
    trouble: RefCell<Option<GitError>>,
}

impl<'a> AtCommit<'a> {
    pub(super) fn of(repository: &'a Repository, commit: Oid) -> Self {
        Self { repository, commit, trouble: RefCell::new(None) }
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// The first thing that git could not do.
    pub(super) fn finish(self) -> Result<(), GitError> {
        self.trouble.into_inner().map_or(Ok(()), Err)
    }

    /// `None` for what git could not do, which is kept.
    fn kept<T>(&self, found: Result<T, GitError>) -> Result<T, String> {
        found.map_err(|error| {
            let words = error.to_string();
            if !matches!(error, GitError::TooLarge { .. }) {
                self.trouble.borrow_mut().get_or_insert(error);
            }
            words
        })
    }

    fn submodules(&self) -> Vec<String> {
        self.kept(self.repository.submodules(self.commit)).unwrap_or_default()
    }
}

impl ProjectFiles for AtCommit<'_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        let mut path = path.to_owned();
        for _ in 0..MOST_LINKS {
            let found = self.kept(self.repository.read(self.commit, &path, LARGEST))?;
            let Some(blob) = found.filter(|blob| blob.kind != TreeKind::Submodule) else {
                return Ok(None);
            };
            if blob.kind != TreeKind::Symlink {
                return Ok(Some(blob.bytes));
            }
            let target = String::from_utf8_lossy(&blob.bytes).into_owned();
            path = package::beside(&path, &target)
                .ok_or_else(|| format!("the symbolic link `{path}` leads out of the repository"))?;
        }
        Err(format!("too many symbolic links lead to `{path}`"))
    }

    fn list(&self, path: &str) -> Result<Vec<String>, String> {
        let items = self.kept(self.repository.list(self.commit, path))?;
        Ok(items.into_iter().flatten().map(|item| item.name).collect())
    }
}

/// What the files of a package say, as an answer about the package.
pub fn answer<T: Clone>(found: &FromFiles<T>) -> Answer<T> {
    match found {
        Ok(Some(found)) => Answer::Known(found.clone()),
        Ok(None) => Answer::Absent,
        Err(why) => Answer::Unknown(Unknown::because(why)),
    }
}
