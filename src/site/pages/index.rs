//! The first page: the series, what came out, what comes next.

use jiff::ToSpan as _;
use serde::Serialize;

use super::super::book::INDEPENDENT;
use super::super::history;
use super::super::press::{Page, Press};
use super::schedule::Ahead;
use super::series::{self, Badge};
use crate::calendar::{moment, utc_day};
use crate::config::{Broken, HoldStatus, Holding};
use crate::tree::deliverable::Status;
use crate::tree::series::Series;

/// Days that count as this week.
const WEEK: i64 = 7;
/// Releases that are shown; the feed has the others.
const MOST: usize = 60;

#[derive(Serialize)]
struct Shown {
    open: Vec<Row>,
    ended: Vec<Row>,
    has_independent: bool,
    recent: Vec<Day>,
    more: usize,
    ahead: Vec<Ahead>,
    holds: Vec<Hold>,
    suspicions: Vec<String>,
    today: String,
}

#[derive(Serialize)]
struct Row {
    title: String,
    address: String,
    status: Option<Badge>,
    released: Option<String>,
    is_projected: bool,
    next: Option<String>,
    next_day: Option<String>,
    ended: Option<String>,
    is_slurp: bool,
}

#[derive(Serialize)]
struct Day {
    day: String,
    releases: Vec<(String, String, String)>,
}

#[derive(Serialize)]
struct Hold {
    status: &'static str,
    reason: String,
    from: Option<String>,
    until: Option<String>,
}

/// The page.
pub(in crate::site) fn page(press: &mut Press<'_>) {
    let (recent, more) = recent(press);
    let current = press.book.record.series().current().map(|series| series.name.value.clone());
    let ahead = current.map(|name| super::schedule::ahead(press, &name)).unwrap_or_default();
    let series = press.book.record.series().all.iter();
    let (ended, open): (Vec<_>, Vec<_>) = series.partition(|series| series.is(Status::EndOfLife));
    let rows = |series: Vec<&Series>| series.into_iter().map(|it| row(press, it)).collect();
    let shown = Shown {
        open: rows(open),
        ended: rows(ended),
        has_independent: press.book.of_series(INDEPENDENT).next().is_some(),
        recent,
        more,
        ahead,
        holds: holds(press),
        suspicions: suspicions(press),
        today: press.today.to_string(),
    };
    let title = press.config.pages.title.clone();
    let page = Page {
        path: "index.html",
        owner: "the first page",
        title: &title,
        template: "index.html",
        feed: Some("feed.xml".to_owned()),
        stamp: None,
    };
    press.page(&page, shown);
}

fn row(press: &Press<'_>, series: &Series) -> Row {
    let name = series.name.as_str();
    let day = |day: &Option<crate::tree::place::Placed<jiff::civil::Date>>| {
        day.as_ref().map(|day| day.value.to_string())
    };
    let next = series.next_phase.as_ref();
    Row {
        title: press.book.title(name),
        address: series::address(name),
        status: series::badge(series.status.as_ref().map(|status| status.value)),
        released: day(&series.initial_release),
        is_projected: series.initial_release.as_ref().is_some_and(|day| day.value > press.today),
        next: next.map(|next| super::super::book::capital(next.status.as_str())),
        next_day: next.and_then(|next| day(&next.date)),
        ended: day(&series.eol_date),
        is_slurp: series.slurp,
    }
}

/// The releases of the last days, newest first, and how many more there are.
fn recent(press: &Press<'_>) -> (Vec<Day>, usize) {
    let since = press.today.checked_sub(WEEK.days()).unwrap_or(press.today);
    let all = press.book.dated(press.book.files().iter());
    let is_recent = |dated: &&super::super::book::Dated<'_>| {
        let day = utc_day(dated.landing.merged);
        day > since && day <= press.today
    };
    let recent: Vec<_> = all.iter().filter(is_recent).collect();
    let mut days: Vec<Day> = Vec::new();
    for dated in recent.iter().take(MOST) {
        let day = history::day(dated);
        let (name, version) = (dated.entry.path.name(), dated.version());
        let series = press.book.title(dated.entry.path.series());
        let line = (format!("{name} {version}"), history::address(dated.entry, version), series);
        match days.last_mut().filter(|last| last.day == day) {
            Some(last) => last.releases.push(line),
            None => days.push(Day { day, releases: vec![line] }),
        }
    }
    (days, recent.len().saturating_sub(MOST))
}

/// The holds of today and later.
fn holds(press: &Press<'_>) -> Vec<Hold> {
    let begins = crate::calendar::start_of(press.today);
    let is_ahead = |hold: &&crate::config::Hold| {
        hold.status != HoldStatus::Green && hold.until.is_none_or(|until| until > begins)
    };
    let holds = press.policy.holds.iter().filter(is_ahead);
    holds
        .map(|hold| Hold {
            status: hold.status.as_str(),
            reason: hold.reason.clone(),
            from: hold.from.map(moment),
            until: hold.until.map(moment),
        })
        .collect()
}

/// What cannot be read and may be a hold: it holds whatever it may cover.
fn suspicions(press: &Press<'_>) -> Vec<String> {
    let broken = press.policy.broken.iter();
    let may_hold = broken.filter(|broken| broken.holding == Holding::Hold);
    may_hold.map(Broken::suspicion).collect()
}
