//! The calendar for programs, version 1.
//!
//! Key order, names and nulls are a contract: a change that is not an addition raises `version`.

use std::io::{self, Write};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::{One, ScheduleReport, Whose};
use crate::calendar::{
    DatedLimit, Group, Missing, Offer, Phase, ShownDay, ShownEvent, ShownWeek, Tags, Wait, Yields,
};
use crate::config::{Broken, Hold, Window};
use crate::tree::series::Series;

const VERSION: u32 = 1;
const TOOL: &str = concat!("tagkeeper ", env!("CARGO_PKG_VERSION"));

/// Writes `schedule` as one JSON document and a line end.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(schedule: &ScheduleReport, out: &mut dyn Write) -> io::Result<()> {
    let outlook = &schedule.outlook;
    let document = Document {
        version: VERSION,
        tool: TOOL,
        head: &schedule.head,
        now: outlook.now,
        series: schedule.series.as_ref().map(series),
        team: match &schedule.whose {
            Whose::Team(team) => Some(team),
            Whose::Everybody | Whose::One(_) => None,
        },
        deliverable: schedule.one().map(deliverable),
        weeks: outlook.weeks.iter().map(week).collect(),
        deadlines: outlook.deadlines.iter().map(event).collect(),
        release_days: outlook
            .release_days
            .iter()
            .map(|(series, day)| json!({"series": series, "day": day}))
            .collect(),
        may: outlook.groups.iter().map(group).collect(),
        windows: outlook.windows.iter().map(window).collect(),
        holds: outlook.holds.iter().map(hold).collect(),
        broken: outlook.broken.iter().map(broken).collect(),
        next: schedule.one().map(next),
        missing: schedule.missing.iter().map(|one| missing(one, outlook.now)).collect(),
        scheduled: outlook.is_scheduled,
        unreadable: &schedule.unreadable,
        mistakes: &schedule.mistakes,
    };
    crate::text::json::write(&document, out)
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: &'static str,
    head: &'a str,
    now: Timestamp,
    series: Option<Value>,
    team: Option<&'a str>,
    deliverable: Option<Value>,
    weeks: Vec<Value>,
    deadlines: Vec<Value>,
    release_days: Vec<Value>,
    may: Vec<Value>,
    windows: Vec<Value>,
    holds: Vec<Value>,
    broken: Vec<Value>,
    next: Option<Value>,
    missing: Vec<Value>,
    scheduled: bool,
    unreadable: &'a [String],
    mistakes: &'a [String],
}

fn series(series: &Series) -> Value {
    json!({
        "name": *series.name,
        "release_id": series.release_id.as_deref(),
        "status": series.status.as_ref().map(|status| status.as_str()),
        "release_day": series.initial_release.as_ref().map(|day| day.value),
    })
}

fn deliverable(one: &One) -> Value {
    json!({
        "name": one.who.name,
        "team": one.who.team,
        "type": one.who.kind.as_str(),
        "model": one.who.model.map(|model| model.as_str()),
        "newest": one.newest,
        "branches": one.branches,
    })
}

fn week(week: &ShownWeek) -> Value {
    let (series, name) = week.named.clone().unzip();
    json!({
        "series": series,
        "name": name.flatten(),
        "events": week.events.iter().map(event).collect::<Vec<_>>(),
        "days": week.days.iter().map(day).collect::<Vec<_>>(),
    })
}

fn event(event: &ShownEvent) -> Value {
    json!({
        "name": event.name,
        "last_day": event.last,
        "meaning": event.meaning,
        "concerns": event.concerns,
    })
}

fn day(day: &ShownDay) -> Value {
    let tags = match day.tags {
        Tags::Free => "free",
        Tags::Window => "window",
        Tags::Shut => "shut",
        Tags::Held => "held",
    };
    json!({"date": day.date, "tags": tags, "releases": day.releases})
}

fn group(group: &Group) -> Value {
    json!({
        "type": group.kind.as_str(),
        "model": group.model.map(|model| model.as_str()),
        "deliverables": group.names,
        "offers": group.offers.iter().map(offer).collect::<Vec<_>>(),
    })
}

fn offer(offer: &Offer) -> Value {
    json!({
        "asked": offer.asked.as_str(),
        "phases": offer.phases.iter().map(phase).collect::<Vec<_>>(),
        "afterwards": offer.afterwards,
    })
}

fn phase(phase: &Phase) -> Value {
    json!({
        "first_day": phase.first,
        "last_day": phase.last,
        "answer": phase.permission.as_str(),
        "limits": phase.limits.iter().map(limit).collect::<Vec<_>>(),
    })
}

fn limit(limit: &DatedLimit) -> Value {
    json!({
        "rule": limit.rule,
        "answer": limit.permission.as_str(),
        "since": limit.since.to_string(),
    })
}

fn window((window, covered): &(Window, Vec<String>)) -> Value {
    json!({
        "line": window.place.line,
        "hours": window.hours.to_string(),
        "on_call": window.on_call.iter().map(|one| &one.name).collect::<Vec<_>>(),
        "deliverables": covered,
    })
}

fn hold((hold, covered): &(Hold, Vec<String>)) -> Value {
    json!({
        "line": hold.place.line,
        "status": hold.status.as_str(),
        "from": hold.from,
        "until": hold.until,
        "reason": hold.reason,
        "link": hold.link,
        "deliverables": covered,
    })
}

fn broken(broken: &Broken) -> Value {
    json!({"line": broken.place.line, "message": broken.message})
}

fn next(one: &One) -> Value {
    let stops = one.course.stops.iter().map(
        |(from, waits)| json!({"from": from, "waits": waits.iter().map(wait).collect::<Vec<_>>()}),
    );
    json!({
        "at": one.course.free,
        "stops": stops.collect::<Vec<_>>(),
        "soak_hours": one.soak.map(|time| time.as_hours()),
    })
}

fn wait(wait: &Wait) -> Value {
    json!({
        "rule": wait.rule,
        "until": wait.until.moment(),
        "overridable": wait.yields == Yields::ToOverride,
        "reason": wait.reason,
    })
}

fn missing(missing: &Missing, now: Timestamp) -> Value {
    let who = missing.who.iter().map(|one| json!({"name": one.name, "team": one.team}));
    json!({
        "event": missing.event,
        "due": missing.due,
        "overdue": missing.is_overdue(now),
        "duty": missing.duty.as_str(),
        "who": who.collect::<Vec<_>>(),
        "of": missing.of,
    })
}
