//! Mirrors of remote repositories in a cache that several processes share.
//!
//! A mirror is bare and holds heads and tags only. Where the server can do that it has the commits
//! alone; trees and file contents are brought when they are read: a fifth of a clone's bytes for a
//! small project, a twentieth for a large one. It is made next to its place and then moved there, and
//! changed only under a lock that git itself inherits, so that not even a killed process leaves
//! two gits in one mirror. One that is damaged is made again.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::error::GitError;
use super::lock::{Lock, sweep};
use super::partial::Promisor;
use super::place::{CONFIG, MirrorPlace, MirrorState, remove};
use super::program::Git;
use super::refs::{REMOTE, Refs, ls_remote_trunk, open_local};
use super::remote::RemoteUrl;
use super::repository::Repository;
use super::stamp;

/// How long a fetch may take: the first one of a large repository over a slow line.
const TIMEOUT: Duration = Duration::from_secs(3600);

/// With so many packs a mirror is repacked: every one of them slows every lookup.
const MANY_PACKS: usize = 40;

/// The cache of mirrors.
#[derive(Clone, Debug)]
pub struct Mirrors {
    cache: PathBuf,
    git: Git,
}

/// How new a mirror has to be.
#[derive(Clone, Copy, Debug)]
pub enum Freshness<'a> {
    /// As it is: the network is not touched, not even for a missing object.
    Offline,
    /// With these heads and tags, just read from the remote: nothing is fetched when it has them.
    Matching(&'a Refs),
    /// As new as the remote itself.
    Now,
}

impl Mirrors {
    /// The mirrors below `cache`, which is made when the first one is.
    pub fn new(cache: PathBuf, git: Git) -> Self {
        Self { cache, git }
    }

    /// The repository behind `url`: itself when it is on this machine, else its mirror.
    ///
    /// # Errors
    /// [`GitError::NoSuchRepository`] and [`GitError::Unreachable`] as for
    /// [`ls_remote`](super::ls_remote); [`GitError::Offline`] when there is no mirror and none may
    /// be made; [`GitError::Io`] when the cache cannot be written.
    pub fn get(&self, url: &RemoteUrl, freshness: Freshness<'_>) -> Result<Repository, GitError> {
        if let Some(repository) = open_local(url)? {
            return Ok(repository);
        }
        let place = MirrorPlace::new(&self.cache, url);
        match freshness {
            // A path is not the network, even where only git can read it.
            Freshness::Offline if !url.is_local() => self.open_offline(&place, url),
            Freshness::Matching(refs) => match place.find()? {
                MirrorState::Mirror(mirror) if matches(&mirror, refs) => {
                    Ok(self.with_promisor(mirror, &place, url))
                }
                _ => self.renew(&place, url, freshness),
            },
            Freshness::Offline | Freshness::Now => self.renew(&place, url, freshness),
        }
    }

