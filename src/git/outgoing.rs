//! A ref here for each push, named so that git pushes it to the right ref and to no other.
//!
//! git looks for the destination of `<object>:refs/tags/1.0` among all refs of the server, loosely: a branch that somebody
//! named `refs/tags/1.0` (`refs/heads/refs/tags/1.0`) is a match, and would be written instead. Only the destination of a
//! pattern is taken as it is, and a pattern needs a ref here.

use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use git2::{Oid, Repository as Libgit2};

use super::error::GitError;

/// Where the refs are while they are pushed.
const OUTGOING: &str = "refs/tagkeeper/outgoing/";

/// No push lasts longer: an older ref was left by a run that was killed.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// A ref that is here for one push. It goes when this is dropped.
pub(super) struct Outgoing {
    repository: Libgit2,
    /// What stands here for the `refs/` of the ref that is pushed.
    pub(super) prefix: String,
    name: String,
}

impl Outgoing {
    /// Makes `object` go out as `full_ref`, such as `refs/tags/1.0`.
    pub(super) fn new(git_dir: &Path, object: Oid, full_ref: &str) -> Result<Self, GitError> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let prefix = format!("{OUTGOING}{}-{}-{number}/", now.as_secs(), process::id());
        let name = format!("{prefix}{}", full_ref.trim_start_matches("refs/"));
        let make = || {
            let repository = Libgit2::open(git_dir)?;
            sweep(&repository, now.saturating_sub(LONGEST));
            repository.reference(&name, object, false, "")?;
            Ok(repository)
        };
        let repository = make().map_err(|error: git2::Error| {
            GitError::libgit2(format!("preparing the push of {full_ref}"), git_dir, &error)
        })?;
        Ok(Self { repository, prefix, name })
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        let removed = self.repository.find_reference(&self.name).and_then(|mut it| it.delete());
        if let Err(error) = removed {
            log::warn!("the ref {} could not be removed: {error}", self.name);
        }
    }
}

/// Removes what killed runs left before `then`. A ref that stays does no harm: the next run tries again.
fn sweep(repository: &Libgit2, then: Duration) {
    let Ok(refs) = repository.references_glob(&format!("{OUTGOING}*")) else { return };
    for mut reference in refs.flatten() {
        let name = reference.name().unwrap_or_default().to_owned();
        let made = name.strip_prefix(OUTGOING).and_then(|rest| rest.split_once('-'));
        let made = made.and_then(|(seconds, _)| seconds.parse().ok());
        if made.is_some_and(|made| Duration::from_secs(made) < then) {
            drop(reference.delete());
        }
    }
}
