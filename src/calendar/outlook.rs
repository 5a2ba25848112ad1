//! The calendar around now: weeks, deadlines, what may be released, and what holds tags.

use std::sync::Arc;

use jiff::civil::{Date, Weekday};
use jiff::{Span, Timestamp, ToSpan as _};

use super::cycle::{Cycle, Event};
use super::day::{start_of, utc_day};
use super::member::{Member, Profile, TaggedSoFar};
use super::offer::Offer;
use super::table::concerns;
use super::wait::{WaitCourse, Waiting};
use crate::config::{Broken, Described, Hold, Policy, Who, Window};
use crate::tree::deliverable::{Kind, Model};
use crate::tree::record::Record;
use crate::tree::schedule::Schedule;
use crate::tree::series::Series;

/// Weeks shown before this one.
const BEFORE: i64 = 2;
/// Weeks shown in all.
const SHOWN: i64 = 12;

/// What the calendar covers, and when.
#[derive(Clone, Copy, Debug)]
pub struct OutlookInput<'a> {
    /// The series and schedules.
    pub record: &'a Record,
    /// Windows, soak times, holds and levels.
    pub policy: &'a Policy,
    /// The series; `None` outside the cycles.
    pub series: Option<&'a Series>,
    /// The deliverables that it covers.
    pub who: &'a [Member],
    /// The time.
    pub now: Timestamp,
}

/// The calendar around now.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// The time.
    pub now: Timestamp,
    /// Whether the schedule of the series lists weeks; without them no deadline is known.
    pub is_scheduled: bool,
    /// Weeks around now, in order.
    pub weeks: Vec<ShownWeek>,
    /// All deadlines of the cycle, in order.
    pub deadlines: Vec<ShownEvent>,
    /// The release days in the list of series, newest series first.
    pub release_days: Vec<(String, Date)>,
    /// What may be released, for each group of deliverables with the same answer.
    pub groups: Vec<Group>,
    /// Holds now or later, with the names of the deliverables that they cover.
    pub holds: Vec<(Hold, Vec<String>)>,
    /// Windows, with the names of the deliverables that they cover.
    pub windows: Vec<(Window, Vec<String>)>,
    /// Entries of the policy that cannot be read and hold what they might cover.
    pub broken: Vec<Broken>,
}

/// One week, Monday to Sunday.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownWeek {
    /// The series whose schedule lists it, and its name there.
    pub named: Option<(String, Option<String>)>,
    /// The events that the schedule lists, in its order.
    pub events: Vec<ShownEvent>,
    /// Monday to Sunday.
    pub days: Vec<ShownDay>,
}

/// An event of a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownEvent {
    /// As the schedule names it.
    pub name: String,
    /// The last day of its week.
    pub last: Date,
    /// What it is, if the calendar knows it: a phrase.
    pub meaning: Option<&'static str>,
    /// Whether something is due or closes then for a deliverable that the calendar covers.
    pub concerns: bool,
}

/// One day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownDay {
    /// Its date.
    pub date: Date,
    /// The series that are released on it.
    pub releases: Vec<String>,
    /// Whether tags can be made.
    pub tags: Tags,
}

/// Whether tags can be made on a UTC day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tags {
    /// Nothing holds them.
    Free,
    /// There is a time at which a window is open and nothing else holds them.
    Window,
    /// There is no such time.
    Shut,
    /// There is no such time, and a hold is among the reasons.
    Held,
}

/// Deliverables that may release the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Their type.
    pub kind: Kind,
    /// Their model.
    pub model: Option<Model>,
    /// Their names.
    pub names: Vec<String>,
    /// What they may release.
    pub offers: Vec<Offer>,
}

