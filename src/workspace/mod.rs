//! A workspace: a releases repository that is open, with its configuration, its clock, and where facts come from.
//!
//! Opening decides which configuration counts: that of the base side, so that a request cannot loosen its own check.

mod change;
mod configuration;
mod failure;
mod options;
mod paths;
mod replace;
mod sources;
mod tools;
mod upstream;

pub use change::{FetchedChange, open_change};
pub use failure::{Failure, FailureKind};
pub use options::Options;
pub use replace::replace_file;
pub use upstream::{PushRemote, Upstream};

use std::collections::BTreeSet;
use std::env;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::thread;

use jiff::Timestamp;

use crate::config::{CONFIG, Config, POLICY, Policy};
use crate::facts::Network;
use crate::git::{Git, Oid, Repository};
use crate::rules::{self, Clock};
use crate::steps::announcement::SiteTemplate;
use crate::tree::record::{Record, SERIES_STATUS};
use crate::tree::request::Request;
use crate::tree::schedule::path_of;
use crate::tree::scope::{self, Base, Compared, Ends, Wanted};
use configuration::{cache, read_config, read_template, text_cache};
use paths::paths_in;

/// A releases repository with its configuration.
pub struct Workspace {
    /// The releases repository.
    pub repository: Rc<Repository>,
    /// Its configuration, with the settings of the caller on top.
    pub config: Config,
    /// Its policy.
    pub policy: Policy,
    /// The time to judge by.
    pub now: Timestamp,
    /// Repositories asked at the same time.
    pub jobs: usize,
    home: Option<PathBuf>,
    /// The site's own words of announcements.
    template: Option<SiteTemplate>,
    /// What is looked at.
    pub wanted: Wanted,
    /// Of `wanted`.
    ends: Ends,
    options: Options,
}

impl Workspace {
    /// Finds the repository and reads the configuration: of the base side, so that a request cannot loosen its own check.
    pub fn open(options: &Options) -> Result<Self, Failure> {
        let repository = discover(options)?;
        let wanted = wanted(&repository, options)?;
        let ends = Ends::find(&repository, &wanted)?;
        let trusted = scope::trusted_record(&repository, &wanted, &ends)?;
        Self::with(options, repository, (wanted, ends), &trusted)
    }

    /// The same for what is merged: the committed head, whose configuration was reviewed with it.
    pub fn open_merged(options: &Options) -> Result<Self, Failure> {
        let repository = discover(options)?;
        let head = options.head.clone().unwrap_or_else(|| "HEAD".to_owned());
        let trusted = scope::record_at(&repository, &head, None)?;
        let wanted = Wanted { head: Some(head), ..wanted(&repository, options)? };
        let ends = Ends::find(&repository, &wanted)?;
        Self::with(options, repository, (wanted, ends), &trusted)
    }

    /// The same for what was merged when the branch that HEAD follows was fetched last; of the base side where it follows
    /// none. What is checked out may be anybody's, and may name a server that a login is not meant for.
    pub fn open_upstream(options: &Options) -> Result<Self, Failure> {
        match discover(options)?.upstream_of_head()? {
            Some(tip) => Self::open_merged(&options.clone().at(tip.to_string())),
            None => Self::open(options),
        }
    }

    /// As [`open`](Self::open) does, but what is merged counts with its own configuration and policy, as where it is applied:
    /// the range may contain the commit that sets a hold.
    pub fn open_to_plan(options: &Options) -> Result<Self, Failure> {
        let workspace = Self::open(options)?;
        if options.as_of.is_some() || !workspace.changes_configuration()? || !workspace.is_merged()
        {
            return Ok(workspace);
        }
        Self::open_merged(options)
    }

