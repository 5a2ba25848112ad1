//! Which files a list is about.

use std::sync::Arc;

use super::{Filter, ListCondition};
use crate::ops::meant::{no_series, unknown_team};
use crate::tree::deliverable::{Branch, Kind, Model, Release, StableBranchType, Status};
use crate::tree::file::{FilePath, INDEPENDENT};
use crate::tree::record::{File, Record};
use crate::tree::series::Series;
use crate::version::{BranchKind, BranchNames, PreReleaseKind, SpecialKind};
use crate::workspace::{Failure, Workspace};

/// One file of a list.
pub(in crate::ops) struct Entry {
    pub(in crate::ops) path: FilePath,
    pub(in crate::ops) file: Arc<File>,
    /// None for an independent file.
    pub(in crate::ops) series: Option<Series>,
}

/// The files of a list, and those that cannot be read.
#[derive(Default)]
pub(in crate::ops) struct Files {
    pub(in crate::ops) entries: Vec<Entry>,
    pub(in crate::ops) notes: Vec<String>,
}

/// A folder of the record, with its series.
pub(in crate::ops) struct Folder {
    pub(in crate::ops) dir: String,
    pub(in crate::ops) series: Option<Series>,
}

impl Filter {
    /// The files that meet the conditions, by series as the record lists them, then by name.
    pub(in crate::ops) fn files(
        &self,
        workspace: &Workspace,
        record: &Record,
    ) -> Result<Files, Failure> {
        let mut files = Files::default();
        let paths = record.paths().map_err(Failure::outside)?;
        let folders = self.folders(record)?;
        for folder in &folders {
            let prefix = format!("deliverables/{}/", folder.dir);
            for path in paths.iter().filter(|path| path.starts_with(&prefix)) {
                let Some(file) = record.known_file(path) else { continue };
                let Ok(parsed) = file.path.clone() else { continue };
                match file.is_readable() {
                    false => files.notes.push(format!("{path} cannot be read and is left out")),
                    true => {
                        let entry = Entry { path: parsed, file, series: folder.series.clone() };
                        let is_wanted = self.accepts(&entry, &workspace.config.branches);
                        files.entries.extend(Some(entry).filter(|_| is_wanted));
                    }
                }
            }
        }
        if files.entries.is_empty() && files.notes.is_empty() {
            self.refuse_unknown_team(record)?;
            files.notes.push(self.no_file_in(&folders));
        }
        Ok(files)
    }

    /// A misspelt team would look like one without deliverables.
    fn refuse_unknown_team(&self, record: &Record) -> Result<(), Failure> {
        let unknown = unknown_team(record, self.teams.iter().map(String::as_str))?;
        unknown.map_or(Ok(()), Err)
    }

    /// Why a list is empty: a series without files, or a misspelt filter, looks the same without it.
    fn no_file_in(&self, folders: &[Folder]) -> String {
        let names: Vec<&str> =
            folders.iter().map(|folder| folder.dir.trim_start_matches('_')).collect();
        let within = match names.as_slice() {
            [] => "no series meets the conditions".to_owned(),
            names if names.len() <= 3 => {
                format!("no deliverable file of {} meets the conditions", names.join(", "))
            }
            names => {
                format!("no deliverable file of these {} series meets the conditions", names.len())
            }
        };
        match self.series.iter().any(|name| name == "all") {
            true => within,
            false => format!("{within}; `--series all` looks at every series"),
        }
    }

    /// The folders of the series that meet the conditions.
    pub(in crate::ops) fn folders(&self, record: &Record) -> Result<Vec<Folder>, Failure> {
        let list = record.series();
        let of = |series: &Series| Folder {
            dir: series.name.value.clone(),
            series: Some(series.clone()),
        };
        let independent = || Folder { dir: INDEPENDENT.to_owned(), series: None };
        let mut folders = Vec::new();
        for name in &self.series {
            match (name.as_str(), list.meant(name)) {
                (_, Some(series)) => folders.push(of(series)),
                ("all", None) => {
                    folders.extend(list.all.iter().map(of));
                    folders.push(independent());
                }
                ("independent" | INDEPENDENT, None) => folders.push(independent()),
                _ => {
                    return Err(
                        no_series(record, name).help("`independent` and `all` are names too")
                    );
                }
            }
        }
        if self.series.is_empty() && !self.statuses.is_empty() {
            folders.extend(list.all.iter().map(of));
        }
        if self.series.is_empty() && self.statuses.is_empty() {
            folders.extend(list.current().map(of));
            if folders.is_empty() {
                return Err(Failure::usage("no series is in development")
                    .help("name one with `--series`, or `--series all`"));
            }
        }
        folders.retain(|folder| self.has_status(folder.series.as_ref()));
        Ok(folders)
    }

