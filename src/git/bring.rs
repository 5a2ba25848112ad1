//! One ref of another repository, brought into the object store of one that is here.

use std::path::Path;

use git2::Oid;

use super::error::GitError;
use super::program::Git;
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
    let command = || git.command(doing).git_dir(git_dir).network().remote("tagkeeper", url);
    let listed = command().args(["ls-remote", "--", "tagkeeper", name]).must()?;
    let text = String::from_utf8_lossy(&listed).into_owned();
    // The server matches the ends of names: `refs/heads/<name>` may be listed too.
    let mut listed = text.lines().filter_map(|line| line.split_once('\t'));
    let Some(tip) = listed.find_map(|(id, listed)| (listed == name).then_some(id)) else {
        return Ok(None);
    };
    let tip = Oid::from_str(tip)
        .map_err(|_| GitError::Odd { doing: doing.to_owned(), why: format!("`{tip}` is no id") })?;
    if Repository::open(git_dir)?.commit(tip)?.is_none() {
        let fetch =
            ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--", "tagkeeper", name];
        command().args(fetch).must()?;
    }
    Ok(Some(tip))
}
