//! The lists of deliverables and of teams, in which a reader finds a name by typing.

use std::collections::BTreeSet;

use serde::Serialize;

use super::super::names;
use super::super::press::{Page, Press};

#[derive(Serialize)]
struct Shown {
    what: &'static str,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    name: String,
    address: String,
    about: String,
    /// Other names by which it may be looked for.
    also: String,
}

/// The list of all deliverables.
pub(in crate::site) fn deliverables(press: &mut Press<'_>) {
    let book = press.book;
    let rows = book.deliverables().filter(|name| names::part(name).is_ok()).map(|name| {
        let mut teams = BTreeSet::new();
        let mut repos = BTreeSet::new();
        for entry in book.of_deliverable(name) {
            teams.extend(entry.team());
            repos.extend(entry.card.repos.iter().map(String::as_str));
        }
        Row {
            name: name.to_owned(),
            address: names::address(&format!("deliverables/{name}.html")),
            about: teams.into_iter().collect::<Vec<_>>().join(", "),
            also: repos.into_iter().collect::<Vec<_>>().join(" "),
        }
    });
    let shown = Shown { what: "deliverables", rows: rows.collect() };
    list(press, "deliverables/index.html", "Deliverables", shown);
}

/// The list of all teams.
pub(in crate::site) fn teams(press: &mut Press<'_>) {
    let book = press.book;
    let rows = book.teams().filter_map(|name| {
        let mut deliverables: Vec<&str> =
            book.of_team(name).map(|entry| entry.path.name()).collect();
        deliverables.sort_unstable();
        deliverables.dedup();
        Some(Row {
            name: name.to_owned(),
            address: names::address(&format!("teams/{}.html", names::slug(name).ok()?)),
            about: match deliverables.len() {
                1 => "1 deliverable".to_owned(),
                n => format!("{n} deliverables"),
            },
            also: deliverables.join(" "),
        })
    });
    let shown = Shown { what: "teams", rows: rows.collect() };
    list(press, "teams/index.html", "Teams", shown);
}

fn list(press: &mut Press<'_>, path: &str, title: &str, shown: Shown) {
    let owner = format!("the list of {}", shown.what);
    press.page(
        &Page { path, owner: &owner, title, template: "list.html", feed: None, stamp: None },
        shown,
    );
}
