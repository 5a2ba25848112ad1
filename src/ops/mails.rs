//! Announcements before they are sent: of a plan, and of a tag that is there.

use std::sync::Arc;

use super::announce::listing;
use super::meant::unlisted_in;
use crate::config::Announce;
use crate::facts::repository::Remote;
use crate::facts::{Answer, Opened, Sources, Unknown};
use crate::git::{CommitId, Git, GitError, Repository, Signature, signature_of};
use crate::plan::{Plan, PlannedRelease, State, Step};
use crate::report::mail::PlannedMail;
use crate::steps::announcement::{
    ACTION, Addresses, Announcement, Mail, News, ReleaseError, Released, SignedBy, TagAtHand,
    foretold, news, released,
};
use crate::steps::tag;
use crate::tree::RepoName;
use crate::tree::record::{File, Record};
use crate::workspace::{Failure, Workspace};

/// The mails that `plan` will lead to, in the words and to the people that they will go to: all but what only the tag knows.
pub fn planned_mails(
    workspace: &Workspace,
    plan: &Plan,
    record: &Record,
    sources: &Sources,
) -> Vec<PlannedMail> {
    if workspace.config.announce == Announce::Never {
        return Vec::new();
    }
    let writer = Writer { workspace, record, sources };
    let of_release = |release| writer.of_release(release);
    plan.releases.iter().flat_map(of_release).collect()
}

/// What mails are written from.
pub(super) struct Writer<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) record: &'a Record,
    pub(super) sources: &'a Sources,
}

impl Writer<'_> {
    fn of_release(&self, release: &PlannedRelease) -> Vec<PlannedMail> {
        let Some(version) = &release.version else { return Vec::new() };
        let file = self.record.known_file(&release.file);
        let is_announced = |tag: &Step| match self.workspace.config.announce {
            // A job of the tag pipeline announces what was tagged.
            Announce::Tag => file.as_ref().is_some_and(|file| is_announced(self, file, version)),
            _ => release.steps.iter().any(|step| {
                step.repo == tag.repo && step.action.kind == ACTION && will_be_made(&step.state)
            }),
        };
        let tags = release.steps.iter().filter(|step| step.action.kind == tag::TAG);
        tags.filter(|tag| will_be_made(&tag.state) && is_announced(tag))
            .map(|tag| self.of_tag(tag, version, file.as_ref()))
            .collect()
    }

    /// The mail about a tag, as it will be made.
    pub(super) fn of_tag(
        &self,
        tag: &Step,
        version: &str,
        file: Option<&Arc<File>>,
    ) -> PlannedMail {
        let mail = match (file, &tag.action.message, &tag.action.commit) {
            (Some(file), Some(message), Some(commit)) => {
                let told = self.foretold((&tag.repo, version), file, (message, *commit));
                told.and_then(|(released, news)| match self.written(file, &released, &news) {
                    Ok(written) => Answer::Known(written),
                    Err(why) => Answer::Unknown(Unknown::because(why)),
                })
            }
            _ => Answer::Absent,
        };
        let to = file.map(|file| self.addresses(file, version).to).unwrap_or_default();
        PlannedMail { repo: tag.repo.to_string(), version: version.to_owned(), to, mail }
    }

    fn addresses(&self, file: &File, version: &str) -> Addresses {
        Addresses::about(file, version, &self.workspace.config.mail)
    }

    fn written(
        &self,
        file: &File,
        released: &Released,
        news: &News,
    ) -> Result<(String, String), String> {
        let words = self.workspace.words();
        let announcement =
            Announcement::in_words(released, news, &words).map_err(|error| error.to_string())?;
        let subject = announcement.subject().to_owned();
        let addresses = self.addresses(file, &released.version);
        if addresses.from.is_empty() || addresses.to.is_empty() {
            return Ok((subject, announcement.body().to_owned()));
        }
        let mail = Mail::compose(&announcement, &addresses, self.workspace.now);
        mail.map(|mail| (subject, mail.text())).map_err(|error| error.to_string())
    }

    /// What the tag that is planned will say.
    fn foretold(
        &self,
        (repo, version): (&RepoName, &str),
        file: &File,
        (message, commit): (&str, CommitId),
    ) -> Answer<(Released, News)> {
        let commit = commit.oid();
        let look = |opened: &Opened| {
            opened.ask(|repository| {
                if repository.commit(commit)?.is_none() {
                    return Ok(None);
                }
                let tag = self.tag((repo, version), (repository, opened), file, SignedBy::Later);
                told(foretold(&tag, message, commit))
            })
        };
        let here = self.sources.open(repo, Remote::Push).and_then(|opened| look(&opened));
        let here = match here {
            Answer::Known(found) => Answer::Known(found),
            _ => self.sources.open(repo, Remote::Git).and_then(|opened| look(&opened)),
        };
        here.and_then(|found| match found {
            Ok(found) => Answer::Known(found),
            Err(why) => Answer::Unknown(Unknown::because(why)),
        })
    }

    fn tag<'t>(
        &'t self,
        (repo, version): (&'t RepoName, &'t str),
        (repository, opened): (&'t Repository, &'t Opened),
        file: &'t File,
        signed_by: SignedBy,
    ) -> TagAtHand<'t> {
        TagAtHand {
            repo,
            version,
            repository,
            refs: &opened.refs,
            file,
            record: self.record,
            config: &self.workspace.config,
            signed_by,
        }
    }
}

