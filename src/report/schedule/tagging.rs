//! When a deliverable can be tagged next, and what holds it until then.

use std::io::{self, Write};

use super::words::{filled, is_open_unknown};
use super::{One, ScheduleReport};
use crate::calendar::{
    Asked, DatedLimit, Offer, Permission, Until, Wait, Yields, moment, utc_day, written,
};
use crate::config::POLICY;
use crate::report::text::{Pen, Style};
use crate::rules::Level;
use crate::text::one_line;

/// Writes when the deliverable can be tagged next, and what holds it until then; nothing if the calendar is for several.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(
    schedule: &ScheduleReport,
    out: &mut dyn Write,
    (style, width): (Style, usize),
) -> io::Result<()> {
    match schedule.one() {
        Some(one) => {
            write_of(schedule, one, out, &Pen::wide(style, width))?;
            zones(schedule, one, out)
        }
        None => Ok(()),
    }
}

pub(super) fn write_of(
    schedule: &ScheduleReport,
    one: &One,
    out: &mut dyn Write,
    pen: &Pen,
) -> io::Result<()> {
    let now = schedule.outlook.now;
    let what = what(schedule, one);
    let (head, level) = match one.course.free {
        Some(at) if at <= now => (format!("{what} tagged at once"), None),
        Some(at) => {
            let head = format!("{what} held until {}", moment(at));
            (head, Some(Level::Warning))
        }
        None => (format!("{what} held until somebody changes {POLICY}"), Some(Level::Error)),
    };
    for line in filled(&one_line(&head), pen.width()) {
        let line = level.map_or_else(|| pen.fine(&line), |level| pen.level(level, &line));
        writeln!(out, "{line}")?;
    }
    let mut then = "";
    for (_, waits) in &one.course.stops {
        for wait in waits {
            let line = one_line(&format!("{then}{}", of_wait(wait)));
            for (n, line) in filled(&line, pen.width() - 4).iter().enumerate() {
                writeln!(out, "  {}{line}", if n == 0 { "" } else { "  " })?;
            }
        }
        then = "then ";
    }
    if let Some(time) = one.soak {
        writeln!(
            out,
            "  its commits must also soak for {} hours after their merge",
            time.as_hours()
        )?;
    }
    Ok(())
}

/// What would be tagged: not every release may merge now.
fn what(schedule: &ScheduleReport, one: &One) -> String {
    let name = &one.who.name;
    let today = utc_day(schedule.outlook.now);
    let offers = schedule.outlook.groups.iter().flat_map(|group| &group.offers);
    let tags: Vec<&Offer> = offers.filter(|offer| offer.asked != Asked::Branch).collect();
    let is_open = |offer: &&&Offer| {
        offer.from(today).first().is_some_and(|phase| phase.permission != Permission::Closed)
    };
    let open: Vec<&str> = tags.iter().filter(is_open).map(|offer| offer.asked.as_str()).collect();
    match open.as_slice() {
        _ if is_open_unknown(schedule) => {
            format!("it is not known whether a release of {name} may merge now; one that merges is")
        }
        [] => {
            let closed = tags.iter().filter_map(|offer| offer.from(today).into_iter().next());
            let limits = closed.filter_map(|phase| phase.limits.into_iter().next());
            // What closed last is what still kept something open before.
            no_release(name, limits.max_by_key(|limit| limit.first).as_ref())
        }
        all if all.len() == tags.len() => format!("a release of {name} that merges now is"),
        some => format!("a release of {name} that may merge now ({}) is", some.join(", ")),
    }
}

/// What is said while everything is closed: by which rule, since when, and what lifts it.
fn no_release(name: &str, limit: Option<&DatedLimit>) -> String {
    let Some(limit) = limit else {
        return format!("no release of {name} may merge now; one with an override is");
    };
    let since = limit.first.map(|day| format!(" since {}", written(day))).unwrap_or_default();
    let rule = limit.rule;
    format!(
        "no release of {name} may merge now ({rule}{since}); one with `Release-Override: {rule} <reason>` is"
    )
}

/// `until Mon 2026-08-24 15:00 UTC: outside its window, … (release-window)`.
fn of_wait(wait: &Wait) -> String {
    let until = match wait.until {
        Until::At(at) => moment(at),
        Until::Changed => format!("somebody changes {POLICY}"),
    };
    let how = match wait.yields {
        Yields::ToOverride => "",
        Yields::Never => "; no override ends it",
    };
    format!("until {until}: {} ({}){how}", wait.reason, wait.rule)
}

/// The same time in the zones of the windows.
fn zones(schedule: &ScheduleReport, one: &One, out: &mut dyn Write) -> io::Result<()> {
    let Some(at) = one.course.free else { return Ok(()) };
    let windows = schedule.outlook.windows.iter().map(|(window, _)| window);
    let mut clocks: Vec<String> = windows
        .filter_map(|window| {
            let zone = window.hours.zone();
            let name = zone.iana_name().filter(|name| *name != "UTC")?;
            Some(format!("{} {name}", at.to_zoned(zone.clone()).strftime("%a %H:%M")))
        })
        .collect();
    clocks.dedup();
    for clock in clocks {
        writeln!(out, "  that is {}", one_line(&clock))?;
    }
    let at_work: Vec<&str> =
        schedule.outlook.windows.iter().flat_map(|(window, _)| window.at_work(at)).collect();
    if at_work.is_empty() {
        return Ok(());
    }
    writeln!(out, "  at work then: {}", one_line(&at_work.join(", ")))
}
