//! `doc/source/<series>/schedule.yaml`: the weeks of a cycle and what ends in them.

use jiff::civil::Date;

use super::place::{Place, Placed};

/// The calendar of one cycle, as written.
#[derive(Clone, Debug, Default)]
pub struct Schedule {
    /// Monday of the first week.
    pub start_week: Option<Placed<Date>>,
    /// Monday of the release week; the weeks win where they differ (wallaby).
    pub release_week: Option<Placed<Date>>,
    /// In the order of the file; a week can stand twice (ocata).
    pub weeks: Vec<Week>,
}

/// One week.
#[derive(Clone, Debug)]
pub struct Week {
    /// The whole entry.
    pub place: Place,
    /// `R-5`, `R-0`, `R+1`.
    pub name: Placed<String>,
    /// First day.
    pub start: Placed<Date>,
    /// Last day.
    pub end: Placed<Date>,
    /// `x-project` events, such as `h-final-lib`.
    pub events: Vec<Placed<String>>,
}