    /// Whether the status of a series is among those that are wanted.
    pub(in crate::ops) fn has_status(&self, series: Option<&Series>) -> bool {
        let status = series.and_then(|series| series.status.as_ref()).map(|it| it.value);
        self.statuses.is_empty()
            || status.is_some_and(|status| self.statuses.iter().any(|it| is_called(status, it)))
    }

    fn accepts(&self, entry: &Entry, names: &BranchNames) -> bool {
        let file = &entry.file.deliverable;
        let team = file.team.as_ref().map(|team| team.value.as_str());
        let among = |wanted: &[String], value: Option<&str>| {
            wanted.is_empty() || value.is_some_and(|value| wanted.iter().any(|it| it == value))
        };
        among(&self.teams, team)
            && among(&self.kinds, Some(&entry.kind()))
            && !self.except_kinds.contains(&entry.kind())
            && among(&self.models, entry.model().as_deref())
            && self.only.iter().all(|only| entry.meets(*only, names))
    }
}

/// `end of life` may be written with dashes.
fn is_called(status: Status, word: &str) -> bool {
    status.as_str() == word || status.as_str().replace(' ', "-") == word
}

impl Entry {
    /// Its type, as the file writes it.
    pub(in crate::ops) fn kind(&self) -> String {
        let file = &self.file.deliverable;
        let own = file.words.kind.as_deref().map(str::to_owned);
        own.unwrap_or_else(|| file.effective_kind(&self.path).as_str().to_owned())
    }

    /// Its model, as the file writes it.
    pub(in crate::ops) fn model(&self) -> Option<String> {
        let file = &self.file.deliverable;
        file.effective_model(&self.path).map(|model| file.model_name(model).to_owned())
    }

    /// The name of its series, or `independent`.
    pub(in crate::ops) fn series_name(&self) -> &str {
        self.series.as_ref().map_or("independent", |series| series.name.as_str())
    }

    /// The stable branch that it lists, whatever the site calls such branches.
    pub(in crate::ops) fn stable_branch(&self, names: &BranchNames) -> Option<&Branch> {
        let mut branches = self.file.deliverable.branches.iter();
        branches.find(|branch| names.read_kind(&branch.name) == Some(BranchKind::Stable))
    }

    fn may_branch(&self) -> bool {
        let file = &self.file.deliverable;
        let branches = file.stable_branch_type.as_ref().map(|kind| kind.value);
        file.effective_kind(&self.path) != Kind::TempestPlugin
            && branches != Some(StableBranchType::None)
    }

    fn may_release(&self) -> bool {
        let model = self.file.deliverable.effective_model(&self.path);
        !matches!(model, Some(Model::Untagged | Model::Abandoned))
    }

    fn meets(&self, only: ListCondition, names: &BranchNames) -> bool {
        let file = &self.file.deliverable;
        match only {
            ListCondition::WithoutBranch => {
                self.stable_branch(names).is_none() && self.may_branch()
            }
            ListCondition::WithoutRelease => file.releases.is_empty() && self.may_release(),
            ListCondition::WithoutCandidate => {
                let model = file.effective_model(&self.path);
                let is_one = |release: &Release| {
                    let pre = release.version.pre_release().map(|pre| pre.kind);
                    pre == Some(PreReleaseKind::Rc) || release.version.is_full()
                };
                model == Some(Model::CycleWithRc) && !file.releases.iter().any(is_one)
            }
            ListCondition::WithoutFinal => {
                file.releases.last().is_some_and(|release| release.version.pre_release().is_some())
            }
            ListCondition::Ended => {
                let newest = file.releases.last().and_then(|release| release.version.special());
                newest.is_some_and(|special| special.kind() != SpecialKind::Last)
            }
        }
    }
}