    /// The branch that HEAD of the repository behind `url` points to, see [`ls_remote_trunk`]. Without the network, the one
    /// that it pointed to when it was asked last.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn trunk(
        &self,
        url: &RemoteUrl,
        freshness: Freshness<'_>,
    ) -> Result<Option<String>, GitError> {
        let place = MirrorPlace::new(&self.cache, url);
        if matches!(freshness, Freshness::Offline) && !url.is_local() {
            let kept = place.trunk().ok_or_else(|| GitError::Offline {
                what: format!("the trunk of {url}"),
                path: self.cache.clone(),
            })?;
            return Ok(Some(kept).filter(|name| !name.is_empty()));
        }
        let trunk = ls_remote_trunk(&self.git, url)?;
        if !url.is_local() {
            place.keep_trunk(trunk.as_deref());
        }
        Ok(trunk)
    }

    fn open_offline(&self, place: &MirrorPlace, url: &RemoteUrl) -> Result<Repository, GitError> {
        match place.find()? {
            MirrorState::Mirror(mut mirror) => {
                mirror.promisor = Some(Arc::new(Promisor::Offline));
                Ok(mirror)
            }
            MirrorState::Changed => {
                let lock = Lock::take(&place.lock)?;
                self.check(place, &lock)?;
                drop(lock);
                self.open_offline(place, url)
            }
            MirrorState::Nothing => Err(GitError::Offline {
                what: format!("a mirror of {url}"),
                path: self.cache.clone(),
            }),
            MirrorState::Broken(why) => {
                Err(GitError::Corrupt { path: place.directory.clone(), why })
            }
        }
    }

    fn with_promisor(
        &self,
        mut mirror: Repository,
        place: &MirrorPlace,
        url: &RemoteUrl,
    ) -> Repository {
        let (git, url, lock) = (self.git.clone(), url.clone(), place.lock.clone());
        mirror.promisor = Some(Arc::new(Promisor::Mirror { git, url, lock }));
        mirror
    }

    /// Fetches into the mirror, or makes it.
    fn renew(
        &self,
        place: &MirrorPlace,
        url: &RemoteUrl,
        freshness: Freshness<'_>,
    ) -> Result<Repository, GitError> {
        let lock = Lock::take(&place.lock)?;
        let mirror = match self.fetch_existing(place, url, freshness, &lock)? {
            Some(mirror) => mirror,
            None => self.make(place, url, &lock)?,
        };
        Ok(self.with_promisor(mirror, place, url))
    }

    /// The mirror that is there, made new; `None` when there is none, or it has to be made again.
    fn fetch_existing(
        &self,
        place: &MirrorPlace,
        url: &RemoteUrl,
        freshness: Freshness<'_>,
        lock: &Lock,
    ) -> Result<Option<Repository>, GitError> {
        if matches!(place.find()?, MirrorState::Changed)
            && let Err(error) = self.check(place, lock)
        {
            return Ok(made_again(place, &error.to_string()));
        }
        let mirror = match place.find()? {
            MirrorState::Mirror(mirror) => mirror,
            MirrorState::Nothing => return Ok(None),
            MirrorState::Changed => {
                return Ok(made_again(place, "its files keep changing"));
            }
            MirrorState::Broken(why) => return Ok(made_again(place, &why)),
        };
        // While we waited for the lock, another process may have done it.
        if matches!(freshness, Freshness::Matching(refs) if matches(&mirror, refs)) {
            return Ok(Some(mirror));
        }
        sweep(&place.directory)?;
        match self.fetch(&place.directory, url, lock) {
            Ok(()) => {}
            Err(Failure::Mirror(why)) => return Ok(made_again(place, &why)),
            Err(Failure::Other(error)) => return Err(error),
        }
        match place.find()? {
            MirrorState::Mirror(mirror) => Ok(Some(mirror)),
            MirrorState::Nothing => Ok(None),
            MirrorState::Changed => Ok(made_again(place, "its files keep changing")),
            MirrorState::Broken(why) => Ok(made_again(place, &why)),
        }
    }

    /// Reads all that a mirror holds, and notes that it is as it should be.
    ///
    /// # Errors
    /// When it is damaged.
    fn check(&self, place: &MirrorPlace, lock: &Lock) -> Result<(), GitError> {
        let directory = &place.directory;
        log::info!("checking the mirror {}, which has changed", directory.display());
        sweep(directory)?;
        stamp::remove_derived(directory)?;
        let packs = fs::read_dir(directory.join("objects/pack")).into_iter().flatten().flatten();
        let packs: Vec<PathBuf> = packs
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "idx"))
            .collect();
        if !packs.is_empty() {
            let command = self.git.command(format!("checking the mirror {}", directory.display()));
            let command = command.git_dir(directory).timeout(TIMEOUT).hold(lock.share()?);
            command.arg("verify-pack").args(packs).must()?;
        }
        Repository::open(directory)?.must_have_sound_loose_objects()?;
        stamp::note(directory)
    }

    fn make(
        &self,
        place: &MirrorPlace,
        url: &RemoteUrl,
        lock: &Lock,
    ) -> Result<Repository, GitError> {
        log::info!("making a mirror of {url}; the first time this can take a while");
        let started = Instant::now();
        remove(&place.making)?;
        let made = init(&place.making)
            .and_then(|()| place.mark(url))
            .and_then(|()| self.fetch(&place.making, url, lock).map_err(Failure::into_error))
            .and_then(|()| place.take_place());
        if let Err(error) = made {
            // What was begun is useless, and the error is the news, not a failure to tidy up.
            drop(remove(&place.making));
            return Err(error);
        }
        log::info!("made a mirror of {url} in {:.1} s", started.elapsed().as_secs_f32());
        match place.find()? {
            MirrorState::Mirror(mirror) => Ok(mirror),
            MirrorState::Nothing => Err(GitError::NotARepository { path: place.directory.clone() }),
            MirrorState::Changed => Err(GitError::Corrupt {
                path: place.directory.clone(),
                why: "its files keep changing".to_owned(),
            }),
            MirrorState::Broken(why) => {
                Err(GitError::Corrupt { path: place.directory.clone(), why })
            }
        }
    }

    fn fetch(&self, directory: &Path, url: &RemoteUrl, lock: &Lock) -> Result<(), Failure> {
        let output = self
            .git
            .command(format!("fetching {url}"))
            .git_dir(directory)
            .remote(REMOTE, url.secret_text())
            .args(["fetch", "--quiet", "--force", "--prune", "--no-tags", "--no-write-fetch-head"])
            .args(["--filter=tree:0", "--end-of-options", REMOTE])
            .args(["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"])
            .network()
            .timeout(TIMEOUT)
            .hold(lock.share().map_err(Failure::Other)?)
            .run()
            .map_err(|error| Failure::Other(url.trouble(error)))?;
        if output.status == Some(0) {
            self.tidy(directory, lock);
            return stamp::note(directory).map_err(Failure::Other);
        }
        Err(match blame(&output.stderr) {
            Blame::Mirror => Failure::Mirror(output.stderr.trim().to_owned()),
            Blame::Disk => Failure::Other(GitError::Io {
                doing: format!("fetching {url}: cannot write to"),
                path: directory.to_owned(),
                why: output.stderr.trim().to_owned(),
            }),
            Blame::Remote => Failure::Other(url.failure(&output)),
        })
    }

    /// Keeps lookups quick. A mirror that could not be tidied is as good as before.
    fn tidy(&self, directory: &Path, lock: &Lock) {
        let packs = fs::read_dir(directory.join("objects/pack")).into_iter().flatten();
        let packs =
            packs.flatten().filter(|entry| entry.path().extension() == Some("idx".as_ref()));
        let mut commands = vec![&["pack-refs", "--all", "--prune"][..]];
        if packs.count() > MANY_PACKS {
            commands.push(&["repack", "-a", "-d", "-q"]);
        }
        for arguments in commands {
            let command = self.git.command(format!("tidying {}", directory.display()));
            let command = command.git_dir(directory).timeout(TIMEOUT).args(arguments);
            let tidied = lock.share().and_then(|file| command.hold(file).must());
            if let Err(error) = tidied {
                log::warn!("{error}");
            }
        }
    }
}

