//! The series.

use super::Filter;
use crate::ops::meant::no_series;
use crate::report::table::{Cell, Column, Table};
use crate::tree::record::Record;
use crate::tree::series::Series;
use crate::workspace::Failure;

const COLUMNS: [Column; 8] = [
    Column::usual("series"),
    Column::usual("release-id"),
    Column::usual("status"),
    Column::usual("released"),
    Column::usual("next-phase"),
    Column::usual("next-date"),
    Column::usual("slurp"),
    Column::further("eol-date"),
];

/// A row for each series, newest first.
///
/// # Errors
/// If one that the filter names does not exist.
pub(super) fn table(record: &Record, filter: &Filter) -> Result<Table, Failure> {
    let list = record.series();
    let mut named = filter.series.iter().filter(|word| *word != "all");
    if let Some(unknown) = named.find(|word| list.meant(word).is_none()) {
        return Err(no_series(record, unknown));
    }
    let is_named = |series: &&Series| {
        let is_it = |word: &String| list.meant(word).is_some_and(|it| it.name == series.name);
        let wanted = &filter.series;
        wanted.is_empty() || wanted.iter().any(|word| word == "all" || is_it(word))
    };
    let all = record.series().all.iter().filter(is_named);
    let wanted = all.filter(|series| filter.has_status(Some(series)));
    let problems = record.series_problems().iter();
    Ok(Table {
        columns: COLUMNS.to_vec(),
        rows: wanted.map(row).collect(),
        notes: problems
            .map(|it| format!("data/series_status.yaml:{}: {}", it.place, it.message))
            .collect(),
        ..Table::default()
    })
}

fn row(series: &Series) -> Vec<Cell> {
    let next = series.next_phase.as_ref();
    vec![
        series.name.value.clone().into(),
        series.release_id.as_ref().map(|id| id.value.clone()).into(),
        series.status.as_ref().map(|status| status.value.as_str()).into(),
        series.initial_release.as_ref().map(|day| day.value.to_string()).into(),
        next.map(|next| next.status.value.as_str()).into(),
        next.and_then(|next| next.date.as_ref()).map(|day| day.value.to_string()).into(),
        Cell::Truth(series.slurp),
        series.eol_date.as_ref().map(|day| day.value.to_string()).into(),
    ]
}
