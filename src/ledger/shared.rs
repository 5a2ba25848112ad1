//! The ledger as the tree of a ref that several machines share.

use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, RandomState};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::store::{At, LedgerDraft, LedgerError, LedgerSnapshot};
use crate::git::{
    Destination, Git, Identity, Oid, PushAnswer, Repository, TagTime, bring_ref, commit_files,
};

/// How long a change is tried when other runs are faster.
const LONGEST: Duration = Duration::from_secs(300);
/// The longest pause between two tries.
const LONGEST_PAUSE: u64 = 4_000;

/// A ledger in a ref.
#[derive(Clone, Debug)]
pub struct Shared {
    /// The git program.
    pub git: Git,
    /// A repository of this machine whose object store may be used.
    pub git_dir: PathBuf,
    /// The URL of the repository that has the ref.
    pub url: String,
    /// Such as `refs/tagkeeper/ledger`.
    pub name: String,
    /// Who commits.
    pub who: Identity,
    /// The commit that it was last seen at. A change on top of it needs no look at the ref: the push fails where it has moved.
    pub seen: Seen,
}

/// A commit that the ref was last seen at; all clones share it.
#[derive(Clone, Debug, Default)]
pub struct Seen(Arc<Mutex<Option<Oid>>>);

impl Seen {
    fn take(&self) -> Option<Oid> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn set(&self, tip: Option<Oid>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = tip;
    }
}

impl Shared {
    pub(super) fn read(&self) -> Result<LedgerSnapshot, LedgerError> {
        let tip = self.fetched()?;
        self.seen.set(tip);
        self.snapshot(tip)
    }

    fn snapshot(&self, tip: Option<Oid>) -> Result<LedgerSnapshot, LedgerError> {
        let Some(tip) = tip else { return Ok(LedgerSnapshot(At::Empty)) };
        Ok(LedgerSnapshot(At::Commit(Repository::open(&self.git_dir)?, tip)))
    }

    /// The newest commit of the ref, brought here; `None` where there is no such ref.
    fn fetched(&self) -> Result<Option<Oid>, LedgerError> {
        let doing = format!("reading the ledger `{}`", self.name);
        Ok(bring_ref(&self.git, &self.git_dir, &self.url, &self.name, &doing)?)
    }

    pub(super) fn update<T>(
        &self,
        message: &str,
        at: Timestamp,
        mut change: impl FnMut(&mut LedgerDraft<'_>) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        // Of two runs that write the same at the same second, each needs a commit of its own: else both would find
        // their commit in the ref.
        let run = RandomState::new().hash_one(std::process::id());
        let message = format!("{message}\n\nRun: {run:016x}\n");
        let mut doubts: Vec<Doubt<T>> = Vec::new();
        let start = Instant::now();
        let mut seen = self.seen.take();
        for tries in 0_u32.. {
            if tries > 0 {
                if start.elapsed() >= LONGEST {
                    break;
                }
                thread::sleep(pause(tries));
            }
            let is_guessed = seen.is_some();
            let tip = match seen.take() {
                None => self.fetched().map_err(|error| self.in_doubt(&doubts, error))?,
                guessed => guessed,
            };
            // The answer was lost, not the push: the ref shows it, now or later.
            if let Some(arrived) = self.arrived(tip, &doubts)? {
                return Ok(doubts.swap_remove(arrived).value);
            }
            let snapshot = self.snapshot(tip)?;
            let mut draft = LedgerDraft { below: &snapshot, changed: BTreeMap::new() };
            let value = change(&mut draft)?;
            if draft.changed.is_empty() {
                if is_guessed {
                    continue;
                }
                self.seen.set(tip);
                return Ok(value);
            }
            let files: Vec<_> = draft.changed.into_iter().collect();
            let time = TagTime { seconds: at.as_second(), offset_minutes: 0 };
            let commit = commit_files(&self.git_dir, tip, &files, (&self.who, time), &message)?;
            let destination = Destination::new(&self.git, &self.git_dir, &self.url);
            match destination.fast_forward(commit, &self.name, tip)? {
                PushAnswer::Created | PushAnswer::Moved | PushAnswer::AlreadyThere => {
                    self.seen.set(Some(commit));
                    return Ok(value);
                }
                PushAnswer::Taken => {}
                // The last word, unless the ref has moved: some servers answer so who comes too late.
                PushAnswer::Refused { reason }
                    if !is_for_a_lock(&reason) && self.fetched()? == tip =>
                {
                    return Err(self.refused(reason));
                }
                PushAnswer::Refused { .. } => {}
                PushAnswer::Unknown { why } => doubts.push(Doubt { commit, value, why }),
            }
        }
        let tip = self.fetched().map_err(|error| self.in_doubt(&doubts, error))?;
        match (self.arrived(tip, &doubts)?, doubts.last()) {
            (Some(arrived), _) => Ok(doubts.swap_remove(arrived).value),
            (None, Some(doubt)) => Err(self.refused(doubt.why.clone())),
            (None, None) => Err(self.refused(format!(
                "other runs wrote first for {} s; run again when fewer are running",
                start.elapsed().as_secs()
            ))),
        }
    }

    /// Which of our commits the ref holds, even below those of other runs.
    fn arrived<T>(
        &self,
        tip: Option<Oid>,
        doubts: &[Doubt<T>],
    ) -> Result<Option<usize>, LedgerError> {
        let Some(tip) = tip.filter(|_| !doubts.is_empty()) else { return Ok(None) };
        let repository = Repository::open(&self.git_dir)?;
        for (at, doubt) in doubts.iter().enumerate() {
            if repository.is_ancestor(doubt.commit, tip)? {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    /// What it means that the ref cannot be read: something else while a commit is on its way.
    fn in_doubt<T>(&self, doubts: &[Doubt<T>], error: LedgerError) -> LedgerError {
        match doubts.last() {
            None => error,
            Some(doubt) => LedgerError::Uncertain {
                name: self.name.clone(),
                url: crate::git::mask_credentials(&self.url),
                why: format!("{}; then {error}", doubt.why),
            },
        }
    }

    fn refused(&self, why: String) -> LedgerError {
        LedgerError::Refused {
            name: self.name.clone(),
            url: crate::git::mask_credentials(&self.url),
            why,
        }
    }
}

/// A commit that was sent, of which no answer came.
struct Doubt<T> {
    commit: Oid,
    value: T,
    why: String,
}

/// How long to wait before a further try: longer each time, and not the same for two runs.
fn pause(tries: u32) -> Duration {
    let most = (50_u64 << tries.min(10)).min(LONGEST_PAUSE);
    Duration::from_millis(RandomState::new().hash_one(tries) % most)
}

/// Whether the server refused because another run was writing the ref at that moment.
fn is_for_a_lock(reason: &str) -> bool {
    let reason = reason.to_ascii_lowercase();
    ["lock", "failed to update ref"].iter().any(|words| reason.contains(words))
}
