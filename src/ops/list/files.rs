//! What files say about their deliverables and branches.

use super::filter::{Entry, Files};
use crate::report::table::{Cell, Column, Table};
use crate::tree::deliverable::ReleaseNotes;
use crate::workspace::Workspace;

const DELIVERABLES: [Column; 12] = [
    Column::usual("deliverable"),
    Column::usual("series"),
    Column::usual("team"),
    Column::usual("type"),
    Column::usual("model"),
    Column::usual("newest"),
    Column::usual("branch"),
    Column::further("releases"),
    Column::further("repositories"),
    Column::further("tracker"),
    Column::further("release-notes"),
    Column::further("path"),
];

/// A row for each deliverable.
pub(super) fn deliverables(workspace: &Workspace, files: &Files) -> Table {
    let names = &workspace.config.branches;
    let row = |entry: &Entry| {
        let file = &entry.file.deliverable;
        let text = |it: &crate::tree::place::Placed<String>| it.value.clone();
        let tracker = file.launchpad.as_ref().or(file.storyboard.as_ref());
        vec![
            entry.path.name().into(),
            entry.series_name().into(),
            file.team.as_ref().map(text).into(),
            entry.kind().into(),
            entry.model().into(),
            file.releases.last().map(|release| release.version.text()).into(),
            entry.stable_branch(names).map(|branch| branch.name.as_str()).into(),
            Cell::Number(file.releases.len()),
            Cell::List(file.repositories()),
            tracker.map(text).into(),
            Cell::List(notes(file.release_notes.as_ref())),
            entry.file.name.clone().into(),
        ]
    };
    Table {
        columns: DELIVERABLES.to_vec(),
        rows: files.entries.iter().map(row).collect(),
        notes: files.notes.clone(),
        ..Table::default()
    }
}

fn notes(notes: Option<&ReleaseNotes>) -> Vec<String> {
    match notes {
        None => Vec::new(),
        Some(ReleaseNotes::Link(link)) => vec![link.value.clone()],
        Some(ReleaseNotes::PerRepository(links)) => {
            links.iter().map(|(_, link)| link.value.clone()).collect()
        }
    }
}

/// A row for each branch.
pub(super) fn branches(files: &Files) -> Table {
    let columns = ["deliverable", "series", "branch", "location"].map(Column::usual);
    let of_entry = |entry: &Entry| {
        let branches = entry.file.deliverable.branches.iter();
        let row = |branch: &crate::tree::deliverable::Branch| -> Vec<Cell> {
            vec![
                entry.path.name().into(),
                entry.series_name().into(),
                branch.name.value.clone().into(),
                branch.location.value.to_string().replace('`', "").into(),
            ]
        };
        branches.map(row).collect::<Vec<_>>()
    };
    Table {
        columns: columns.into_iter().chain([Column::further("team")]).collect(),
        rows: files
            .entries
            .iter()
            .flat_map(|entry| {
                let team = entry.file.deliverable.team.as_ref().map(|team| team.value.clone());
                of_entry(entry).into_iter().map(move |mut row| {
                    row.push(team.clone().into());
                    row
                })
            })
            .collect(),
        notes: files.notes.clone(),
        ..Table::default()
    }
}
