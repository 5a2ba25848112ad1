//! The schedule of a series: its weeks, its events with their texts, and who is missing.

use serde::Serialize;

use super::super::names;
use super::super::press::{Page, Press, Safe};
use crate::calendar::{Cycle, Missing, start_of};
use crate::tree::deliverable::Status;
use crate::tree::schedule::Week;

/// Events that are shown on the first page.
const MOST_AHEAD: usize = 12;

#[derive(Serialize)]
struct Shown {
    name: String,
    weeks: Vec<Row>,
    has_today: bool,
    text: Option<Safe>,
    missing: Vec<Due>,
}

#[derive(Debug, Serialize)]
struct Row {
    name: Option<String>,
    first: String,
    last: String,
    is_now: bool,
    events: Vec<Event>,
    specific: Vec<Event>,
}

#[derive(Debug, Serialize)]
struct Event {
    title: String,
    /// Where there is more about it.
    address: Option<String>,
}

/// A deadline and who has not met it.
#[derive(Serialize)]
struct Due {
    event: String,
    day: String,
    duty: &'static str,
    is_over: bool,
    of: usize,
    who: Vec<(String, String, String)>,
}

/// An event that is ahead.
#[derive(Serialize)]
pub(in crate::site) struct Ahead {
    title: String,
    day: String,
    address: String,
}

/// Where the page of the series `name` is.
pub(in crate::site) fn path(name: &str) -> String {
    format!("{name}/schedule.html")
}

/// The page of the series `name`. `prose` is the page of the site around the weeks.
pub(in crate::site) fn page(press: &mut Press<'_>, name: &str, prose: Option<Safe>) {
    let path = path(name);
    let owner = format!("the schedule of `{name}`");
    let weeks: Vec<Row> =
        weeks(press, name).iter().map(|week| row(press, (name, &path), week)).collect();
    let text = prose.as_ref().map_or("", |prose| &prose.0);
    let stamper = press.stamper(&path).entries(press.book.of_series(name)).text(text);
    let stamp = stamper.text(&format!("{} {weeks:?}", press.today)).finish();
    if press.keeps(&path, &owner, &stamp) {
        return;
    }
    let shown = Shown {
        name: name.to_owned(),
        has_today: weeks.iter().any(|week| week.is_now),
        weeks,
        text: prose,
        missing: missing(press, name),
    };
    let title = format!("{} schedule", press.book.title(name));
    let page = Page {
        path: &path,
        owner: &owner,
        title: &title,
        template: "schedule.html",
        feed: None,
        stamp: Some(stamp),
    };
    press.page(&page, shown);
}

/// The weeks of a series; none without a schedule.
pub(in crate::site) fn weeks(press: &Press<'_>, name: &str) -> Vec<Week> {
    let schedule = press.book.record.schedule(name);
    schedule.map(|schedule| schedule.weeks.clone()).unwrap_or_default()
}

fn row(press: &Press<'_>, (series, path): (&str, &str), week: &Week) -> Row {
    let event = |label: &str| {
        let named = press.events.named(series, label);
        Event { address: named.address(path), title: named.title }
    };
    let (first, last) = (week.start.value, week.end.value);
    // The days between two listed weeks, a weekend, belong to the first.
    let next = first.checked_add(jiff::Span::new().days(7)).unwrap_or(last);
    Row {
        name: week.name.as_ref().map(|name| name.value.clone()),
        first: first.to_string(),
        last: last.to_string(),
        is_now: (first..next).contains(&press.today),
        events: week.events.iter().map(|label| event(label)).collect(),
        specific: week.specific.iter().map(|label| event(label)).collect(),
    }
}

/// Who has not done what is due, while the series is in development.
fn missing(press: &Press<'_>, name: &str) -> Vec<Due> {
    let series = press.book.series(name).filter(|series| series.is(Status::Development));
    let cycle = Cycle::of(press.book.record, name);
    let (Some(series), Some(cycle)) = (series, cycle) else { return Vec::new() };
    let entries: Vec<_> =
        press.book.of_series(name).map(|entry| (&entry.path, entry.deliverable())).collect();
    let now = start_of(press.today);
    Missing::all(&cycle, series, press.config, &entries)
        .into_iter()
        .map(|missing| Due {
            event: press.events.named(name, &missing.event).title,
            day: missing.due.to_string(),
            duty: missing.duty.as_str(),
            is_over: missing.is_overdue(now),
            of: missing.of,
            who: missing
                .who
                .iter()
                .map(|one| {
                    let page = names::address(&format!("deliverables/{}.html", one.name));
                    (one.name.clone(), page, one.team.clone().unwrap_or_default())
                })
                .collect(),
        })
        .collect()
}

/// What comes next in the series `name`.
pub(in crate::site) fn ahead(press: &Press<'_>, name: &str) -> Vec<Ahead> {
    let weeks = weeks(press, name);
    let weeks = weeks.iter().filter(|week| week.end.value >= press.today);
    let events = weeks.flat_map(|week| week.events.iter().map(move |label| (week, label)));
    events
        .map(|(week, label)| {
            let named = press.events.named(name, label);
            let address = named.address("index.html");
            Ahead {
                title: named.title,
                day: week.end.value.to_string(),
                address: address.unwrap_or_else(|| names::address(&path(name))),
            }
        })
        .take(MOST_AHEAD)
        .collect()
}
