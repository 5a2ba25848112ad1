//! Sending the announcement of one tag.

use std::sync::Arc;

use super::acted_on::must_be_merged;
use super::executing::Execution;
use super::meant::unlisted_in;
use crate::apply::Gate;
use crate::config::Announce;
use crate::git::Git;
use crate::ledger::{LedgerEntry, StepName};
use crate::plan::{Action, Ground, HeldUntil, Plan, PlannedRelease, State, Step, StepResult};
use crate::steps::{AnnouncementKind, tag};
use crate::tree::RepoName;
use crate::tree::record::{File, Record};
use crate::version::Version;
use crate::workspace::{Failure, Workspace};

/// What became of the announcement of a tag.
#[derive(Debug)]
pub struct AnnounceResult {
    /// The name of the tag.
    pub tag: String,
    /// What became of it.
    pub result: StepResult,
}

/// Sends the announcement of `tag`, where the configuration leaves that to a job that sees the tag.
///
/// # Errors
/// When no file lists the release, or nothing can be begun.
pub fn announce(
    workspace: &Workspace,
    (repo, tag): (&RepoName, &str),
    ground: Ground,
) -> Result<AnnounceResult, Failure> {
    must_be_merged(workspace, ground)?;
    let tag = tag.strip_prefix("refs/tags/").unwrap_or(tag);
    let record = workspace.head_record()?;
    let listed = listing(&record, repo, tag)?;
    let ended = |why: &str| StepResult::Ended(why.to_owned());
    let result = match workspace.config.announce {
        // A job of the tag pipeline sees every tag; nobody else names one that no file lists.
        Announce::Apply | Announce::Never if listed.is_none() => {
            return Err(unlisted_in(&record, repo, tag));
        }
        Announce::Apply => ended("`apply` announces at this site (`announce: apply`)"),
        Announce::Never => ended("nothing is announced at this site (`announce: never`)"),
        Announce::Tag => match &listed {
            Some((path, file)) => send(workspace, &record, (path, file), (repo, tag))?,
            None => ended(&format!("the record lists no release `{tag}` of `{repo}`")),
        },
    };
    Ok(AnnounceResult { tag: tag.to_owned(), result })
}

/// Nothing holds a mail back: its tag is there.
struct Open;

impl Gate for Open {
    fn held(&self, _: &PlannedRelease) -> Result<Option<HeldUntil>, String> {
        Ok(None)
    }
}

fn send(
    workspace: &Workspace,
    record: &Record,
    (path, file): (&str, &File),
    (repo, tag): (&RepoName, &str),
) -> Result<StepResult, Failure> {
    let version = Version::read(tag, &file.deliverable.form);
    if !workspace.config.mail.announces(&version) {
        let why = match version.special() {
            Some(_) => "a tag that ends a series is not announced (`mail.end-notices`)",
            None => "this pre-release is not announced (`announce-pre-releases`)",
        };
        return Ok(StepResult::Ended(why.to_owned()));
    }
    let ledger = workspace.ledger()?;
    let noted = ledger.read().map_err(Failure::outside)?;
    let entry = noted.entry(repo, tag).map_err(Failure::outside)?;
    let plan = plan(record, (path, file), (repo, tag));
    if !is_noted(entry.as_ref()) {
        let deliverable = &plan.releases[0].deliverable;
        return Ok(StepResult::Operator(format!(
            "the ledger has no record of the tag; if it is signed with the release key, \
             `tagkeeper apply --release {deliverable} {tag} --announce apply` announces it"
        )));
    }
    let git = Git::find()?;
    let mails = workspace.mails()?.ok_or_else(|| {
        Failure::usage("no mail server and no directory for mails is set")
            .help("set `mail.smtp` or `mail.directory` in `tagkeeper.yaml`")
    })?;
    let keys = workspace.keys(record);
    let execution = Execution {
        workspace,
        git: &git,
        record,
        sources: &workspace.sources_for_pushing()?,
        ledger: &ledger,
        noted: &noted,
        gate: &Open,
        keys: keys.as_ref().map_err(ToString::to_string),
        mails: Some(&mails),
    };
    let outcome = execution.execute(&plan)?;
    let mut steps = outcome.releases.into_iter().flat_map(|release| release.steps);
    Ok(steps.next().map_or_else(|| StepResult::Ended("nothing to do".into()), |step| step.did))
}

/// A plan of one announcement.
fn plan(record: &Record, (place, file): (&str, &File), (repo, tag): (&RepoName, &str)) -> Plan {
    let path = file.path.as_ref().ok();
    let action = Action::new(&AnnouncementKind, tag);
    let release = PlannedRelease {
        file: place.to_owned(),
        deliverable: path.map(|path| path.name().to_owned()).unwrap_or_default(),
        series: path.map(|path| path.series().to_owned()).unwrap_or_default(),
        version: Some(tag.to_owned()),
        commit: None,
        overrides: Vec::new(),
        steps: vec![Step { repo: repo.clone(), action, state: State::Create }],
    };
    Plan {
        version: 1,
        base: None,
        head: record.name(),
        releases: vec![release],
        unread: Vec::new(),
        unreadable: Vec::new(),
        impossible: Vec::new(),
    }
}

/// The file of the record that lists the release; none where there is no such release.
pub(super) fn listing(
    record: &Record,
    repo: &str,
    tag: &str,
) -> Result<Option<(String, Arc<File>)>, Failure> {
    let index = record.index();
    if let Some(failure) = record.failures().into_iter().next() {
        return Err(Failure::outside(failure).help("nothing was announced"));
    }
    match index.files_with(repo, tag).as_slice() {
        [] => Ok(None),
        [path] => {
            let file = record.file(path).map_err(Failure::outside)?;
            Ok(file.map(|file| (path.to_string(), file)))
        }
        several => Err(Failure::refused(format!(
            "`{tag}` of `{repo}` is listed in {}",
            several.join(" and ")
        ))
        .help("a version is released once: remove it from all files but one")),
    }
}

/// Whether the ledger says that a run of ours pushed the tag.
fn is_noted(entry: Option<&LedgerEntry>) -> bool {
    entry.is_some_and(|entry| entry.steps.contains_key(&StepName::new(tag::IN_LEDGER)))
}
