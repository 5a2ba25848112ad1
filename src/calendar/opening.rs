//! When something that has closed may be released again.

use jiff::civil::Date;

use super::cycle::{Cycle, Event};
use super::day::written;

impl Cycle {
    /// The last day before the release; without a release day, the last day of its week.
    pub fn eve(&self) -> Option<Date> {
        match self.release_day() {
            Some(day) => day.yesterday().ok(),
            None => self.deadline(Event::Final).map(|week| week.last),
        }
    }

    /// When features may be released again: `the next feature window opens with indri on Thu 2026-10-01`.
    pub fn next_features(&self) -> String {
        let series = self.series();
        let day = self.release_day().and_then(|day| day.tomorrow().ok()).map(written);
        let what = "the next feature window opens with";
        match (self.next_series(), day) {
            (Some(next), Some(day)) => format!("{what} {next} on {day}"),
            (Some(next), None) => format!("{what} {next}, after the release of {series}"),
            (None, Some(day)) => format!("{what} the series after {series}, on {day}"),
            (None, None) => format!("{what} the series after {series}"),
        }
    }

    /// Where features go after the release, said on `today`.
    pub fn features_after(&self, today: Date) -> String {
        match self.release_day().and_then(|day| day.tomorrow().ok()).filter(|day| *day <= today) {
            Some(day) => {
                let next = self.next_series();
                let next = next
                    .map_or_else(|| format!("the series after {}", self.series()), str::to_owned);
                format!("they go into {next} since {}", written(day))
            }
            None => self.next_features(),
        }
    }

    /// What a patch is after the release, said on `today`.
    pub fn patches_after(&self, today: Date) -> String {
        match self.release_day().filter(|day| *day <= today) {
            Some(day) => format!("since {} it is a release of a stable series", written(day)),
            None => self.stable_from(),
        }
    }

    /// From which day on it is a release of a stable series.
    pub fn stable_from(&self) -> String {
        match self.release_day() {
            Some(day) => format!("from {} on it is a release of a stable series", written(day)),
            None => "after the release it is one of a stable series".to_owned(),
        }
    }
}
