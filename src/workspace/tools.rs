//! What applying needs beside the sources: ledger, key, names, and the way mails go.

use std::path::PathBuf;

use jiff::tz::TimeZone;

use super::{Failure, Workspace};
use crate::config::{Announce, SigningFormat, expand_home};
use crate::gerrit::Gerrit;
use crate::git::{Git, Identity, Keys, Signer};
use crate::ledger::{Ledger, LedgerSnapshot, Seen, Shared};
use crate::net::http::{Client, HttpOptions};
use crate::net::smtp::{Login, MailServer};
use crate::net::{Credential, launchpad_login};
use crate::steps::Mails;
use crate::steps::announcement::{Addresses, Delivery, SiteTemplate};
use crate::tree::record::Record;

impl Workspace {
    /// The ledger that the configuration names.
    ///
    /// # Errors
    /// When git does not know in whose name it would be changed.
    pub fn ledger(&self) -> Result<Ledger, Failure> {
        self.ledger_of(|git| Ok(self.identity(git)?.email))
    }

    /// What the ledger holds now. Who only reads it needs no name.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read_ledger(&self) -> Result<LedgerSnapshot, Failure> {
        self.ledger_of(|_| Ok(String::new()))?.read().map_err(Failure::outside)
    }

    fn ledger_of(
        &self,
        email: impl FnOnce(&Git) -> Result<String, Failure>,
    ) -> Result<Ledger, Failure> {
        let git_dir = self.repository.common_dir().to_owned();
        let Some(name) = &self.config.ledger else {
            return Ok(Ledger::Directory(git_dir.join("tagkeeper/ledger")));
        };
        let git = Git::find()?;
        let url = self.push_url()?;
        let who = Identity { name: "tagkeeper".to_owned(), email: email(&git)? };
        let (name, seen) = (name.clone(), Seen::default());
        Ok(Ledger::Ref(Box::new(Shared { git, git_dir, url, name, who, seen })))
    }

    /// In whose name tags are made: git's own setting.
    pub fn identity(&self, git: &Git) -> Result<Identity, Failure> {
        let output = git
            .command("asking git in whose name to tag")
            .git_dir(self.repository.git_dir())
            .args(["var", "GIT_COMMITTER_IDENT"])
            .run()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let parts = text.rsplit_once('>').and_then(|(who, _)| who.split_once(" <"));
        match parts {
            Some((name, email)) if output.status == Some(0) => {
                Ok(Identity { name: name.to_owned(), email: email.to_owned() })
            }
            _ => Err(Failure::usage("git does not know in whose name to tag")
                .help("set `git config user.name` and `git config user.email`; Gerrit wants an address of the account that pushes")),
        }
    }

    /// The key that signs now: of the configuration, else of the series list for this day.
    pub fn signer(&self, head: &Record) -> Result<Signer, Failure> {
        let signing = &self.config.signing;
        match signing.format {
            SigningFormat::Ssh => {
                let key = signing.key.as_ref().ok_or_else(|| {
                    Failure::usage("`signing.format` is ssh, and `signing.key` names no key file")
                })?;
                Ok(Signer::Ssh { program: PathBuf::from("ssh-keygen"), key: self.path(key) })
            }
            SigningFormat::Gpg => {
                let key = signing.key.clone().or_else(|| self.key_of_the_day(head)).ok_or_else(|| {
                    Failure::usage("no key to sign with is named")
                        .help("set `signing.key` in `tagkeeper.yaml`, or a `signing-key` that is valid today in `data/series_status.yaml`")
                })?;
                let home = signing.home.as_ref().map(|home| self.path(home));
                Ok(Signer::Gpg { program: PathBuf::from("gpg"), home, key })
            }
        }
    }

    /// The keys that are ours: the one that signs now, and those that the series list names for other times.
    ///
    /// # Errors
    /// Where no key is named.
    pub fn keys(&self, head: &Record) -> Result<Keys, Failure> {
        let keys = head.series().all.iter().filter_map(|series| series.signing_key.as_ref());
        let listed = keys.map(|key| key.key.value.clone()).collect();
        Ok(Keys { signer: self.signer(head)?, listed })
    }

    /// Where the key that signs is named.
    pub fn key_named_in(&self) -> &'static str {
        match self.config.signing.key {
            Some(_) => "`signing.key`",
            None => "`data/series_status.yaml`",
        }
    }

    fn key_of_the_day(&self, head: &Record) -> Option<String> {
        let today = self.now.to_zoned(TimeZone::UTC).date();
        let keys = head.series().all.iter().filter_map(|series| series.signing_key.as_ref());
        let mut valid = keys.filter(|key| {
            key.start.as_ref().is_none_or(|start| start.value <= today)
                && key.end.as_ref().is_none_or(|end| today <= end.value)
        });
        valid.next().map(|key| key.key.value.clone())
    }

    /// The sender of announcements, if the site sends any and all addresses can be ones.
    fn sender(&self) -> Result<Option<String>, Failure> {
        let mail = &self.config.mail;
        if !mail.is_on() {
            return Ok(None);
        }
        let from = mail.from.clone().ok_or_else(|| {
            Failure::usage("`mail.from` is not set")
                .help("set the address that announcements come from")
        })?;
        let to = mail.all_recipients().chain(&mail.failures).cloned().collect();
        let all = Addresses { from: from.clone(), to, reply_to: mail.reply_to.clone() };
        all.check().map_err(|error| {
            Failure::usage(error).help("fix `mail:` in `tagkeeper.yaml`; nothing was done")
        })?;
        Ok(Some(from))
    }

    /// Refuses addresses that no mail can have, and a template that cannot be filled in, before anything is pushed.
    ///
    /// # Errors
    /// A mistake of the configuration.
    pub fn check_addresses(&self) -> Result<(), Failure> {
        self.sender()?;
        self.words().check().map_err(|why| {
            Failure::usage(why)
                .help("fix the template that `mail.template` names; nothing was done")
        })
    }

    /// The words of announcements.
    pub fn words(&self) -> SiteTemplate {
        self.template.clone().unwrap_or_default()
    }

    /// The way announcements go, with their sender and recipients. All of it is checked before anything is pushed.
    ///
    /// # Errors
    /// A mistake of the configuration.
    pub fn mails(&self) -> Result<Option<Mails>, Failure> {
        let mail = &self.config.mail;
        let delivery = match (&mail.smtp, &mail.directory) {
            (Some(_), Some(_)) => {
                return Err(Failure::usage("both `mail.smtp` and `mail.directory` are set")
                    .help("choose one"));
            }
            (Some(url), None) => {
                let mut server = MailServer::parse(url)
                    .map_err(|error| Failure::usage(format!("`mail.smtp`: {error}")))?;
                if let Some(file) = &mail.login_file {
                    server.login = Some(Login::read(&self.path(file)).map_err(Failure::usage)?);
                }
                Delivery::Smtp(Box::new(server))
            }
            (None, Some(directory)) => {
                let directory = self.path(directory);
                if self.config.announce == Announce::Apply && !directory.is_dir() {
                    return Err(Failure::usage(format!(
                        "`mail.directory`: there is no directory {}",
                        directory.display()
                    ))
                    .help("make it, or correct the key; nothing was done"));
                }
                Delivery::Directory(directory)
            }
            (None, None) => return Ok(None),
        };
        let (mail, template) = (self.config.mail.clone(), self.words());
        Ok(self.sender()?.map(|_| Mails { delivery, mail, template }))
    }

    /// The Gerrit that the configuration names, in the name that its login file gives.
    pub fn gerrit(&self) -> Result<Option<Gerrit>, Failure> {
        if self.config.gerrit.is_empty() {
            return Ok(None);
        }
        let gerrit = Gerrit::new(Client::new(HttpOptions::default()), &self.config.gerrit);
        match &self.config.gerrit_login_file {
            Some(file) => gerrit.named(&self.path(file)).map(Some).map_err(Failure::usage),
            None => Ok(Some(gerrit)),
        }
    }

    /// The login of Launchpad that the configuration names.
    ///
    /// # Errors
    /// A phrase that says why its file cannot be used.
    pub fn launchpad_login(&self) -> Result<Option<Credential>, String> {
        let file = self.config.launchpad_login_file.as_ref();
        let read = |file: &String| launchpad_login(&self.path(file), self.present());
        file.map(read).transpose().map_err(|error| error.to_string())
    }

    /// The login of StoryBoard that the configuration names.
    ///
    /// # Errors
    /// A phrase that says why its file cannot be used.
    pub fn storyboard_login(&self) -> Result<Option<Credential>, String> {
        let file = self.config.storyboard_login_file.as_ref();
        let read = |file: &String| Credential::bearer(&self.path(file));
        file.map(read).transpose().map_err(|error| error.to_string())
    }

    fn path(&self, text: &str) -> PathBuf {
        expand_home(text, self.home.as_deref())
    }
}
