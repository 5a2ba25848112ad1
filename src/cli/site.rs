//! The site a command works on: the releases repository, its configuration, and where facts come from.

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use jiff::Timestamp;

use super::failure::Failure;
use crate::config::{CONFIG, Config, POLICY, Policy, expand_home};
use crate::facts::{Documents, Hidden, Network, Sources};
use crate::git::{Git, Oid, RemoteUrl, Repository};
use crate::rules::Clock;
use crate::tree::place::Problem;
use crate::tree::record::Record;
use crate::tree::request::Request;
use crate::tree::scope::{self, Base, Compared, Ends, Wanted};

/// What is looked at, and with what
#[derive(clap::Args, Clone, Debug, Default)]
pub(super) struct Opening {
    /// Only these deliverable files or folders; all that the request touches without them
    paths: Vec<PathBuf>,
    /// Work in this directory
    #[arg(short = 'C', value_name = "DIR", default_value = ".", hide_default_value = true)]
    pub(super) directory: PathBuf,
    /// Configuration to use instead of the repository's own `tagkeeper.yaml`
    #[arg(long, value_name = "FILE", env = "TAGKEEPER_CONFIG")]
    config: Option<PathBuf>,
    /// Revision to compare with [default: HEAD for uncommitted work, else what the branch started from, else the parent]
    #[arg(long, value_name = "REV")]
    pub(super) base: Option<String>,
    /// Revision to judge, read from git without a checkout [default: the working tree]
    #[arg(long, value_name = "REV")]
    pub(super) head: Option<String>,
    /// Judge files whole, without anything to compare with
    #[arg(long, conflicts_with = "base")]
    whole_file: bool,
    /// Replay the past: hide the tags that the record did not list yet at this revision, and give back branches that ended later
    #[arg(long, value_name = "REV")]
    as_of: Option<String>,
    /// The time to judge by, such as 2026-08-21T12:00:00Z [default: now]
    #[arg(long, value_name = "TIME", env = "TAGKEEPER_NOW", value_parser = moment)]
    pub(super) now: Option<Timestamp>,
    /// When the request was proposed, by which freezes and deadlines are judged [default: when its change was created in Gerrit, else when the newest commit that touches the file was written]
    #[arg(long, value_name = "TIME", env = "TAGKEEPER_PROPOSED", value_parser = moment)]
    proposed: Option<Timestamp>,
    /// Ask no host: only this machine and the cache answer
    #[arg(long)]
    offline: bool,
    /// Repositories asked at the same time
    #[arg(long, value_name = "N", default_value_t = 8)]
    jobs: usize,
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
    opening: Opening,
}

impl Site {
    /// Finds the repository and reads the configuration: of the base side, so that a request cannot loosen its own check.
    pub(super) fn open(opening: &Opening) -> Result<Self, Failure> {
        let repository = discover(opening)?;
        let wanted = wanted(&repository, opening)?;
        let ends = Ends::find(&repository, &wanted)?;
        let trusted = scope::base_record(&repository, &wanted, &ends)?;
        Self::with(opening, repository, (wanted, ends), &trusted)
    }

    /// The same for what is merged: the committed head, whose configuration was reviewed with it.
    pub(super) fn open_merged(opening: &Opening) -> Result<Self, Failure> {
        let repository = discover(opening)?;
        let head = opening.head.clone().unwrap_or_else(|| "HEAD".to_owned());
        let trusted = scope::record_at(&repository, &head, None)?;
        let wanted = Wanted { head: Some(head), ..wanted(&repository, opening)? };
        let ends = Ends::find(&repository, &wanted)?;
        Self::with(opening, repository, (wanted, ends), &trusted)
    }

    /// The same for what was merged when the branch that HEAD follows was fetched last; of the base side where it follows
    /// none. What is checked out may be anybody's, and may name a server that a login is not meant for.
    pub(super) fn open_upstream(opening: &Opening) -> Result<Self, Failure> {
        match discover(opening)?.upstream_of_head()? {
            Some(tip) => {
                let head = Some(tip.to_string());
                Self::open_merged(&Opening { head, ..opening.clone() })
            }
            None => Self::open(opening),
        }
    }

    /// The same for a commit that is proposed, by the configuration of what is merged at `trusted`.
    pub(super) fn open_proposed(
        opening: &Opening,
        head: Oid,
        trusted: Oid,
        proposed: Timestamp,
    ) -> Result<Self, Failure> {
        let opening = Opening {
            head: Some(head.to_string()),
            proposed: opening.proposed.or(Some(proposed)),
            ..opening.clone()
        };
        let repository = discover(&opening)?;
        let wanted = wanted(&repository, &opening)?;
        let ends = Ends::find(&repository, &wanted)?;
        let trusted = scope::record_at(&repository, &trusted.to_string(), None)?;
        Self::with(&opening, repository, (wanted, ends), &trusted)
    }

