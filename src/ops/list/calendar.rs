//! What is due by each deadline and not done.

use super::Filter;
use super::filter::Folder;
use crate::calendar::{Cycle, Missing, utc_day};
use crate::report::table::{Cell, Column, Table};
use crate::tree::record::Record;
use crate::workspace::{Failure, Workspace};

const COLUMNS: [Column; 7] = [
    Column::usual("deliverable"),
    Column::usual("series"),
    Column::usual("due"),
    Column::usual("what"),
    Column::usual("team"),
    Column::usual("overdue"),
    Column::further("event"),
];

/// A row for each deliverable and deadline.
///
/// # Errors
/// If a series does not exist.
pub(super) fn missing(
    workspace: &Workspace,
    record: &Record,
    filter: &Filter,
) -> Result<Table, Failure> {
    let files = filter.files(workspace, record)?;
    let mut table =
        Table { columns: COLUMNS.to_vec(), notes: files.notes.clone(), ..Table::default() };
    for Folder { dir, series } in filter.folders(record)? {
        let Some(series) = series else { continue };
        let Some(cycle) = Cycle::of(record, &series.name) else { continue };
        let own = files.entries.iter().filter(|entry| entry.path.dir() == dir);
        let own: Vec<_> = own.map(|entry| (&entry.path, &entry.file.deliverable)).collect();
        for missing in Missing::all(&cycle, &series, &workspace.config, &own) {
            let is_early = filter.since.is_some_and(|since| missing.due < utc_day(since));
            let is_late = filter.until.is_some_and(|until| missing.due >= utc_day(until));
            if !is_early && !is_late {
                let is_overdue = missing.is_overdue(workspace.now);
                table.rows.extend(rows(&missing, &dir, is_overdue));
            }
        }
    }
    Ok(table)
}

fn rows(missing: &Missing, series: &str, is_overdue: bool) -> Vec<Vec<Cell>> {
    let row = |who: &crate::calendar::Lacking| {
        vec![
            who.name.clone().into(),
            series.into(),
            missing.due.to_string().into(),
            missing.duty.as_str().into(),
            who.team.clone().into(),
            Cell::Truth(is_overdue),
            missing.event.clone().into(),
        ]
    };
    missing.who.iter().map(row).collect()
}
