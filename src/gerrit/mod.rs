//! Gerrit over REST: changes with their votes, members of groups, and what is posted to a change.
//!
//! Tried with 3.10 to 3.13. Whatever is not an answer of Gerrit (a login page, a proxy's own page, half a document) is an
//! error that names the URL; it never means that something is not there.

mod change;
mod ending;
mod error;
mod invite;
mod name;
mod proposal;
mod review;

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;

pub use change::{Account, Change, Message, Patchset, PatchsetCommit, Status, Vote};
pub use ending::{Deleted, MayDelete};
pub use error::GerritError;
pub use invite::Invited;
pub use name::{ChangeName, is_change_id};
pub use proposal::{OpenChange, Proposal, Proposed, Uploader};
pub use review::{Comment, CommentRange, Posted, Replacement, ReviewInput, Suggestion};

use crate::net::http::{Client, Fetched, HttpError, HttpProblem};
use crate::net::{Credential, CredentialError, without_login};

/// Before each JSON document, so that no browser takes it for a script.
const GUARD: &[u8] = b")]}'";

/// A Gerrit server, with a login or anonymously.
#[derive(Clone)]
pub struct Gerrit {
    client: Client,
    base: String,
    who: Option<Credential>,
}

impl Gerrit {
    /// The server at this URL, anonymously.
    pub fn new(client: Client, base: &str) -> Self {
        Self { client, base: base.trim_end_matches('/').to_owned(), who: None }
    }

    /// The same with the login of a file: user and password, or cookies.
    ///
    /// # Errors
    ///
    /// When the file gives no login for this server.
    pub fn named(mut self, login_file: &Path) -> Result<Self, CredentialError> {
        self.who = Some(Credential::read(login_file, &self.base)?);
        Ok(self)
    }

    /// Whether there is a login: only then can it vote or comment.
    pub fn is_named(&self) -> bool {
        self.who.is_some()
    }

    /// The change of that name, with votes, messages and the files of its newest patch set.
    ///
    /// # Errors
    ///
    /// When there is none that may be seen, or Gerrit does not answer.
    pub fn change(&self, name: &ChangeName) -> Result<Change, GerritError> {
        let url = self.url(&format!("changes/{}?{}", name.in_url(), change::OPTIONS));
        self.get(&url)?.ok_or_else(|| GerritError::NoChange {
            name: name.to_string(),
            url: without_login(&url),
            hint: if self.is_named() {
                "it may be private or hidden from this login: check the number"
            } else {
                "it may be private: check the number, or name a login in `gerrit-login-file`"
            },
        })
    }

    /// The changes with a patch set of that commit id.
    ///
    /// # Errors
    ///
    /// When Gerrit does not answer.
    pub fn changes_of(&self, commit: &str) -> Result<Vec<Change>, GerritError> {
        self.query(&format!("commit:{}", name::encoded(commit)))
    }

    /// The changes with that `Change-Id:`, one a branch.
    ///
    /// # Errors
    ///
    /// When Gerrit does not answer.
    pub fn changes_named(&self, change_id: &str) -> Result<Vec<Change>, GerritError> {
        self.query(&format!("change:{}", name::encoded(change_id)))
    }

    /// The open changes that touch a file.
    ///
    /// # Errors
    ///
    /// When Gerrit does not answer.
    pub fn open_changes_to(&self, path: &str) -> Result<Vec<Change>, GerritError> {
        let path = name::encoded(&format!("\"{path}\""));
        self.query(&format!("status:open+file:{path}"))
    }

    /// The first `most` changes that a query finds, as Gerrit's search box takes it; without votes, messages and patch sets.
    ///
    /// # Errors
    ///
    /// When Gerrit does not understand it, or does not answer.
    pub fn changes_found_by(&self, query: &str, most: usize) -> Result<Vec<Change>, GerritError> {
        self.must(&self.url(&format!("changes/?q={}&n={most}", name::encoded(query))))
    }

    /// A file as a patch set of a change leaves it; `None` if it is not there then.
    ///
    /// # Errors
    ///
    /// When Gerrit does not answer.
    pub fn file_in(
        &self,
        change: u64,
        commit: &str,
        path: &str,
    ) -> Result<Option<Vec<u8>>, GerritError> {
        self.content(change, commit, path, "")
    }

