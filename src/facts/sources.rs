//! Where facts come from: mirrors of project repositories, documents and Gerrit.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::build::Builder;
use super::governance::PROJECTS;
use super::opened::{LIKELY_TRUNKS, Opened, answer};
use super::remotes::{Mirrored, OpenRemotes};
use super::repository::Remote;
use super::servers::{Absence, Keep, Servers};
use super::{Answer, Cause, Hidden, Unknown};
use crate::config::read_named;
use crate::gerrit::{Account, Gerrit};
use crate::git::{Git, GitError, Keys, Mirrors, Oid, Refs, RemoteUrl, RepoName, Repository};
use crate::net::http::Client;
use crate::text::without_login;

/// Whether hosts may be contacted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// Contact hosts.
    Allowed,
    /// Use only local repositories and the cache.
    Offline,
}

/// Answers by name. Each is found once, when it is first needed.
struct Once<T>(Mutex<HashMap<String, Arc<OnceLock<Answer<T>>>>>);

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Once<T> {
    fn get(&self, name: &str, find: impl FnOnce() -> Answer<T>) -> Answer<T> {
        let slot = {
            let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(slots.entry(name.to_owned()).or_default())
        };
        slot.get_or_init(find).clone()
    }
}

/// Paths or URLs of documents outside the releases repository.
#[derive(Clone, Default)]
pub struct Documents {
    /// Governance: a directory, or `projects.yaml` itself.
    pub governance: String,
    /// Zuul's project data.
    pub zuul_projects: String,
}

impl fmt::Debug for Documents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Documents")
            .field("governance", &without_login(&self.governance))
            .field("zuul_projects", &without_login(&self.zuul_projects))
            .finish()
    }
}

/// Everything that can answer questions.
pub struct Sources {
    git: Git,
    remotes: Box<dyn OpenRemotes>,
    servers: Servers,
    read: String,
    push: String,
    network: Network,
    hidden: Hidden,
    documents: Documents,
    gerrit: Option<Gerrit>,
    /// The trunk of every repository, if the site sets one.
    trunk: Option<String>,
    /// How packages are built, or why they are not; nothing unless the run is to build them.
    builder: Option<Result<Builder, String>>,
    keys: Result<Keys, String>,
    opened: Once<Arc<Opened>>,
    /// Those that were opened without asking a host.
    kept: Once<Arc<Opened>>,
    trunks: Once<String>,
    members: Once<Vec<Account>>,
}

impl Sources {
    /// Sources that read from the URL template `read`, and ask `push` before something counts as absent.
    ///
    /// `{repo}` in a template is the name of the repository. Mirrors are kept in `cache`.
    pub fn new(
        git: Git,
        cache: PathBuf,
        (read, push): (&str, &str),
        documents: Documents,
        network: Network,
    ) -> Self {
        Self {
            servers: Servers::new(network, cache.join("documents")),
            remotes: Box::new(Mirrored {
                git: git.clone(),
                mirrors: Mirrors::new(cache, git.clone()),
                network,
            }),
            git,
            read: read.to_owned(),
            push: push.to_owned(),
            network,
            hidden: Hidden::default(),
            documents,
            gerrit: None,
            trunk: None,
            builder: None,
            keys: Err("no key is named".to_owned()),
            opened: Once::default(),
            kept: Once::default(),
            trunks: Once::default(),
            members: Once::default(),
        }
    }

    /// The same, which builds packages, or says why it does not.
    pub fn building_with(mut self, builder: Option<Result<Builder, String>>) -> Self {
        self.builder = builder;
        self
    }

    /// How packages are built, or why they are not.
    pub(super) fn builder(&self) -> Option<Result<&Builder, &str>> {
        self.builder.as_ref().map(|builder| builder.as_ref().map_err(String::as_str))
    }

    /// The same, with other repositories.
    pub fn opening_with(mut self, remotes: impl OpenRemotes + 'static) -> Self {
        self.remotes = Box::new(remotes);
        self
    }

    /// The same, with another HTTP client.
    pub fn asking_with(mut self, http: Client) -> Self {
        self.servers = self.servers.asking_with(http);
        self
    }

    /// The same, without some tags.
    pub fn hiding(mut self, hidden: Hidden) -> Self {
        self.hidden = hidden;
        self
    }

    /// The same, with the Gerrit for reviews.
    pub fn reviewed_at(mut self, gerrit: Option<Gerrit>) -> Self {
        self.gerrit = gerrit;
        self
    }

    /// The same, with the trunk of every repository. Without one, HEAD of each repository decides.
    pub fn with_trunk(mut self, trunk: Option<String>) -> Self {
        self.trunk = trunk;
        self
    }

    /// The trunk of `repo` at one of its remotes: the branch that the site sets, or else the one that HEAD points to.
    /// Absent if that branch does not exist.
    pub(super) fn trunk(&self, repo: &RepoName, remote: Remote) -> Answer<String> {
        self.open(repo, remote).and_then(|opened| {
            let named = match &self.trunk {
                Some(name) => Answer::Known(name.clone()),
                None => self.trunk_of_head(&self.url(repo, remote)),
            };
            let is_there = |name: String| match opened.refs.heads.contains_key(&name) {
                true => Answer::Known(name),
                false => Answer::Absent,
            };
            named.and_then(is_there)
        })
    }

    fn trunk_of_head(&self, url: &RemoteUrl) -> Answer<String> {
        self.trunks.get(&url.to_string(), || answer(self.remotes.trunk(url)))
    }

    /// The same, with the keys for verifying signatures of tags, or why there are none.
    pub fn verifying_with(mut self, keys: Result<Keys, String>) -> Self {
        self.keys = keys;
        self
    }

