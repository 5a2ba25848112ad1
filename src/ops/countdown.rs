//! One week of a cycle: what is due, what is not done, what comes next.

use jiff::Span;
use jiff::civil::Date;

use super::located::dir_of;
use crate::calendar::{Cycle, Event, Missing, utc_day, written};
use crate::report::countdown::{Countdown, Dated, Undone};
use crate::tree::file::FilePath;
use crate::tree::record::Record;
use crate::tree::schedule::Week;
use crate::tree::series::Series;
use crate::workspace::{Failure, Workspace};

/// The week called `week` of `series`. Where neither is named, it is the week now, of the series whose schedule has it; a week
/// alone is one of the series in development.
///
/// # Errors
/// If there is no such series or week, no schedule has a week for today, or the record cannot be read.
pub fn countdown(
    workspace: &Workspace,
    series: Option<&str>,
    week: Option<&str>,
) -> Result<Countdown, Failure> {
    let record = workspace.head_record()?;
    let today = utc_day(workspace.now);
    let around = match (series, week) {
        (None, None) => Some(series_around(&record, today)?),
        _ => None,
    };
    let dir = dir_of(series.or(around.as_deref()), None, &record)?;
    let (Some(series), Some(cycle)) = (record.series().get(&dir), Cycle::of(&record, &dir)) else {
        return Err(Failure::usage(format!("`{dir}` is not a series, so it has no weeks")));
    };
    let at = position(&cycle, week, today)?;
    let weeks = cycle.weeks();
    let this = &weeks[at];
    let next = weeks.get(at + 1);
    let later = weeks.iter().skip(at + 2).flat_map(|week| events(&cycle, week));
    let horizon = next.map_or(this.end.value, |next| next.end.value);
    let countdown = Countdown {
        series: dir.clone(),
        id: series.branch_id().to_owned(),
        week: name_of(this),
        days: (written(this.start.value), written(this.end.value)),
        release_day: cycle.release_day().map(written),
        weeks_left: this.number().map(|number| -i64::from(number)),
        events: events(&cycle, this),
        next_events: next.map(|week| events(&cycle, week)).unwrap_or_default(),
        later_events: later.filter(|one| one.meaning != one.event).collect(),
        missing: missing(workspace, &record, series, (&cycle, this.end.value, horizon)),
    };
    match record.failures().into_iter().next() {
        Some(failure) => Err(Failure::outside(failure)),
        None => Ok(countdown),
    }
}

/// The series whose schedule has a week for `today`: the one in development if it has, else the newest that does.
fn series_around(record: &Record, today: Date) -> Result<String, Failure> {
    let list = record.series();
    let is_around = |series: &&Series| {
        Cycle::of(record, &series.name).is_some_and(|cycle| now_in(cycle.weeks(), today).is_some())
    };
    let found = list.current().into_iter().chain(&list.all).find(is_around);
    found.map(|series| series.name.value.clone()).ok_or_else(|| {
        Failure::usage(format!("no schedule has a week for {}", written(today)))
            .help("name the week with `--week`, such as R-5, and the series with `--series`")
    })
}

/// The place of the week that `today` is in, its weekend included.
fn now_in(weeks: &[Week], today: Date) -> Option<usize> {
    let at = weeks.iter().rposition(|week| week.start.value <= today)?;
    let is_over = |week: &Week| today >= week.start.value.saturating_add(Span::new().days(7));
    (at + 1 < weeks.len() || !is_over(&weeks[at])).then_some(at)
}

/// The place of the week among those of the schedule.
fn position(cycle: &Cycle, wanted: Option<&str>, today: Date) -> Result<usize, Failure> {
    let weeks = cycle.weeks();
    let found = match wanted {
        Some(name) => weeks.iter().rposition(|week| name_of(week).eq_ignore_ascii_case(name)),
        None => now_in(weeks, today),
    };
    found.ok_or_else(|| {
        let (series, named) =
            (cycle.series(), weeks.iter().map(name_of).filter(|it| !it.is_empty()));
        let names: Vec<String> = named.collect();
        let failure = match wanted {
            Some(name) => {
                Failure::usage(format!("the schedule of `{series}` has no week `{name}`"))
            }
            None => Failure::usage(format!("the schedule of `{series}` has no week for today")),
        };
        match (names.first(), names.last()) {
            (Some(first), Some(last)) => {
                failure.help(format!("name one with `--week`: {first} to {last}"))
            }
            _ => failure.help(format!("write doc/source/{series}/schedule.yaml")),
        }
    })
}

fn name_of(week: &Week) -> String {
    week.name.as_ref().map(|name| name.value.clone()).unwrap_or_default()
}

/// The events of a week; what the calendar does not know has its own name as its meaning.
fn events(cycle: &Cycle, week: &Week) -> Vec<Dated> {
    let dated = |event: &str| Dated {
        event: event.to_owned(),
        meaning: Event::named(cycle.series(), event)
            .map_or_else(|| event.to_owned(), |known| known.meaning().to_owned()),
        due: written(week.end.value),
    };
    week.events.iter().map(|event| dated(&event.value)).collect()
}

/// What is due until `horizon` and not done now.
fn missing(
    workspace: &Workspace,
    record: &Record,
    series: &Series,
    (cycle, end, horizon): (&Cycle, Date, Date),
) -> Vec<Undone> {
    let folder = format!("deliverables/{}/", *series.name);
    let paths = record.paths().unwrap_or_default();
    let files: Vec<_> = paths
        .iter()
        .filter(|path| path.starts_with(&folder))
        .filter_map(|path| record.known_file(path).filter(|file| file.is_readable()))
        .collect();
    let own: Vec<(&FilePath, _)> = files
        .iter()
        .filter_map(|file| Some((file.path.as_ref().ok()?, &file.deliverable)))
        .collect();
    let all = Missing::all(cycle, series, &workspace.config, &own).into_iter();
    let open = all.filter(|missing| missing.due <= horizon && !missing.who.is_empty());
    open.map(|missing| Undone {
        what: missing.duty.as_str().to_owned(),
        due: written(missing.due),
        overdue: missing.due < end && missing.is_overdue(workspace.now),
        of: missing.of,
        names: missing.who.into_iter().map(|who| who.name).collect(),
    })
    .collect()
}
