//! What becomes of a release that comes too late for its cycle.

use jiff::civil::Date;

use super::cycle::{Cycle, Event};
use super::day::written;

impl Cycle {
    /// The day before the release; without a release day, the last day of the release week.
    pub fn eve(&self) -> Option<Date> {
        match self.release_day() {
            Some(day) => day.yesterday().ok(),
            None => self.deadline(Event::Final).map(|week| week.last),
        }
    }

    /// Where features go once this series is closed to them: `features go into indri from Thu 2026-10-01`.
    pub fn next_features(&self) -> String {
        let series = self.series();
        let day = self.release_day().and_then(|day| day.tomorrow().ok()).map(written);
        match (self.next_series(), day) {
            (Some(next), Some(day)) => format!("features go into {next} from {day}"),
            (Some(next), None) => format!("features go into {next} after the release of {series}"),
            (None, Some(day)) => format!("features go into the series after {series}, from {day}"),
            (None, None) => format!("features go into the series after {series}"),
        }
    }

    /// The same, in the tense of `today`.
    pub fn features_after(&self, today: Date) -> String {
        match self.release_day().and_then(|day| day.tomorrow().ok()).filter(|day| *day <= today) {
            Some(day) => {
                let next = self.next_series();
                let next = next
                    .map_or_else(|| format!("the series after {}", self.series()), str::to_owned);
                format!("features have gone into {next} since {}", written(day))
            }
            None => self.next_features(),
        }
    }

    /// What a patch is after the release, in the tense of `today`.
    pub fn patches_after(&self, today: Date) -> String {
        match self.release_day().filter(|day| *day <= today) {
            Some(day) => format!("a stable release since {}", written(day)),
            None => self.stable_from(),
        }
    }

    /// What a release is after the release day: `a stable release from Wed 2026-09-30`.
    pub fn stable_from(&self) -> String {
        match self.release_day() {
            Some(day) => format!("a stable release from {}", written(day)),
            None => "a stable release, after the release day".to_owned(),
        }
    }
}
