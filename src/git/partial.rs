//! Bringing what a partial mirror or clone has left out.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use git2::Oid;

use super::error::GitError;
use super::lock::Lock;
use super::program::Git;
use super::refs::REMOTE;
use super::remote::RemoteUrl;
use super::repository::Repository;
use super::stamp;

/// How long bringing some objects may take.
const TIMEOUT: Duration = Duration::from_secs(600);

/// How many objects are asked for in one command line.
const BATCH: usize = 400;

/// Who promised to have what is not here.
#[derive(Debug)]
pub(super) enum Promisor {
    /// The remote of a mirror of ours, and the lock of the mirror.
    Mirror { git: Git, url: RemoteUrl, lock: PathBuf },
    /// A remote by the name that the repository itself has for it.
    Named { git: Git, remote: String },
    /// The remote of a mirror that may not be asked.
    Offline,
}

impl Repository {
    /// Lets reading bring what is not here, when this is a partial clone (`git clone --filter`).
    ///
    /// # Errors
    /// An unreadable configuration.
    pub fn bringing(mut self, git: Git) -> Result<Self, GitError> {
        let named = || -> Result<Option<String>, git2::Error> {
            let config = self.inner.config()?.snapshot()?;
            let mut entries = config.entries(Some(r"^remote\..*\.promisor$"))?;
            while let Some(entry) = entries.next() {
                let entry = entry?;
                let name = entry.name()?;
                if config.get_bool(name)? {
                    let name = name.trim_start_matches("remote.").trim_end_matches(".promisor");
                    return Ok(Some(name.to_owned()));
                }
            }
            Ok(None)
        };
        let named =
            named().map_err(|error| self.failed("looking for a promisor remote", &error))?;
        if let Some(remote) = named {
            self.promisor = Some(Arc::new(Promisor::Named { git, remote }));
        }
        Ok(self)
    }

    /// Whether content may have been left out.
    pub(super) fn is_partial(&self) -> bool {
        self.promisor.is_some()
    }

    /// Sees to it that `ids` are here, where some may have been left out.
    pub(super) fn have(&self, ids: impl IntoIterator<Item = Oid>) -> Result<(), GitError> {
        if !self.is_partial() {
            return Ok(());
        }
        let wanted: BTreeSet<Oid> = ids.into_iter().filter(|id| !self.has(*id)).collect();
        self.bring(&wanted.into_iter().collect::<Vec<_>>())
    }

    /// Brings `ids`, which are not here, in one go; a tree comes with all trees below it.
    pub(super) fn bring(&self, ids: &[Oid]) -> Result<(), GitError> {
        if ids.is_empty() {
            return Ok(());
        }
        let what = || match ids {
            [one] => format!("the object {one}"),
            _ => format!("one of {} objects", ids.len()),
        };
        let missing = |why: &str| GitError::Missing {
            what: what(),
            path: self.git_dir().to_owned(),
            why: why.to_owned(),
        };
        match self.promisor.as_deref() {
            None => return Err(missing("the repository does not have it")),
            Some(Promisor::Offline) => {
                return Err(GitError::Offline { what: what(), path: self.git_dir().to_owned() });
            }
            Some(Promisor::Named { git, remote }) => {
                self.ask(git, remote, ids, None).map_err(|why| missing(&why.to_string()))?;
            }
            Some(Promisor::Mirror { git, url, lock }) => {
                let lock = Lock::take(lock)?;
                // One that was changed by another hand stays so, for the next run to check it.
                let was_noted = stamp::is_unchanged(self.git_dir())?;
                self.ask(git, REMOTE, ids, Some((url, &lock)))
                    .map_err(|why| missing(&why.to_string()))?;
                if was_noted {
                    stamp::note(self.git_dir())?;
                }
            }
        }
        match ids.iter().find(|id| !self.has(**id)) {
            Some(id) => Err(missing(&format!("the remote did not send {id}"))),
            None => Ok(()),
        }
    }

    fn ask(
        &self,
        git: &Git,
        remote: &str,
        ids: &[Oid],
        mirror: Option<(&RemoteUrl, &Lock)>,
    ) -> Result<(), GitError> {
        for batch in ids.chunks(BATCH) {
            let command = git
                .command("fetching what was left out")
                .git_dir(self.git_dir())
                .network()
                .timeout(TIMEOUT)
                .config("fetch.negotiationAlgorithm=noop")
                .args(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--refmap="])
                .args(["--filter=blob:none", "--end-of-options", remote])
                .args(batch.iter().map(Oid::to_string));
            match mirror {
                None => drop(command.must()?),
                Some((url, lock)) => {
                    let command = command.remote(REMOTE, url.secret_text()).hold(lock.share()?);
                    let output = command.run().map_err(|error| url.trouble(error))?;
                    if output.status != Some(0) {
                        return Err(url.failure(&output));
                    }
                }
            }
        }
        Ok(())
    }
}
