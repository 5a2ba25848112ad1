//! A release, read back from its tag.

use jiff::Timestamp;

use super::news::{News, news_of};
use super::{
    BugTracker, ReleaseLinks, Released, ReleasedCommit, ReleasedSeries, SeriesPhase, SignedBy,
    Since,
};
use crate::config::Config;
use crate::facts::history::StartOf;
use crate::git::{GitError, Oid, Refs, RemoteUrl, RepoName, Repository};
use crate::steps::tag::message::{Stage, TagMessage, TagMessageError};
use crate::tree::deliverable::{ReleaseNotes, Status};
use crate::tree::lineage;
use crate::tree::record::{File, Record};
use crate::version::Version;

/// A tag, with what is at hand to read it.
pub struct TagAtHand<'a> {
    /// Name of the repository as in the files.
    pub repo: &'a RepoName,
    /// Name of the tag.
    pub version: &'a str,
    /// The repository that holds it.
    pub repository: &'a Repository,
    /// Its heads and tags.
    pub refs: &'a Refs,
    /// The deliverable file that lists the release.
    pub file: &'a File,
    /// The record it is of.
    pub record: &'a Record,
    /// The configuration.
    pub config: &'a Config,
    /// Who signed it.
    pub signed_by: SignedBy,
}

/// Why a release could not be read back.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// There is no such annotated tag.
    #[error("`{repo}` has no annotated tag `{version}`")]
    NoTag {
        /// The repository.
        repo: RepoName,
        /// The tag.
        version: String,
    },
    /// The tag was not made by a release job.
    #[error("tag `{version}` of `{repo}`: {why}")]
    Message {
        /// The repository.
        repo: RepoName,
        /// The tag.
        version: String,
        /// What is wrong with its message.
        why: TagMessageError,
    },
    /// Git's.
    #[error(transparent)]
    Git(#[from] GitError),
}

/// Folders, and names of files, that are left out of a diffstat: readers want to see what the code did.
const NOT_CODE: [&str; 6] = ["doc", "docs", "releasenotes", "test", "tests", "locale"];
/// Length of a commit id in a change log.
const SHORT: usize = 9;

/// What a tag says, or will say.
pub(super) struct TagWords {
    pub(super) message: TagMessage,
    pub(super) commit: Oid,
    /// When it was made; `None` if it is not made yet.
    tagged: Option<Timestamp>,
}

/// The release, as its tag says it.
///
/// # Errors
/// When the tag is not there, says nothing that can be read, or the history cannot be had.
pub fn released(tag: &TagAtHand<'_>) -> Result<Released, ReleaseError> {
    released_of(tag, &read(tag)?)
}

/// The same, and what its project says of it, before there is a tag: as its `message` at `commit` will say it.
///
/// # Errors
/// When the message cannot be read, or the history cannot be had.
pub fn foretold(
    tag: &TagAtHand<'_>,
    message: &str,
    commit: Oid,
) -> Result<(Released, News), ReleaseError> {
    let message = parsed(tag, message)?;
    let said = TagWords { message, commit, tagged: None };
    Ok((released_of(tag, &said)?, news_of(tag, &said)?))
}

fn released_of(tag: &TagAtHand<'_>, said: &TagWords) -> Result<Released, ReleaseError> {
    let TagWords { message, commit, .. } = said;
    let commit = *commit;
    let (since, from) = since(tag, said)?;
    let log = tag.repository.log(from, commit)?;
    let changes =
        log.iter().filter(|commit| commit.parents.len() < 2).map(|commit| ReleasedCommit {
            hash: commit.id.to_string()[..SHORT].to_owned(),
            subject: commit.subject().to_owned(),
        });
    let (diffstat, requirement_changes) = match from {
        None => (String::new(), Vec::new()),
        Some(from) => differences(tag.repository, from, commit)?,
    };
    Ok(Released {
        repo: tag.repo.clone(),
        short_name: message.short_name.clone(),
        version: tag.version.to_owned(),
        stage: Stage::of(&Version::read(tag.version, &tag.file.deliverable.form)),
        team: message.team.clone(),
        deliverable: tag.file.path.as_ref().map(|path| path.name().to_owned()).unwrap_or_default(),
        series: ReleasedSeries { name: message.series.clone(), phase: phase(tag) },
        is_first_full_release: message.first,
        commit: commit.to_string(),
        tagged: said.tagged.unwrap_or(Timestamp::UNIX_EPOCH),
        links: links(tag, message),
        since,
        changes: changes.collect(),
        diffstat,
        requirement_changes,
        overrides: message.overrides.clone(),
        signed_by: tag.signed_by.clone(),
        notes: message.waited.iter().map(|why| format!("Its tag waited: {why}.")).collect(),
    })
}

/// What the tag says, and the commit that it names.
///
/// # Errors
/// As [`released`].
pub(super) fn read(tag: &TagAtHand<'_>) -> Result<TagWords, ReleaseError> {
    let none = || ReleaseError::NoTag { repo: tag.repo.clone(), version: tag.version.to_owned() };
    let found = tag.refs.tags.get(tag.version).ok_or_else(none)?;
    let object = tag.repository.tag_object(found.object)?.ok_or_else(none)?;
    let message = parsed(tag, &object.message)?;
    let tagged = object.tagger.and_then(|by| Timestamp::from_second(by.time.seconds).ok());
    Ok(TagWords { message, commit: found.peeled, tagged })
}

