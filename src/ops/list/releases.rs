//! Releases, a row for each repository.

use std::collections::HashMap;

use jiff::Timestamp;

use super::Filter;
use super::filter::{Entry, Files};
use crate::calendar::utc_day;
use crate::report::table::{Cell, Column, Table};
use crate::tree::deliverable::{Project, Release};

const COLUMNS: [Column; 10] = [
    Column::usual("deliverable"),
    Column::usual("series"),
    Column::usual("version"),
    Column::usual("repository"),
    Column::usual("hash"),
    Column::further("listed"),
    Column::further("team"),
    Column::further("type"),
    Column::further("model"),
    Column::further("flags"),
];

/// When entries were merged: (path, version) to the time.
pub(super) type MergeTimes = HashMap<(String, String), Timestamp>;

/// The releases of `files`; with `listed` only those in it.
pub(super) fn table(files: &Files, filter: &Filter, listed: Option<&MergeTimes>) -> Table {
    let mut rows = Vec::new();
    for entry in &files.entries {
        for release in &entry.file.deliverable.releases {
            let key = (entry.file.name.clone(), release.version.text().to_owned());
            let at = listed.map(|listed| listed.get(&key).copied());
            match at {
                Some(None) => continue,
                Some(Some(at)) if filter.until.is_some_and(|until| at >= until) => continue,
                _ => {}
            }
            let at = at.flatten();
            rows.extend(release.projects.iter().map(|project| row(entry, release, project, at)));
        }
    }
    Table { columns: COLUMNS.to_vec(), rows, notes: files.notes.clone(), ..Table::default() }
}

fn row(entry: &Entry, release: &Release, project: &Project, at: Option<Timestamp>) -> Vec<Cell> {
    let file = &entry.file.deliverable;
    vec![
        entry.path.name().into(),
        entry.series_name().into(),
        release.version.text().into(),
        project.repo.value.clone().into(),
        project.hash.value.clone().into(),
        at.map(|at| utc_day(at).to_string()).into(),
        file.team.as_ref().map(|team| team.value.clone()).into(),
        entry.kind().into(),
        entry.model().into(),
        Cell::List(release.flags.iter().map(|flag| flag.value.as_str().to_owned()).collect()),
    ]
}