    /// Whether the configuration or the policy is another at the head than at the base.
    fn changes_configuration(&self) -> Result<bool, Failure> {
        let trusted = scope::trusted_record(&self.repository, &self.wanted, &self.ends)?;
        let head = scope::record_at(&self.repository, self.head(), None)?;
        for name in [CONFIG, POLICY] {
            let before = trusted.bytes(name).map_err(Failure::outside)?;
            if before != head.bytes(name).map_err(Failure::outside)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether it is known that everything that is judged is merged.
    fn is_merged(&self) -> bool {
        let is_committed = self.ends.compared().head.is_some();
        is_committed
            && self
                .upstream()
                .and_then(|upstream| self.is_in(upstream.tip))
                .inspect_err(|failure| log::info!("cannot tell what is merged: {failure}"))
                .unwrap_or(false)
    }

    /// The same for a commit that is proposed, by the configuration of what is merged at `trusted`.
    pub fn open_proposed(
        options: &Options,
        head: Oid,
        trusted: Oid,
        proposed: Timestamp,
    ) -> Result<Self, Failure> {
        let options = Options {
            proposed: options.proposed.or(Some(proposed)),
            ..options.clone().at(head.to_string())
        };
        let repository = discover(&options)?;
        let wanted = wanted(&repository, &options)?;
        let ends = Ends::find(&repository, &wanted)?;
        let trusted = scope::record_at(&repository, &trusted.to_string(), None)?;
        Self::with(&options, repository, (wanted, ends), &trusted)
    }

    fn with(
        options: &Options,
        repository: Rc<Repository>,
        (mut wanted, ends): (Wanted, Ends),
        trusted: &Record,
    ) -> Result<Self, Failure> {
        let home = env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
        let (mut config, policy) = read_config(options.config.as_deref(), trusted)?;
        for (key, value) in &options.settings {
            config.set(key, value).map_err(|why| Failure::usage(format!("`{key}`: {why}")))?;
        }
        let template = read_template(&config, trusted)?;
        let cache = cache(&config, home.as_deref(), repository.git_dir());
        wanted.terms = Arc::clone(&config.terms);
        wanted.text_cache = Some(text_cache(&cache));
        let now = match (&options.as_of, options.now) {
            (_, Some(now)) => now,
            (Some(then), None) => scope::date_of(&repository, then)?,
            (None, None) => Timestamp::now(),
        };
        let jobs = options.jobs.max(1);
        wanted.threads = thread::available_parallelism().map_or(1, usize::from).min(jobs);
        let options = options.clone();
        Ok(Self { repository, config, policy, now, jobs, home, template, wanted, ends, options })
    }

    /// Compares with the revision `base` from now on.
    pub fn compare_with(&mut self, base: String) -> Result<(), Failure> {
        self.wanted.base = Base::Revision(base);
        self.ends = Ends::find(&self.repository, &self.wanted)?;
        Ok(())
    }

    /// The request to judge.
    pub fn request(&self) -> Result<Request, Failure> {
        let request = scope::request(&self.repository, &self.wanted, &self.ends)?;
        if request.changes.is_empty() {
            self.refuse_missing_paths(&request)?;
        }
        Ok(request)
    }

    /// The revision that is looked at: `HEAD`, where none is named.
    pub fn head(&self) -> &str {
        self.wanted.head.as_deref().unwrap_or("HEAD")
    }

    /// The record at that revision.
    pub fn head_record(&self) -> Result<Record, Failure> {
        let text_cache = self.wanted.text_cache.clone();
        let record = scope::record_at(&self.repository, self.head(), text_cache)?;
        Ok(record.with_terms(Arc::clone(&self.config.terms)))
    }

    /// How many threads read and judge files: no more than there are processors.
    pub fn threads(&self) -> usize {
        self.wanted.threads
    }

    /// Which two states the request is between.
    pub fn compared(&self) -> Compared {
        self.ends.compared()
    }

    /// Whether the caller gave the time.
    pub fn has_given_clock(&self) -> bool {
        self.options.now.is_some()
    }

    /// Whether the head is `tip` or comes before it.
    ///
    /// # Errors
    /// When a commit is not here or cannot be read.
    pub fn is_in(&self, tip: Oid) -> Result<bool, Failure> {
        Ok(scope::is_behind(&self.repository, &self.wanted, tip)?)
    }

    /// Whether no host may be asked.
    pub fn is_offline(&self) -> bool {
        self.options.network == Network::Offline
    }

    /// The time now: a run may last, and a window close meanwhile. A time that was given stands still.
    pub fn present(&self) -> Timestamp {
        self.options.now.unwrap_or_else(Timestamp::now)
    }

    /// The times by which a request is judged.
    pub fn clock(&self) -> Clock {
        Clock { now: self.now, proposed: self.options.proposed }
    }

    /// The cache directory.
    pub fn cache(&self) -> PathBuf {
        cache(&self.config, self.home.as_deref(), self.repository.git_dir())
    }

    /// Whether a path is among those that were named, or none were.
    pub fn wants(&self, path: &str) -> bool {
        scope::is_wanted(path, &self.wanted.paths)
    }

    /// A note for each file of the calendar that the request changes: its own dates and statuses are the ones that count.
    fn changed_calendar(&self, request: &Request) -> Result<Vec<String>, Failure> {
        let Some(base) = &request.base else { return Ok(Vec::new()) };
        let mut notes = Vec::new();
        for path in calendar_of(request) {
            if base.bytes(&path)? == request.head.bytes(&path)? {
                continue;
            }
            notes.push(match path.as_str() {
                SERIES_STATUS => format!("the request changes `{path}`: it was judged by its own statuses, but a series that was closed before stays closed"),
                _ => format!("the request changes `{path}`: it was judged by its own dates"),
            });
        }
        Ok(notes)
    }

    /// A note for the configuration and the policy, where the request changes them: those from before it count.
    fn changed_site(&self, request: &Request) -> Result<Vec<String>, Failure> {
        let base = request.base.as_ref().filter(|_| !self.ends.is_first());
        let Some(base) = base else { return Ok(Vec::new()) };
        let mut notes = Vec::new();
        for name in [CONFIG, POLICY] {
            let before = base.bytes(name).map_err(Failure::outside)?;
            if before != request.head.bytes(name).map_err(Failure::outside)? {
                notes.push(format!("the request changes `{name}`: this check used the one from before the request; the new one counts after the merge"));
            }
        }
        Ok(notes)
    }

    /// What a reader should know beside the findings.
    pub fn notes(&self, request: &Request) -> Result<Vec<String>, Failure> {
        let mut notes = rules::notes(request);
        let lifted = rules::lifted(request, &self.policy);
        let is_about_merged = !lifted.is_empty();
        notes.extend(lifted);
        if let Some(branch) = self.ends.left_out_since(&self.repository) {
            notes.push(format!(
                "only work that is not committed was judged; `--base {branch}` judges the commits since `{branch}` with it"
            ));
        }
        let of_site = self.changed_site(request)?;
        if request.changes.is_empty() && of_site.is_empty() && !is_about_merged {
            let note = match (request.base.is_some(), self.wanted.paths.is_empty()) {
                (false, _) => "none of these is a deliverable file",
                (true, true) => "the request touches no deliverable file",
                (true, false) => {
                    "the request touches none of these files; `--whole-file` judges them as they are"
                }
            };
            notes.push(note.to_owned());
        }
        if self.ends.is_first() {
            return Ok(notes);
        }
        notes.extend(of_site);
        notes.extend(self.changed_calendar(request)?);
        Ok(notes)
    }
}

/// Files of the calendar.
fn calendar_of(request: &Request) -> BTreeSet<String> {
    let files = request.changes.iter().filter_map(|change| change.after.as_ref());
    let paths = files.filter_map(|file| file.path.as_ref().ok());
    let schedules = paths.map(|path| path_of(path.series()));
    schedules.chain([SERIES_STATUS.to_owned()]).collect()
}

/// The releases repository. A partial clone brings what it left out, where its remote may be asked.
fn discover(options: &Options) -> Result<Rc<Repository>, Failure> {
    let repository = Repository::discover(&options.directory)?;
    Ok(Rc::new(match Git::find() {
        Ok(git) if options.network == Network::Allowed => repository.bringing(git)?,
        _ => repository,
    }))
}

fn wanted(repository: &Repository, options: &Options) -> Result<Wanted, Failure> {
    let paths = paths_in(repository, &options.directory, &options.paths)?;
    let (base, head) = (options.base.clone(), options.head.clone());
    let unsaved = options.unsaved.clone();
    Ok(Wanted { base, head, paths, unsaved, ..Wanted::default() })
}
