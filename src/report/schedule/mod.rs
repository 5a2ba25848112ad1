//! The calendar around now: [`picture`], [`next`] and [`missing`] write text, [`json`] data, and [`ics`] a file for calendar programs.

mod events;
mod lacking;
mod picture;
mod tagging;
mod words;

pub mod ics;
pub mod json;
pub mod waiting;

use jiff::{SignedDuration, Timestamp};

use crate::calendar::{Missing, Outlook, WaitCourse};
use crate::config::Described;
use crate::tree::series::Series;

pub use lacking::write as missing;
pub use picture::write as picture;
pub use tagging::write as next;

/// The calendar around now.
#[derive(Clone, Debug)]
pub struct ScheduleReport {
    /// The commit whose schedules and policy these are.
    pub head: String,
    /// When that commit was made.
    pub stamp: Timestamp,
    /// The series; `None` outside the cycles.
    pub series: Option<Series>,
    /// Whose calendar it is.
    pub whose: Whose,
    /// Weeks, deadlines, what may be released, windows and holds.
    pub outlook: Outlook,
    /// For each deadline, the deliverables that have not met it.
    pub missing: Vec<Missing>,
    /// Deliverable files that cannot be read and are left out.
    pub unreadable: Vec<String>,
    /// The mistakes in the schedule of the series, each with its place.
    pub mistakes: Vec<String>,
}

/// Whose calendar.
#[derive(Clone, Debug)]
pub enum Whose {
    /// All deliverables of the series.
    Everybody,
    /// A team.
    Team(String),
    /// One deliverable.
    One(Box<One>),
}

/// One deliverable.
#[derive(Clone, Debug)]
pub struct One {
    /// Name, team, type and model.
    pub who: Described,
    /// The last version that it released in the series.
    pub newest: Option<String>,
    /// Its branches, as its file lists them.
    pub branches: Vec<String>,
    /// How long commits soak before they are tagged.
    pub soak: Option<SignedDuration>,
    /// What holds its tags.
    pub course: WaitCourse,
}

/// A release that was merged and is not tagged or announced yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingRelease {
    /// Its version, or the branch that is to be made.
    pub version: String,
    /// What it waits for: a phrase.
    pub why: String,
}

impl ScheduleReport {
    /// The deliverable, if the calendar is for one.
    fn one(&self) -> Option<&One> {
        match &self.whose {
            Whose::One(one) => Some(one),
            Whose::Everybody | Whose::Team(_) => None,
        }
    }
}
