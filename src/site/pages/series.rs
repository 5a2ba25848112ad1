//! A series: what was released in it, by category, and the history of each deliverable.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::book::{Category, Entry, INDEPENDENT, capital};
use super::super::history;
use super::super::links::Links;
use super::super::markup::web;
use super::super::mistake::Mistake;
use super::super::names;
use super::super::press::{Page, Press, Safe};
use crate::tree::deliverable::Status;
use crate::tree::place::Placed;

/// What the template shows.
#[derive(Serialize)]
struct Shown {
    name: String,
    status: Option<Badge>,
    facts: Vec<(String, String)>,
    has_schedule: bool,
    has_weeks: bool,
    has_highlights: bool,
    is_independent: bool,
    /// Where the upper constraints are.
    constraints: Option<String>,
    categories: Vec<Part>,
    waiting: Vec<(String, String)>,
}

/// A status, and the class by which it has its colour.
#[derive(Clone, Debug, Serialize)]
pub(in crate::site) struct Badge {
    pub(in crate::site) word: String,
    pub(in crate::site) class: &'static str,
}

#[derive(Serialize)]
struct Part {
    title: &'static str,
    id: String,
    rows: Vec<Row>,
}

/// A deliverable in the summary, and its history.
#[derive(Serialize)]
struct Row {
    name: String,
    id: String,
    address: String,
    team: String,
    team_address: String,
    first: String,
    newest: String,
    newest_day: String,
    status: Option<Badge>,
    notes: Vec<(String, Option<String>)>,
    history: Safe,
}

/// The page of the series `name`, and those that go with it say whether they are there.
pub(in crate::site) fn page(press: &mut Press<'_>, name: &str, beside: Beside) {
    let path = path_of(name);
    let title = match name {
        INDEPENDENT => "Series-independent projects".to_owned(),
        name => press.book.title(name),
    };
    let owner = format!("series `{name}`");
    let facts = facts(press, name);
    let told = facts.iter().flat_map(|(what, when)| [what.as_str(), when]);
    let entries = press.book.of_series(name);
    let stamper = press.stamper(&path).entries(entries).texts(told);
    let stamp = stamper.text(&format!("{beside:?}")).finish();
    if press.keeps(&path, &owner, &stamp) {
        return;
    }
    let shown = shown(press, name, (facts, beside));
    let page = Page {
        path: &path,
        owner: &owner,
        title: &title,
        template: "series.html",
        feed: beside.feed.then(|| feed_path(name)),
        stamp: Some(stamp),
    };
    press.page(&page, shown);
}

/// Where the feed of a series is.
pub(in crate::site) fn feed_path(name: &str) -> String {
    match name {
        INDEPENDENT => "independent.xml".to_owned(),
        name => format!("{name}/feed.xml"),
    }
}

fn path_of(name: &str) -> String {
    match name {
        INDEPENDENT => "independent.html".to_owned(),
        name => format!("{name}/index.html"),
    }
}

/// The address of the page of a series, from the top.
pub(in crate::site) fn address(name: &str) -> String {
    names::address(&path_of(name))
}

/// Which other pages a series has.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::site) struct Beside {
    /// A page with its schedule.
    pub(in crate::site) schedule: bool,
    /// Weeks in it, and so a calendar.
    pub(in crate::site) has_weeks: bool,
    pub(in crate::site) highlights: bool,
    pub(in crate::site) feed: bool,
}

fn shown(
    press: &mut Press<'_>,
    name: &str,
    (facts, beside): (Vec<(String, String)>, Beside),
) -> Shown {
    let book = press.book;
    let mut parts: BTreeMap<Category, Vec<Row>> = BTreeMap::new();
    let mut waiting = Vec::new();
    for entry in book.of_series(name) {
        // Where nothing but the end of a branch was tagged, the history says so.
        match entry.card.versions.is_empty() {
            false => parts.entry(entry.category()).or_default().push(row(press, entry)),
            true => waiting.push((entry.path.name().to_owned(), deliverable_address(entry))),
        }
    }
    let parts = parts.into_iter().map(|(category, rows)| {
        let title = category.title();
        Part { title, id: names::anchor(title), rows }
    });
    Shown {
        name: name.to_owned(),
        status: badge(
            book.series(name).and_then(|series| series.status.as_ref()).map(|it| it.value),
        ),
        facts,
        has_schedule: beside.schedule,
        has_weeks: beside.has_weeks,
        has_highlights: beside.highlights,
        is_independent: name == INDEPENDENT,
        constraints: constraints(press, name),
        categories: parts.collect(),
        waiting,
    }
}