    /// The file as it was before that patch set: in the commit that it stands on.
    ///
    /// # Errors
    ///
    /// When Gerrit does not answer.
    pub fn file_before(
        &self,
        change: u64,
        commit: &str,
        path: &str,
    ) -> Result<Option<Vec<u8>>, GerritError> {
        self.content(change, commit, path, "?parent=1")
    }

    fn content(
        &self,
        change: u64,
        commit: &str,
        path: &str,
        side: &str,
    ) -> Result<Option<Vec<u8>>, GerritError> {
        let (commit, path) = (name::encoded(commit), name::encoded(path));
        let file = format!("changes/{change}/revisions/{commit}/files/{path}/content{side}");
        let url = self.url(&file);
        match self.client.get_as(&url, self.who.as_ref())? {
            Fetched::Found(body) => match STANDARD.decode(body.trim_ascii()) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(_) => Err(GerritError::NotGerrit(without_login(&url))),
            },
            Fetched::NotFound => Ok(None),
        }
    }

    fn query(&self, query: &str) -> Result<Vec<Change>, GerritError> {
        let url = self.url(&format!("changes/?q={query}&{}", change::OPTIONS));
        self.must(&url)
    }

    /// The members of a group, those of groups in it too; `None` where there is no such group that may be seen.
    ///
    /// # Errors
    ///
    /// When Gerrit does not answer.
    pub fn members(&self, group: &str) -> Result<Option<Vec<Account>>, GerritError> {
        let url = self.url(&format!("groups/{}/members/?recursive", name::encoded(group)));
        self.get(&url).map_err(|error| match error {
            GerritError::Http(HttpError { problem: HttpProblem::Status(401 | 403), .. })
                if !self.is_named() =>
            {
                GerritError::Unnamed { group: group.to_owned(), url: without_login(&url) }
            }
            error => error,
        })
    }

    /// The name under which everything is asked.
    ///
    /// # Errors
    ///
    /// When Gerrit does not answer, or knows no such login.
    pub fn myself(&self) -> Result<Account, GerritError> {
        self.must(&self.url("accounts/self"))
    }

    /// The version, such as `3.13.5`.
    ///
    /// # Errors
    ///
    /// When Gerrit does not answer.
    pub fn version(&self) -> Result<String, GerritError> {
        self.must(&self.url("config/server/version"))
    }

    /// The URL of a repository for git. It may contain the password of the login: never show it.
    pub fn git_url(&self, project: &str) -> String {
        let login = self.who.as_ref().and_then(Credential::in_url);
        match (login, self.base.split_once("://")) {
            (Some(login), Some((scheme, rest))) => format!("{scheme}://{login}@{rest}/a/{project}"),
            _ => format!("{}/{project}", self.base),
        }
    }

    /// The URL of an endpoint; `/a/` makes Gerrit look at the login.
    fn url(&self, endpoint: &str) -> String {
        let a = if self.is_named() { "/a" } else { "" };
        format!("{}{a}/{endpoint}", self.base)
    }

    fn must<T: DeserializeOwned>(&self, url: &str) -> Result<T, GerritError> {
        self.get(url)?.ok_or_else(|| GerritError::NotGerrit(without_login(url)))
    }

    fn get<T: DeserializeOwned>(&self, url: &str) -> Result<Option<T>, GerritError> {
        match self.client.get_as(url, self.who.as_ref())? {
            Fetched::Found(body) => document(url, &body).map(Some),
            Fetched::NotFound => Ok(None),
        }
    }
}

/// Reads a document of Gerrit.
fn document<T: DeserializeOwned>(url: &str, body: &[u8]) -> Result<T, GerritError> {
    let url = || without_login(url);
    let json = body.strip_prefix(GUARD).ok_or_else(|| GerritError::NotGerrit(url()))?;
    serde_json::from_slice(json).map_err(|error| match error.classify() {
        serde_json::error::Category::Eof => GerritError::Half(url()),
        _ => GerritError::Odd { url: url(), why: error.to_string() },
    })
}
