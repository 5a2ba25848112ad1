//! How two commits differ.

use std::collections::BTreeSet;

use git2::{Diff, DiffFormat, DiffOptions, DiffStatsFormat, FileMode, Oid};

use super::error::GitError;
use super::repository::Repository;

/// The columns of a diffstat.
const WIDTH: usize = 72;

impl Repository {
    /// The paths that differ between two commits, in order; a moved file counts as two. `None` for
    /// `old` is a commit without files. `under` names directories or files; none means all.
    ///
    /// # Errors
    /// [`GitError::Missing`] when one of the commits is not here.
    pub fn changed_paths(
        &self,
        old: Option<Oid>,
        new: Oid,
        under: &[&str],
    ) -> Result<Vec<String>, GitError> {
        let mut options = options(under);
        options.skip_binary_check(true).include_typechange(true);
        let diff = self.diff(old, new, options)?;
        let mut paths = BTreeSet::new();
        for delta in diff.deltas() {
            for file in [delta.old_file(), delta.new_file()] {
                paths.extend(
                    file.path_bytes().map(|path| String::from_utf8_lossy(path).into_owned()),
                );
            }
        }
        Ok(paths.into_iter().collect())
    }

    /// What `git diff --stat` says between two commits, 72 columns wide.
    ///
    /// # Errors
    /// [`GitError::Missing`] when a commit is not here or left-out content could not be brought.
    pub fn diffstat(&self, old: Oid, new: Oid) -> Result<String, GitError> {
        self.diffstat_of(old, new, &[])
    }

    /// The same, for some directories or files; none means all.
    ///
    /// # Errors
    /// As [`diffstat`](Self::diffstat).
    pub fn diffstat_of(&self, old: Oid, new: Oid, under: &[&str]) -> Result<String, GitError> {
        let doing = format!("counting the lines that differ between {old} and {new}");
        let failed = |error: git2::Error| self.failed(&doing, &error);
        let mut diff = self.diff_of_content(old, new, under)?;
        diff.find_similar(None).map_err(failed)?;
        let stats = diff.stats().map_err(failed)?;
        let text = stats.to_buf(DiffStatsFormat::FULL, WIDTH).map_err(failed)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    /// The lines of some files that differ between two commits, each behind its `+` or `-`, with
    /// the `---` and `+++` lines of their files before them.
    ///
    /// # Errors
    /// As [`diffstat`](Self::diffstat).
    pub fn changed_lines(
        &self,
        old: Oid,
        new: Oid,
        paths: &[&str],
    ) -> Result<Vec<String>, GitError> {
        let diff = self.diff_of_content(old, new, paths)?;
        let mut lines = Vec::new();
        let printed = diff.print(DiffFormat::Patch, |_, _, line| {
            let text = String::from_utf8_lossy(line.content());
            match line.origin() {
                sign @ ('+' | '-') => lines.push(format!("{sign}{}", text.trim_end())),
                'F' => {
                    let names = |line: &&str| line.starts_with("+++") || line.starts_with("---");
                    lines.extend(text.lines().filter(names).map(str::to_owned));
                }
                _ => {}
            }
            true
        });
        printed.map_err(|error| self.failed("comparing files", &error))?;
        Ok(lines)
    }

    /// The difference of what files hold, once all that is needed for it is here.
    fn diff_of_content(&self, old: Oid, new: Oid, paths: &[&str]) -> Result<Diff<'_>, GitError> {
        let mut options = options(paths);
        options.context_lines(0);
        let diff = self.diff(Some(old), new, options)?;
        let files = diff.deltas().flat_map(|delta| [delta.old_file(), delta.new_file()]);
        let files = files.filter(|file| !file.id().is_zero() && file.mode() != FileMode::Commit);
        self.have(files.map(|file| file.id()))?;
        Ok(diff)
    }

    fn diff(
        &self,
        old: Option<Oid>,
        new: Oid,
        mut options: DiffOptions,
    ) -> Result<Diff<'_>, GitError> {
        let trees = old.into_iter().chain([new]);
        let trees = trees.map(|commit| self.find_commit(commit).map(|commit| commit.tree_id()));
        self.have(trees.collect::<Result<Vec<_>, _>>()?)?;
        let old = old.map(|commit| self.tree(commit)).transpose()?;
        let new = self.tree(new)?;
        self.inner
            .diff_tree_to_tree(old.as_ref(), Some(&new), Some(&mut options))
            .map_err(|error| self.failed("comparing two trees", &error))
    }
}

fn options(under: &[&str]) -> DiffOptions {
    let mut options = DiffOptions::new();
    options.disable_pathspec_match(true);
    for path in under {
        options.pathspec(path.trim_end_matches('/'));
    }
    options
}
