//! The calendar around now: as a picture, as data, and for calendar programs.
//!
//! What is written of it is chosen by the caller: [`picture`], [`next`], [`missing`], [`json`] or [`ics`].

mod events;
mod lacking;
mod picture;
mod tagging;
mod words;

pub mod ics;
pub mod json;

use jiff::{SignedDuration, Timestamp};

use crate::calendar::{Course, Missing, Outlook};
use crate::config::Described;
use crate::tree::series::Series;

pub use lacking::write as missing;
pub use picture::write as picture;
pub use tagging::write as next;

/// All that is known of the calendar around now.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// The commit whose schedules and policy these are.
    pub head: String,
    /// When that commit was made.
    pub stamp: Timestamp,
    /// The series; `None` for what is released outside of the cycles.
    pub series: Option<Series>,
    /// Whose calendar it is.
    pub whose: Whose,
    /// Weeks, deadlines, what may be released, windows and holds.
    pub outlook: Outlook,
    /// Per deadline, who has not done what is due.
    pub missing: Vec<Missing>,
    /// Deliverable files that cannot be read: nothing is said of them.
    pub unreadable: Vec<String>,
    /// What is wrong with the schedule of the series, with its place.
    pub mistakes: Vec<String>,
}

/// Whose calendar.
#[derive(Clone, Debug)]
pub enum Whose {
    /// That of all deliverables of the series.
    Everybody,
    /// That of a team.
    Team(String),
    /// That of one deliverable.
    One(Box<One>),
}

/// One deliverable.
#[derive(Clone, Debug)]
pub struct One {
    /// Name, team, type and model.
    pub who: Described,
    /// The version it released last in the series.
    pub newest: Option<String>,
    /// Its branches, as its file lists them.
    pub branches: Vec<String>,
    /// How long commits soak before they are tagged.
    pub soak: Option<SignedDuration>,
    /// What its tags wait for.
    pub course: Course,
}

impl Schedule {
    /// The deliverable, if it is the calendar of one.
    fn one(&self) -> Option<&One> {
        match &self.whose {
            Whose::One(one) => Some(one),
            Whose::Everybody | Whose::Team(_) => None,
        }
    }
}
