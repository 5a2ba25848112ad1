//! The two ends of a request, and how they were found.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Base, ScopeError, Wanted, resolve, tidy};
use crate::git::{Git, Oid, Repository};
use crate::tree::record::DELIVERABLES;
use crate::tree::revision::{Revision, WorkingTree, read_on_disk};
use crate::tree::snapshot::{ItemKind, Snapshot};
use crate::tree::stray::{is_stray, is_yaml};
use crate::tree::unsaved::Unsaved;

/// What a check of the working tree looks at: deliverables, and what they are judged by.
const JUDGED: [&str; 5] =
    [DELIVERABLES, "data", "doc/source", "release-policy.yaml", "tagkeeper.yaml"];

/// The two ends of a request, found once for a [`Wanted`]: looking at a whole working tree takes its time.
#[derive(Debug)]
pub struct Ends {
    /// `None` before the first commit.
    pub(super) base: Option<Oid>,
    pub(super) commit: Oid,
    pub(super) root: Option<PathBuf>,
    /// What differs from `commit` in the working tree.
    pub(super) dirty: Vec<String>,
    /// Texts in place of files.
    unsaved: BTreeMap<String, Vec<u8>>,
    with: With,
    /// How the head is called.
    name: Option<String>,
}

/// Which two states were compared, for the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// How the caller named what was judged, and its commit; `None` for work that is not committed.
    pub head: Option<(String, String)>,
    /// With what.
    pub with: With,
    /// The commit compared with.
    pub base: Option<String>,
}

/// What a request was compared with, by how that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum With {
    /// HEAD, for work that is not committed.
    Head,
    /// The commit at which the branch left the one it follows, such as `origin/master`.
    Followed(String),
    /// The first parent.
    Parent,
    /// The revision that the caller named.
    Named(String),
    /// Nothing: there is no commit before.
    Nothing,
    /// Nothing: files were judged whole.
    Whole,
}

impl Ends {
    /// Resolves the revisions, and looks at the working tree where that is judged.
    ///
    /// # Errors
    /// When a revision is not there, or the working tree cannot be read.
    pub fn find(repository: &Repository, wanted: &Wanted) -> Result<Self, ScopeError> {
        let (commit, root, mut dirty) = match &wanted.head {
            Some(revision) => (resolve(repository, revision)?, None, Vec::new()),
            None => {
                let root = repository
                    .work_dir()
                    .ok_or_else(|| ScopeError::Bare(tidy(repository.git_dir())))?;
                let head = repository.head()?.ok_or_else(|| ScopeError::NoCommit(tidy(root)))?;
                let dirty = dirty(repository, head, root)?;
                (head, Some(root.to_owned()), dirty)
            }
        };
        let unsaved = wanted.unsaved.clone();
        dirty.extend(
            unsaved.keys().filter(|path| !dirty.contains(path)).cloned().collect::<Vec<_>>(),
        );
        let (base, with) = match &wanted.base {
            Base::Revision(revision) => {
                let base = resolve(repository, revision)?;
                if repository.merge_base(base, commit)?.is_none() {
                    let head = wanted.head.clone().unwrap_or_else(|| "HEAD".to_owned());
                    return Err(ScopeError::Unrelated { head, base: revision.clone() });
                }
                (Some(base), With::Named(revision.clone()))
            }
            Base::None => (None, With::Whole),
            Base::Automatic if !dirty.is_empty() => (Some(commit), With::Head),
            Base::Automatic => automatic_base(repository, commit, wanted.head.is_none())?,
        };
        let name = wanted.head.clone();
        Ok(Self { base, commit, root, dirty, unsaved, with, name })
    }

    /// The branch since which HEAD has commits that change deliverable files and are not part of the request, if there are any:
    /// work that is not committed is compared with HEAD. It is for the reader alone, so a history that cannot be read, as in a
    /// shallow clone, leaves it out.
    pub fn left_out_since(&self, repository: &Repository) -> Option<String> {
        if self.with != With::Head {
            return None;
        }
        let found = left_out_since(repository, self.commit);
        found
            .inspect_err(|error| log::info!("cannot compare HEAD with its branch: {error}"))
            .ok()?
    }

