//! The deadlines and release days for calendar programs (iCalendar, RFC 5545).

use std::io::{self, Write};

use icalendar::{Calendar, Component as _, Event, Property};
use jiff::Timestamp;
use jiff::civil::Date;

use super::waiting::WaitingTag;
use super::{One, ScheduleReport, WaitingRelease, Whose};
use crate::calendar::{openings, start_of, utc_day};
use crate::config::Window;
use crate::text::one_line;

const PRODUCT: &str = concat!("-//tagkeeper//tagkeeper ", env!("CARGO_PKG_VERSION"), "//EN");

/// Days for which the opening times of a window are listed.
const LISTED: i32 = 28;

/// Writes a calendar: an event for each deadline, on its last day, and for each release day that is ahead or of the series. For
/// one deliverable also the times at which its windows are open in the next four weeks, its holds, and its tags that wait; for
/// all of them the tags that wait.
///
/// The same commit and ledger give the same bytes on one day, and an event keeps its id when its day is moved.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(
    schedule: &ScheduleReport,
    (waiting, tags): (&[WaitingRelease], &[WaitingTag]),
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut calendar = Calendar::empty();
    calendar.append_property(("VERSION", "2.0")).append_property(("PRODID", PRODUCT));
    let series = schedule.series.as_ref().map(|series| &*series.name);
    if let Some(series) = series {
        calendar.name(&one_line(&format!("{series}: deadlines")));
        let is_everybody = matches!(schedule.whose, Whose::Everybody);
        for due in schedule.outlook.deadlines.iter().filter(|due| is_everybody || due.concerns) {
            let summary = match due.meaning {
                Some(meaning) => format!("{series}: {meaning} ({})", due.name),
                None => format!("{series}: {}", due.name),
            };
            calendar.push(event(schedule, &format!("{series}-{}", due.name), due.last, &summary));
        }
    }
    let today = utc_day(schedule.outlook.now);
    for (name, day) in &schedule.outlook.release_days {
        if Some(name) == series || *day >= today {
            let summary = format!("{name} is released");
            calendar.push(event(schedule, &format!("{name}-release-day"), *day, &summary));
        }
    }
    if let Some(one) = schedule.one() {
        windows(schedule, one).chain(holds(schedule, one)).for_each(|event| {
            calendar.push(event);
        });
        waiting.iter().map(|release| tag(schedule, one, release)).for_each(|event| {
            calendar.push(event);
        });
    }
    for one in tags {
        let id = format!("{}-tag-{}", one.deliverable, one.version);
        let mut event = match one.until {
            Some(at) => timed(schedule, &id, (at, None), &one.title()),
            None => event(schedule, &id, utc_day(schedule.outlook.now), &one.title()),
        };
        calendar.push(event.description(&one_line(&one.why)).done());
    }
    write!(out, "{calendar}")
}

/// When the windows of the deliverable are open.
fn windows<'a>(
    schedule: &'a ScheduleReport,
    one: &'a One,
) -> impl Iterator<Item = Event> + use<'a> {
    let name = &one.who.name;
    let windows: Vec<&Window> = schedule.outlook.windows.iter().map(|(window, _)| window).collect();
    let today = start_of(utc_day(schedule.outlook.now));
    openings(&windows, today, LISTED).into_iter().map(move |(from, until)| {
        let id = format!("{name}-window-{}", from.strftime(STAMP));
        let summary = format!("{name}: tags may be cut");
        timed(schedule, &id, (from, Some(until)), &summary)
    })
}

fn holds<'a>(schedule: &'a ScheduleReport, one: &'a One) -> impl Iterator<Item = Event> + use<'a> {
    let name = &one.who.name;
    schedule.outlook.holds.iter().map(move |(hold, _)| {
        let from = hold.from.unwrap_or(schedule.stamp);
        let end = if hold.until.is_none() { " until somebody lifts it" } else { "" };
        let summary = format!("{name}: {} hold{end}: {}", hold.status, hold.reason);
        let id = format!("{name}-hold-{}", hold.reason);
        timed(schedule, &id, (from, hold.until), &summary)
    })
}

/// A tag that waits, at the time when nothing holds it any more; today if that is not known.
fn tag(schedule: &ScheduleReport, one: &One, waiting: &WaitingRelease) -> Event {
    let name = &one.who.name;
    let id = format!("{name}-tag-{}", waiting.version);
    match one.course.free {
        Some(at) => {
            let summary = format!("{name} {} is tagged", waiting.version);
            let mut event = timed(schedule, &id, (at, None), &summary);
            event.description(&one_line(&waiting.why)).done()
        }
        None => {
            let summary = format!("{name} {} waits: {}", waiting.version, waiting.why);
            event(schedule, &id, utc_day(schedule.outlook.now), &summary)
        }
    }
}

/// How a time is written: in UTC.
const STAMP: &str = "%Y%m%dT%H%M%SZ";

/// An event at a time.
fn timed(
    schedule: &ScheduleReport,
    id: &str,
    (from, until): (Timestamp, Option<Timestamp>),
    summary: &str,
) -> Event {
    let mut event = Event::new();
    event
        .uid(&one_line(&format!("{id}@tagkeeper")))
        .summary(&one_line(summary))
        .append_property(("DTSTAMP", &*schedule.stamp.strftime(STAMP).to_string()))
        .append_property(("DTSTART", &*from.strftime(STAMP).to_string()));
    if let Some(until) = until {
        event.append_property(("DTEND", &*until.strftime(STAMP).to_string()));
    }
    event.append_property(("TRANSP", "TRANSPARENT")).done()
}

/// An all-day event.
fn event(schedule: &ScheduleReport, id: &str, day: Date, summary: &str) -> Event {
    let date = |day: Date| day.strftime("%Y%m%d").to_string();
    let of_day = |key: &str, day| {
        let mut property = Property::new(key, date(day));
        property.add_parameter("VALUE", "DATE").done()
    };
    let mut event = Event::new();
    event
        .uid(&one_line(&format!("{id}@tagkeeper")))
        .summary(&one_line(summary))
        .append_property(("DTSTAMP", &*schedule.stamp.strftime(STAMP).to_string()))
        .append_property(of_day("DTSTART", day))
        .append_property(of_day("DTEND", day.tomorrow().unwrap_or(day)))
        .append_property(("TRANSP", "TRANSPARENT"))
        .done()
}