/// Where the upper constraints of a series are, if it has some.
fn constraints(press: &Press<'_>, name: &str) -> Option<String> {
    let series = press.book.series(name)?;
    let repo = press.config.requirements_repo.as_ref()?.short();
    let has_file = press.book.of_series(name).any(|entry| entry.path.name() == repo);
    let has_some = has_file || series.is(Status::Future) || series.is(Status::Development);
    let url = press.config.after.constraints_url.replace("{id}", series.branch_id());
    web(&url).filter(|_| has_some).map(str::to_owned)
}

/// The dates of a series, as (what, when).
fn facts(press: &Press<'_>, name: &str) -> Vec<(String, String)> {
    let Some(series) = press.book.series(name) else { return Vec::new() };
    let mut facts = Vec::new();
    if let Some(day) = &series.initial_release {
        let what = if day.value > press.today { "Projected release" } else { "Released" };
        facts.push((what.to_owned(), day.value.to_string()));
    }
    if let Some(next) = &series.next_phase {
        let when = next.date.as_ref().map_or("not decided".to_owned(), |day| day.value.to_string());
        facts.push((format!("Next phase: {}", capital(next.status.as_str())), when));
    }
    if let Some(day) = &series.eol_date {
        facts.push(("End of life".to_owned(), day.value.to_string()));
    }
    if series.slurp {
        facts.push(("SLURP".to_owned(), "upgrades may skip the series after it".to_owned()));
    }
    facts
}

/// A status as a badge.
pub(in crate::site) fn badge(status: Option<Status>) -> Option<Badge> {
    let status = status?;
    let class = match status {
        Status::Future => "future",
        Status::Development => "development",
        Status::Maintained => "maintained",
        Status::ExtendedMaintenance | Status::Unmaintained => "unmaintained",
        Status::EndOfLife => "ended",
    };
    Some(Badge { word: capital(status.as_str()), class })
}

fn row(press: &mut Press<'_>, entry: &Entry<'_>) -> Row {
    let name = entry.path.name();
    let version = |release: Option<&crate::tree::deliverable::Release>| {
        release.map(|release| release.version.text().to_owned()).unwrap_or_default()
    };
    let newest = entry.newest();
    let day = newest.and_then(|release| press.book.landing(entry, release));
    let series = entry.path.series();
    let label = format!("Releases of {name} in {}", press.book.title(series));
    let team = entry.team().unwrap_or_default();
    Row {
        name: name.to_owned(),
        id: names::anchor(&format!("{}-{name}", entry.path.series())),
        address: deliverable_address(entry),
        team: team.to_owned(),
        team_address: names::slug(team)
            .map(|slug| names::address(&format!("teams/{slug}.html")))
            .unwrap_or_default(),
        first: version(entry.first()),
        newest: version(newest),
        newest_day: day
            .map(|it| crate::calendar::utc_day(it.merged).to_string())
            .unwrap_or_default(),
        status: badge(entry.status(press.book.series(entry.path.series()))),
        notes: notes(press, entry),
        history: Safe(history::table(press, entry, &label, &names::to_top(&path_of(series)))),
    }
}

/// The links to release notes; one that is none is shown as text, and reported.
pub(in crate::site) fn notes(
    press: &mut Press<'_>,
    entry: &Entry<'_>,
) -> Vec<(String, Option<String>)> {
    let mut found = Vec::new();
    for (text, link) in Links::notes(entry) {
        match web(link) {
            Some(url) => found.push((text, Some(url.to_owned()))),
            None => {
                press.mistakes.push(no_link(entry, link));
                found.push((format!("{text}: {}", link.value), None));
            }
        }
    }
    found
}

fn no_link(entry: &Entry<'_>, link: &Placed<String>) -> Mistake {
    let message = format!("`{}` is shown as text: it is no http, https or mailto link", link.value);
    Mistake::warning(&entry.name, Some(link.place), message)
}

/// Where the page of a deliverable is.
pub(in crate::site) fn deliverable_address(entry: &Entry<'_>) -> String {
    names::address(&format!("deliverables/{}.html", entry.path.name()))
}
