//! A repository on this machine, read in process.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::env;
use std::path::Path;
use std::sync::Arc;

use git2::{ErrorCode, ObjectType, Oid, Reference, RepositoryOpenFlags};

use super::error::GitError;
use super::handles::Handles;
use super::partial::Promisor;
use super::refs::{Refs, TagRef};
use super::stamp;

/// A repository that libgit2 can read.
///
/// Opening one is cheap: a thread that needs one opens its own.
pub struct Repository {
    pub(super) inner: git2::Repository,
    /// Who brings the objects that a mirror has left out.
    pub(super) promisor: Option<Arc<Promisor>>,
    /// Where history is cut off, once it was looked at.
    pub(super) cuts: OnceCell<HashSet<Oid>>,
    /// Other handles of it, once a reader of several threads asked for them.
    pub(super) handles: OnceCell<Arc<Handles>>,
}

impl Repository {
    /// Opens the repository at `directory`: its git directory, or a working tree with one.
    ///
    /// # Errors
    /// [`GitError::NotARepository`]; [`GitError::Refused`] when it belongs to another user;
    /// [`GitError::Unsupported`] for one that only the git program can read.
    pub fn open(directory: &Path) -> Result<Self, GitError> {
        let opened = git2::Repository::open(directory);
        opened.map(Self::plain).map_err(|error| cannot_open(directory, &error))
    }

