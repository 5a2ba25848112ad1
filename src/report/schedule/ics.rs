//! The deadlines and release days for calendar programs (iCalendar, RFC 5545).

use std::io::{self, Write};

use icalendar::{Calendar, Component as _, Event, Property};
use jiff::civil::Date;

use super::{Schedule, Whose};
use crate::calendar::utc_day;
use crate::text::one_line;

const PRODUCT: &str = concat!("-//tagkeeper//tagkeeper ", env!("CARGO_PKG_VERSION"), "//EN");

/// Writes a calendar: an event for each deadline, on its last day, and for each release day that is ahead or of the series.
///
/// The same commit gives the same bytes, and an event keeps its id when its day is moved.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(schedule: &Schedule, out: &mut dyn Write) -> io::Result<()> {
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
    write!(out, "{calendar}")
}

/// An all-day event.
fn event(schedule: &Schedule, id: &str, day: Date, summary: &str) -> Event {
    let date = |day: Date| day.strftime("%Y%m%d").to_string();
    let of_day = |key: &str, day| {
        let mut property = Property::new(key, date(day));
        property.add_parameter("VALUE", "DATE").done()
    };
    let mut event = Event::new();
    event
        .uid(&one_line(&format!("{id}@tagkeeper")))
        .summary(&one_line(summary))
        .append_property(("DTSTAMP", &*schedule.stamp.strftime("%Y%m%dT%H%M%SZ").to_string()))
        .append_property(of_day("DTSTART", day))
        .append_property(of_day("DTEND", day.tomorrow().unwrap_or(day)))
        .append_property(("TRANSP", "TRANSPARENT"))
        .done()
}
