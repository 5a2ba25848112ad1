//! A team: its deliverables in each series.

use serde::Serialize;

use super::super::book::Entry;
use super::super::names;
use super::super::press::{Page, Press};
use super::series;

#[derive(Serialize)]
struct Shown {
    name: String,
    parts: Vec<Part>,
}

#[derive(Serialize)]
struct Part {
    title: String,
    id: String,
    address: String,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    name: String,
    id: String,
    address: String,
    first: Option<String>,
    newest: Option<String>,
    day: Option<String>,
    status: Option<series::Badge>,
}

/// The page of the team `name`, whose path ends in `slug`.
pub(in crate::site) fn page(press: &mut Press<'_>, name: &str, slug: &str) {
    let book = press.book;
    let entries: Vec<&Entry<'_>> = book.of_team(name).collect();
    let (path, owner) = (format!("teams/{slug}.html"), format!("team `{name}`"));
    let stamp = press.stamper(&path).entries(entries.iter().copied()).finish();
    if press.keeps(&path, &owner, &stamp) {
        return;
    }
    let parts = book.order().iter().filter_map(|series| {
        let rows: Vec<Row> = entries
            .iter()
            .filter(|entry| entry.path.series() == series)
            .map(|entry| row(press, entry))
            .collect();
        (!rows.is_empty()).then(|| Part {
            title: book.title(series),
            id: names::anchor(series),
            address: series::address(series),
            rows,
        })
    });
    let shown = Shown { name: name.to_owned(), parts: parts.collect() };
    let has_feed = !book.dated(entries.into_iter()).is_empty();
    let feed = has_feed.then(|| format!("teams/{slug}.xml"));
    press.page(
        &Page {
            path: &path,
            owner: &owner,
            title: name,
            template: "team.html",
            feed,
            stamp: Some(stamp),
        },
        shown,
    );
}

fn row(press: &Press<'_>, entry: &Entry<'_>) -> Row {
    let version = |release: &crate::tree::deliverable::Release| release.version.text().to_owned();
    let newest = entry.newest();
    let landing = newest.and_then(|release| press.book.landing(entry, release));
    let series = entry.path.series();
    Row {
        name: entry.path.name().to_owned(),
        id: names::anchor(&format!("team-{series}-{}", entry.path.name())),
        address: format!("{}#{}", series::deliverable_address(entry), names::anchor(series)),
        first: entry.first().map(version),
        newest: newest.map(version),
        day: landing.map(|landing| crate::calendar::utc_day(landing.merged).to_string()),
        status: series::badge(entry.status(press.book.series(series))),
    }
}
