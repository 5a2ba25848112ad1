//! The limits of a cycle: what is closed to which deliverables, and on which days.

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};

use super::cycle::{Cycle, Event};
use super::member::{Member, Profile};
use super::table::{LIMITS, Who};
use crate::config::{Described, Policy, PolicyLevel};

/// What a request can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Asked {
    /// A first, major or minor release.
    Features,
    /// A patch release.
    Patches,
    /// A beta.
    Betas,
    /// The first candidate.
    FirstCandidate,
    /// A candidate after the first.
    Candidates,
    /// The release that follows the candidates.
    Final,
    /// The stable branch.
    Branch,
    /// To join the deliverables of the series.
    Membership,
}

impl Asked {
    /// The phrase for messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Features => "features",
            Self::Patches => "patches",
            Self::Betas => "betas",
            Self::FirstCandidate => "first candidate",
            Self::Candidates => "candidates",
            Self::Final => "final release",
            Self::Branch => "stable branch",
            Self::Membership => "membership",
        }
    }
}

/// Whether a request may have what it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Yes.
    Open,
    /// Yes, with a warning: it should give a reason.
    Asks,
    /// Not without an override.
    Closed,
}

impl Permission {
    /// One word, for JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Asks => "asks",
            Self::Closed => "closed",
        }
    }
}

/// A line of the table: what a rule closes, to which deliverables, and when.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// The rule.
    pub rule: &'static str,
    pub(super) who: Who,
    pub(super) asked: &'static [Asked],
    /// What a request within its days may do.
    pub permission: Permission,
    pub(super) days: Days,
}

/// The days of a limit, relative to a cycle.
#[derive(Clone, Copy, Debug)]
pub(super) enum Days {
    /// From the end of the week of this event to the day before the release.
    After(Event),
    /// From the deadline of trailing deliverables, without an end.
    AfterTrailingDeadline,
    /// Before this day.
    Before(Start),
    /// In the release week, before the release day.
    ReleaseWeek,
}

/// The day on which something opens.
#[derive(Clone, Copy, Debug)]
pub(super) enum Start {
    /// The first day of the week of this event.
    WeekOf(Event),
    /// The first day of the week that is this many weeks before the release.
    WeeksBeforeRelease(u32),
    /// This many days before the release day.
    DaysBeforeRelease(i64),
}

/// A limit in one cycle; first and last day are included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatedLimit {
    /// The rule.
    pub rule: &'static str,
    /// What a request on these days may do.
    pub permission: Permission,
    /// The first day; `None` if there is no beginning.
    pub first: Option<Date>,
    /// The last day; `None` if there is no end.
    pub last: Option<Date>,
    /// What the days are counted from.
    pub since: CountedFrom,
}

/// What the days of a limit are counted from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CountedFrom {
    /// An event or week, as the schedule names it.
    Scheduled(String),
    /// The release day.
    Release,
    /// The release week.
    ReleaseWeek,
}

impl std::fmt::Display for CountedFrom {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Scheduled(name) => name,
            Self::Release => "the release",
            Self::ReleaseWeek => "the release week",
        })
    }
}

impl Limit {
    /// The limit that `rule` sets for deliverables like `profile` that ask for `asked`.
    pub fn of(rule: &str, profile: Profile, asked: Asked) -> Option<&'static Self> {
        Self::that_apply(profile, asked).find(|limit| limit.rule == rule)
    }

    /// Its dates in `cycle`, if a request made on `day` breaks it.
    pub fn broken_by(&self, cycle: &Cycle, day: Date) -> Option<DatedLimit> {
        self.dated(cycle).filter(|limit| limit.holds_on(day))
    }

    /// Its dates in `cycle`; `None` if the schedule lacks what they are counted from.
    pub fn dated(&self, cycle: &Cycle) -> Option<DatedLimit> {
        let Self { rule, permission, .. } = *self;
        let (first, last, since) = self.days.of(cycle)?;
        Some(DatedLimit { rule, permission, first, last, since })
    }

    /// Whether its days start or end with `event`.
    pub(super) fn goes_by(&self, event: Event) -> bool {
        match self.days {
            Days::After(other) | Days::Before(Start::WeekOf(other)) => other == event,
            Days::ReleaseWeek => event == Event::Final,
            Days::Before(_) => false,
            Days::AfterTrailingDeadline => event == Event::CycleTrail,
        }
    }

    pub(super) fn that_apply(
        profile: Profile,
        asked: Asked,
    ) -> impl Iterator<Item = &'static Self> {
        let applies =
            move |limit: &&Self| limit.asked.contains(&asked) && limit.who.covers(profile);
        LIMITS.iter().filter(applies)
    }
}

