//! A ref here for each push, named so that git pushes it to the right ref and to no other.
//!
//! git looks for the destination of `<object>:refs/tags/1.0` among all refs of the server, loosely: a branch that somebody
//! named `refs/tags/1.0` (`refs/heads/refs/tags/1.0`) is a match, and would be written instead. Only the destination of a
//! pattern is taken as it is, and a pattern needs a ref here.

use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
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
        let prefix = format!("{OUTGOING}{}-{}-{number}-{}/", now.as_secs(), process::id(), space());
        let name = format!("{prefix}{}", full_ref.trim_start_matches("refs/"));
        let make = || {
            let repository = Libgit2::open(git_dir)?;
            if is_first_in(git_dir) {
                sweep(&repository, now.saturating_sub(LONGEST));
            }
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

/// Whether this run has pushed nothing from there before: once a run is enough to clear away what others left.
fn is_first_in(git_dir: &Path) -> bool {
    static SWEPT: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    SWEPT.lock().unwrap_or_else(PoisonError::into_inner).insert(git_dir.to_owned())
}

/// Removes what killed runs left: of this machine at once, of others before `then`. A ref that stays does no harm: the next run
/// tries again.
fn sweep(repository: &Libgit2, then: Duration) {
    let Ok(refs) = repository.references_glob(&format!("{OUTGOING}*")) else { return };
    for mut reference in refs.flatten() {
        let name = reference.name().unwrap_or_default().to_owned();
        if name.strip_prefix(OUTGOING).is_some_and(|rest| is_left(rest, then)) {
            drop(reference.delete());
        }
    }
}

/// Whether `<seconds>-<process>-<number>-<space>/…` was left by a run that is over.
fn is_left(name: &str, then: Duration) -> bool {
    let run = name.split('/').next().unwrap_or_default();
    let mut parts = run.splitn(4, '-');
    let mut number = || parts.next().and_then(|part| part.parse::<u64>().ok());
    let (made, process) = (number(), number());
    let is_old = made.is_some_and(|made| Duration::from_secs(made) < then);
    let is_here = parts.nth(1).is_some_and(|place| !place.is_empty() && place == space());
    let is_dead = |process: u64| !Path::new("/proc").join(process.to_string()).exists();
    is_old || is_here && process.is_some_and(is_dead)
}

/// A short name of the boot and the process namespace to which the id of a process belongs; empty where the system does not
/// say.
fn space() -> &'static str {
    static SPACE: OnceLock<String> = OnceLock::new();
    SPACE.get_or_init(|| {
        let boot = fs::read("/proc/sys/kernel/random/boot_id");
        let namespace = fs::read_link("/proc/self/ns/pid");
        let (Ok(boot), Ok(namespace)) = (boot, namespace) else { return String::new() };
        let mut hasher = DefaultHasher::new();
        (boot, namespace).hash(&mut hasher);
        format!("{:08x}", hasher.finish() >> 32)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_dead_run_left_goes_at_once_and_what_others_left_after_a_day() {
        let (then, here) = (Duration::from_secs(1000), space());
        let (ours, dead) = (process::id(), u32::MAX);
        assert!(is_left("999-1-0/tags/1.0", then) && is_left("999-1-0-other/tags/1.0", then));
        assert!(!is_left("1001-1-0/tags/1.0", then) && !is_left("1001-4294967295-0-other/x", then));
        assert!(!is_left(&format!("1001-{ours}-0-{here}/tags/1.0"), then));
        assert_eq!(is_left(&format!("1001-{dead}-0-{here}/tags/1.0"), then), !here.is_empty());
        assert!(!is_left("odd", then));
    }
}
