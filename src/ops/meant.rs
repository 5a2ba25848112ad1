//! What a name was meant to be that the record does not know.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::tree::RepoName;
use crate::tree::file::{FilePath, INDEPENDENT};
use crate::tree::record::{File, Record};
use crate::tree::yaml::nearest;
use crate::workspace::Failure;

/// How many versions a message names.
const VERSIONS: usize = 4;

/// The hint for a word of which `known` has the nearest one; nothing where none is near.
pub(super) fn did_you_mean<'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(word, known).map(|meant| format!("did you mean `{meant}`?"))
}

/// The names of all deliverables.
///
/// # Errors
/// If the record cannot be read.
pub(super) fn deliverables(record: &Record) -> Result<BTreeSet<String>, Failure> {
    let paths = record.paths().map_err(Failure::outside)?;
    let files = paths.iter().filter_map(|path| FilePath::parse(path).ok());
    Ok(files.map(|path| path.name().to_owned()).collect())
}

/// The hint for `name`, where no deliverable is called so: the nearest one, or the one whose repository it is.
///
/// # Errors
/// If the record cannot be read.
pub(super) fn deliverable(record: &Record, name: &str) -> Result<Option<String>, Failure> {
    let known = deliverables(record)?;
    if known.contains(name) {
        return Ok(None);
    }
    let owner = name.contains('/').then(|| {
        let mut all = known.iter();
        all.find(|own| repositories_of(record, own).iter().any(|repo| repo == name))
    });
    Ok(match owner.flatten() {
        Some(owner) => Some(format!("`{name}` is a repository of the deliverable `{owner}`")),
        None => did_you_mean(name, known.iter().map(String::as_str)),
    })
}

/// The failure of a command for which no deliverable is called `name`, or its file does not list `version`.
///
/// # Errors
/// The result is always one; it is that of the record where that cannot be read.
pub(super) fn unlisted(record: &Record, name: &str, version: &str) -> Failure {
    let known = match deliverables(record) {
        Ok(known) => known,
        Err(failure) => return failure,
    };
    if !known.contains(name) {
        let failure = Failure::usage(format!("there is no deliverable `{name}`"));
        return match deliverable(record, name) {
            Ok(hint) => hinted(failure, hint),
            Err(failure) => failure,
        };
    }
    let failure = Failure::usage(format!("no file of `{name}` lists `{version}`"));
    hinted(failure, newest(&versions(record, name, |_| true), version))
}

/// The failure of a command for which no file lists `version` of `repo`.
pub(super) fn unlisted_in(record: &Record, repo: &RepoName, version: &str) -> Failure {
    match unknown_repository(record, repo) {
        Ok(None) => {}
        Ok(Some(failure)) | Err(failure) => return failure,
    }
    let names = deliverables(record).unwrap_or_default();
    let listed: Vec<String> =
        names.iter().flat_map(|name| versions(record, name, |own| own == repo.as_str())).collect();
    let failure = Failure::usage(format!("no file lists `{version}` of `{repo}`"));
    hinted(failure, newest(&listed, version))
}

/// The failure where no file names `repo`; `None` where one does.
///
/// # Errors
/// If the record cannot be read.
pub(super) fn unknown_repository(
    record: &Record,
    repo: &RepoName,
) -> Result<Option<Failure>, Failure> {
    let names = deliverables(record)?;
    let known: BTreeSet<String> =
        names.iter().flat_map(|name| repositories_of(record, name)).collect();
    if known.contains(repo.as_str()) {
        return Ok(None);
    }
    let failure = Failure::usage(format!("no deliverable file names the repository `{repo}`"));
    let own = match names.contains(repo.as_str()) {
        true => repositories_of(record, repo),
        false => BTreeSet::new(),
    };
    let hint = match own.first() {
        Some(own) => Some(format!("the repository of the deliverable `{repo}` is `{own}`")),
        None => did_you_mean(repo, known.iter().map(String::as_str)),
    };
    Ok(Some(hinted(failure, hint)))
}

