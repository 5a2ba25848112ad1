//! The series.

use super::Filter;
use crate::report::table::{Cell, Column, Table};
use crate::tree::record::Record;
use crate::tree::series::Series;

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
pub(super) fn table(record: &Record, filter: &Filter) -> Table {
    let is_named = |series: &&Series| {
        let name = series.name.as_str();
        let wanted = &filter.series;
        wanted.is_empty() || wanted.iter().any(|it| it == name || it == "all")
    };
    let all = record.series().all.iter().filter(is_named);
    let wanted = all.filter(|series| filter.has_status(Some(series)));
    let problems = record.series_problems().iter();
    Table {
        columns: COLUMNS.to_vec(),
        rows: wanted.map(row).collect(),
        notes: problems
            .map(|it| format!("data/series_status.yaml:{}: {}", it.place, it.message))
            .collect(),
        ..Table::default()
    }
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
