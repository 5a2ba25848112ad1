//! What may be written into a new entry, for an editor that completes words.

use std::collections::{BTreeMap, BTreeSet};

use super::before::Before;
use super::heads::{heads, repositories};
use super::setting::Setting;
use super::{Kind, NewOptions, StableBranch, decision, find_out, number};
use crate::facts::history::{CommitRange, Commits, Logged, SubjectOf};
use crate::facts::{Answer, Facts, Question as _};
use crate::ops::located::path_of;
use crate::tree::file::FilePath;
use crate::tree::{CommitId, RepoName};
use crate::workspace::{Failure, Options, Workspace};

/// Commits offered of a repository.
const MOST: usize = 50;

/// The versions that may follow in the file at `path`, each with its kind. The committed file counts.
///
/// # Errors
/// If `path` is not that of a deliverable file, or the record cannot be read.
pub fn versions(options: &Options, path: &str) -> Result<Vec<(String, Kind)>, Failure> {
    let setting = Setting::open(&committed(options), &asked(path)?)?;
    let before = Before::of(&setting.on()?);
    let line = before.listed_line();
    let mut found: Vec<(String, Kind)> = Vec::new();
    for kind in [Kind::Bugfix, Kind::Feature, Kind::Major, Kind::Milestone, Kind::Rc, Kind::Final] {
        if let Ok(version) = number::next(kind, &line)
            && !found.iter().any(|(known, _)| known == version.text())
        {
            found.push((version.text().to_owned(), kind));
        }
    }
    Ok(found)
}

/// The commits of `repo` that a release in the file at `path` may take: those of its branch since the release before, newest
/// first; its head if there are none. Nothing if they are not known.
///
/// # Errors
/// As [`versions`].
pub fn commits(options: &Options, path: &str, repo: &str) -> Result<Vec<Logged>, Failure> {
    let asked = asked(path)?;
    let setting = Setting::open(&committed(options), &asked)?;
    let on = setting.on()?;
    let sources = setting.workspace.sources()?;
    let mut facts = Facts::default();
    find_out(&setting.workspace, &sources, &mut facts, |facts, asks| {
        decision::ask(&on, &asked, None, facts, asks);
    });
    let Ok(heads) = heads(&on, &asked, None, &facts) else { return Ok(Vec::new()) };
    let Some(head) = heads.iter().find(|head| *head.repo == *repo) else { return Ok(Vec::new()) };
    let before = Before::of(&on);
    let older = before.followed(head, &facts).ok().flatten();
    let range = CommitRange {
        repo: head.repo.clone(),
        older: older.map(|(_, project)| project.commit),
        newer: head.commit,
    };
    let mut commits = match Commits(range).answer(&sources) {
        Answer::Known(commits) => commits,
        Answer::Absent | Answer::Unknown(_) => Vec::new(),
    };
    if commits.is_empty() {
        let question = SubjectOf { repo: head.repo.clone(), commit: head.commit };
        let subject = question.answer(&sources).known().cloned();
        commits.extend(subject.map(|subject| Logged {
            hash: head.commit.to_string(),
            subject,
            sem_ver: Vec::new(),
            change_id: None,
            depends_on: Vec::new(),
        }));
    }
    commits.truncate(MOST);
    Ok(commits)
}

/// The first line of the message of a commit, if it is known.
///
/// # Errors
/// If the record cannot be read.
pub fn subject_of(options: &Options, repo: &str, hash: &str) -> Result<Option<String>, Failure> {
    let workspace = Workspace::open(&committed(options))?;
    let (Ok(repo), Ok(commit)) = (RepoName::parse(repo), CommitId::parse(hash)) else {
        return Ok(None);
    };
    let answer = SubjectOf { repo, commit }.answer(&workspace.sources()?);
    Ok(answer.known().cloned())
}

/// The same without what is being written, which may be half a word.
fn committed(options: &Options) -> Options {
    Options { unsaved: BTreeMap::new(), ..options.clone().at("HEAD") }
}

fn asked(path: &str) -> Result<NewOptions, Failure> {
    let path = FilePath::parse(path).map_err(|why| Failure::usage(why.to_string()))?;
    Ok(NewOptions {
        deliverable: path.name().to_owned(),
        kind: None,
        series: Some(path.dir().to_owned()),
        commits: Vec::new(),
        branch: None,
        stable_branch: StableBranch::Usual,
    })
}

/// What may be named in the file at `path`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Its repositories.
    pub repositories: Vec<String>,
    /// The teams of the deliverables in its series and the one before.
    pub teams: BTreeSet<String>,
    /// The branches of its series.
    pub branches: Vec<String>,
    /// The versions that it lists, newest first.
    pub listed: Vec<String>,
}

/// What may be named in the file at `path`, by what is committed.
///
/// # Errors
/// As [`versions`].
pub fn names(options: &Options, path: &str) -> Result<Names, Failure> {
    let setting = Setting::open(&committed(options), &asked(path)?)?;
    let on = setting.on()?;
    let record = &on.request.head;
    let older = record.series().older_than(on.path.dir()).map(|series| series.name.value.clone());
    let folders = [on.path.dir().to_owned()].into_iter().chain(older).take(2);
    let folders: Vec<String> =
        folders.map(|folder| path_of(&folder, "").replace(".yaml", "")).collect();
    let paths = record.paths().map_err(Failure::outside)?.into_iter();
    let near = paths.filter(|path| folders.iter().any(|folder| path.starts_with(folder)));
    let team =
        |path: String| Some(record.known_file(&path)?.deliverable.team.as_ref()?.value.clone());
    let releases = on.deliverable().releases.iter().rev();
    Ok(Names {
        repositories: repositories(&on).iter().map(ToString::to_string).collect(),
        teams: near.filter_map(team).collect(),
        branches: on.series_branches().unwrap_or_default(),
        listed: releases.map(|release| release.version.text().to_owned()).collect(),
    })
}
