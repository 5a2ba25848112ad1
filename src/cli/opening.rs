//! The arguments that say what a command works on.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

/// What is looked at, and with what
#[derive(clap::Args, Clone, Debug, Default)]
pub(super) struct Opening {
    /// Only these deliverable files or folders; all that the request touches without them
    pub(super) paths: Vec<PathBuf>,
    /// Work in this directory
    #[arg(short = 'C', value_name = "DIR", default_value = ".", hide_default_value = true)]
    pub(super) directory: PathBuf,
    /// Configuration to use instead of the repository's own `tagkeeper.yaml`
    #[arg(long, value_name = "FILE", env = "TAGKEEPER_CONFIG")]
    pub(super) config: Option<PathBuf>,
    /// Revision to compare with [default: HEAD for uncommitted work, else what the branch started from, else the parent]
    #[arg(long, value_name = "REV")]
    pub(super) base: Option<String>,
    /// Revision to judge, read from git without a checkout [default: the working tree]
    #[arg(long, value_name = "REV")]
    pub(super) head: Option<String>,
    /// Judge files whole, without anything to compare with
    #[arg(long, conflicts_with = "base")]
    pub(super) whole_file: bool,
    /// Replay the past: hide the tags that the record did not list yet at this revision, and give back branches that ended later
    #[arg(long, value_name = "REV")]
    pub(super) as_of: Option<String>,
    /// The time to judge by, such as 2026-08-21T12:00:00Z [default: now]
    #[arg(long, value_name = "TIME", env = "TAGKEEPER_NOW", value_parser = moment)]
    pub(super) now: Option<Timestamp>,
    /// When the request was proposed, by which freezes and deadlines are judged [default: when its change was created in Gerrit, else when the newest commit that touches the file was written]
    #[arg(long, value_name = "TIME", env = "TAGKEEPER_PROPOSED", value_parser = moment)]
    pub(super) proposed: Option<Timestamp>,
    /// Ask no host: only this machine and the cache answer
    #[arg(long)]
    pub(super) offline: bool,
    /// Repositories asked at the same time
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub(super) jobs: usize,
    /// Settings of flags and environment, as (key, value)
    #[arg(skip)]
    pub(super) settings: Vec<(String, String)>,
}

impl Opening {
    /// The repository around `directory` at the revision `head`, all of it, and whose configuration to use.
    pub(super) fn at(self, directory: &Path, config: Option<&Path>, head: &str) -> Self {
        Self {
            directory: directory.to_owned(),
            config: config.map(Path::to_owned),
            head: Some(head.to_owned()),
            ..self
        }
    }

    /// Whether no paths were named.
    pub(super) fn is_everything(&self) -> bool {
        self.paths.is_empty()
    }
}

/// A moment, or a day: its first moment in UTC.
pub(super) fn moment(text: &str) -> Result<Timestamp, String> {
    let day = || text.parse().ok().map(crate::calendar::start_of);
    text.parse().ok().or_else(day).ok_or_else(|| {
        "write a day or a moment with its zone, such as 2026-08-21 or 2026-08-21T12:00:00Z"
            .to_owned()
    })
}
