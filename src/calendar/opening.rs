//! From which day on something may be proposed in a cycle, and when it may be again.

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};

use super::cycle::{Cycle, Deadline, Event};
use super::day::written;
use crate::tree::deliverable::Kind;

/// Weeks before the release in which the first candidates may come.
const CANDIDATE_WEEKS: u32 = 4;

impl Cycle {
    /// The week in which the first candidates may come.
    pub fn candidates_from(&self) -> Option<Deadline> {
        let (first, last) = self.week_before_release(CANDIDATE_WEEKS)?;
        Some(Deadline { event: format!("R-{CANDIDATE_WEEKS}"), first, last })
    }

    /// The first day of final releases: two days before the release.
    pub fn finals_from(&self) -> Option<Date> {
        let lead: Span = 2.days();
        self.release_day()?.checked_sub(lead).ok()
    }

    /// The first day of stable branches of this kind, and what begins then; `None` for kinds that may branch at any time, or
    /// where the schedule does not say.
    pub fn branches_from(&self, kind: Kind) -> Option<(Date, String)> {
        let freeze =
            |event| self.deadline(event).map(|week| (week.first, format!("`{}`", week.event)));
        match kind {
            Kind::Library => freeze(Event::FinalLib),
            Kind::ClientLibrary => freeze(Event::FinalClientlib),
            Kind::Trailing => self.release_day().map(|day| (day, "the release".to_owned())),
            Kind::HorizonPlugin | Kind::Service | Kind::TempestPlugin | Kind::Other => None,
        }
    }

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
