//! One ref of another repository, brought into the object store of one that is here.

use std::collections::HashSet;
use std::path::Path;

use git2::Oid;

use super::content::TreeKind;
use super::error::GitError;
use super::program::Git;
use super::refs::{REMOTE, open_local};
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
    // A repository on this machine is read in process, unless what it has must be copied here.
    if let Some(there) = open_local(&remote)? {
        match there.ref_target(name)? {
            None => return Ok(None),
            Some(tip) if Repository::open(git_dir)?.has_all_of(tip)? => return Ok(Some(tip)),
            Some(_) => {}
        }
    }
    let ask = |arguments: &[&str]| {
        let command = git.command(doing).git_dir(git_dir).network().remote(REMOTE, url);
        let output = command.args(arguments).run().map_err(|error| remote.trouble(error))?;
        if output.status == Some(0) { Ok(output.stdout) } else { Err(remote.failure(&output)) }
    };
    let listed = ask(&["ls-remote", "--", REMOTE, name])?;
    let text = String::from_utf8_lossy(&listed).into_owned();
    let tip = match listed_at(&text, name) {
        Ok(Some(tip)) => tip,
        Ok(None) => return Ok(None),
        Err(line) => {
            let why = format!("`{line}` is not a line of a list of refs");
            return Err(GitError::Odd { doing: doing.to_owned(), why });
        }
    };
    if !Repository::open(git_dir)?.has_all_of(tip)? {
        ask(&["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--", REMOTE, name])?;
    }
    Ok(Some(tip))
}

/// The id that a list of refs gives for `name`. Half a list, or anything else, is none.
///
/// # Errors
/// The line that does not belong in a list of refs.
fn listed_at<'t>(text: &'t str, name: &str) -> Result<Option<Oid>, &'t str> {
    let mut found = None;
    for line in text.split_inclusive('\n') {
        let whole = line.strip_suffix('\n').ok_or(line)?;
        let (id, listed) = whole.split_once('\t').ok_or(whole)?;
        let is_hex = id.len() == 40 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        let id = Oid::from_str(id).ok().filter(|_| is_hex).ok_or(whole)?;
        // The server matches the ends of names: `refs/heads/<name>` may be listed too.
        if listed == name {
            found = Some(id);
        }
    }
    Ok(found)
}

impl Repository {
    /// What a full ref, or `HEAD`, names; `None` where there is no such ref.
    fn ref_target(&self, name: &str) -> Result<Option<Oid>, GitError> {
        match self.inner.refname_to_id(name) {
            Ok(target) => Ok(Some(target)),
            Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
            Err(error) => Err(self.failed(format!("reading `{name}`"), &error)),
        }
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_is_none_is_not_the_absence_of_a_ref() {
        let (a, name) = ("a".repeat(40), "refs/tagkeeper/ledger");
        let whole = format!("{a}\trefs/heads/{name}\n{}\t{name}\n", "b".repeat(40));
        assert_eq!(listed_at(&whole, name), Ok(Oid::from_str(&"b".repeat(40)).ok()));
        assert_eq!(listed_at("", name), Ok(None));
        let cut = format!("{a}\t{name}");
        for odd in ["?? garbage\n", "x\ty\n", &cut, &format!("{}\t{name}\n", "a".repeat(12))] {
            assert!(listed_at(odd, name).is_err(), "{odd}");
        }
    }
}
