//! The calendar as a picture: a row for each week, and below it what may be released.

use std::io::{self, Write};

use jiff::civil::Date;

use super::events;
use super::tagging;
use super::words::{self, distance, filled, names};
use super::{ScheduleReport, Whose};
use crate::calendar::moment;
use crate::calendar::{
    Group, Offer, Permission, Phase, ShownDay, ShownWeek, Tags, utc_day, written,
};
use crate::config::POLICY;
use crate::report::text::{Pen, Style};
use crate::rules::Level;
use crate::text::one_line;

/// Writes the calendar: the weeks around now, then deadlines, what may be released, windows and holds.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(
    schedule: &ScheduleReport,
    out: &mut dyn Write,
    (style, width): (Style, usize),
) -> io::Result<()> {
    let pen = Pen::wide(style, width);
    heading(schedule, out, &pen)?;
    weeks(schedule, out, &pen)?;
    match &schedule.whose {
        Whose::One(one) => {
            for group in &schedule.outlook.groups {
                offers(schedule, group, out, &pen)?;
            }
            writeln!(out)?;
            tagging::write_of(schedule, one, out, &pen)?;
        }
        Whose::Everybody | Whose::Team(_) => {
            deadlines(schedule, out, &pen)?;
            groups(schedule, out, &pen)?;
        }
    }
    policy(schedule, out, &pen)
}

fn weeks(schedule: &ScheduleReport, out: &mut dyn Write, pen: &Pen) -> io::Result<()> {
    writeln!(out, "\n          {}", pen.quiet("Mo  Tu  We  Th  Fr  Sa  Su"))?;
    let own = schedule.series.as_ref().map(|series| series.name.value.clone());
    let mut series = own;
    for week in &schedule.outlook.weeks {
        if let Some((name, _)) = &week.named
            && series.as_ref() != Some(name)
        {
            let line = format!("{name:-^36}");
            writeln!(out, "{}", pen.quiet(&one_line(&line)))?;
            series = Some(name.clone());
        }
        let mut lines = events::lines(&week.events, pen).into_iter();
        let first = lines.next().map(|line| format!("  {line}")).unwrap_or_default();
        writeln!(out, "{}", format!("{}{first}", days(schedule, week, pen)).trim_end())?;
        for line in lines {
            writeln!(out, "{:38}{line}", "")?;
        }
    }
    let legend = legend(schedule);
    writeln!(out, "{}", pen.quiet(&format!("{:9}{legend}", "")))
}

/// `R-5  Aug >24  25  26 …`
fn days(schedule: &ScheduleReport, week: &ShownWeek, pen: &Pen) -> String {
    let name = week.named.iter().find_map(|(_, name)| name.as_deref()).unwrap_or_default();
    let month = week.days.first().map(|day| day.date.strftime("%b").to_string());
    let today = utc_day(schedule.outlook.now);
    let cells: String =
        week.days.iter().map(|day| cell(day, (day.date < today, day.date == today), pen)).collect();
    let is_now = week.days.iter().any(|day| day.date == today);
    let head = format!("{:5}{:4}", one_line(name), month.unwrap_or_default());
    format!("{}{cells}", if is_now { head } else { pen.quiet(&head) })
}

fn cell(day: &ShownDay, (is_past, is_today): (bool, bool), pen: &Pen) -> String {
    let mark = mark(day);
    let text = format!("{}{:2}{mark}", if is_today { '>' } else { ' ' }, day.date.day());
    if is_today {
        pen.marked(&text)
    } else if is_past {
        pen.quiet(&text)
    } else if mark == '!' {
        pen.level(Level::Error, &text)
    } else if mark == '*' || mark == '+' {
        pen.fine(&text)
    } else {
        text
    }
}

fn mark(day: &ShownDay) -> char {
    match day.tags {
        Tags::Held => '!',
        _ if !day.releases.is_empty() => '*',
        Tags::Window => '+',
        Tags::Free | Tags::Shut => ' ',
    }
}

fn legend(schedule: &ScheduleReport) -> String {
    let days = || schedule.outlook.weeks.iter().flat_map(|week| &week.days);
    let mut parts = vec![">today".to_owned()];
    if days().any(|day| mark(day) == '+') {
        parts.push("+ tags may be cut".to_owned());
    }
    if days().any(|day| mark(day) == '!') {
        parts.push("! held".to_owned());
    }
    for day in days().filter(|day| mark(day) == '*') {
        parts.push(format!("* release of {}", day.releases.join(", ")));
    }
    parts.join("   ")
}

