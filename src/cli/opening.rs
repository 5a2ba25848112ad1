//! The arguments that say what a command works on, by what they are for: a command offers those that it uses.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::facts::Network;
use crate::plan::Ground;
use crate::tree::scope::Base;
use crate::workspace::Options;

/// Which releases repository, and by which configuration
#[derive(clap::Args, Clone, Debug, Default)]
pub(super) struct Opening {
    /// Work in this directory
    #[arg(short = 'C', value_name = "DIR", default_value = ".", hide_default_value = true)]
    pub(super) directory: PathBuf,
    /// Use this configuration instead of the repository's `tagkeeper.yaml`
    #[arg(long, value_name = "FILE", env = "TAGKEEPER_CONFIG")]
    pub(super) config: Option<PathBuf>,
    /// Settings of flags and environment, as (key, value)
    #[arg(skip)]
    pub(super) settings: Vec<(String, String)>,
}

/// What is compared with what
#[derive(clap::Args, Clone, Debug, Default)]
pub(super) struct Comparing {
    /// Only these deliverable files or folders [default: all that the request touches]
    pub(super) paths: Vec<PathBuf>,
    /// Revision to compare with [default: HEAD for uncommitted work, else where the branch started, else the parent]
    #[arg(long, value_name = "REV")]
    pub(super) base: Option<String>,
    /// Revision to look at, read from git without a checkout [default: the working tree]
    #[arg(long, value_name = "REV")]
    pub(super) head: Option<String>,
    /// Check whole files, without a base to compare with
    #[arg(long, conflicts_with = "base")]
    pub(super) whole_file: bool,
    /// Judge as of the day of this revision: ignore later commits, tags and branches, and restore branches that ended later
    #[arg(long, value_name = "REV")]
    pub(super) as_of: Option<String>,
}

/// The time
#[derive(clap::Args, Clone, Copy, Debug, Default)]
pub(super) struct Now {
    /// Use this time, such as 2026-08-21T12:00:00Z [default: now]
    #[arg(long = "now", value_name = "TIME", env = "TAGKEEPER_NOW", value_parser = moment)]
    pub(super) given: Option<Timestamp>,
}

/// Whether it is for real
#[derive(clap::Args, Clone, Copy, Debug, Default)]
pub(super) struct Playground {
    /// Accept commits that are not merged, and a given time; every tag message then says `meta:playground: yes`
    #[arg(long)]
    playground: bool,
}

impl Playground {
    pub(super) fn get(self) -> Ground {
        if self.playground { Ground::Playground } else { Ground::Real }
    }
}

/// How hosts are asked
#[derive(clap::Args, Clone, Copy, Debug)]
pub(super) struct Asking {
    /// Use only this machine and the cache; contact no host
    #[arg(long)]
    pub(super) offline: bool,
    /// Number of repositories to read, or push to, at the same time, and of processors to use at most
    #[arg(long, value_name = "N", default_value_t = Options::JOBS)]
    pub(super) jobs: usize,
}

impl Opening {
    /// The options of the repository and its configuration.
    pub(super) fn options(&self) -> Options {
        Options {
            directory: self.directory.clone(),
            config: self.config.clone(),
            settings: self.settings.clone(),
            ..Options::default()
        }
    }
}

impl Comparing {
    /// `options`, with what is compared.
    pub(super) fn onto(&self, options: Options) -> Options {
        let base = match (&self.base, self.whole_file) {
            (Some(revision), _) => Base::Revision(revision.clone()),
            (None, true) => Base::None,
            (None, false) => Base::Automatic,
        };
        let (paths, head, as_of) = (self.paths.clone(), self.head.clone(), self.as_of.clone());
        Options { paths, base, head, as_of, ..options }
    }
}

impl Now {
    /// `options`, with the time.
    pub(super) fn onto(&self, options: Options) -> Options {
        Options { now: self.given, ..options }
    }
}

impl Asking {
    /// `options`, with whom to ask.
    pub(super) fn onto(&self, options: Options) -> Options {
        let network = if self.offline { Network::Offline } else { Network::Allowed };
        Options { network, jobs: self.jobs, ..options }
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
