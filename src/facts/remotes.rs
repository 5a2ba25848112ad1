//! How project repositories are opened.

use crate::git::{Freshness, Git, GitError, Mirrors, Refs, RemoteUrl, Repository, ls_remote};

use super::Network;

/// Opens project repositories: those at their remotes, or in a test those that it describes.
pub trait OpenRemotes: Send + Sync {
    /// The repository at `url`, with its refs at the same moment.
    ///
    /// # Errors
    /// [`GitError::NoSuchRepository`] if it is known not to exist; any other error if nothing is known.
    fn open(&self, url: &RemoteUrl) -> Result<(Refs, Repository), GitError>;

    /// The same as it was fetched last: no host is asked.
    ///
    /// # Errors
    /// As [`open`](Self::open), and where nothing was ever fetched.
    fn at_hand(&self, url: &RemoteUrl) -> Result<(Refs, Repository), GitError> {
        self.open(url)
    }

    /// The branch that its HEAD points to; `None` if that branch does not exist.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    fn trunk(&self, url: &RemoteUrl) -> Result<Option<String>, GitError>;
}

/// Repositories of this machine, read in place, and mirrors of all others.
pub(super) struct Mirrored {
    pub(super) git: Git,
    pub(super) mirrors: Mirrors,
    pub(super) network: Network,
}

impl Mirrored {
    /// Whether `url` may not be contacted.
    fn is_silent(&self, url: &RemoteUrl) -> bool {
        self.network == Network::Offline && !url.is_local()
    }
}

impl OpenRemotes for Mirrored {
    fn open(&self, url: &RemoteUrl) -> Result<(Refs, Repository), GitError> {
        if self.is_silent(url) {
            let repository = self.mirrors.get(url, Freshness::Offline)?;
            return Ok((repository.refs()?, repository));
        }
        let refs = ls_remote(&self.git, url)?;
        let repository = self.mirrors.get(url, Freshness::Matching(&refs))?;
        Ok((refs, repository))
    }

    fn at_hand(&self, url: &RemoteUrl) -> Result<(Refs, Repository), GitError> {
        let repository = self.mirrors.get(url, Freshness::Offline)?;
        Ok((repository.refs()?, repository))
    }

    fn trunk(&self, url: &RemoteUrl) -> Result<Option<String>, GitError> {
        let freshness = if self.is_silent(url) { Freshness::Offline } else { Freshness::Now };
        self.mirrors.trunk(url, freshness)
    }
}