impl Outlook {
    /// The calendar of `subject`.
    pub fn of(subject: &OutlookInput<'_>) -> Self {
        let cycle =
            subject.series.and_then(|series| Cycle::of(subject.record, series.name.as_str()));
        let list = subject.record.series();
        let own = subject.series.map(|series| &*series.name);
        let others = list.all.iter().map(|series| &*series.name);
        let others = others.filter(|name| Some(*name) != own);
        let schedules: Vec<(&str, Arc<Schedule>)> = own
            .into_iter()
            .chain(others)
            .filter_map(|name| Some((name.as_str(), subject.record.schedule(name)?)))
            .collect();
        Self {
            now: subject.now,
            is_scheduled: cycle.as_ref().is_some_and(|cycle| !cycle.weeks().is_empty()),
            weeks: subject.mondays().map(|day| subject.week(&schedules, day)).collect(),
            deadlines: cycle.as_ref().map(|cycle| subject.deadlines(cycle)).unwrap_or_default(),
            release_days: list.all.iter().filter_map(release_day).collect(),
            groups: subject.groups(cycle.as_ref()),
            holds: subject.holds(),
            windows: subject.windows(),
            broken: subject.broken(),
        }
    }
}

fn release_day(series: &Series) -> Option<(String, Date)> {
    Some((series.name.value.clone(), series.initial_release.as_ref()?.value))
}

