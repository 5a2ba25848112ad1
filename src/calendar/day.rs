//! Days, as the calendar counts them and messages write them.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The day of `at` in UTC.
pub fn utc_day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// The start of `day` in UTC; the latest possible time if `day` is beyond it.
pub fn start_of(day: Date) -> Timestamp {
    TimeZone::UTC
        .to_timestamp(day.to_datetime(jiff::civil::Time::midnight()))
        .unwrap_or(Timestamp::MAX)
}

/// `day` with its weekday, for messages: `Fri 2026-08-28`.
pub fn written(day: Date) -> String {
    day.strftime("%a %Y-%m-%d").to_string()
}

/// A moment in UTC, for messages: `Fri 2026-08-28 16:00 UTC`.
pub fn moment(at: Timestamp) -> String {
    at.strftime("%a %Y-%m-%d %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::{moment, start_of, utc_day, written};

    #[test]
    fn a_day_ends_at_midnight_in_utc() {
        let at = |text: &str| utc_day(text.parse().unwrap());
        assert_eq!(written(at("2026-08-28T23:59:59Z")), "Fri 2026-08-28");
        assert_eq!(written(at("2026-08-28T23:30:00-01:00")), "Sat 2026-08-29");
        assert_eq!(start_of(at("2026-08-28T23:59:59Z")).to_string(), "2026-08-28T00:00:00Z");
    }

    #[test]
    fn a_moment_is_written_in_utc() {
        let at = "2026-08-28T23:30:00-01:00".parse().unwrap();
        assert_eq!(moment(at), "Sat 2026-08-29 00:30 UTC");
    }
}
