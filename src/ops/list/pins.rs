//! The versions that the upper constraints pin, beside the newest ones.

use super::filter::{Entry, Files};
use crate::facts::constraints::Pinned;
use crate::facts::{Answer, Asks, Facts, gather};
use crate::report::table::{Cell, Column, Table};
use crate::tree::RepoName;
use crate::tree::deliverable::Release;
use crate::version::Version;
use crate::workspace::{Failure, Workspace};

const COLUMNS: [Column; 7] = [
    Column::usual("package"),
    Column::usual("series"),
    Column::usual("constraint"),
    Column::usual("newest"),
    Column::usual("state"),
    Column::further("deliverable"),
    Column::further("team"),
];

/// One package of a deliverable.
struct Package<'a> {
    entry: &'a Entry,
    question: Pinned,
    newest: &'a Release,
}

/// A row for each repository whose package the constraints pin.
///
/// # Errors
/// If the site has no constraints, or they cannot be read.
pub(super) fn table(workspace: &Workspace, files: &Files) -> Result<Table, Failure> {
    let Some(requirements) = &workspace.config.requirements_repo else {
        return Err(Failure::usage("the site has no constraints: `requirements-repo` is empty"));
    };
    let packages: Vec<Package<'_>> =
        files.entries.iter().flat_map(|entry| packages((workspace, requirements), entry)).collect();
    let (mut asks, mut facts) = (Asks::default(), Facts::default());
    packages.iter().for_each(|package| asks.put(package.question.clone()));
    gather(&asks, &mut facts, &workspace.sources()?, workspace.jobs);
    let mut table =
        Table { columns: COLUMNS.to_vec(), notes: files.notes.clone(), ..Table::default() };
    for package in &packages {
        match facts.get(&package.question) {
            Answer::Known(pins) => table.rows.push(package.row(pins)),
            Answer::Absent => {}
            Answer::Unknown(why) => {
                let what = format!("cannot read the constraints in `{}`", package.question.repo);
                return Err(Failure::outside(what).caused_by(why.to_string()));
            }
        }
    }
    Ok(table)
}

/// The packages of a deliverable that has a full release, by the name on the index.
fn packages<'a>(
    (workspace, requirements): (&Workspace, &RepoName),
    entry: &'a Entry,
) -> Vec<Package<'a>> {
    let file = &entry.file.deliverable;
    let Some(newest) = file.releases.iter().rev().find(|release| release.version.is_full()) else {
        return Vec::new();
    };
    let series = entry.series.as_ref();
    let branch = series.and_then(|it| it.branches(&workspace.config.branches).into_iter().next());
    let package = |repo: &str| {
        let own = file.settings(repo).and_then(|settings| settings.pypi_name.as_ref());
        let short = repo.rsplit('/').next().unwrap_or(repo);
        let package = own.map_or(short, |name| name.as_str()).to_owned();
        let repo = requirements.clone();
        Package { entry, question: Pinned { repo, branch: branch.clone(), package }, newest }
    };
    newest.projects.iter().map(|project| package(&project.repo)).collect()
}

impl Package<'_> {
    fn row(&self, pins: &[String]) -> Vec<Cell> {
        let highest = pins.iter().map(|pin| Version::new(pin.as_str())).max();
        let state = match highest.map(|pin| pin.cmp(&self.newest.version.value)) {
            Some(std::cmp::Ordering::Less) => "behind",
            Some(std::cmp::Ordering::Greater) => "ahead",
            _ => "same",
        };
        let team = self.entry.file.deliverable.team.as_ref().map(|team| team.value.clone());
        vec![
            self.question.package.clone().into(),
            self.entry.series_name().into(),
            Cell::List(pins.to_vec()),
            self.newest.version.text().into(),
            state.into(),
            self.entry.path.name().into(),
            team.into(),
        ]
    }
}