/// What is still due, a line each.
fn deadlines(schedule: &ScheduleReport, out: &mut dyn Write, pen: &Pen) -> io::Result<()> {
    let now = schedule.outlook.now;
    let ahead: Vec<_> =
        schedule.outlook.deadlines.iter().filter(|due| due.last >= utc_day(now)).collect();
    if ahead.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", pen.frame("deadlines"))?;
    for due in ahead {
        let line = format!(
            "  {}  {:17} {:31} {}",
            written(due.last),
            one_line(&due.name),
            due.meaning.unwrap_or_default(),
            distance(now, due.last)
        );
        writeln!(out, "{}", if due.concerns { line } else { pen.quiet(&line) })?;
    }
    Ok(())
}

/// What may be released now: a line or two for each type and model.
fn groups(schedule: &ScheduleReport, out: &mut dyn Write, pen: &Pen) -> io::Result<()> {
    let open = schedule.outlook.groups.iter().filter(|group| !group.offers.is_empty());
    let groups: Vec<&Group> = open.collect();
    if groups.is_empty() {
        return match words::is_open_unknown(schedule) {
            true => Ok(()),
            false => writeln!(out, "\nnothing may be released in this series now"),
        };
    }
    writeln!(out, "\n{}", pen.frame("what may be released"))?;
    let today = utc_day(schedule.outlook.now);
    let mut told: Vec<(String, Vec<&Group>)> = Vec::new();
    for group in groups {
        let said: Vec<String> =
            group.offers.iter().filter_map(|offer| in_short(offer, today)).collect();
        let said = said.join("; ");
        match told.iter_mut().find(|(known, _)| *known == said) {
            Some((_, groups)) => groups.push(group),
            None => told.push((said, vec![group])),
        }
    }
    for (said, groups) in told {
        for line in filled(&one_line(&whom(&groups)), pen.width() - 2) {
            writeln!(out, "  {line}")?;
        }
        for line in filled(&one_line(&said), pen.width() - 4) {
            writeln!(out, "    {line}")?;
        }
    }
    Ok(())
}

/// `library, client-library (cycle-with-intermediary): 73 deliverables`
fn whom(groups: &[&Group]) -> String {
    let mut kinds: Vec<&str> = groups.iter().map(|group| group.kind.as_str()).collect();
    let mut models: Vec<&str> =
        groups.iter().filter_map(|group| Some(group.model?.as_str())).collect();
    kinds.dedup();
    models.sort_unstable();
    models.dedup();
    let all: Vec<&String> = groups.iter().flat_map(|group| &group.names).collect();
    let who = match all.as_slice() {
        [one] => (*one).clone(),
        all => format!("{} deliverables", all.len()),
    };
    format!("{} ({}): {who}", kinds.join(", "), models.join(", "))
}

/// `features until Fri 2026-08-28`.
fn in_short(offer: &Offer, today: Date) -> Option<String> {
    let phases = offer.from(today);
    let phase = phases.first()?;
    let what = offer.asked.as_str();
    let same = phases.iter().take_while(|other| other.permission == phase.permission).count();
    let last = phases[..same].last().and_then(|phase| phase.last);
    let until = last.map(|last| format!(" until {}", written(last))).unwrap_or_default();
    let rule = phase.limits.first().map(|limit| limit.rule).unwrap_or_default();
    Some(match phase.permission {
        Permission::Open => format!("{what}{until}"),
        Permission::Asks => format!("{what} with a reason ({rule}){until}"),
        Permission::Closed => match phases.get(same).and_then(|next| next.first) {
            Some(first) => format!("{what} from {}", written(first)),
            None => format!("no {what} ({rule})"),
        },
    })
}

/// What one deliverable may release: a line for each phase.
fn offers(
    schedule: &ScheduleReport,
    group: &Group,
    out: &mut dyn Write,
    pen: &Pen,
) -> io::Result<()> {
    let today = utc_day(schedule.outlook.now);
    if group.offers.is_empty() {
        return match words::is_open_unknown(schedule) {
            true => Ok(()),
            false => writeln!(out, "\nit may not be released in this series now"),
        };
    }
    writeln!(out, "\n{}", pen.frame("what may be released"))?;
    for offer in &group.offers {
        let mut name = offer.asked.as_str();
        let phases = offer.from(today);
        for phase in &phases {
            for line in of_phase(phase, today, pen) {
                writeln!(out, "  {name:16} {line}")?;
                name = "";
            }
        }
        if let Some(after) = &offer.afterwards {
            for line in filled(&one_line(after), pen.width() - 19) {
                writeln!(out, "  {name:16} {}", pen.quiet(&line))?;
                name = "";
            }
        }
    }
    Ok(())
}

