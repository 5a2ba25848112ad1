//! One ref of another repository, brought into the object store of one that is here.

use std::collections::HashSet;
use std::path::Path;

use git2::Oid;

use super::content::TreeKind;
use super::error::GitError;
use super::program::Git;
use super::refs::REMOTE;
use super::remote::RemoteUrl;
use super::repository::Repository;

/// The commit that `name` (a full ref, or `HEAD`) names at `url` now, brought into the repository at `git_dir`; `None`
/// where there is no such ref. No ref is made or moved here.
///
/// # Errors
/// When `url` cannot be read. `doing` says what for.
pub fn bring_ref(
    git: &Git,
    git_dir: &Path,
    url: &str,
    name: &str,
    doing: &str,
) -> Result<Option<Oid>, GitError> {
    let remote = RemoteUrl::new(url);
    let ask = |arguments: &[&str]| {
        let command = git.command(doing).git_dir(git_dir).network().remote(REMOTE, url);
        let output = command.args(arguments).run().map_err(|error| remote.trouble(error))?;
        if output.status == Some(0) { Ok(output.stdout) } else { Err(remote.failure(&output)) }
    };
    let listed = ask(&["ls-remote", "--", REMOTE, name])?;
    let text = String::from_utf8_lossy(&listed).into_owned();
    // The server matches the ends of names: `refs/heads/<name>` may be listed too.
    let mut listed = text.lines().filter_map(|line| line.split_once('\t'));
    let Some(tip) = listed.find_map(|(id, listed)| (listed == name).then_some(id)) else {
        return Ok(None);
    };
    let tip = Oid::from_str(tip).map_err(|_| GitError::Odd {
        doing: doing.to_owned(),
        why: format!("`{tip}` is not an object id"),
    })?;
    if !Repository::open(git_dir)?.has_all_of(tip)? {
        ask(&["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--", REMOTE, name])?;
    }
    Ok(Some(tip))
}

impl Repository {
    /// Whether the commit is here with its parents and all its files: a fetch that was killed may have left the commit alone.
    fn has_all_of(&self, commit: Oid) -> Result<bool, GitError> {
        if !self.has(commit) {
            return Ok(false);
        }
        let commit = self.find_commit(commit)?;
        let cuts = self.cuts()?;
        if !cuts.contains(&commit.id()) && commit.parent_ids().any(|parent| !self.has(parent)) {
            return Ok(false);
        }
        let mut seen = HashSet::new();
        let mut todo = vec![commit.tree_id()];
        while let Some(tree) = todo.pop() {
            if !self.has(tree) {
                return Ok(false);
            }
            for item in self.items(tree)?.into_iter().filter(|item| seen.insert(item.id)) {
                match item.kind {
                    TreeKind::Directory => todo.push(item.id),
                    TreeKind::Submodule => {}
                    TreeKind::File | TreeKind::Executable | TreeKind::Symlink => {
                        if !self.has(item.id) {
                            return Ok(false);
                        }
                    }
                }
            }
        }
        Ok(true)
    }
}