fn parsed(tag: &TagAtHand<'_>, message: &str) -> Result<TagMessage, ReleaseError> {
    TagMessage::parse(message).map_err(|why| ReleaseError::Message {
        repo: tag.repo.clone(),
        version: tag.version.to_owned(),
        why,
    })
}

/// The diffstat of the code, and the changed lines of the files with requirements.
fn differences(
    repository: &Repository,
    from: Oid,
    to: Oid,
) -> Result<(String, Vec<String>), GitError> {
    let changed = repository.changed_paths(Some(from), to, &[])?;
    let is_of_tests = |path: &str| path.split('/').any(|part| NOT_CODE.contains(&part));
    let code: Vec<&str> =
        changed.iter().map(String::as_str).filter(|path| !is_of_tests(path)).collect();
    let requirements: Vec<&str> =
        code.iter().copied().filter(|path| lists_requirements(path)).collect();
    let diffstat = match code.as_slice() {
        [] => String::new(),
        code => repository.diffstat_of(from, to, code)?,
    };
    let lines = match requirements.as_slice() {
        [] => Vec::new(),
        files => repository.changed_lines(from, to, files)?,
    };
    Ok((diffstat, lines))
}

/// `requirements.txt`, `driver-requirements.txt`; those of tests and documentation are nobody's who installs the release.
fn lists_requirements(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_other = ["test", "doc"].iter().any(|part| name.starts_with(part));
    name.contains("requirements") && name.ends_with(".txt") && !is_other
}

/// Where the change log begins.
///
/// # Errors
/// When the history cannot be had.
pub(super) fn since(
    tag: &TagAtHand<'_>,
    TagWords { message, commit, .. }: &TagWords,
) -> Result<(Since, Option<Oid>), ReleaseError> {
    let version = Version::read(tag.version, &tag.file.deliverable.form);
    let listed = tag.file.deliverable.releases.iter();
    let before = listed.take_while(|release| release.version.text() != tag.version);
    let before = lineage::earlier(before, tag.repo, &version).into_iter();
    let start = StartOf {
        repo: tag.repo.clone(),
        commit: (*commit).into(),
        version,
        diff_start: message.diff_start.clone(),
        listed: before.map(|one| one.release.version.value.clone()).collect(),
    };
    Ok(start.find(tag.repository, tag.refs, *commit)?)
}

fn phase(tag: &TagAtHand<'_>) -> SeriesPhase {
    let Ok(path) = &tag.file.path else { return SeriesPhase::Independent };
    let status = tag.record.series().get(path.series()).and_then(|series| series.status.as_ref());
    match status.map(|status| status.value) {
        _ if path.is_independent() => SeriesPhase::Independent,
        None | Some(Status::Development | Status::Future) => SeriesPhase::Development,
        Some(_) => SeriesPhase::Stable,
    }
}

fn links(tag: &TagAtHand<'_>, message: &TagMessage) -> ReleaseLinks {
    let deliverable = &tag.file.deliverable;
    let launchpad = deliverable.launchpad.as_ref();
    let launchpad = launchpad.and_then(|name| tag.config.launchpad_page(name));
    let board = deliverable.storyboard.as_ref().filter(|_| !tag.config.storyboard.is_empty());
    let bugs = match (launchpad, board) {
        (Some(page), _) => Some(BugTracker::Launchpad(page)),
        (None, Some(project)) => Some(BugTracker::Storyboard(storyboard(tag.config, project))),
        (None, None) => None,
    };
    let release_notes = match &deliverable.release_notes {
        Some(ReleaseNotes::Link(link)) => Some(link.value.clone()),
        Some(ReleaseNotes::PerRepository(links)) => {
            links.iter().find(|(repo, _)| ***repo == **tag.repo).map(|(_, link)| link.value.clone())
        }
        None => None,
    };
    let dist = deliverable
        .settings(tag.repo)
        .and_then(|settings| settings.pypi_name.as_ref())
        .map(|name| name.value.as_str());
    let url = RemoteUrl::from_template(&tag.config.git, tag.repo);
    ReleaseLinks {
        bugs,
        source: (!url.is_local()).then(|| url.to_string()),
        release_notes,
        pypi: tag
            .config
            .index_url()
            .filter(|_| message.pypi == Some(true))
            .map(|index| format!("{index}/project/{}", dist.unwrap_or(&message.short_name))),
        download: download(tag),
    }
}

/// The source archive, unless the deliverable has none.
fn download(tag: &TagAtHand<'_>) -> Option<String> {
    let deliverable = &tag.file.deliverable;
    let release = deliverable.releases.iter().find(|one| one.version.text() == tag.version)?;
    let project = release.projects.iter().find(|one| **one.repo == **tag.repo)?;
    tag.config.archive_url(deliverable, release, project)
}

/// The page of a project, from the address of the API.
fn storyboard(config: &Config, project: &str) -> String {
    let site = config.storyboard.split("/api/").next().unwrap_or_default();
    format!("{site}/#!/project/{project}")
}