/// The answer, its days and its rules, one rule a line.
fn of_phase(phase: &Phase, today: Date, pen: &Pen) -> Vec<String> {
    let word = format!("{:7}", phase.permission.as_str());
    let word = match phase.permission {
        Permission::Open => pen.fine(&word),
        Permission::Asks => pen.level(Level::Warning, &word),
        Permission::Closed => pen.level(Level::Error, &word),
    };
    let days = match (phase.first.filter(|first| *first > today), phase.last) {
        (None, None) => String::new(),
        (Some(first), None) => format!("from {}", written(first)),
        (_, Some(last)) => format!("until {}", written(last)),
    };
    let mut lines = vec![format!("{word} {days}").trim_end().to_owned()];
    for (n, limit) in phase.limits.iter().take(phase.reasons().count()).enumerate() {
        let why = one_line(&format!("{}: {}", limit.rule, limit.since));
        match n {
            0 => lines[0] = format!("{word} {days:22} {why}"),
            _ => lines.push(format!("{:30} {why}", "")),
        }
    }
    lines
}

/// Windows and holds.
fn policy(schedule: &ScheduleReport, out: &mut dyn Write, pen: &Pen) -> io::Result<()> {
    let outlook = &schedule.outlook;
    let all: usize = outlook.groups.iter().map(|group| group.names.len()).sum();
    let who = |covered: &[String]| match &schedule.whose {
        Whose::One(_) => String::new(),
        Whose::Everybody | Whose::Team(_) => format!(" ({})", names(covered, all)),
    };
    let mut lines = Vec::new();
    for (window, covered) in &outlook.windows {
        let on_call: Vec<&str> = window.on_call.iter().map(|one| one.name.as_str()).collect();
        let on_call = match on_call.is_empty() {
            true => String::new(),
            false => format!(", one of {} at work", on_call.join(", ")),
        };
        lines.push((None, format!("window: {}{on_call}{}", window.hours, who(covered))));
    }
    for (hold, covered) in &outlook.holds {
        let from = hold.from.filter(|from| *from > outlook.now);
        let from = from.map(|from| format!(" from {}", moment(from))).unwrap_or_default();
        let until = hold.until.map(|until| format!(" until {}", moment(until)));
        let until = until.unwrap_or_default();
        let link = hold.link.as_ref().map(|link| format!(" ({link})")).unwrap_or_default();
        let line =
            format!("{} hold{from}{until}: {}{link}{}", hold.status, hold.reason, who(covered));
        lines.push((Some(Level::Error), line));
    }
    for broken in &outlook.broken {
        let line = format!(
            "{POLICY}:{} cannot be read and holds everything that it might cover: {}",
            broken.place, broken.message
        );
        lines.push((Some(Level::Error), line));
    }
    if !lines.is_empty() {
        writeln!(out)?;
    }
    for (level, line) in lines {
        for line in filled(&one_line(&line), pen.width()) {
            let line = match level {
                Some(level) => pen.level(level, &line),
                None => line,
            };
            writeln!(out, "{line}")?;
        }
    }
    doubts(schedule, out, pen)
}

/// Whatever is not known.
pub(super) fn doubts(schedule: &ScheduleReport, out: &mut dyn Write, pen: &Pen) -> io::Result<()> {
    for doubt in words::doubts(schedule) {
        writeln!(out)?;
        for line in filled(&one_line(&doubt), pen.width()) {
            writeln!(out, "{}", pen.level(Level::CouldNotCheck, &line))?;
        }
    }
    Ok(())
}

/// What the calendar covers.
pub(super) fn heading(schedule: &ScheduleReport, out: &mut dyn Write, pen: &Pen) -> io::Result<()> {
    for line in words::title(schedule) {
        for line in filled(&one_line(&line), pen.width()) {
            writeln!(out, "{}", pen.frame(&line))?;
        }
    }
    Ok(())
}
