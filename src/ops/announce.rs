//! Sending the announcement of one tag.

use std::rc::Rc;

use super::announcing::TagReader;
use super::apply::must_be_merged;
use crate::apply::Did;
use crate::config::Announce;
use crate::git::Git;
use crate::ledger::{Ledger, StepName};
use crate::publish::Announcer;
use crate::publish::announcement::DEFAULT_TEMPLATE;
use crate::tree::record::{File, Record};
use crate::version::Version;
use crate::workspace::{Failure, Workspace};

/// What became of the announcement of a tag.
#[derive(Debug)]
pub struct Announcement {
    /// The name of the tag.
    pub tag: String,
    /// What became of it.
    pub did: Did,
}

/// Sends the announcement of `tag`, where the configuration leaves that to whoever sees the tag.
///
/// # Errors
/// When nothing can be begun.
pub fn announce(workspace: &Workspace, repo: &str, tag: &str) -> Result<Announcement, Failure> {
    must_be_merged(workspace)?;
    let tag = tag.strip_prefix("refs/tags/").unwrap_or(tag);
    let did = match workspace.config.announce {
        Announce::Apply => Did::Ended("`apply` announces at this site (`announce: apply`)".into()),
        Announce::Never => Did::Ended("nobody announces at this site (`announce: never`)".into()),
        Announce::Tag => send(workspace, repo, tag)?,
    };
    Ok(Announcement { tag: tag.to_owned(), did })
}

fn send(workspace: &Workspace, repo: &str, tag: &str) -> Result<Did, Failure> {
    let record = workspace.head_record()?;
    let Some(file) = listing(&record, repo, tag)? else {
        return Ok(Did::Ended(format!("no release of the record is `{tag}` of `{repo}`")));
    };
    if Version::new(tag).special().is_some() {
        return Ok(Did::Ended("a tag that ends a series has no announcement".to_owned()));
    }
    let ledger = workspace.ledger()?;
    if !is_ours(&ledger, repo, tag)? {
        return Ok(Did::Operator(
            "tagkeeper did not make the tag; `tagkeeper apply --release` announces it on purpose"
                .to_owned(),
        ));
    }
    let git = Git::find()?;
    let (delivery, addresses) = workspace.mail()?.ok_or_else(|| {
        Failure::usage("no mail server and no directory for mails is set")
            .help("set `mail.smtp` or `mail.directory` in `tagkeeper.yaml`")
    })?;
    let who = workspace.identity(&git)?.email;
    let announcer = Announcer {
        ledger: &ledger,
        delivery: &delivery,
        addresses: &addresses,
        template: DEFAULT_TEMPLATE,
        who: &who,
        now: workspace.now,
    };
    // The job that announces need not hold the key; then the mail does not name it.
    let signer = workspace.signer(&record).ok();
    let sources = workspace.sources_for_pushing()?;
    let reader = TagReader {
        workspace,
        record: &record,
        sources: &sources,
        git: &git,
        signer: signer.as_ref(),
    };
    Ok(reader.announce((repo, tag), &file, &announcer))
}

/// The file of the record that lists the release; none where there is no such release.
fn listing(record: &Record, repo: &str, tag: &str) -> Result<Option<Rc<File>>, Failure> {
    let index = record.index();
    if let Some(failure) = record.failures().into_iter().next() {
        return Err(Failure::outside(failure).help("nothing was announced"));
    }
    match index.files_with(repo, tag).as_slice() {
        [] => Ok(None),
        [path] => Ok(record.file(path)),
        several => Err(Failure::refused(format!(
            "`{tag}` of `{repo}` stands in {}",
            several.join(" and ")
        ))
        .help("a version is released once: take it out of all files but one")),
    }
}

/// Whether the ledger says that a run of ours pushed the tag.
fn is_ours(ledger: &Ledger, repo: &str, tag: &str) -> Result<bool, Failure> {
    let snapshot = ledger.read().map_err(Failure::outside)?;
    let entry = snapshot.entry(repo, tag).map_err(Failure::outside)?;
    Ok(entry.is_some_and(|entry| entry.steps.contains_key(&StepName::tag())))
}
