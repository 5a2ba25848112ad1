//! `tagkeeper announce`: sends the announcement of a tag.

use std::rc::Rc;

use super::announcing::TagReader;
use super::apply::must_be_merged;
use super::failure::{Exit, Failure};
use super::opening::{Look, Now, Opening};
use super::output::Output;
use super::site::Site;
use crate::apply::{Did, Worst};
use crate::config::Announce;
use crate::git::Git;
use crate::ledger::{Ledger, StepName};
use crate::publish::Announcer;
use crate::publish::announcement::DEFAULT_TEMPLATE;
use crate::tree::record::{File, Record};
use crate::tree::scope;
use crate::version::Version;

/// Sends the announcement of a tag, where `announce: tag` leaves that to a job of the tag pipeline
///
/// Sends it once: the ledger says whether it went out. A tag that no release of the record names, or that tagkeeper did
/// not make, is not announced.
#[derive(clap::Args, Debug)]
pub(super) struct AnnounceArgs {
    /// The repository, as the files name it
    repo: String,
    /// The tag; `refs/tags/` before it is fine
    tag: String,
    #[command(flatten)]
    pub(super) opening: Opening,
    /// Revision whose record and configuration count, one that is merged
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    head: String,
    #[command(flatten)]
    now: Now,
}

pub(super) fn run(args: &AnnounceArgs, output: &mut Output) -> Result<Exit, Failure> {
    let look = Look { now: args.now, ..Look::of(&args.opening) };
    let site = Site::open_merged(&look.at(Some(&args.head)))?;
    must_be_merged(&site)?;
    let (repo, tag) =
        (args.repo.as_str(), args.tag.strip_prefix("refs/tags/").unwrap_or(&args.tag));
    let did = match site.config.announce {
        Announce::Apply => Did::Ended("`apply` announces at this site (`announce: apply`)".into()),
        Announce::Never => Did::Ended("nobody announces at this site (`announce: never`)".into()),
        Announce::Tag => announce(&site, repo, tag)?,
    };
    output.write(|out, _| writeln!(out, "announcement {tag} of {repo}: {did}"))?;
    Ok(match did.worst() {
        Worst::Fine => Exit::Fine,
        Worst::Refused => Exit::No,
        Worst::Failed => Exit::NoAnswer,
    })
}

fn announce(site: &Site, repo: &str, tag: &str) -> Result<Did, Failure> {
    let head = site.wanted.head.as_deref().unwrap_or("HEAD");
    let record = scope::record_at(&site.repository, head, site.wanted.index_file.clone())?;
    let Some(file) = listing(&record, repo, tag)? else {
        return Ok(Did::Ended(format!("no release of the record is `{tag}` of `{repo}`")));
    };
    if Version::new(tag).special().is_some() {
        return Ok(Did::Ended("a tag that ends a series has no announcement".to_owned()));
    }
    let ledger = site.ledger()?;
    if !is_ours(&ledger, repo, tag)? {
        return Ok(Did::Operator(
            "tagkeeper did not make the tag; `tagkeeper apply --release` announces it on purpose"
                .to_owned(),
        ));
    }
    let git = Git::find()?;
    let (delivery, addresses) = site.mail()?.ok_or_else(|| {
        Failure::usage("no mail server and no directory for mails is set")
            .help("set `mail.smtp` or `mail.directory` in `tagkeeper.yaml`")
    })?;
    let who = site.identity(&git)?.email;
    let announcer = Announcer {
        ledger: &ledger,
        delivery: &delivery,
        addresses: &addresses,
        template: DEFAULT_TEMPLATE,
        who: &who,
        now: site.now,
    };
    // The job that announces need not hold the key; then the mail does not name it.
    let signer = site.signer(&record).ok();
    let sources = site.sources_for_pushing()?;
    let reader =
        TagReader { site, record: &record, sources: &sources, git: &git, signer: signer.as_ref() };
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
        several => Err(Failure::refused(format_args!(
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