    fn with(
        opening: &Opening,
        repository: Rc<Repository>,
        (mut wanted, ends): (Wanted, Ends),
        trusted: &Record,
    ) -> Result<Self, Failure> {
        let home = env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
        let (mut config, policy) = read_config(opening, trusted)?;
        for (key, value) in &opening.settings {
            config.set(key, value).map_err(|why| Failure::usage(format_args!("`{key}`: {why}")))?;
        }
        let cache = cache(&config, home.as_deref(), repository.git_dir());
        wanted.index_file = Some(index_file(&cache, repository.git_dir()));
        let now = opening.now.unwrap_or_else(Timestamp::now);
        let jobs = opening.jobs.max(1);
        let opening = opening.clone();
        Ok(Self { repository, config, policy, now, jobs, home, wanted, ends, opening })
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

    /// A path that names nothing, before or after, is a slip: "nothing to check" would hide it.
    fn refuse_missing_paths(&self, request: &Request) -> Result<(), Failure> {
        let is_on_disk = |wanted: &str| {
            self.repository.work_dir().is_some_and(|root| root.join(wanted).exists())
        };
        let missing: Vec<_> = self.wanted.paths.iter().filter(|path| !is_on_disk(path)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let mut known = request.head.paths().map_err(Failure::outside)?;
        if let Some(base) = &request.base {
            known.extend(base.paths().map_err(Failure::outside)?);
        }
        match missing
            .into_iter()
            .find(|wanted| !known.iter().any(|path| Path::new(path).starts_with(wanted)))
        {
            Some(wanted) => Err(Failure::usage(format_args!(
                "there is no `{wanted}` in the releases repository"
            ))
            .help("name deliverable files or folders, such as `deliverables/_independent`")),
            None => Ok(()),
        }
    }

    /// Whether no host may be asked.
    pub(super) fn is_offline(&self) -> bool {
        self.opening.offline
    }

    /// The time now: a run may last, and a window close meanwhile. A time that was given stands still.
    pub(super) fn present(&self) -> Timestamp {
        self.opening.now.unwrap_or_else(Timestamp::now)
    }

    /// The times by which a request is judged.
    pub(super) fn clock(&self) -> Clock {
        Clock { now: self.now, proposed: self.opening.proposed }
    }

    /// The cache directory.
    pub(super) fn cache(&self) -> PathBuf {
        cache(&self.config, self.home.as_deref(), self.repository.git_dir())
    }

    /// Where facts come from. Nothing is asked yet.
    pub(super) fn sources(&self) -> Result<Sources, Failure> {
        let push = self.config.push_for_reading();
        let sources = self.sources_reading(&push)?;
        Ok(sources.hiding(self.hidden()?))
    }

    /// Sources that read `push:` with the rights of whoever runs this.
    pub(super) fn sources_for_pushing(&self) -> Result<Sources, Failure> {
        self.sources_reading(self.config.push_or_git())
    }

    fn sources_reading(&self, push: &str) -> Result<Sources, Failure> {
        let network = if self.opening.offline { Network::Offline } else { Network::Allowed };
        let documents = Documents {
            governance: self.config.governance.clone(),
            zuul_projects: self.config.zuul_projects.clone(),
        };
        let read = (self.config.git.as_str(), push);
        let sources = Sources::new(Git::find()?, self.cache(), read, documents, network);
        Ok(sources.reviewed_at(self.gerrit()?))
    }

    /// Whether a path is among those that were named, or none were.
    pub(super) fn wants(&self, path: &str) -> bool {
        scope::is_wanted(path, &self.wanted.paths)
    }

    /// Refuses to go on offline with remotes on other machines: what would be pushed there is not known to be missing.
    pub(super) fn must_reach_remotes(&self) -> Result<(), Failure> {
        let push = RemoteUrl::from_template(self.config.push_or_git(), "");
        if self.opening.offline && !push.is_local() {
            return Err(Failure::usage(
                "`apply --offline` can push to repositories of this machine only",
            ));
        }
        Ok(())
    }

    /// The tags that a replay must not see.
    fn hidden(&self) -> Result<Hidden, Failure> {
        let Some(then) = &self.opening.as_of else { return Ok(Hidden::default()) };
        let record = |revision: &str| {
            scope::record_at(&self.repository, revision, self.wanted.index_file.clone())
        };
        let before = scope::base_record(&self.repository, &self.wanted, &self.ends)?;
        let then = record(then)?;
        let mut later = vec![record("HEAD")?];
        for revision in ["origin/HEAD", "origin/master", "master"] {
            later.extend(record(revision).ok());
        }
        later.sort_by_key(Record::name);
        later.dedup_by_key(|record| record.name());
        let indices: Vec<_> = later.iter().map(Record::index).collect();
        let hidden = Hidden::between(&before.index(), &then.index(), indices.iter().map(|i| &**i));
        let mut failures = [before, then].into_iter().chain(later).flat_map(|r| r.failures());
        // What could not be read would hide nothing.
        failures.next().map_or(Ok(hidden), |failure| Err(Failure::outside(failure)))
    }

    /// What a reader should know beside the findings.
    pub(super) fn notes(&self, request: &Request) -> Result<Vec<String>, Failure> {
        let mut notes = Vec::new();
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
fn discover(opening: &Opening) -> Result<Rc<Repository>, Failure> {
    let repository = Repository::discover(&opening.directory)?;
    Ok(Rc::new(match Git::find() {
        Ok(git) if !opening.offline => repository.bringing(git)?,
        _ => repository,
    }))
}

/// A moment, or a day: its first moment in UTC.
pub(super) fn moment(text: &str) -> Result<Timestamp, String> {
    let day = || text.parse().ok().map(crate::calendar::start_of);
    text.parse().ok().or_else(day).ok_or_else(|| {
        "write a day or a moment with its zone, such as 2026-08-21 or 2026-08-21T12:00:00Z"
            .to_owned()
    })
}

fn wanted(repository: &Repository, opening: &Opening) -> Result<Wanted, Failure> {
    let base = match (&opening.base, opening.whole_file) {
        (Some(revision), _) => Base::Revision(revision.clone()),
        (None, true) => Base::None,
        (None, false) => Base::Automatic,
    };
    let paths = paths_in(repository, &opening.directory, &opening.paths)?;
    Ok(Wanted { base, head: opening.head.clone(), paths, ..Wanted::default() })
}

/// A configuration with a mistake is not used: what it leaves out might have been the point of it. A policy with one is:
/// the mistake is a finding, and holds what it may have held.
fn read_config(opening: &Opening, trusted: &Record) -> Result<(Config, Policy), Failure> {
    let bytes = |name: &str| trusted.bytes(name).map_err(Failure::outside);
    let (name, written) = match &opening.config {
        Some(path) => {
            let read = fs::read(path).map_err(|error| {
                let path = path.display();
                Failure::usage(format_args!("reading the configuration {path}: {error}"))
            })?;
            (path.display().to_string(), Some(read))
        }
        None => (CONFIG.to_owned(), bytes(CONFIG)?),
    };
    let (config, wrong) = written.map(|bytes| Config::read(&bytes)).unwrap_or_default();
    let (policy, also) = Policy::of(trusted).map_err(Failure::outside)?;
    if wrong.is_empty() {
        return Ok((config, policy));
    }
    let line = |name: &str, problem: &Problem| {
        let help = problem.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        format!("{name}:{}: {}{help}", problem.place, problem.message)
    };
    let wrong = wrong.iter().map(|problem| line(&name, problem));
    let lines = wrong.chain(also.iter().map(|problem| line(POLICY, problem)));
    Err(Failure::usage(lines.collect::<Vec<_>>().join("\n       ")))
}

/// The paths as the repository knows them.
fn paths_in(
    repository: &Repository,
    directory: &Path,
    paths: &[PathBuf],
) -> Result<Vec<String>, Failure> {
    let Some(root) = repository.work_dir() else {
        return Ok(paths.iter().map(|path| path.to_string_lossy().into_owned()).collect());
    };
    let absolute = |path: &Path| {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        without_dots(&path)
    };
    let root = root.canonicalize().unwrap_or_else(|_| absolute(root));
    let directory = directory.canonicalize().unwrap_or_else(|_| absolute(directory));
    let mut found = Vec::new();
    for path in paths {
        let full = absolute(&directory.join(path));
        let inside = full.strip_prefix(&root).map_err(|_| {
            Failure::usage(format_args!(
                "{} is not in the releases repository {}",
                path.display(),
                root.display()
            ))
        })?;
        found.push(inside.to_string_lossy().into_owned());
    }
    Ok(found)
}

/// `path` with each `..` taken together with the folder before it: a file that was deleted has no other way.
fn without_dots(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut path, component| {
        if component == Component::ParentDir {
            path.pop();
        } else {
            path.push(component);
        }
        path
    })
}

/// The cache directory; inside the git directory for whoever has no home.
fn cache(config: &Config, home: Option<&Path>, git_dir: &Path) -> PathBuf {
    if home.is_none() && config.cache.starts_with("~/") {
        return git_dir.join("tagkeeper-cache");
    }
    expand_home(&config.cache, home)
}

fn index_file(cache: &Path, git_dir: &Path) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    git_dir.hash(&mut hasher);
    cache.join("index").join(format!("{:016x}", hasher.finish()))
}