    /// Whether the repository has nothing before what is judged.
    pub fn is_first(&self) -> bool {
        self.with == With::Nothing
    }

    /// Which two states these are.
    pub fn compared(&self) -> Compared {
        let name = || self.name.clone().unwrap_or_else(|| "HEAD".to_owned());
        Compared {
            head: self.dirty.is_empty().then(|| (name(), self.commit.to_string())),
            with: self.with.clone(),
            base: self.base.map(|base| base.to_string()),
        }
    }

    pub(super) fn head_snapshot(&self, repository: &Repository) -> Box<dyn Snapshot> {
        let revision = Box::new(Revision::new(repository, self.commit));
        let saved: Box<dyn Snapshot> = match &self.root {
            Some(root) if !self.dirty.is_empty() => {
                Box::new(WorkingTree::new(revision, root.clone(), &self.dirty))
            }
            _ => revision,
        };
        match self.unsaved.is_empty() {
            true => saved,
            false => Box::new(Unsaved::new(saved, self.unsaved.clone())),
        }
    }
}

/// What differs from HEAD in the working tree, as far as it is judged.
fn dirty(repository: &Repository, head: Oid, root: &Path) -> Result<Vec<String>, ScopeError> {
    let is_judged = |path: &str| {
        JUDGED.iter().any(|part| {
            path.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    // Without an index, nothing was ever checked out, and every file would look removed.
    if !repository.git_dir().join("index").exists() {
        return Err(ScopeError::NoCheckout(tidy(root)));
    }
    let mut found = Vec::new();
    for path in repository.status_paths(&Git::find()?, &[])? {
        // A stray was misplaced by this request only where HEAD does not have it.
        let is_stray = || {
            let bytes = is_yaml(&path).then(|| read_on_disk(&root.join(&path), ItemKind::File));
            bytes.is_some_and(|bytes| bytes.is_ok_and(|bytes| is_stray(&path, &bytes)))
        };
        if is_judged(&path) || (is_stray() && repository.read(head, &path, usize::MAX)?.is_none()) {
            found.push(path);
        }
    }
    Ok(found)
}

/// The branch that HEAD follows, in short, if commits since then change deliverable files.
fn left_out_since(repository: &Repository, commit: Oid) -> Result<Option<String>, ScopeError> {
    let Some(upstream) = repository.upstream_of_head()? else { return Ok(None) };
    let Some(base) = repository.merge_base(upstream, commit)? else { return Ok(None) };
    if repository.changed_paths(Some(base), commit, &[DELIVERABLES])?.is_empty() {
        return Ok(None);
    }
    Ok(repository.upstream_of_head_in_short()?)
}

/// The merge base with the upstream of the branch, unless that is the commit itself; else the first parent.
fn automatic_base(
    repository: &Repository,
    commit: Oid,
    is_checked_out: bool,
) -> Result<(Option<Oid>, With), ScopeError> {
    let parents = repository.parents(commit)?;
    if is_checked_out
        && parents.len() < 2
        && !repository.is_detached()?
        && let Some(upstream) = repository.upstream_of_head()?
    {
        let followed = repository.upstream_of_head_in_short()?.unwrap_or_default();
        match repository.merge_base(upstream, commit)? {
            None => return Err(ScopeError::Unrelated { head: "HEAD".to_owned(), base: followed }),
            Some(base) if base != commit => return Ok((Some(base), With::Followed(followed))),
            Some(_) => {}
        }
    }
    if let Some(parent) = parents.first() {
        return Ok((Some(*parent), With::Parent));
    }
    match repository.unrelated_remote_branch(commit)? {
        Some(base) => Err(ScopeError::Unrelated { head: "HEAD".to_owned(), base }),
        None => Ok((None, With::Nothing)),
    }
}
