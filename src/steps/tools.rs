//! What steps are carried out with.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use super::announcement::{Delivery, SiteTemplate};
use crate::config::{Config, Mail, Policy};
use crate::facts::pushed_files::{FilesAt, PushedFiles};
use crate::facts::{Answer, Sources};
use crate::gerrit::Gerrit;
use crate::git::{Git, Identity, KeyError, Keys, Oid, Refs, RepoName, Repository, Scratch, TagKey};
use crate::ledger::Ledger;
use crate::net::Credential;
use crate::tree::record::Record;

/// The remotes, as steps need them.
pub trait Remotes {
    /// Where refs of `repo` are pushed to.
    fn url(&self, repo: &RepoName) -> String;

    /// The git directory of a copy of `repo` on this machine that has the commits which the plan names.
    ///
    /// # Errors
    /// A phrase that says why there is none.
    fn copy(&self, repo: &RepoName) -> Result<PathBuf, String>;

    /// What the ref names at the remote now; `None` where it is not there.
    ///
    /// # Errors
    /// A phrase that says why that is not known.
    fn reread(&self, repo: &RepoName, full_ref: &str) -> Result<Option<RefTarget>, String>;

    /// Shows `repo` as it is at the remote now, with its heads and tags.
    ///
    /// # Errors
    /// A phrase that says why it cannot be read.
    fn read_now(
        &self,
        repo: &RepoName,
        look: &mut dyn FnMut(&Repository, &Refs),
    ) -> Result<(), String>;

    /// Shows the files of a branch as they are at the remote now, with the repository. Absent if the branch does not exist.
    fn edit_now(
        &self,
        files: &PushedFiles,
        look: &mut dyn FnMut(&Repository, &FilesAt),
    ) -> Answer<()>;
}

/// What a ref names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefTarget {
    /// The object: of an annotated tag the tag itself.
    pub object: Oid,
    /// The commit behind it.
    pub commit: Oid,
}

/// The way announcements go, with their words.
#[derive(Clone)]
pub struct Mails {
    /// The way.
    pub delivery: Delivery,
    /// Who writes to whom.
    pub mail: Mail,
    /// The words.
    pub template: SiteTemplate,
}

/// What steps are carried out with.
pub struct Tools<'a> {
    /// The git program.
    pub git: &'a Git,
    /// The keys that are ours; why there are none, where a tag can be neither signed nor verified.
    pub keys: Result<&'a Keys, String>,
    /// Where the key is named, for messages.
    pub key_named_in: &'a str,
    /// In whose name tags are made.
    pub tagger: &'a Identity,
    /// The time that tags bear.
    pub now: Timestamp,
    /// The present.
    pub clock: &'a dyn Fn() -> Timestamp,
    /// The remotes.
    pub remotes: &'a dyn Remotes,
    /// Where facts come from.
    pub sources: &'a Sources,
    /// What was done.
    pub ledger: &'a Ledger,
    /// The record that lists the releases.
    pub record: &'a Record,
    /// The configuration.
    pub config: &'a Config,
    /// The Gerrit of the site, where it has one; why it cannot be asked.
    pub gerrit: Result<Option<Gerrit>, String>,
    /// The login of Launchpad, where the site has one; why it cannot be used.
    pub launchpad: Result<Option<Credential>, String>,
    /// The login of StoryBoard, where the site has one; why it cannot be used.
    pub storyboard: Result<Option<Credential>, String>,
    /// What the releases repository decides about releases.
    pub policy: &'a Policy,
    /// The way announcements go; `None` where the site has none.
    pub mails: Option<&'a Mails>,
    /// What was found out in this run.
    pub found: RunCache,
}

/// So many scratch repositories are kept for further objects. One that is in use stays, whatever is kept.
const SCRATCHES: usize = 256;

/// What was found out or made once in a run.
#[derive(Default)]
pub struct RunCache {
    key: OnceCell<Result<(), String>>,
    tag_key: OnceCell<TagKey>,
    /// Why Launchpad refused the login, once it has.
    pub(super) launchpad_refused: RefCell<Option<String>>,
    /// Why StoryBoard refused the login, once it has.
    pub(super) storyboard_refused: RefCell<Option<String>>,
    scratches: RefCell<BTreeMap<RepoName, Arc<Scratch>>>,
}

impl Tools<'_> {
    /// Whether the key can sign now. It is asked once.
    pub(super) fn check_key(&self) -> Result<(), String> {
        let named_in = self.key_named_in;
        let words = |error: KeyError| error.with_help(named_in);
        let check = || {
            let keys = self.keys.as_ref().map_err(Clone::clone)?;
            keys.signer.check(self.now).map(drop).map_err(words)
        };
        self.found.key.get_or_init(check).clone()
    }

    /// The key that signs the tags of this run.
    pub(super) fn tag_key(&self) -> Result<&TagKey, String> {
        let keys = self.keys.as_ref().map_err(Clone::clone)?;
        Ok(self.found.tag_key.get_or_init(|| TagKey::new(keys.signer.clone())))
    }

    /// A repository to make objects of `repo` in.
    pub(super) fn scratch(&self, repo: &RepoName) -> Result<Arc<Scratch>, String> {
        if let Some(scratch) = self.found.scratches.borrow().get(repo) {
            return Ok(Arc::clone(scratch));
        }
        let copy = self.remotes.copy(repo)?;
        let scratch = Scratch::of(&copy).map_err(|error| error.to_string())?;
        let scratch = Arc::new(scratch);
        let mut scratches = self.found.scratches.borrow_mut();
        if scratches.len() >= SCRATCHES {
            scratches.clear();
        }
        scratches.insert(repo.clone(), Arc::clone(&scratch));
        Ok(scratch)
    }
}
