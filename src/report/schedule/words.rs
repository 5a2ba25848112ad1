//! How the calendar writes times, series and lists.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{ScheduleReport, Whose};
use crate::calendar::{utc_day, written};
use crate::tree::deliverable::Status;
use crate::tree::schedule::path_of;

/// `today`, `in 4 days`, `3 days ago`.
pub(super) fn distance(now: Timestamp, day: Date) -> String {
    let days = utc_day(now).until(day).map_or(0, |span| span.get_days());
    match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        days if days > 0 => format!("in {days} days"),
        days => format!("{} days ago", -days),
    }
}

/// What the calendar covers, in a line or two.
pub(super) fn title(schedule: &ScheduleReport) -> Vec<String> {
    let now = schedule.outlook.now;
    let series = schedule.series.as_ref().map(|series| {
        let id = series.release_id.as_ref().map(|id| format!(" ({})", **id));
        let status = series.status.as_ref().map(|status| match status.value {
            Status::Development => "in development".to_owned(),
            other => other.to_string(),
        });
        let release = series.initial_release.as_ref().map(|day| {
            let is_in_development = series.is(Status::Development);
            let verb = match (utc_day(now) > day.value, is_in_development) {
                (true, true) => "should have been released",
                (true, false) => "released",
                (false, _) => "to be released",
            };
            format!("{verb} on {} ({})", written(day.value), distance(now, day.value))
        });
        let name = format!("{}{}", *series.name, id.unwrap_or_default());
        [Some(name), status, release].into_iter().flatten().collect::<Vec<_>>().join(", ")
    });
    let series = series.unwrap_or_else(|| "outside the cycles".to_owned());
    match &schedule.whose {
        Whose::Everybody => vec![series],
        Whose::Team(team) => vec![format!("team {team}"), series],
        Whose::One(one) => {
            let mut parts = vec![one.who.kind.to_string()];
            parts.extend(one.who.model.map(|model| model.to_string()));
            parts.extend(one.who.team.as_ref().map(|team| format!("team {team}")));
            parts.push(match &one.newest {
                Some(version) => format!("last release {version}"),
                None => "no release yet".to_owned(),
            });
            parts.extend((!one.branches.is_empty()).then(|| one.branches.join(", ")));
            vec![format!("{}: {}", one.who.name, parts.join(", ")), series]
        }
    }
}

/// Whether the status of the series cannot be read, so that nobody knows whether it takes releases.
pub(super) fn is_open_unknown(schedule: &ScheduleReport) -> bool {
    schedule.series.as_ref().is_some_and(|series| series.status.is_none())
}

/// What the calendar cannot say, and why.
pub(super) fn doubts(schedule: &ScheduleReport) -> Vec<String> {
    let unscheduled = schedule.series.as_ref().filter(|_| !schedule.outlook.is_scheduled);
    let mut doubts: Vec<String> = unscheduled
        .map(|series| format!("{} lists no weeks: no deadline is known", path_of(&series.name)))
        .into_iter()
        .collect();
    let unknown = schedule.series.as_ref().filter(|_| is_open_unknown(schedule));
    doubts.extend(unknown.map(|series| {
        format!(
            "the status of {} cannot be read: it is not known whether it takes releases",
            *series.name
        )
    }));
    doubts.extend(schedule.mistakes.iter().cloned());
    let unread = schedule.unreadable.iter();
    doubts.extend(unread.map(|path| format!("{path} cannot be read and is left out")));
    doubts
}

/// `items` joined by `separator`, in lines of at most `width` columns.
pub(super) fn wrapped(items: &[String], separator: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for item in items {
        match lines.last_mut() {
            Some(line) if line.chars().count() + separator.len() + item.chars().count() < width => {
                line.push_str(separator);
                line.push_str(item);
            }
            Some(line) => {
                line.push_str(separator.trim_end());
                lines.push(item.clone());
            }
            None => lines.push(item.clone()),
        }
    }
    lines
}

/// `text` in lines of at most `width` columns.
pub(super) fn filled(text: &str, width: usize) -> Vec<String> {
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    wrapped(&words, " ", width + 1)
}

/// `all of them`, or the first two and how many more.
pub(super) fn names(covered: &[String], all: usize) -> String {
    match covered {
        _ if covered.len() == all && all > 1 => "all of them".to_owned(),
        [one] => one.clone(),
        [one, other] => format!("{one} and {other}"),
        [one, other, rest @ ..] => format!("{one}, {other} and {} more", rest.len()),
        [] => "nobody".to_owned(),
    }
}
