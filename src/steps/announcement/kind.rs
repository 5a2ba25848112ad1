//! Announcing a tag: once, from what the tag says, and only where the tag is ours.

use super::{
    Addresses, Announcement, Mail, MailOutcome, News, ReleaseError, Released, SignedBy, TagAtHand,
    news, released,
};
use crate::config::{Announce, Described};
use crate::facts::{Answer, Asks, Facts, Unknown};
use crate::git::{Refs, Repository, Signature, signature_of};
use crate::ledger::{Begun, LedgerEntry, StepName, StepRecord};
use crate::plan::{
    About, Action, CarryOut, Memory, Occasion, Part, Prepared, RequestedFile, State, Step,
    StepKind, StepResult, to_settle,
};
use crate::steps::frame::{self, Listing};
use crate::steps::tag::{self, Maker, Words, maker};
use crate::steps::tools::{Mails, Tools};
use crate::tree::RepoName;
use crate::tree::deliverable::{NamedProject, Release};
use crate::tree::record::File;

/// The word for an announcement in plans.
pub const ACTION: &str = "announce";
/// Its name in the ledger.
pub const IN_LEDGER: &str = "mail";

/// What an announcement waits for at a site without mail.
const NO_MAIL: &str = "no mail server and no directory for mails is set; set `mail.smtp` or `mail.directory`, or \
                       `announce: never`";

/// Sends the announcement of a version.
#[derive(Clone, Copy, Debug)]
pub struct AnnouncementKind;

impl StepKind for AnnouncementKind {
    fn action(&self) -> &'static str {
        ACTION
    }

    fn noun(&self) -> &'static str {
        "announcement"
    }

    fn needs(&self) -> &'static [&'static str] {
        &[tag::ACTION]
    }

    fn memory(&self) -> Memory {
        Memory::Only(IN_LEDGER)
    }

    fn asks(&self, _: &Part<'_>, _: &Facts, _: &mut Asks) {}

    fn plan(&self, part: &Part<'_>, facts: &Facts, before: &[Step]) -> Vec<Step> {
        let Some((file, release)) = part.release() else { return Vec::new() };
        let config = file.subject.config;
        let is_announced = config.mail.announces(&release.version);
        if !is_announced || config.announce != Announce::Apply {
            return Vec::new();
        }
        let step = |project: NamedProject<'_>| {
            let tag = frame::tag_of(&project.name, before)?;
            let state = state(file, release, &project, &tag.state, facts);
            let action = Action::new(self, release.version.text());
            Some(Step { repo: project.name.clone(), action, state })
        };
        file.tagged(release).filter_map(step).collect()
    }
}

fn state(
    file: &RequestedFile<'_>,
    release: &Release,
    project: &NamedProject<'_>,
    tag: &State,
    facts: &Facts,
) -> State {
    let entry = match (file.subject.ledger)(&project.name, release.version.text()) {
        Answer::Known(entry) => entry,
        Answer::Absent => LedgerEntry::default(),
        Answer::Unknown(why) => return State::Unknown(why),
    };
    if let Some(record) = entry.steps.get(&StepName::new(IN_LEDGER)) {
        return recorded(file, release, record);
    }
    let mail = &file.subject.config.mail;
    let who = Described::of(&file.file.deliverable, file.path);
    if mail.is_on() && mail.recipients(&who, &release.version).is_empty() {
        let why = format!(
            "`mail.to` names nobody for `{}`; add an address, or an entry for it",
            who.name
        );
        return State::Operator(why);
    }
    match tag {
        State::Create | State::Held { .. } => State::Create,
        State::Done(_) => {
            let is_noted = entry.steps.contains_key(&StepName::new(tag::IN_LEDGER));
            let who = maker(file, release, project, facts);
            of_tag_that_is_there(file, release, who, is_noted)
        }
        _ => State::Unknown(Unknown::because("it is not known whether its tag is there")),
    }
}

/// The state of a mail that was begun.
fn recorded(file: &RequestedFile<'_>, release: &Release, record: &StepRecord) -> State {
    if record.done.is_some() {
        return State::Done("the mail went out".to_owned());
    }
    match record.intent.standing(file.subject.now) {
        Begun::AtWork(who) => {
            State::Held { until: None, reason: format!("{who} and is sending it: run again later") }
        }
        Begun::Over => State::Unknown(Unknown::because(format_args!(
            "a run began to send the mail and did not note the result; {}",
            to_settle(file.path.name(), release.version.text())
        ))),
    }
}

