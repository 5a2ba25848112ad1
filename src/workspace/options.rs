//! What a workspace is opened for: which repository, which two states, by which clock.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use jiff::Timestamp;

use crate::facts::Network;
use crate::facts::build::Builder;
use crate::text::without_login;
use crate::tree::scope::Base;

/// How a releases repository is opened. The default is the working tree of the current directory, compared with what it
/// started from, now.
#[derive(Clone)]
pub struct Options {
    /// A directory in the releases repository.
    pub directory: PathBuf,
    /// Configuration to use instead of the repository's own.
    pub config: Option<PathBuf>,
    /// Settings that win over the configuration, as (key, value).
    pub settings: Vec<(String, String)>,
    /// Only these deliverable files or folders, relative to `directory`; all where it is empty.
    pub paths: Vec<PathBuf>,
    /// What to compare with.
    pub base: Base,
    /// The revision to look at; the working tree where there is none.
    pub head: Option<String>,
    /// Texts that take the place of files, by path relative to the top of the repository: what an editor has not saved yet.
    pub unsaved: BTreeMap<String, Vec<u8>>,
    /// Judge as on the day of this revision: hide later tags, branches and commits.
    pub as_of: Option<String>,
    /// The time to judge by; where there is none the time of `as_of`, else of the machine.
    pub now: Option<Timestamp>,
    /// When the request was proposed, where that is known beforehand.
    pub proposed: Option<Timestamp>,
    /// Whether other machines may be asked.
    pub network: Network,
    /// How packages are built; not at all where it says nothing.
    pub builder: Option<Builder>,
    /// Repositories asked at the same time.
    pub jobs: usize,
}

/// Settings may be URLs: no password in them is shown.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = self.settings.iter().map(|(key, value)| (key, without_login(value)));
        f.debug_struct("Options")
            .field("directory", &self.directory)
            .field("config", &self.config)
            .field("settings", &settings.collect::<Vec<_>>())
            .field("paths", &self.paths)
            .field("base", &self.base)
            .field("head", &self.head)
            .field("unsaved", &self.unsaved.keys())
            .field("as_of", &self.as_of)
            .field("now", &self.now)
            .field("proposed", &self.proposed)
            .field("network", &self.network)
            .field("builder", &self.builder)
            .field("jobs", &self.jobs)
            .finish()
    }
}

impl Options {
    /// How many repositories are asked at the same time, where nobody says how many.
    pub const JOBS: usize = 8;

    /// The same at the revision `head`.
    #[must_use]
    pub fn at(self, head: impl Into<String>) -> Self {
        Self { head: Some(head.into()), ..self }
    }

    /// Whether the caller sets this key of the configuration.
    pub(super) fn names(&self, key: &str) -> bool {
        self.config.is_some() || self.settings.iter().any(|(name, _)| name == key)
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            directory: PathBuf::from("."),
            config: None,
            settings: Vec::new(),
            paths: Vec::new(),
            base: Base::Automatic,
            head: None,
            unsaved: BTreeMap::new(),
            as_of: None,
            now: None,
            proposed: None,
            network: Network::Allowed,
            builder: None,
            jobs: Self::JOBS,
        }
    }
}