/// What was told, or why nothing can be; git's failures stay git's.
fn told<T>(found: Result<T, ReleaseError>) -> Result<Option<Result<T, String>>, GitError> {
    match found {
        Ok(found) => Ok(Some(Ok(found))),
        Err(ReleaseError::Git(error)) => Err(error),
        Err(error) => Ok(Some(Err(error.to_string()))),
    }
}

fn is_announced(writer: &Writer<'_>, file: &File, version: &str) -> bool {
    let mut releases = file.deliverable.releases.iter();
    let release = releases.find(|release| release.version.text() == version);
    let mail = &writer.workspace.config.mail;
    release.is_some_and(|release| mail.announces(&release.version))
}

fn will_be_made(state: &State) -> bool {
    matches!(state, State::Create | State::Held { .. } | State::Unknown(_))
}

/// The mail about a tag that is there, as it would be sent now. Nothing is sent.
///
/// # Errors
/// When the record does not list the release, or its tag cannot be read.
pub fn mail_of_tag(
    workspace: &Workspace,
    repo: &RepoName,
    tag: &str,
) -> Result<PlannedMail, Failure> {
    let version = tag.strip_prefix("refs/tags/").unwrap_or(tag);
    let record = workspace.head_record()?;
    let sources = workspace.sources()?;
    let writer = Writer { workspace, record: &record, sources: &sources };
    let (_, file) =
        listing(&record, repo, version)?.ok_or_else(|| unlisted_in(&record, repo, version))?;
    let opened = sources.open(repo, Remote::Push);
    let found = match opened.and_then(|opened| writer.read(&opened, (repo, version), &file)) {
        Answer::Known(Ok(found)) => found,
        Answer::Known(Err(why)) => return Err(Failure::refused(why)),
        Answer::Absent => return Err(Failure::refused(format!("there is no repository `{repo}`"))),
        Answer::Unknown(why) => return Err(Failure::outside(why.to_string())),
    };
    let (released, news) = found;
    let written = writer.written(&file, &released, &news).map_err(Failure::usage)?;
    let to = writer.addresses(&file, version).to;
    Ok(PlannedMail {
        repo: repo.to_string(),
        version: version.to_owned(),
        to,
        mail: Answer::Known(written),
    })
}

impl Writer<'_> {
    /// What a tag that is there says, and who signed it.
    fn read(
        &self,
        opened: &Opened,
        name: (&RepoName, &str),
        file: &File,
    ) -> Answer<Result<(Released, News), String>> {
        opened.ask(|repository| {
            let signed_by = self.signer(repository, opened, name.1);
            let tag = self.tag(name, (repository, opened), file, signed_by);
            told(released(&tag).and_then(|found| Ok((found, news(&tag)?))))
        })
    }

    fn signer(&self, repository: &Repository, opened: &Opened, version: &str) -> SignedBy {
        let keys = match self.workspace.keys(self.record) {
            Ok(keys) => keys,
            Err(failure) => return SignedBy::NotVerified(failure.to_string()),
        };
        let Some(tag) = opened.refs.tags.get(version) else { return SignedBy::Nobody };
        let git = match Git::find() {
            Ok(git) => git,
            Err(error) => return SignedBy::NotVerified(error.to_string()),
        };
        match signature_of(&git, repository.git_dir(), tag.object, &keys) {
            Signature::Good(fingerprint) => SignedBy::Key(fingerprint),
            Signature::None => SignedBy::Nobody,
            Signature::Bad(why) => SignedBy::NotVerified(why.to_string()),
            Signature::NotVerified(why) => SignedBy::NotVerified(why),
        }
    }
}