impl OutlookInput<'_> {
    /// What holds the tags of the first deliverable from now on.
    pub fn course(&self) -> Option<WaitCourse> {
        let member = self.who.first()?;
        Some(self.waiting(member).course(self.now, |_| false))
    }

    fn waiting(&self, member: &Member) -> Waiting<'_> {
        Waiting::of(self.policy, self.record.series(), member.who.clone())
    }

    fn described(&self) -> impl Iterator<Item = &Described> {
        self.who.iter().map(|member| &member.who)
    }

    fn mondays(&self) -> impl Iterator<Item = Date> + use<> {
        let today = utc_day(self.now);
        let back = i64::from(today.weekday().since(Weekday::Monday)) + BEFORE * 7;
        let shift = move |days: i64| today.checked_add(Span::new().days(days)).ok();
        (0..SHOWN).filter_map(move |week| shift(week * 7 - back))
    }

    /// The week of `monday`, from the first schedule that lists it. If a week is listed twice, its events are joined.
    fn week(&self, schedules: &[(&str, Arc<Schedule>)], monday: Date) -> ShownWeek {
        let sunday = monday.saturating_add(6.days());
        let mut named = None;
        let mut events: Vec<ShownEvent> = Vec::new();
        for (series, schedule) in schedules {
            let weeks = schedule.weeks.iter();
            let of_day = weeks.filter(|week| (monday..=sunday).contains(&week.start.value));
            for week in of_day {
                let name = week.name.as_ref().map(|name| name.value.clone());
                if named.is_none() && name.is_some() {
                    named = Some(((*series).to_owned(), name));
                }
                for event in &week.events {
                    if !events.iter().any(|known| known.name == event.value) {
                        events.push(self.event(series, &event.value, week.end.value));
                    }
                }
            }
            if named.is_some() {
                break;
            }
        }
        let days = monday.series(1.day()).take(7).map(|date| self.day(date)).collect();
        ShownWeek { named, events, days }
    }

    fn event(&self, schedule: &str, name: &str, last: Date) -> ShownEvent {
        let list = self.record.series();
        let known = Event::named(schedule, name).or_else(|| {
            // The last week of a cycle is in the schedule of the next one too.
            list.older_than(schedule).next().and_then(|older| Event::named(&older.name, name))
        });
        let own = self.series.is_some_and(|series| *series.name == schedule);
        let is_next = self.series.is_some_and(|series| {
            list.newer_than(&series.name).last().is_some_and(|next| *next.name == schedule)
        });
        let concerns = known.is_some_and(|event| {
            let is_meant = if event == Event::CycleTrail { is_next } else { own };
            is_meant && self.concerns(event)
        });
        ShownEvent { name: name.to_owned(), last, meaning: known.map(Event::meaning), concerns }
    }

    /// Whether `event` matters to a deliverable that the calendar covers, whatever it has tagged already.
    fn concerns(&self, event: Event) -> bool {
        let profiles = self.who.iter().map(|member| member.profile());
        profiles
            .into_iter()
            .any(|of| concerns(event, Profile { tagged: TaggedSoFar::NotYet, ..of }))
    }

    fn day(&self, date: Date) -> ShownDay {
        let all = self.record.series().all.iter();
        let is_released =
            |series: &&Series| series.initial_release.as_ref().is_some_and(|day| day.value == date);
        let releases = all.filter(is_released).map(|series| series.name.value.clone()).collect();
        ShownDay { date, releases, tags: self.tags_on(date) }
    }

    fn tags_on(&self, date: Date) -> Tags {
        let begins = start_of(date);
        let ends = date.tomorrow().map_or(Timestamp::MAX, start_of);
        let overlaps = |hold: &Hold| {
            hold.stops(begins)
                || hold.from.is_some_and(|from| from >= begins && from < ends && hold.stops(from))
        };
        let holds = self.policy.holds.iter().filter(|hold| overlaps(hold)).map(|hold| &hold.who);
        let stopping: Vec<&Who> =
            holds.chain(self.policy.broken.iter().map(|broken| &broken.who)).collect();
        // A hold on some of them is listed below the calendar; the day is held if none of them can tag.
        let is_held = !self.who.is_empty()
            && self.described().all(|one| stopping.iter().any(|who| who.covers(one)));
        let [member] = self.who else { return if is_held { Tags::Held } else { Tags::Free } };
        let waiting = self.waiting(member);
        let is_open = waiting.earliest(begins, |_| false).is_some_and(|at| at < ends);
        match (is_open, is_held) {
            (false, true) => Tags::Held,
            (false, false) => Tags::Shut,
            (true, _) if waiting.windows().next().is_some() => Tags::Window,
            (true, _) => Tags::Free,
        }
    }

    fn deadlines(&self, cycle: &Cycle) -> Vec<ShownEvent> {
        let own = Event::ALL.iter().filter(|event| **event != Event::CycleTrail);
        let mut found: Vec<ShownEvent> = own
            .filter_map(|event| cycle.deadline(*event))
            .map(|due| self.event(cycle.series(), &due.event, due.last))
            .collect();
        found.extend(cycle.trailing_deadline().map(|due| ShownEvent {
            name: due.event,
            last: due.last,
            meaning: Some(Event::CycleTrail.meaning()),
            concerns: self.concerns(Event::CycleTrail),
        }));
        found.sort_by_key(|due| due.last);
        found
    }

    fn groups(&self, cycle: Option<&Cycle>) -> Vec<Group> {
        let status = self.series.and_then(|series| series.status.as_ref());
        let status = status.map(|status| status.value);
        let mut groups: Vec<Group> = Vec::new();
        for member in self.who {
            let who = &member.who;
            let offers = match (self.series, status) {
                // Its status cannot be read, so nobody knows whether it takes releases.
                (Some(_), None) => Vec::new(),
                _ => Offer::all(cycle, status, member, self.policy, utc_day(self.now)),
            };
            let is_its = |group: &&mut Group| {
                (group.kind, group.model) == (who.kind, who.model) && group.offers == offers
            };
            match groups.iter_mut().find(is_its) {
                Some(group) => group.names.push(who.name.clone()),
                None => groups.push(Group {
                    kind: who.kind,
                    model: who.model,
                    names: vec![who.name.clone()],
                    offers,
                }),
            }
        }
        groups.sort_by_key(|group| (group.kind, group.model));
        groups
    }

    fn holds(&self) -> Vec<(Hold, Vec<String>)> {
        let goes_on = |hold: &&Hold| hold.until.is_none_or(|until| until > self.now);
        let holds = self.policy.holds.iter().filter(goes_on);
        let covered = holds.map(|hold| (hold.clone(), self.names(|who| hold.who.covers(who))));
        covered.filter(|(_, names)| !names.is_empty()).collect()
    }

    fn windows(&self) -> Vec<(Window, Vec<String>)> {
        let windows = self.policy.windows.iter();
        let covered =
            windows.map(|window| (window.clone(), self.names(|who| window.who.covers(who))));
        covered.filter(|(_, names)| !names.is_empty()).collect()
    }

    fn broken(&self) -> Vec<Broken> {
        let broken = self.policy.broken.iter();
        broken.filter(|one| self.described().any(|who| one.who.covers(who))).cloned().collect()
    }

    fn names(&self, is_covered: impl Fn(&Described) -> bool) -> Vec<String> {
        self.described().filter(|who| is_covered(who)).map(|who| who.name.clone()).collect()
    }
}
