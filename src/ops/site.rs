//! The release site: built from the merged record, and put into a directory.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::git::Oid;
use crate::site::{self, Built, Mistake, PublishError, Published, Services, Sources};
use crate::tree::landed::Landings;
use crate::workspace::{Failure, Workspace};

/// What to build, and where to put it.
#[derive(Clone, Debug)]
pub struct SiteOptions {
    /// The directory: absent, empty, or a site that was written before.
    pub output: PathBuf,
}

/// What was built.
#[derive(Debug)]
pub struct SiteReport {
    /// What was written; `None` if a mistake stopped it.
    pub published: Option<Published>,
    /// What is wrong in the data and the pages.
    pub mistakes: Vec<Mistake>,
}

/// Builds the site of the record at the head of `workspace`. Nothing is written when something in it is wrong.
///
/// # Errors
/// If the record cannot be read, or the directory is somebody else's or cannot be written.
pub fn site(workspace: &Workspace, options: &SiteOptions) -> Result<SiteReport, Failure> {
    let built = build(workspace)?;
    let published = match built.mistakes.iter().any(Mistake::is_error) {
        true => None,
        false => Some(site::publish(&built.files, &options.output)?),
    };
    Ok(SiteReport { published, mistakes: built.mistakes })
}

fn build(workspace: &Workspace) -> Result<Built, Failure> {
    let record = workspace.head_record()?;
    let landings = landings(workspace, &record.name())?;
    let services: Services = BTreeMap::new();
    let sources = Sources {
        record: &record,
        landings: &landings,
        config: &workspace.config,
        policy: &workspace.policy,
        services: &services,
        now: workspace.now,
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
