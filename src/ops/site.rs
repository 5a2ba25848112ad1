//! The release site: built from the merged record, and put into a directory.

use std::error::Error as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use super::own_project::own_project;
use super::services;
use crate::git::Oid;
use crate::site::{
    self, Built, Files, Memo, Mistake, PublishError, Published, Services, Sources, Standing, Weight,
};
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
    let standing = Standing::open(&options.output)?;
    let record = workspace.head_record()?;
    let asked = services::ask(workspace)?;
    let landings = landings(workspace, &record, &standing)?;
    let (services, not_asked) = asked.wait();
    let (project, unread) = project(workspace, &record);
    let (project, program) = (project.as_deref(), &*program());
    let texts = Texts { landings: &landings, services: &services, project, program };
    let mut built = match &options.compare {
        Some(revision) => {
            let before = scope::record_at(&workspace.repository, revision, None)?;
            let before = before.with_terms(Arc::clone(&workspace.config.terms));
            let before = build(workspace, &before, texts, Other::Before(None))?.files;
            build(workspace, &record, texts, Other::Before(Some(&before)))?
        }
        None => build(workspace, &record, texts, Other::Memo(standing.memo()))?,
    };
    let is_shown = built.files.paths().any(|path| path.ends_with("/highlights.html"));
    let not_asked = not_asked.filter(|_| is_shown);
    built.mistakes.extend(unread);
    if built.mistakes.iter().any(Mistake::is_error) {
        return Ok(SiteReport { published: None, mistakes: built.mistakes, not_asked });
    }
    let mistakes = built.mistakes.clone();
    let published = Some(site::publish(built, &standing)?);
    Ok(SiteReport { published, mistakes, not_asked })
}

/// Under which name Gerrit knows the releases repository; what is wrong if that cannot be read, which spoils no page.
fn project(workspace: &Workspace, record: &Record) -> (Option<String>, Option<Mistake>) {
    let Ok(head) = Oid::from_str(&record.name()) else { return (None, None) };
    match own_project(&workspace.repository, head) {
        Ok(project) => (project, None),
        Err(failure) => {
            let why = failure.source().map_or_else(|| failure.to_string(), ToString::to_string);
            let mistake = Mistake {
                weight: Weight::Warning,
                file: ".gitreview".to_owned(),
                place: None,
                message: format!(
                    "{why}, so the dashboard of open requests shows those of every project"
                ),
                help: None,
            };
            (None, Some(mistake))
        }
    }
}

/// A name that another build of the program does not have.
fn program() -> String {
    let file = std::env::current_exe().and_then(|path| path.metadata());
    let file = file.map(|file| (file.len(), file.modified().ok()));
    format!("{} {file:?}", env!("CARGO_PKG_VERSION"))
}

/// What a site shows besides the record.
#[derive(Clone, Copy)]
struct Texts<'a> {
    landings: &'a Landings,
    services: &'a Services,
    project: Option<&'a str>,
    program: &'a str,
}

/// What a build looks at besides its sources.
enum Other<'a> {
    /// The site of another revision, to be compared with; `None` for that one itself.
    Before(Option<&'a Files>),
    /// What an earlier build of the same left.
    Memo(&'a Memo),
}

fn build(
    workspace: &Workspace,
    record: &Record,
    Texts { landings, services, project, program }: Texts<'_>,
    other: Other<'_>,
) -> Result<Built, Failure> {
    let (before, memo) = match other {
        Other::Before(before) => (before, None),
        Other::Memo(memo) => (None, Some(memo)),
    };
    let sources = Sources {
        record,
        landings,
        config: &workspace.config,
        policy: &workspace.policy,
        services,
        project,
        now: workspace.now,
        before,
        program,
        memo,
    };
    Ok(site::build(&sources)?)
}

/// When the entries of `record` came into it. Without an earlier site, its files are read meanwhile.
fn landings(
    workspace: &Workspace,
    record: &Record,
    standing: &Standing,
) -> Result<Landings, Failure> {
    let Ok(head) = Oid::from_str(&record.name()) else { return Ok(Landings::default()) };
    let kept = workspace.cache().join("landed");
    let Some(again) = workspace.repository.again()? else {
        return Ok(Landings::of(&workspace.repository, head, Some(&kept))?);
    };
    thread::scope(|scope| {
        let landings = scope.spawn(move || Landings::of(&again, head, Some(&kept)));
        if standing.is_new() {
            let threads = thread::available_parallelism().map_or(1, usize::from);
            record.read_ahead(&record.paths()?, threads);
        }
        Ok(landings.join().expect("reading a history does not panic")?)
    })
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
