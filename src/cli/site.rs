//! The site a command works on: the releases repository, its configuration, and where facts come from.

mod configuration;
mod paths;
mod sources;

use std::env;
use std::path::PathBuf;
use std::rc::Rc;

use jiff::Timestamp;

use super::failure::Failure;
use super::opening::Look;
use crate::config::{CONFIG, Config, POLICY, Policy};
use crate::git::{Git, Oid, Repository};
use crate::rules::{self, Clock};
use crate::tree::record::Record;
use crate::tree::request::Request;
use crate::tree::scope::{self, Base, Compared, Ends, Wanted};
use configuration::{cache, index_file, read_config};
use paths::paths_in;

/// A releases repository with its configuration.
pub(super) struct Site {
    pub(super) repository: Rc<Repository>,
    pub(super) config: Config,
    pub(super) policy: Policy,
    pub(super) now: Timestamp,
    pub(super) jobs: usize,
    pub(super) home: Option<PathBuf>,
    pub(super) wanted: Wanted,
    /// Of `wanted`.
    ends: Ends,
    look: Look,
}

impl Site {
    /// Finds the repository and reads the configuration: of the base side, so that a request cannot loosen its own check.
    pub(super) fn open(look: &Look) -> Result<Self, Failure> {
        let repository = discover(look)?;
        let wanted = wanted(&repository, look)?;
        let ends = Ends::find(&repository, &wanted)?;
        let trusted = scope::base_record(&repository, &wanted, &ends)?;
        Self::with(look, repository, (wanted, ends), &trusted)
    }

    /// The same for what is merged: the committed head, whose configuration was reviewed with it.
    pub(super) fn open_merged(look: &Look) -> Result<Self, Failure> {
        let repository = discover(look)?;
        let head = look.comparing.head.clone().unwrap_or_else(|| "HEAD".to_owned());
        let trusted = scope::record_at(&repository, &head, None)?;
        let wanted = Wanted { head: Some(head), ..wanted(&repository, look)? };
        let ends = Ends::find(&repository, &wanted)?;
        Self::with(look, repository, (wanted, ends), &trusted)
    }

    /// The same for what was merged when the branch that HEAD follows was fetched last; of the base side where it follows
    /// none. What is checked out may be anybody's, and may name a server that a login is not meant for.
    pub(super) fn open_upstream(look: &Look) -> Result<Self, Failure> {
        match discover(look)?.upstream_of_head()? {
            Some(tip) => Self::open_merged(&look.clone().at(Some(&tip.to_string()))),
            None => Self::open(look),
        }
    }

    /// The same for a commit that is proposed, by the configuration of what is merged at `trusted`.
    pub(super) fn open_proposed(
        look: &Look,
        head: Oid,
        trusted: Oid,
        proposed: Timestamp,
    ) -> Result<Self, Failure> {
        let look = Look {
            proposed: look.proposed.or(Some(proposed)),
            ..look.clone().at(Some(&head.to_string()))
        };
        let repository = discover(&look)?;
        let wanted = wanted(&repository, &look)?;
        let ends = Ends::find(&repository, &wanted)?;
        let trusted = scope::record_at(&repository, &trusted.to_string(), None)?;
        Self::with(&look, repository, (wanted, ends), &trusted)
    }

    fn with(
        look: &Look,
        repository: Rc<Repository>,
        (mut wanted, ends): (Wanted, Ends),
        trusted: &Record,
    ) -> Result<Self, Failure> {
        let home = env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
        let (mut config, policy) = read_config(look.opening.config.as_deref(), trusted)?;
        for (key, value) in &look.opening.settings {
            config.set(key, value).map_err(|why| Failure::usage(format_args!("`{key}`: {why}")))?;
        }
        let cache = cache(&config, home.as_deref(), repository.git_dir());
        wanted.index_file = Some(index_file(&cache, repository.git_dir()));
        let now = look.now.given.unwrap_or_else(Timestamp::now);
        let jobs = look.asking.jobs.max(1);
        let look = look.clone();
        Ok(Self { repository, config, policy, now, jobs, home, wanted, ends, look })
    }

    /// Compares with the revision `base` from now on.
    pub(super) fn compare_with(&mut self, base: String) -> Result<(), Failure> {
        self.wanted.base = Base::Revision(base);
        self.ends = Ends::find(&self.repository, &self.wanted)?;
        Ok(())
    }

    /// The request to judge.
    pub(super) fn request(&self) -> Result<Request, Failure> {
        let request = scope::request(&self.repository, &self.wanted, &self.ends)?;
        if request.changes.is_empty() {
            self.refuse_missing_paths(&request)?;
        }
        Ok(request)
    }

    /// Which two states the request is between.
    pub(super) fn compared(&self) -> Compared {
        self.ends.compared()
    }

    /// Whether no host may be asked.
    pub(super) fn is_offline(&self) -> bool {
        self.look.asking.offline
    }

    /// The time now: a run may last, and a window close meanwhile. A time that was given stands still.
    pub(super) fn present(&self) -> Timestamp {
        self.look.now.given.unwrap_or_else(Timestamp::now)
    }

    /// The times by which a request is judged.
    pub(super) fn clock(&self) -> Clock {
        Clock { now: self.now, proposed: self.look.proposed }
    }

    /// The cache directory.
    pub(super) fn cache(&self) -> PathBuf {
        cache(&self.config, self.home.as_deref(), self.repository.git_dir())
    }

    /// Whether a path is among those that were named, or none were.
    pub(super) fn wants(&self, path: &str) -> bool {
        scope::is_wanted(path, &self.wanted.paths)
    }

    /// What a reader should know beside the findings.
    pub(super) fn notes(&self, request: &Request) -> Result<Vec<String>, Failure> {
        let mut notes = rules::notes(request);
        if request.changes.is_empty() {
            let note = match (request.base.is_some(), self.wanted.paths.is_empty()) {
                (false, _) => "no deliverable file is among these",
                (true, true) => "the request touches no deliverable file",
                (true, false) => {
                    "the request touches none of these files; `--whole-file` judges them as they are"
                }
            };
            notes.push(note.to_owned());
        }
        for name in [CONFIG, POLICY] {
            if let Some(base) = &request.base
                && base.bytes(name).map_err(Failure::outside)?
                    != request.head.bytes(name).map_err(Failure::outside)?
            {
                notes
                    .push(format!("the request changes `{name}`: it was judged by the one before"));
            }
        }
        Ok(notes)
    }
}

/// The releases repository. A partial clone brings what it left out, where its remote may be asked.
fn discover(look: &Look) -> Result<Rc<Repository>, Failure> {
    let repository = Repository::discover(&look.opening.directory)?;
    Ok(Rc::new(match Git::find() {
        Ok(git) if !look.asking.offline => repository.bringing(git)?,
        _ => repository,
    }))
}

fn wanted(repository: &Repository, look: &Look) -> Result<Wanted, Failure> {
    let comparing = &look.comparing;
    let base = match (&comparing.base, comparing.whole_file) {
        (Some(revision), _) => Base::Revision(revision.clone()),
        (None, true) => Base::None,
        (None, false) => Base::Automatic,
    };
    let paths = paths_in(repository, &look.opening.directory, &comparing.paths)?;
    Ok(Wanted { base, head: comparing.head.clone(), paths, ..Wanted::default() })
}