    /// The keys for verifying signatures of tags.
    pub(super) fn keys(&self) -> Result<&Keys, &str> {
        self.keys.as_ref().map_err(String::as_str)
    }

    /// The git program.
    pub(super) fn git(&self) -> &Git {
        &self.git
    }

    /// The Gerrit for reviews, if it may be contacted.
    pub(super) fn gerrit(&self) -> Answer<&Gerrit> {
        match (&self.gerrit, self.network) {
            (None, _) => Answer::Absent,
            (Some(_), Network::Offline) => Answer::Unknown(
                Unknown::because("Gerrit is not contacted with --offline")
                    .caused_by(Cause::Offline),
            ),
            (Some(gerrit), Network::Allowed) => Answer::Known(gerrit),
        }
    }

    /// The URL of `repo` at `remote`.
    pub fn url(&self, repo: &RepoName, remote: Remote) -> RemoteUrl {
        match remote {
            Remote::Git => RemoteUrl::from_template(&self.read, repo),
            Remote::Push => RemoteUrl::from_template(&self.push, repo),
        }
    }

    /// The repository at one of its remotes, opened once.
    pub fn open(&self, repo: &RepoName, remote: Remote) -> Answer<Arc<Opened>> {
        let url = self.url(repo, remote);
        self.opened.get(&url.to_string(), || self.opened_now(repo, &url))
    }

    /// The repository at `git:` as it is on this machine; absent if it is not here. No host is asked.
    pub(super) fn at_hand(&self, repo: &RepoName) -> Answer<Arc<Opened>> {
        let url = self.url(repo, Remote::Git);
        self.kept.get(&url.to_string(), || match self.remotes.at_hand(&url) {
            Ok(found) => self.turned_back(repo, Ok(found)),
            Err(_) => Answer::Absent,
        })
    }

    /// The tip of the trunk of a repository that is open: of the one that the site names, else of a usual one.
    pub(super) fn trunk_at_hand(&self, opened: &Opened) -> Option<Oid> {
        let names = self.trunk.as_deref().into_iter().chain(LIKELY_TRUNKS);
        let mut tips = names.filter_map(|name| opened.refs.heads.get(name));
        tips.next().copied()
    }

    /// The members of a Gerrit group. `ask` runs only once for each group.
    pub(super) fn members(
        &self,
        group: &str,
        ask: impl FnOnce() -> Answer<Vec<Account>>,
    ) -> Answer<Vec<Account>> {
        self.members.get(group, ask)
    }

    /// The location of a governance file; `None` for the further files if `governance` is a single file.
    pub(super) fn governance_file(&self, name: &str) -> Option<String> {
        let place = &self.documents.governance;
        match (place.ends_with(".yaml"), name) {
            (false, _) => Some(format!("{}/{name}", place.trim_end_matches('/'))),
            (true, PROJECTS) => Some(place.clone()),
            (true, _) => None,
        }
    }

    /// The location of Zuul's project data.
    pub(super) fn zuul_projects(&self) -> String {
        self.documents.zuul_projects.clone()
    }

    /// The servers that answer over HTTP.
    pub(super) fn servers(&self) -> &Servers {
        &self.servers
    }

    /// A required document, by path or URL.
    pub(super) fn document(&self, location: &str) -> Answer<Vec<u8>> {
        self.optional_document(location).required(location)
    }

    /// A document, by path or URL. A copy of what was fetched is kept for use offline.
    pub(super) fn optional_document(&self, location: &str) -> Answer<Vec<u8>> {
        let path = location.strip_prefix("file://").unwrap_or(location);
        if path.contains("://") {
            return self.servers.page(location, Absence::Gone, Keep::ForOffline);
        }
        read_local(Path::new(path))
    }

    /// Whether tags and branches are pushed to another place than the one for reading.
    pub fn has_push(&self) -> bool {
        self.read != self.push
    }

    /// What `look` finds at `git:` or, if that is nothing, at `push:`.
    pub(super) fn in_either<T>(
        &self,
        repo: &RepoName,
        look: impl Fn(&Opened) -> Answer<T>,
    ) -> Answer<T> {
        let found = self.open(repo, Remote::Git).and_then(|opened| look(&opened));
        match found {
            Answer::Absent if self.has_push() => {
                self.open(repo, Remote::Push).and_then(|opened| look(&opened))
            }
            found => found,
        }
    }

    fn opened_now(&self, repo: &RepoName, url: &RemoteUrl) -> Answer<Arc<Opened>> {
        self.turned_back(repo, self.remotes.open(url))
    }

    /// A repository at the time of the replay.
    fn turned_back(
        &self,
        repo: &RepoName,
        opened: Result<(Refs, Repository), GitError>,
    ) -> Answer<Arc<Opened>> {
        answer(opened.map(Some)).and_then(|(mut refs, repository)| {
            let turned = self.hidden.turn_back(repo, &mut refs, &repository);
            answer(turned.map(|()| Some(Arc::new(Opened::new(refs, repository)))))
        })
    }
}

/// A local file. Absent if its directory exists without it.
fn read_local(path: &Path) -> Answer<Vec<u8>> {
    match read_named(path) {
        Ok(bytes) => Answer::Known(bytes),
        Err(error)
            if error.kind() == io::ErrorKind::NotFound
                && path.parent().is_some_and(Path::is_dir) =>
        {
            Answer::Absent
        }
        Err(error) => {
            let why = format!("cannot read {}: {error}", path.display());
            Answer::Unknown(Unknown::at(&path.to_string_lossy(), Cause::Unreadable, why))
        }
    }
}