impl Days {
    fn of(self, cycle: &Cycle) -> Option<(Option<Date>, Option<Date>, CountedFrom)> {
        let (first, last, since) = match self {
            Self::After(event) => {
                let week = cycle.deadline(event)?;
                let first = week.last.tomorrow().ok()?;
                (Some(first), Some(cycle.eve()?), CountedFrom::Scheduled(week.event))
            }
            Self::AfterTrailingDeadline => {
                let week = cycle.trailing_deadline()?;
                (Some(week.last.tomorrow().ok()?), None, CountedFrom::Scheduled(week.event))
            }
            Self::Before(start) => {
                let (day, since) = start.of(cycle)?;
                (None, Some(day.yesterday().ok()?), since)
            }
            Self::ReleaseWeek => {
                let (monday, day) = (cycle.release_week()?, cycle.release_day()?);
                (Some(monday), Some(day.yesterday().ok()?), CountedFrom::ReleaseWeek)
            }
        };
        let is_empty = first.zip(last).is_some_and(|(first, last)| first > last);
        (!is_empty).then_some((first, last, since))
    }
}

impl Start {
    fn of(self, cycle: &Cycle) -> Option<(Date, CountedFrom)> {
        match self {
            Self::WeekOf(event) => {
                cycle.deadline(event).map(|week| (week.first, CountedFrom::Scheduled(week.event)))
            }
            Self::WeeksBeforeRelease(weeks) => {
                let (first, _) = cycle.week_before_release(weeks)?;
                Some((first, CountedFrom::Scheduled(format!("R-{weeks}"))))
            }
            Self::DaysBeforeRelease(days) => {
                let lead: Span = days.days();
                Some((cycle.release_day()?.checked_sub(lead).ok()?, CountedFrom::Release))
            }
        }
    }
}

impl DatedLimit {
    /// The limits in `cycle` for deliverables like `member` that ask for `asked`, at the levels that `policy` sets.
    pub fn all(cycle: &Cycle, member: &Member, asked: Asked, policy: &Policy) -> Vec<Self> {
        let limits = Limit::that_apply(member.profile(), asked);
        let dated = limits.filter_map(|limit| limit.dated(cycle));
        dated.filter_map(|limit| limit.at_level_of(policy, &member.who)).collect()
    }

    /// Whether `day` is one of its days.
    pub fn holds_on(&self, day: Date) -> bool {
        self.first.is_none_or(|first| first <= day) && self.last.is_none_or(|last| day <= last)
    }

    /// The last open day before it closed.
    pub fn closed_after(&self) -> Option<Date> {
        self.first?.yesterday().ok()
    }

    /// The first day on which it opens again.
    pub fn opens_on(&self) -> Option<Date> {
        self.last?.tomorrow().ok()
    }

    /// At the level that the policy sets; `None` if that is off or a note. A line weaker than its rule is never raised.
    fn at_level_of(mut self, policy: &Policy, who: &Described) -> Option<Self> {
        let is_weaker = self.permission < strictest(self.rule);
        match policy.level_of(self.rule, Some(&who.name)) {
            None => {}
            Some(PolicyLevel::Off | PolicyLevel::Note) => return None,
            Some(PolicyLevel::Warning) => self.permission = Permission::Asks,
            Some(PolicyLevel::Error) if is_weaker => {}
            Some(PolicyLevel::Error) => self.permission = Permission::Closed,
        }
        Some(self)
    }
}

/// The strictest line of a rule.
fn strictest(rule: &str) -> Permission {
    let own = LIMITS.iter().filter(|limit| limit.rule == rule);
    own.map(|limit| limit.permission).max().unwrap_or(Permission::Open)
}