/// The failure of a command for which no series is called `name`.
pub(super) fn no_series(record: &Record, name: &str) -> Failure {
    let list = record.series();
    let failure = Failure::usage(format!("there is no series `{name}`"));
    if list.all.is_empty() {
        return failure.help("data/series_status.yaml lists none at this revision");
    }
    let failure = hinted(failure, did_you_mean(name, list.all.iter().map(|it| it.name.as_str())));
    failure.help(format!("the newest are {}", list.newest_names(VERSIONS)))
}

/// The failure of a command that is to look at teams of which no file has one.
///
/// # Errors
/// If the record cannot be read.
pub(super) fn unknown_team<'a>(
    record: &Record,
    wanted: impl Iterator<Item = &'a str>,
) -> Result<Option<Failure>, Failure> {
    let mut wanted = wanted.peekable();
    if wanted.peek().is_none() {
        return Ok(None);
    }
    let known = teams(record)?;
    let unknown = { wanted }.find(|name| !known.contains(*name));
    Ok(unknown.map(|name| {
        let failure = Failure::usage(format!("no deliverable file has the team `{name}`"));
        hinted(failure, did_you_mean(name, known.iter().map(String::as_str)))
    }))
}

/// The teams of all files.
fn teams(record: &Record) -> Result<BTreeSet<String>, Failure> {
    let paths = record.paths().map_err(Failure::outside)?;
    let files = paths.iter().filter_map(|path| record.known_file(path));
    let team = |file: Arc<File>| Some(file.deliverable.team.as_ref()?.value.clone());
    Ok(files.filter_map(team).collect())
}

/// The same failure with the hint, where there is one.
pub(super) fn hinted(failure: Failure, hint: Option<String>) -> Failure {
    match hint {
        Some(hint) => failure.help(hint),
        None => failure,
    }
}

/// The hint for a version that is not among those listed, newest first.
fn newest(listed: &[String], version: &str) -> Option<String> {
    let newest: Vec<&str> = listed.iter().take(VERSIONS).map(String::as_str).collect();
    let prefixed = [format!("v{version}"), version.trim_start_matches('v').to_owned()];
    let spelt = listed.iter().find(|own| prefixed.contains(own));
    match (spelt, newest.as_slice()) {
        (Some(spelt), _) => Some(format!("did you mean `{spelt}`?")),
        (None, []) => Some("it lists no release yet".to_owned()),
        (None, newest) => Some(format!("the newest releases listed are {}", newest.join(", "))),
    }
}

/// What the files of a deliverable list, newest series first, of the repositories that `is_meant` accepts.
fn versions(record: &Record, name: &str, is_meant: impl Fn(&str) -> bool) -> Vec<String> {
    let files = dirs(record).filter_map(|dir| record.deliverable(&dir, name));
    let of_file = |file: Arc<File>| {
        let releases = file.deliverable.releases.iter().rev();
        let meant = releases.filter(|it| it.projects.iter().any(|own| is_meant(&own.repo)));
        meant.map(|it| it.version.text().to_owned()).collect::<Vec<_>>()
    };
    files.flat_map(of_file).collect()
}

/// The repositories that the files of a deliverable name, retired ones too.
fn repositories_of(record: &Record, name: &str) -> BTreeSet<String> {
    let files = dirs(record).filter_map(|dir| record.deliverable(&dir, name));
    let of_file = |file: Arc<File>| {
        let settings = file.deliverable.repository_settings.iter().map(|it| it.repo.value.clone());
        let projects = file.deliverable.releases.iter().flat_map(|it| &it.projects);
        settings.chain(projects.map(|it| it.repo.value.clone())).collect::<Vec<_>>()
    };
    files.flat_map(of_file).collect()
}

/// The folders that may have a file of a deliverable, the newest series first.
fn dirs(record: &Record) -> impl Iterator<Item = String> {
    let series = record.series().all.iter().map(|series| series.name.value.clone());
    series.chain([INDEPENDENT.to_owned()])
}
