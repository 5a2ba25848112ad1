//! The events of the schedules for calendar programs (iCalendar, RFC 5545).

use std::collections::BTreeSet;

use icalendar::{Calendar, Component as _, Event, Property};
use jiff::Timestamp;
use jiff::civil::Date;

use super::book::capital;
use super::events::{Events, Named};
use crate::text::{one_line, visible};
use crate::tree::schedule::Week;

const PRODUCT: &str = concat!("-//tagkeeper//tagkeeper ", env!("CARGO_PKG_VERSION"), "//EN");

/// The events of a series.
pub(super) struct Cycle<'a> {
    pub(super) series: &'a str,
    pub(super) weeks: Vec<Week>,
    /// When its schedule was changed last: programs take the later of two versions of an event.
    pub(super) changed: Timestamp,
}

/// A calendar of that name with the events of `cycles`.
pub(super) fn of(name: &str, cycles: &[Cycle<'_>], events: &Events<'_>) -> String {
    let mut calendar = Calendar::empty();
    calendar.append_property(("VERSION", "2.0")).append_property(("PRODID", PRODUCT));
    calendar.name(&one_line(name));
    // A week that is listed twice is a mistake of the schedule; two events of one name would be one of the calendar.
    let mut seen = BTreeSet::new();
    for cycle in cycles {
        for week in &cycle.weeks {
            let labels = week.events.iter().chain(&week.specific);
            for label in
                labels.filter(|label| seen.insert((cycle.series, label.as_str(), week.start.value)))
            {
                calendar.push(event(cycle, week, events.named(cycle.series, label), label));
            }
        }
    }
    calendar.to_string()
}

/// An event lasts for its week. One of several weeks is several events.
fn event(cycle: &Cycle<'_>, week: &Week, named: Named<'_>, label: &str) -> Event {
    let series = cycle.series;
    let title = named.title;
    let number = week.name.as_ref().map(|name| format!(" {}", name.value)).unwrap_or_default();
    let (first, last) = (week.start.value, week.end.value);
    let mut event = Event::new();
    event
        .uid(&one_line(&format!("{series}-{label}-{first}@tagkeeper")))
        .summary(&one_line(&format!("{}{number}: {title}", capital(series))))
        .append_property(("DTSTAMP", &*cycle.changed.strftime("%Y%m%dT%H%M%SZ").to_string()))
        .append_property(day("DTSTART", first))
        .append_property(day("DTEND", last.tomorrow().unwrap_or(last)))
        .append_property(("TRANSP", "TRANSPARENT"));
    if !named.text.is_empty() {
        event.description(&visible(named.text));
    }
    event.done()
}

fn day(key: &str, day: Date) -> Property {
    let mut property = Property::new(key, day.strftime("%Y%m%d").to_string());
    property.add_parameter("VALUE", "DATE").done()
}
