//! Days and hours of a time zone.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;

use crate::tree::place::Placed;
use crate::tree::words::words;
use crate::tree::yaml::{Decoder, Field, Fields};

/// Minutes of a day.
const DAY: u16 = 24 * 60;

words! {
    /// A day of the week, as a policy writes it.
    Day {
        /// Monday.
        Mon = "mon",
        /// Tuesday.
        Tue = "tue",
        /// Wednesday.
        Wed = "wed",
        /// Thursday.
        Thu = "thu",
        /// Friday.
        Fri = "fri",
        /// Saturday.
        Sat = "sat",
        /// Sunday.
        Sun = "sun",
    }
}

impl Day {
    fn of(weekday: Weekday) -> Self {
        Self::ALL[usize::try_from(weekday.to_monday_zero_offset()).unwrap_or_default()]
    }
}

/// Hours of days in one zone, by the clock on the wall there. They may go on past midnight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    /// The days on which they begin.
    days: Vec<Day>,
    /// Minutes after midnight, below 1440.
    from: u16,
    /// Minutes after midnight, up to 1440; less than `from` for those that end the next day.
    until: u16,
    zone: TimeZone,
}

impl Hours {
    /// Reads `days`, `hours` and `timezone` of an entry.
    pub(super) fn read(decoder: &mut Decoder, fields: &Fields<'_>, days: &[Day]) -> Option<Self> {
        let days = fields
            .get("days")
            .map_or_else(|| Some(days.to_vec()), |field| read_days(decoder, field));
        let hours = fields.get("hours").map_or(Some((0, DAY)), |field| read_hours(decoder, field));
        let zone = decoder
            .require(fields, "timezone", "<Area/City>")
            .and_then(|field| read_zone(decoder, field));
        let (from, until) = hours?;
        Some(Self { days: days?, from, until, zone: zone? })
    }

    /// Whether `at` lies in them: what the clock on the wall shows counts, so that an hour that comes twice counts twice.
    pub fn hold(&self, at: Timestamp) -> bool {
        let local = at.to_zoned(self.zone.clone()).datetime();
        let minute =
            u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs());
        let begins_on = |date: Date| self.days.contains(&Day::of(date.weekday()));
        let began_yesterday = || local.date().yesterday().is_ok_and(begins_on);
        if self.from < self.until {
            begins_on(local.date()) && (self.from..self.until).contains(&minute)
        } else {
            begins_on(local.date()) && minute >= self.from
                || minute < self.until && began_yesterday()
        }
    }

    /// Every moment from `after` on, within `days` days, at which they may begin to hold: the first minute of each day's
    /// hours, both times where the clock shows it twice, and the moments at which the zone changes its clock.
    pub fn beginnings(&self, after: Timestamp, days: i32) -> Vec<Timestamp> {
        let first = after.to_zoned(self.zone.clone()).date().yesterday().unwrap_or(Date::MIN);
        let hour = i8::try_from(self.from / 60).unwrap_or_default();
        let minute = i8::try_from(self.from % 60).unwrap_or_default();
        let time = Time::constant(hour, minute, 0, 0);
        let mut found: Vec<Timestamp> = Vec::new();
        let all = first
            .series(jiff::Span::new().days(1))
            .take(usize::try_from(days).unwrap_or_default() + 2);
        for date in all.filter(|date| self.days.contains(&Day::of(date.weekday()))) {
            let begins = self.zone.to_ambiguous_timestamp(date.to_datetime(time));
            found.extend(begins.earlier().ok());
            found.extend(begins.later().ok());
        }
        let last = found.last().copied().unwrap_or(after);
        let changes = self.zone.following(after).map(|change| change.timestamp());
        found.extend(changes.take_while(|change| *change <= last));
        found.retain(|moment| *moment >= after);
        found
    }

    /// The zone.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days: Vec<&str> = self.days.iter().map(|day| day.as_str()).collect();
        let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let days =
            if days.len() == Day::ALL.len() { "every day".to_owned() } else { days.join(", ") };
        let zone = self.zone.iana_name().unwrap_or("UTC");
        write!(f, "{days} {}-{} {zone}", clock(self.from), clock(self.until))
    }
}

fn read_days(decoder: &mut Decoder, field: Field<'_>) -> Option<Vec<Day>> {
    let items: Vec<Field<'_>> = decoder.items(field).collect();
    if items.is_empty() {
        let help = "name days, or take it out to mean all".to_owned();
        decoder.problem(field.node.head(), "`days` is empty".to_owned(), Some(help));
        return None;
    }
    let read: Vec<Option<Placed<Day>>> =
        items.into_iter().map(|item| decoder.word::<Day>(item)).collect();
    let mut days: Vec<Day> =
        read.into_iter().collect::<Option<Vec<_>>>()?.into_iter().map(|day| day.value).collect();
    days.sort_unstable();
    days.dedup();
    Some(days)
}

fn read_hours(decoder: &mut Decoder, field: Field<'_>) -> Option<(u16, u16)> {
    let text = decoder.text(field)?;
    let ends = text.split_once('-').map(|(from, until)| (clock(from), clock(until)));
    let help = "write them as \"08:00-11:00\", in 24 hours; \"00:00-24:00\" is the whole day";
    match ends {
        Some((Some(from), Some(until))) if from < DAY && until > 0 && from != until => {
            Some((from, until))
        }
        Some((Some(from), Some(until))) if from == until => {
            decoder.problem(
                text.place,
                format!("`{}` is an empty range of hours", *text),
                Some(help.to_owned()),
            );
            None
        }
        _ => {
            decoder.problem(
                text.place,
                format!("`{}` is not a range of hours in a day", *text),
                Some(help.to_owned()),
            );
            None
        }
    }
}