/// Says that the mirror is thrown away; there is none then.
fn made_again(place: &MirrorPlace, why: &str) -> Option<Repository> {
    log::warn!("the mirror {} is damaged and made again: {why}", place.directory.display());
    None
}

/// Why a fetch failed, as far as it matters for what to do.
enum Failure {
    /// The mirror itself is damaged, in git's words.
    Mirror(String),
    Other(GitError),
}

impl Failure {
    fn into_error(self) -> GitError {
        match self {
            Self::Mirror(why) => {
                GitError::Odd { doing: "fetching into a new mirror".to_owned(), why }
            }
            Self::Other(error) => error,
        }
    }
}

enum Blame {
    Mirror,
    Disk,
    Remote,
}

/// Whose fault git's words name. In doubt the remote's: its failure changes nothing here.
fn blame(stderr: &str) -> Blame {
    // What the server says of its own repository is not about the mirror.
    let ours = || stderr.lines().filter(|line| !line.trim_start().starts_with("remote:"));
    let says = |words: &[&str]| ours().any(|line| words.iter().any(|word| line.contains(word)));
    if says(&["No space left on device", "Read-only file system", "Disk quota exceeded"]) {
        Blame::Disk
    } else if says(&[
        "not a git repository",
        "does not point to a valid object",
        "did not send all necessary objects",
        "is corrupt",
        "bad object",
        "bad config",
        "is empty",
        "inflate: ",
        "unexpected line in ",
        "unterminated line in ",
        "premature end of pack",
        "pack has bad object",
        "cannot lock ref",
        "packfile /",
        "index file /",
        "unable to read tree",
        "Could not read ",
    ]) && !says(&["remote error:", "Could not read from remote repository"])
    {
        Blame::Mirror
    } else {
        Blame::Remote
    }
}

/// A bare repository of format 0 (libgit2 opens none of format 1 with this extension) that knows its remote only by name: the URL may hold a password.
fn init(directory: &Path) -> Result<(), GitError> {
    let failed = |error: git2::Error| GitError::Io {
        doing: "cannot create the mirror".to_owned(),
        path: directory.to_owned(),
        why: error.message().to_owned(),
    };
    let mut options = git2::RepositoryInitOptions::new();
    options.bare(true).no_reinit(true).mkpath(true).external_template(false);
    let repository = git2::Repository::init_opts(directory, &options).map_err(failed)?;
    let mut config = repository.config().map_err(failed)?;
    for (name, value) in CONFIG {
        config.set_str(name, value).map_err(failed)?;
    }
    Ok(())
}

fn matches(mirror: &Repository, refs: &Refs) -> bool {
    mirror.refs().is_ok_and(|here| here.heads == refs.heads && here.tags == refs.tags)
}
