//! The release site: built from the merged record, and put into a directory.

use std::path::PathBuf;
use std::sync::Arc;

use super::services;
use crate::git::Oid;
use crate::site::{self, Built, Files, Mistake, PublishError, Published, Services, Sources};
use crate::tree::landed::Landings;
use crate::tree::record::Record;
use crate::tree::scope;
use crate::workspace::{Failure, Workspace};

/// What to build, and where to put it.
#[derive(Clone, Debug)]
pub struct SiteOptions {
    /// The directory: absent, empty, or a site that was written before.
    pub output: PathBuf,
    /// A revision: a page of the site says what differs from the site of that one.
    pub compare: Option<String>,
}

/// What was built.
#[derive(Debug)]
pub struct SiteReport {
    /// What was written; `None` if a mistake stopped it.
    pub published: Option<Published>,
    /// What is wrong in the data and the pages.
    pub mistakes: Vec<Mistake>,
    /// Why the names of services are missing in the highlights, if they are.
    pub not_asked: Option<String>,
}

/// Builds the site of the record at the head of `workspace`. Nothing is written when something in it is wrong.
///
/// # Errors
/// If the record cannot be read, or the directory is somebody else's or cannot be written.
pub fn site(workspace: &Workspace, options: &SiteOptions) -> Result<SiteReport, Failure> {
    let record = workspace.head_record()?;
    let asked = services::ask(workspace)?;
    let landings = landings(workspace, &record.name())?;
    let (services, not_asked) = asked.wait();
    let texts = Texts { landings: &landings, services: &services };
    let before = match &options.compare {
        Some(revision) => {
            let before = scope::record_at(&workspace.repository, revision, None)?;
            let before = before.with_terms(Arc::clone(&workspace.config.terms));
            Some(build(workspace, &before, texts, None)?.files)
        }
        None => None,
    };
    let built = build(workspace, &record, texts, before.as_ref())?;
    let published = match built.mistakes.iter().any(Mistake::is_error) {
        true => None,
        false => Some(site::publish(&built.files, &options.output)?),
    };
    let is_shown = built.files.iter().any(|(path, _)| path.ends_with("/highlights.html"));
    let not_asked = not_asked.filter(|_| is_shown);
    Ok(SiteReport { published, mistakes: built.mistakes, not_asked })
}

/// What a site shows besides the record.
#[derive(Clone, Copy)]
struct Texts<'a> {
    landings: &'a Landings,
    services: &'a Services,
}

fn build(
    workspace: &Workspace,
    record: &Record,
    Texts { landings, services }: Texts<'_>,
    before: Option<&Files>,
) -> Result<Built, Failure> {
    let sources = Sources {
        record,
        landings,
        config: &workspace.config,
        policy: &workspace.policy,
        services,
        now: workspace.now,
        before,
    };
    Ok(site::build(&sources)?)
}

/// When the entries of the record at `head` came into it.
fn landings(workspace: &Workspace, head: &str) -> Result<Landings, Failure> {
    let Ok(head) = Oid::from_str(head) else { return Ok(Landings::default()) };
    let kept = workspace.cache().join("landed");
    Ok(Landings::of(&workspace.repository, head, Some(&kept))?)
}

impl From<PublishError> for Failure {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::Foreign { .. } => Self::usage(error).help(
                "name a directory that does not exist, is empty, or has a site that tagkeeper wrote, and keep nothing else in it",
            ),
            PublishError::Busy { .. } => Self::outside(error).help("run again when it has finished"),
            PublishError::Io { .. } => Self::outside(error),
        }
    }
}
