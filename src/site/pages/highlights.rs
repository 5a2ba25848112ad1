//! The highlights of a series, by team.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::Services;
use super::super::book::{Entry, capital};
use super::super::names;
use super::super::press::{Page, Press, Safe};

#[derive(Serialize)]
struct Shown {
    name: String,
    address: String,
    teams: Vec<Team>,
}

#[derive(Serialize)]
struct Team {
    name: String,
    id: String,
    service: Option<String>,
    address: Option<String>,
    items: Vec<Safe>,
}

/// Whether the series `name` has highlights.
pub(in crate::site) fn has(press: &Press<'_>, name: &str) -> bool {
    press.book.of_series(name).any(|entry| entry.card.has_highlights)
}

/// The page of the series `name`.
pub(in crate::site) fn page(press: &mut Press<'_>, name: &str, services: &Services) {
    let (path, owner) = (format!("{name}/highlights.html"), format!("the highlights of `{name}`"));
    let told = press.book.of_series(name).filter(|entry| entry.card.has_highlights);
    let services_told = services.iter().flat_map(|(team, service)| [team.as_str(), service]);
    let stamp = press.stamper(&path).entries(told).texts(services_told).finish();
    if press.keeps(&path, &owner, &stamp) {
        return;
    }
    let mut teams: BTreeMap<String, (String, Vec<&Entry<'_>>)> = BTreeMap::new();
    let told = press.book.of_series(name);
    for entry in told.filter(|entry| entry.card.has_highlights) {
        let team = entry.team().unwrap_or_default();
        let (_, entries) =
            teams.entry(team.to_lowercase()).or_insert((team.to_owned(), Vec::new()));
        entries.push(entry);
    }
    let teams = teams.into_values().map(|(name, entries)| {
        let highlights = entries.iter().flat_map(|entry| &entry.deliverable().cycle_highlights);
        Team {
            id: names::anchor(&name),
            service: services.get(&name).map(|service| capital(service)),
            address: names::slug(&name)
                .ok()
                .map(|slug| names::address(&format!("teams/{slug}.html"))),
            items: highlights.map(|text| Safe(crate::text::rst::html(text))).collect(),
            name,
        }
    });
    let shown = Shown {
        name: press.book.title(name),
        address: super::series::address(name),
        teams: teams.collect(),
    };
    let title = format!("{} release highlights", press.book.title(name));
    let page = Page {
        path: &path,
        owner: &owner,
        title: &title,
        template: "highlights.html",
        feed: None,
        stamp: Some(stamp),
    };
    press.page(&page, shown);
}
