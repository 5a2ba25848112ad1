//! The dates of one cycle, from its schedule and the list of series.

use std::sync::Arc;

use jiff::civil::{Date, Weekday};

use crate::tree::record::Record;
use crate::tree::schedule::{Schedule, Week};

/// Something that is due or happens in a week of a cycle, as `x-project` names it after the letter of the series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// Last features of libraries.
    FinalLib,
    /// Last features of client libraries.
    FinalClientlib,
    /// Last features of services.
    FeatureFreeze,
    /// Last changes of the global requirements.
    RequirementsFreeze,
    /// First candidates are due.
    Rc1,
    /// Last candidates are due.
    FinalRc,
    /// The release.
    Final,
    /// Last new deliverables.
    MembershipFreeze,
    /// Trailing deliverables of the previous series are due.
    CycleTrail,
    /// The first milestone.
    Milestone1,
    /// The second milestone.
    Milestone2,
    /// The third milestone.
    Milestone3,
}

impl Event {
    /// Every event, in the usual order of a cycle.
    pub const ALL: &'static [Self] = &[
        Self::Milestone1,
        Self::CycleTrail,
        Self::Milestone2,
        Self::MembershipFreeze,
        Self::FinalLib,
        Self::Milestone3,
        Self::FeatureFreeze,
        Self::FinalClientlib,
        Self::RequirementsFreeze,
        Self::Rc1,
        Self::FinalRc,
        Self::Final,
    ];

    /// The event that the schedule of `series` calls `name`.
    pub fn named(series: &str, name: &str) -> Option<Self> {
        let word = word_of(series, name)?;
        Self::ALL.iter().copied().find(|event| event.words().contains(&&*word))
    }

    /// What it is, in a few words.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::FinalLib => "library feature freeze",
            Self::FinalClientlib => "client library feature freeze",
            Self::FeatureFreeze => "service feature freeze",
            Self::RequirementsFreeze => "requirements freeze",
            Self::Rc1 => "candidates and branches due",
            Self::FinalRc => "last candidates due",
            Self::Final => "release week",
            Self::MembershipFreeze => "membership freeze",
            Self::CycleTrail => "trailing deliverables due",
            Self::Milestone1 => "first milestone",
            Self::Milestone2 => "second milestone",
            Self::Milestone3 => "third milestone",
        }
    }

    /// What schedules write after the letter and the dash.
    pub fn words(self) -> &'static [&'static str] {
        match self {
            Self::FinalLib => &["final-lib"],
            Self::FinalClientlib => &["final-clientlib"],
            Self::FeatureFreeze => &["ff"],
            Self::RequirementsFreeze => &["rf"],
            Self::Rc1 => &["rc1"],
            Self::FinalRc => &["finalrc"],
            Self::Final => &["final", "release"],
            Self::MembershipFreeze => &["mf"],
            Self::CycleTrail => &["cycle-trail"],
            Self::Milestone1 => &["1"],
            Self::Milestone2 => &["2"],
            Self::Milestone3 => &["3"],
        }
    }
}

/// What ocata and pike call the deadline of their own trailing deliverables.
const OWN_TRAILING: &[&str] = &["trailing", "trailing-release"];

/// The calendar of one series.
#[derive(Clone, Debug)]
pub struct Cycle {
    series: String,
    schedule: Option<Arc<Schedule>>,
    release_day: Option<Date>,
    /// Name and schedule of the next series.
    next: Option<(String, Option<Arc<Schedule>>)>,
}

/// The week in which something is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// As the schedule names it, such as `h-final-lib`.
    pub event: String,
    /// First day of its week.
    pub first: Date,
    /// Last day of its week: the deadline passes when this day ends in UTC.
    pub last: Date,
}

impl Cycle {
    /// The calendar of `series`, as far as the record knows it; `None` if the record lists no such series.
    pub fn of(record: &Record, series: &str) -> Option<Self> {
        let list = record.series();
        let entry = list.get(series)?;
        let next = list.newer_than(series).last().map(|next| next.name.value.clone());
        Some(Self {
            series: series.to_owned(),
            schedule: record.schedule(series),
            release_day: entry.initial_release.as_ref().map(|day| day.value),
            next: next.map(|name| (name.clone(), record.schedule(&name))),
        })
    }

    /// The series.
    pub fn series(&self) -> &str {
        &self.series
    }

    /// The next series.
    pub fn next_series(&self) -> Option<&str> {
        self.next.as_ref().map(|(name, _)| name.as_str())
    }

    /// The release day, from the list of series.
    pub fn release_day(&self) -> Option<Date> {
        self.release_day
    }

    /// The weeks, in the order of the file; none without a schedule.
    pub fn weeks(&self) -> &[Week] {
        self.schedule.as_ref().map(|schedule| schedule.weeks.as_slice()).unwrap_or_default()
    }

    /// When `event` is due: the last week that lists it (ocata lists some twice).
    ///
    /// `None` if the schedule does not name it (victoria has no `mf`): then nothing is due.
    pub fn deadline(&self, event: Event) -> Option<Deadline> {
        deadline(self.weeks(), &self.series, event.words())
    }

    /// When the trailing deliverables of this series are due.
    ///
    /// Ocata and pike list it themselves; for all others the schedule of the next series does.
    pub fn trailing_deadline(&self) -> Option<Deadline> {
        deadline(self.weeks(), &self.series, OWN_TRAILING).or_else(|| {
            let (name, schedule) = self.next.as_ref()?;
            deadline(&schedule.as_ref()?.weeks, name, Event::CycleTrail.words())
        })
    }

    /// First and last day of the week that is `weeks` before the release (`R-4`); the last one of that name.
    pub fn week_before_release(&self, weeks: u32) -> Option<(Date, Date)> {
        let number = i32::try_from(weeks).ok()?.checked_neg();
        let found = self.weeks().iter().filter(|week| week.number() == number);
        found.map(|week| (week.start.value, week.end.value)).max_by_key(|&(_, last)| last)
    }

    /// Monday of the release week: the week `R-0` or `R+0`, else the week of the release day. The head of the schedule
    /// is not asked: in wallaby it contradicts the weeks.
    pub fn release_week(&self) -> Option<Date> {
        let monday = |day: Date| {
            let back = i64::from(day.weekday().since(Weekday::Monday));
            day.checked_sub(jiff::Span::new().days(back)).ok()
        };
        self.week_before_release(0)
            .map(|(first, _)| first)
            .or_else(|| self.release_day.and_then(monday))
    }
}

fn deadline(weeks: &[Week], series: &str, words: &[&str]) -> Option<Deadline> {
    let is_meant = |event: &str| word_of(series, event).is_some_and(|word| words.contains(&&*word));
    let of_week = |week: &Week| {
        let event = week.events.iter().find(|event| is_meant(event))?;
        Some(Deadline { event: event.value.clone(), first: week.start.value, last: week.end.value })
    };
    weeks.iter().filter_map(of_week).max_by_key(|deadline| deadline.last)
}

/// `final-lib` of `h-final-lib` in hibiscus.
fn word_of(series: &str, event: &str) -> Option<String> {
    let event = event.replacen('_', "-", 1);
    let letter = series.chars().next()?;
    Some(event.strip_prefix(letter)?.strip_prefix('-')?.to_owned())
}