/// The state of the mail of a tag that was there before this run. A tag from before tagkeeper has no mail of its own accord:
/// a wrong `--since` must not send eleven years of them.
fn of_tag_that_is_there(
    file: &RequestedFile<'_>,
    release: &Release,
    who: Maker,
    is_noted: bool,
) -> State {
    let is_asked_for = file.subject.occasion == Occasion::OnPurpose;
    let on_purpose = format!(
        "`tagkeeper apply --release {} {}` announces it",
        file.path.name(),
        release.version.text()
    );
    match who {
        Maker::Us if is_noted || is_asked_for => State::Create,
        Maker::Us => State::Operator(format!(
            "the ledger has no record of its tag or its mail; {on_purpose}"
        )),
        Maker::OurKey(Words::OfRelease) if is_asked_for => State::Create,
        Maker::OurKey(Words::OfRelease) => State::Operator(format!(
            "someone else made the tag with our key, and no mail is recorded; {on_purpose}"
        )),
        Maker::NotVerified(why) if is_noted || is_asked_for => {
            State::Unknown(Unknown::because(format_args!(
                "the signature of its tag could not be verified: {why}; run again where it can be verified"
            )))
        }
        Maker::NotVerified(why) => State::Operator(format!(
            "the ledger has no record of its tag, and the signature could not be verified: {why}"
        )),
        Maker::OurKey(Words::Other) => {
            foreign("its message is not a release message", is_asked_for)
        }
        Maker::SomeoneElse(what) => foreign(&what, is_asked_for),
    }
}

/// The state of the mail of somebody else's tag: it is never sent in its words.
fn foreign(what: &str, is_asked_for: bool) -> State {
    let why = format!(
        "someone else made the tag ({what}), so it is not announced; write a mail by hand, or have the tag deleted at the server and run again"
    );
    if is_asked_for { State::Conflict(why) } else { State::Operator(why) }
}

impl CarryOut<Tools<'_>> for AnnouncementKind {
    fn prepare<'t>(
        &self,
        about: &About<'t>,
        tools: &'t Tools<'_>,
    ) -> Result<Prepared<'t>, StepResult> {
        let Some(mails) = tools.mails else { return Err(StepResult::Unsent(NO_MAIL.to_owned())) };
        let (repo, version) = (&about.step.repo, about.step.action.name());
        let Listing { file, .. } = Listing::of(about, tools)?;
        let mut read = None;
        let look = &mut |repository: &Repository, refs: &Refs| {
            read = Some(read_back(repository, refs, (repo, version), &file, tools));
        };
        tools.remotes.read_now(repo, look).map_err(StepResult::Failed)?;
        let (released, news) =
            read.unwrap_or_else(|| Err(StepResult::Failed(format!("`{repo}` was not read"))))?;
        let mail = compose(&released, &news, (mails, &file), tools).map_err(StepResult::Failed)?;
        let send = move || match mails.delivery.deliver(&mail) {
            MailOutcome::Accepted(said) => StepResult::Made(said),
            MailOutcome::Refused(refusal) => StepResult::Failed(refusal.why),
            MailOutcome::Unknown(why) => StepResult::Unknown(why.into()),
        };
        Ok(Prepared::here(None, send))
    }
}

/// The release, as its tag says it now; a tag that our key did not sign says nothing that is published.
fn read_back(
    repository: &Repository,
    refs: &Refs,
    (repo, version): (&RepoName, &str),
    file: &File,
    tools: &Tools<'_>,
) -> Result<(Released, News), StepResult> {
    let Some(there) = refs.tags.get(version) else {
        return Err(StepResult::Failed(format!("tag `{version}` of `{repo}` no longer exists")));
    };
    let signature = match &tools.keys {
        Ok(keys) => signature_of(tools.git, repository.git_dir(), there.object, keys),
        Err(why) => Signature::NotVerified(why.clone()),
    };
    let signed_by = match signature {
        Signature::Good(fingerprint) => SignedBy::Key(fingerprint),
        Signature::NotVerified(why) => {
            return Err(StepResult::Failed(format!(
                "the signature of tag `{version}` could not be verified, so no mail was sent: {why}"
            )));
        }
        Signature::None => {
            return Err(StepResult::Conflict(format!(
                "tag `{version}` is not signed, so it is not ours and is not announced"
            )));
        }
        Signature::Bad(why) => {
            return Err(StepResult::Conflict(format!(
                "the signature of tag `{version}` is not ours, so it is not announced: {why}"
            )));
        }
    };
    let tag = TagAtHand {
        repo,
        version,
        repository,
        refs,
        file,
        record: tools.record,
        config: tools.config,
        signed_by,
    };
    let failed = |error: ReleaseError| StepResult::Failed(error.to_string());
    Ok((released(&tag).map_err(failed)?, news(&tag).map_err(failed)?))
}

fn compose(
    released: &Released,
    news: &News,
    (mails, file): (&Mails, &File),
    tools: &Tools<'_>,
) -> Result<Mail, String> {
    let announcement = Announcement::in_words(released, news, &mails.template)
        .map_err(|error| error.to_string())?;
    let today = (tools.clock)();
    let addresses = Addresses::about(file, &released.version, &mails.mail);
    Mail::compose(&announcement, &addresses, today).map_err(|error| error.to_string())
}