/// The minutes after midnight of `08:30`; `24:00` is the end of the day.
fn clock(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let is_two_digits =
        |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    let (hours, minutes): (u16, u16) = (
        is_two_digits(hours).then(|| hours.parse().ok())??,
        is_two_digits(minutes).then(|| minutes.parse().ok())??,
    );
    let all = hours * 60 + minutes;
    (minutes < 60 && all <= DAY).then_some(all)
}

fn read_zone(decoder: &mut Decoder, field: Field<'_>) -> Option<TimeZone> {
    let name = decoder.text(field)?;
    // Other names that a library takes (`EST5EDT,M3.2.0`, `+02`) do not follow the law of a place.
    let zone = if *name == "UTC" { Some(TimeZone::UTC) } else { TimeZone::get(&name).ok() };
    if zone.is_none() {
        let help =
            "write a name of the IANA list, such as Europe/Prague, America/Los_Angeles or UTC"
                .to_owned();
        decoder.problem(name.place, format!("there is no time zone `{}`", *name), Some(help));
    }
    zone
}

/// The names of all time zones, sorted.
pub(super) fn zones() -> Vec<String> {
    let mut names: Vec<String> =
        jiff::tz::db().available().map(|name| name.as_str().to_owned()).collect();
    names.push("UTC".to_owned());
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::{Hours, Timestamp};
    use crate::config::Policy;

    fn hours(days: &str, hours: &str, zone: &str) -> Hours {
        let text =
            format!("windows:\n  - {{days: [{days}], hours: '{hours}', timezone: {zone}}}\n");
        let (policy, problems) = Policy::read(text.as_bytes());
        assert_eq!(problems, []);
        policy.windows[0].hours.clone()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_clock_on_the_wall_counts_on_both_sides_of_a_change() {
        let morning = hours("mon, tue, wed, thu", "08:00-11:00", "America/Los_Angeles");
        assert!(morning.hold(at("2026-03-05T16:00:00Z")), "winter: eight hours west");
        assert!(!morning.hold(at("2026-03-09T18:00:00Z")), "summer: 11:00 there");
        assert!(morning.hold(at("2026-03-09T15:00:00Z")), "summer: seven hours west");
        assert!(!morning.hold(at("2026-03-06T16:00:00Z")), "a Friday");
    }

    #[test]
    fn the_hour_that_does_not_exist_is_never_open_and_the_hour_that_comes_twice_is_open_twice() {
        let night = hours("sun", "02:00-03:00", "Europe/Berlin");
        let spring =
            |minute: i64| at("2026-03-29T00:00:00Z") + jiff::SignedDuration::from_mins(minute);
        assert!((0..180).all(|minute| !night.hold(spring(minute))), "29 March 2026 has no 02:30");
        for open in [
            "2026-10-25T00:00:00Z",
            "2026-10-25T00:59:59Z",
            "2026-10-25T01:00:00Z",
            "2026-10-25T01:59:59Z",
        ] {
            assert!(night.hold(at(open)), "{open}");
        }
        assert!(!night.hold(at("2026-10-25T02:00:00Z")) && !night.hold(at("2026-10-24T23:59:59Z")));
        let begins = night.beginnings(at("2026-10-24T12:00:00Z"), 3);
        assert!(
            begins.contains(&at("2026-10-25T00:00:00Z"))
                && begins.contains(&at("2026-10-25T01:00:00Z"))
        );
    }

    #[test]
    fn hours_may_go_on_past_midnight() {
        let night = hours("fri", "22:00-02:00", "UTC");
        assert!(night.hold(at("2026-06-12T22:00:00Z")) && night.hold(at("2026-06-13T01:59:59Z")));
        assert!(!night.hold(at("2026-06-13T02:00:00Z")) && !night.hold(at("2026-06-13T22:00:00Z")));
        assert!(!night.hold(at("2026-06-12T01:00:00Z")), "that is Thursday's night");
    }

    #[test]
    fn the_whole_day_ends_with_the_day() {
        let day = hours("mon", "00:00-24:00", "UTC");
        assert!(day.hold(at("2026-06-08T00:00:00Z")) && day.hold(at("2026-06-08T23:59:59Z")));
        assert!(!day.hold(at("2026-06-09T00:00:00Z")));
        assert_eq!(day.to_string(), "mon 00:00-24:00 UTC");
    }

    #[test]
    fn impossible_hours_and_zones_are_named() {
        let message = |entry: &str| {
            let text = format!("windows:\n  - {{{entry}}}\n");
            let (policy, problems) = Policy::read(text.as_bytes());
            assert_eq!((policy.windows.len(), policy.broken.len()), (0, 1), "{entry}");
            problems[0].message.clone()
        };
        assert_eq!(
            message("hours: '25:00-26:00', timezone: UTC"),
            "`25:00-26:00` is not a range of hours in a day"
        );
        assert_eq!(
            message("hours: '08:60-09:00', timezone: UTC"),
            "`08:60-09:00` is not a range of hours in a day"
        );
        assert_eq!(
            message("hours: '08:00-08:00', timezone: UTC"),
            "`08:00-08:00` is an empty range of hours"
        );
        assert_eq!(
            message("hours: '08:00', timezone: UTC"),
            "`08:00` is not a range of hours in a day"
        );
        assert_eq!(message("timezone: Europe/Pragu"), "there is no time zone `Europe/Pragu`");
        assert_eq!(message("days: [monday], timezone: UTC"), "unknown value `monday` in `days`");
        assert_eq!(message("days: [], timezone: UTC"), "`days` is empty");
        assert_eq!(message("timezone: UTC, on-call: []"), "`on-call` is empty");
        assert_eq!(message("hours: '08:00-11:00'"), "an entry of `windows` has no `timezone`");
    }
}