    /// Finds the repository around `directory`, as git does.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub fn discover(directory: &Path) -> Result<Self, GitError> {
        let ceilings = env::var_os("GIT_CEILING_DIRECTORIES").unwrap_or_default();
        let ceilings = env::split_paths(&ceilings).filter(|path| path.is_absolute());
        git2::Repository::open_ext(directory, RepositoryOpenFlags::empty(), ceilings)
            .map(Self::plain)
            .map_err(|error| cannot_open(directory, &error))
    }

    fn plain(inner: git2::Repository) -> Self {
        Self { inner, promisor: None, cuts: OnceCell::new(), handles: OnceCell::new() }
    }

    /// Opens it once more, for another thread; `None` for one whose objects are brought when they are wanted.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub fn again(&self) -> Result<Option<Self>, GitError> {
        match self.promisor {
            Some(_) => Ok(None),
            None => Self::open(self.git_dir()).map(Some),
        }
    }

    /// The git directory, of a linked working tree its own.
    pub fn git_dir(&self) -> &Path {
        self.inner.path()
    }

    /// The git directory that all working trees share.
    pub fn common_dir(&self) -> &Path {
        self.inner.commondir()
    }

    /// The top of the working tree.
    pub fn work_dir(&self) -> Option<&Path> {
        self.inner.workdir()
    }

    /// Whether it has no working tree.
    pub fn is_bare(&self) -> bool {
        self.inner.is_bare()
    }

    /// The commit that `rev` names; `None` when there is no such revision or no commit behind it.
    ///
    /// # Errors
    /// An ambiguous abbreviation, a damaged repository; [`GitError::Shallow`] when it may only not have been fetched.
    pub fn resolve(&self, rev: &str) -> Result<Option<Oid>, GitError> {
        let object = match self.inner.revparse_single(rev) {
            Ok(object) => object,
            Err(error) if error.code() == ErrorCode::InvalidSpec => return Ok(None),
            Err(error) if error.code() == ErrorCode::NotFound => {
                return self.must_be_whole(|| format!("it has no `{rev}`")).map(|()| None);
            }
            Err(error) => return Err(self.failed(format!("looking for `{rev}`"), &error)),
        };
        match object.peel(ObjectType::Commit) {
            Ok(commit) => Ok(Some(commit.id())),
            Err(error) if error.code() == ErrorCode::NotFound => {
                Err(self.missing(format!("the object behind `{rev}`")))
            }
            Err(_) => Ok(None),
        }
    }

    /// The commit that is checked out; `None` before the first one.
    ///
    /// # Errors
    /// A damaged repository.
    pub fn head(&self) -> Result<Option<Oid>, GitError> {
        match self.inner.head() {
            Ok(head) => self.peel_to_commit(&head).map(Some),
            Err(error) if is_unborn(&error) => Ok(None),
            Err(error) => Err(self.failed("reading HEAD", &error)),
        }
    }

    /// Whether HEAD is a commit and no branch.
    ///
    /// # Errors
    /// A damaged repository.
    pub fn is_detached(&self) -> Result<bool, GitError> {
        self.inner.head_detached().map_err(|error| self.failed("reading HEAD", &error))
    }

    /// The tip of the branch that the checked-out one follows; `None` for a detached HEAD, a branch
    /// that follows none, or one whose upstream is not here.
    ///
    /// # Errors
    /// A damaged repository.
    pub fn upstream_of_head(&self) -> Result<Option<Oid>, GitError> {
        let followed = self.followed_by_head()?;
        followed.map(|branch| self.peel_to_commit(branch.get())).transpose()
    }

    /// The short name, here, of the same branch, such as `origin/master`.
    ///
    /// # Errors
    /// A damaged repository.
    pub fn upstream_of_head_in_short(&self) -> Result<Option<String>, GitError> {
        let followed = self.followed_by_head()?;
        Ok(followed.and_then(|branch| branch.get().shorthand().ok().map(str::to_owned)))
    }

    /// The first branch of a remote, in short, if none has a commit in common with `commit`: then `commit` begins a history of
    /// its own, next to another one.
    ///
    /// # Errors
    /// A damaged repository.
    pub fn unrelated_remote_branch(&self, commit: Oid) -> Result<Option<String>, GitError> {
        let failed =
            |error: git2::Error| self.failed("listing the branches of the remotes", &error);
        let mut first = None;
        for listed in self.inner.branches(Some(git2::BranchType::Remote)).map_err(failed)? {
            let (branch, _) = listed.map_err(failed)?;
            let tip = self.peel_to_commit(branch.get())?;
            if self.merge_base(tip, commit)?.is_some() {
                return Ok(None);
            }
            let name = || String::from_utf8_lossy(branch.get().shorthand_bytes()).into_owned();
            first.get_or_insert_with(name);
        }
        Ok(first)
    }

    fn followed_by_head(&self) -> Result<Option<git2::Branch<'_>>, GitError> {
        let Some(head) = self.branch_of_head()? else { return Ok(None) };
        match git2::Branch::wrap(head).upstream() {
            Ok(branch) => Ok(Some(branch)),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(self.failed("looking for the upstream of HEAD", &error)),
        }
    }

    /// The branch that is checked out; `None` for a detached HEAD and before the first commit.
    fn branch_of_head(&self) -> Result<Option<Reference<'_>>, GitError> {
        match self.inner.head() {
            Ok(head) => Ok(head.is_branch().then_some(head)),
            Err(error) if is_unborn(&error) => Ok(None),
            Err(error) => Err(self.failed("reading HEAD", &error)),
        }
    }

    /// The full name, at its remote, of the branch that the checked-out one follows; `None` for a detached HEAD and a branch
    /// that follows none.
    ///
    /// # Errors
    /// A damaged repository.
    pub fn upstream_name_of_head(&self) -> Result<Option<String>, GitError> {
        let Some(head) = self.branch_of_head()? else { return Ok(None) };
        let name = head.name().ok().unwrap_or_default();
        match self.inner.branch_upstream_merge(name) {
            Ok(merge) => Ok(merge.as_str().ok().map(str::to_owned)),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(self.failed("looking for the upstream of HEAD", &error)),
        }
    }

    /// The branch that HEAD points to; `None` for a HEAD that is detached or points to a branch that does not exist.
    ///
    /// # Errors
    /// A damaged repository.
    pub fn trunk(&self) -> Result<Option<String>, GitError> {
        let name = match self.branch_of_head()? {
            Some(head) => String::from_utf8_lossy(head.name_bytes()).into_owned(),
            None => return Ok(None),
        };
        Ok(name.strip_prefix("refs/heads/").map(str::to_owned))
    }

    /// Its heads and tags.
    ///
    /// # Errors
    /// A damaged repository.
    pub fn refs(&self) -> Result<Refs, GitError> {
        let mut refs = Refs::default();
        self.each_ref("refs/heads/", |name, reference| {
            refs.heads.insert(name, reference.target()?);
            Some(Ok(()))
        })?;
        self.each_ref("refs/tags/", |name, reference| {
            let object = reference.target()?;
            Some(self.peel(reference, object).map(|peeled| {
                refs.tags.insert(name, TagRef { object, peeled });
            }))
        })?;
        Ok(refs)
    }

    /// The same of a clone: where `origin` has a branch of the same name, that one counts and not the local one.
    ///
    /// # Errors
    /// As [`Self::refs`].
    pub fn refs_with_origin(&self) -> Result<Refs, GitError> {
        let mut refs = self.refs()?;
        self.each_ref("refs/remotes/origin/", |name, reference| {
            let tip = reference.target()?;
            if name != "HEAD" {
                refs.heads.insert(name, tip);
            }
            Some(Ok(()))
        })?;
        Ok(refs)
    }

    /// Gives `take` every ref below `prefix` without it; a symbolic one is followed, and left out
    /// when it leads nowhere, as git does.
    fn each_ref<'a>(
        &'a self,
        prefix: &str,
        mut take: impl FnMut(String, &Reference<'a>) -> Option<Result<(), GitError>>,
    ) -> Result<(), GitError> {
        let failed = |error: &git2::Error| self.failed(format!("reading `{prefix}*`"), error);
        let found = self.inner.references_glob(&format!("{prefix}*"));
        for reference in found.map_err(|error| failed(&error))? {
            let reference = reference.map_err(|error| failed(&error))?;
            let name = String::from_utf8_lossy(reference.name_bytes());
            let name = name.strip_prefix(prefix).unwrap_or(&name).to_owned();
            if let Ok(direct) = reference.resolve()
                && let Some(result) = take(name, &direct)
            {
                result?;
            }
        }
        Ok(())
    }

    fn peel(&self, reference: &Reference<'_>, object: Oid) -> Result<Oid, GitError> {
        if let Some(peeled) = reference.target_peel() {
            return Ok(peeled);
        }
        let mut id = object;
        loop {
            match self.kind(id)? {
                Some(ObjectType::Tag) => {
                    let tag = self.inner.find_tag(id);
                    id = tag.map_err(|error| self.damaged(id, &error))?.target_id();
                }
                Some(_) => return Ok(id),
                // What a tag points to may have been left out of a partial clone.
                None if id != object => return Ok(id),
                None => {
                    let why = format!("the object {id} of a tag is missing");
                    self.suspect();
                    return Err(GitError::Corrupt { path: self.git_dir().to_owned(), why });
                }
            }
        }
    }

    fn peel_to_commit(&self, reference: &Reference<'_>) -> Result<Oid, GitError> {
        reference.peel_to_commit().map(|commit| commit.id()).map_err(|error| {
            let name = String::from_utf8_lossy(reference.name_bytes()).into_owned();
            self.failed(format!("reading the commit of `{name}`"), &error)
        })
    }

    /// Whether the object is here, whatever it is.
    pub fn has(&self, id: Oid) -> bool {
        self.inner.odb().is_ok_and(|objects| objects.exists(id))
    }

    pub(super) fn failed(&self, doing: impl Into<String>, error: &git2::Error) -> GitError {
        let error = GitError::libgit2(doing, self.git_dir(), error);
        if matches!(error, GitError::Corrupt { .. }) {
            self.suspect();
        }
        error
    }

    fn damaged(&self, id: Oid, error: &git2::Error) -> GitError {
        self.suspect();
        let why = format!("{id}: {}", error.message());
        GitError::Corrupt { path: self.git_dir().to_owned(), why }
    }

    /// A mirror is a copy: the next run checks it, and makes it again.
    fn suspect(&self) {
        if matches!(self.promisor.as_deref(), Some(Promisor::Mirror { .. } | Promisor::Offline)) {
            stamp::forget(self.git_dir());
        }
    }

    /// Reads each object that lies in a file of its own.
    pub(super) fn must_have_sound_loose_objects(&self) -> Result<(), GitError> {
        let objects =
            self.inner.odb().map_err(|error| self.failed("opening the objects", &error))?;
        let directory = self.common_dir().join("objects");
        let failed = |error: &std::io::Error| GitError::io("cannot read", &directory, error);
        for folder in directory.read_dir().map_err(|error| failed(&error))? {
            let folder = folder.map_err(|error| failed(&error))?;
            let start = folder.file_name().to_string_lossy().into_owned();
            if start.len() != 2 {
                continue;
            }
            for file in folder.path().read_dir().map_err(|error| failed(&error))? {
                let name = file.map_err(|error| failed(&error))?.file_name();
                let id = format!("{start}{}", name.to_string_lossy());
                let read = Oid::from_str(&id).and_then(|id| objects.read(id).map(drop));
                read.map_err(|error| GitError::Corrupt {
                    path: self.git_dir().to_owned(),
                    why: format!("the object {id}: {}", error.message()),
                })?;
            }
        }
        Ok(())
    }

    /// The error for an object that ought to be here.
    pub(super) fn missing(&self, what: impl Into<String>) -> GitError {
        if self.cuts().is_ok_and(|cuts| !cuts.is_empty()) {
            return self.shallow(format!("{} was not fetched", what.into()));
        }
        let why = "the repository does not have it".to_owned();
        GitError::Missing { what: what.into(), path: self.git_dir().to_owned(), why }
    }
}

impl std::fmt::Debug for Repository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Repository").field(&self.git_dir()).finish()
    }
}

/// No such ref, or a branch without a commit.
fn is_unborn(error: &git2::Error) -> bool {
    matches!(error.code(), ErrorCode::UnbornBranch | ErrorCode::NotFound)
}

fn cannot_open(path: &Path, error: &git2::Error) -> GitError {
    let path = path.to_owned();
    let why = error.message().to_owned();
    if error.code() == ErrorCode::NotFound {
        GitError::NotARepository { path }
    } else if error.code() == ErrorCode::Owner {
        GitError::belongs_to_another(&path, &why)
    } else if why.contains("unsupported") || why.contains("unknown object format") {
        GitError::Unsupported { path, why }
    } else {
        GitError::libgit2("opening the repository", &path, error)
    }
}
