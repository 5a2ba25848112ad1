//! Why a tag is held, and until when.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::cycle::Cycle;
use super::day::{moment, start_of, utc_day, written};
use super::limit::{Asked, Limit};
use super::member::{Profile, TaggedSoFar};
use crate::config::{Broken, Described, Hold, HoldStatus, Holding, Policy, PolicyLevel, Window};
use crate::tree::deliverable::{Deliverable, Release};
use crate::tree::file::FilePath;
use crate::tree::series::SeriesList;
use crate::version::Version;

/// Days to search for the next open window: more than a year, to see every week of it.
const SEARCHED: i32 = 400;
/// Successive waits to follow before giving up.
const FOLLOWED: usize = 100;

/// The rule of windows.
pub const RELEASE_WINDOW: &str = "release-window";
/// The rule of release days.
pub const RELEASE_DAY: &str = "release-day";
/// The rule of soak times.
pub const SOAK: &str = "soak";
/// The rule of final releases.
pub const FINAL_TOO_EARLY: &str = "final-too-early";
/// The rule of holds.
pub const HOLD: &str = "hold";

/// The rules that can hold a tag whose request is merged.
pub const HOLDING: [&str; 5] = [RELEASE_WINDOW, RELEASE_DAY, SOAK, FINAL_TOO_EARLY, HOLD];

/// The rules that a release which may not wait any longer need not wait for; a red hold yields to nothing.
pub const PASSED_BY_URGENCY: [&str; 3] = [RELEASE_WINDOW, SOAK, HOLD];

/// The end of a wait. A known end sorts before an open one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Until {
    /// At this time.
    At(Timestamp),
    /// When somebody changes the policy.
    Changed,
}

impl Until {
    /// The time, if it is known.
    pub fn moment(self) -> Option<Timestamp> {
        match self {
            Self::At(at) => Some(at),
            Self::Changed => None,
        }
    }
}

/// What ends a wait early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Yields {
    /// An override of its rule.
    ToOverride,
    /// Nothing: it is a red hold.
    Never,
}

/// One reason to wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// The rule.
    pub rule: &'static str,
    /// Until when.
    pub until: Until,
    /// What ends it early.
    pub yields: Yields,
    /// Why: a phrase.
    pub reason: String,
}

/// The waits of a tag, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitCourse {
    /// The start of each, and every reason at that time. The latest end is the start of the next.
    pub stops: Vec<(Timestamp, Vec<Wait>)>,
    /// When nothing holds the tag any more; `None` if that is not known.
    pub free: Option<Timestamp>,
}

/// When a commit of a release was merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The repository.
    pub repo: String,
    /// From when on it soaks.
    pub at: Timestamp,
    /// What was at that time.
    pub basis: Basis,
}

impl Merged {
    /// A commit of `repo` whose merge time is unknown. It soaks from when it was first seen, but not from before
    /// it was made.
    pub fn at_unknown_time(repo: &str, made: Timestamp, seen: Timestamp) -> Self {
        let (at, basis) = if made > seen { (made, Basis::Made) } else { (seen, Basis::Seen) };
        Self { repo: repo.to_owned(), at, basis }
    }
}

/// From when on a commit soaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// From when it was merged.
    Merged,
    /// From when it was first seen: nobody can tell when it was merged.
    Seen,
    /// From when it was made, which is later: nobody can tell when it was merged.
    Made,
}

/// What may hold the tags of a deliverable.
#[derive(Clone, Debug)]
pub struct Waiting<'a> {
    policy: &'a Policy,
    who: Described,
    /// Release days of the other series.
    days: Vec<(String, Date)>,
    merged: Vec<Merged>,
    /// When the final release may be tagged, if the release is that.
    opening: Option<FinalOpening>,
}

/// From when on the final release of a deliverable may be tagged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinalOpening {
    at: Timestamp,
    /// `orchid is released on Wed 2026-09-30`.
    reason: String,
}

impl FinalOpening {
    /// For `version` after the entries `before` of a file, by the calendar of its series; `None` if it is not the final release,
    /// or may come at any time.
    pub fn of(
        cycle: &Cycle,
        (deliverable, path): (&Deliverable, &FilePath),
        before: &[Release],
        version: &Version,
    ) -> Option<Self> {
        let is_out = before.iter().any(|release| release.version.is_full());
        if !version.is_full() || is_out {
            return None;
        }
        let (kind, model) = (deliverable.effective_kind(path), deliverable.effective_model(path));
        let profile = Profile { kind, model, tagged: TaggedSoFar::NotYet };
        let limit = Limit::of(FINAL_TOO_EARLY, profile, Asked::Final)?.dated(cycle)?;
        let day = written(cycle.release_day()?);
        let reason = format!("{} is released on {day}", cycle.series());
        Some(Self { at: start_of(limit.opens_on()?), reason })
    }
}

impl<'a> Waiting<'a> {
    /// What `policy` and the release days in `series` say about `who`.
    pub fn of(policy: &'a Policy, series: &SeriesList, who: Described) -> Self {
        let others = series.all.iter().filter(|other| *other.name != *who.series);
        let day = others.filter_map(|other| {
            Some((other.name.value.clone(), other.initial_release.as_ref()?.value))
        });
        Self { policy, days: day.collect(), who, merged: Vec::new(), opening: None }
    }

    /// The same for a release that may be the final one.
    #[must_use]
    pub fn with_final(self, opening: Option<FinalOpening>) -> Self {
        Self { opening, ..self }
    }

    /// The same for a release of these commits.
    #[must_use]
    pub fn with(self, merged: Vec<Merged>) -> Self {
        Self { merged, ..self }
    }

    /// How long commits soak: the longest time that covers the deliverable.
    pub fn soak_time(&self) -> Option<SignedDuration> {
        let covering = self.policy.soak.iter().filter(|soak| soak.who.covers(&self.who));
        covering.map(|soak| soak.time).max()
    }

    /// Every reason to wait at `now`.
    pub fn at(&self, now: Timestamp) -> Vec<Wait> {
        let mut waits = Vec::new();
        waits.extend(self.window(now));
        waits.extend(self.release_day(now));
        waits.extend(self.soak(now));
        waits.extend(self.final_release(now));
        let holds =
            self.policy.holds.iter().filter(|hold| hold.stops(now) && hold.who.covers(&self.who));
        waits.extend(holds.map(of_hold));
        let broken = self.policy.broken.iter().filter(|broken| broken.who.covers(&self.who));
        waits.extend(broken.map(of_broken));
        waits.retain(|wait| wait.yields == Yields::Never || !self.is_off(wait.rule));
        waits
    }

    /// Whether the policy switches the rule off for the deliverable. A red hold applies all the same.
    fn is_off(&self, rule: &str) -> bool {
        self.policy.level_of(rule, Some(&self.who.name)) == Some(PolicyLevel::Off)
    }

    /// The first time from `now` on at which nothing holds the tag, except waits that `passes` ignores; `None` if that is not
    /// known.
    pub fn earliest(&self, now: Timestamp, passes: impl Fn(&Wait) -> bool) -> Option<Timestamp> {
        self.course(now, passes).free
    }

    /// The waits from `now` on, one after the other, without those that `passes` ignores.
    pub fn course(&self, now: Timestamp, passes: impl Fn(&Wait) -> bool) -> WaitCourse {
        let mut course = WaitCourse { stops: Vec::new(), free: None };
        let mut at = now;
        while course.stops.len() < FOLLOWED {
            let waits: Vec<Wait> = self.at(at).into_iter().filter(|wait| !passes(wait)).collect();
            let Some(until) = waits.iter().map(|wait| wait.until).max() else {
                course.free = Some(at);
                break;
            };
            course.stops.push((at, waits));
            match until.moment().filter(|until| *until > at) {
                Some(until) => at = until,
                None => break,
            }
        }
        course
    }

    /// The windows of the deliverable; none if the policy switches their rule off.
    pub fn windows(&self) -> impl Iterator<Item = &'a Window> + use<'a, '_> {
        let is_on = !self.is_off(RELEASE_WINDOW);
        self.policy.windows.iter().filter(move |window| is_on && window.who.covers(&self.who))
    }

    /// The next time from `after` on at which all windows are open; `None` if there is none within a year.
    pub fn next_window(&self, after: Timestamp) -> Option<Timestamp> {
        let is_open = |at: &Timestamp| self.windows().all(|window| window.is_open(*at));
        if is_open(&after) {
            return Some(after);
        }
        let beginnings: BTreeSet<Timestamp> =
            self.windows().flat_map(|window| window.beginnings(after, SEARCHED)).collect();
        beginnings.into_iter().find(is_open)
    }

    fn window(&self, now: Timestamp) -> Option<Wait> {
        let closed: Vec<&Window> = self.windows().filter(|window| !window.is_open(now)).collect();
        let first = closed.first()?;
        let next = self.next_window(now);
        let reason = match next {
            None => "its windows are never open at the same time".to_owned(),
            Some(_) if first.hours.hold(now) => {
                let names: Vec<&str> = first.on_call.iter().map(|one| one.name.as_str()).collect();
                format!("its window is open, but none of {} is at work", names.join(", "))
            }
            Some(_) => format!("outside its window, {}", first.hours),
        };
        let until = next.map_or(Until::Changed, Until::At);
        Some(Wait { rule: RELEASE_WINDOW, until, yields: Yields::ToOverride, reason })
    }

    fn release_day(&self, now: Timestamp) -> Option<Wait> {
        let today = utc_day(now);
        let (series, _) = self.days.iter().find(|(_, day)| *day == today)?;
        let until = today.tomorrow().map_or(Until::Changed, |day| Until::At(start_of(day)));
        let reason = format!("{series} is released today");
        Some(Wait { rule: RELEASE_DAY, until, yields: Yields::ToOverride, reason })
    }

    fn final_release(&self, now: Timestamp) -> Option<Wait> {
        let FinalOpening { at, reason } =
            self.opening.as_ref().filter(|opening| opening.at > now)?;
        let (until, yields) = (Until::At(*at), Yields::ToOverride);
        Some(Wait { rule: FINAL_TOO_EARLY, until, yields, reason: reason.clone() })
    }

    fn soak(&self, now: Timestamp) -> Option<Wait> {
        let time = self.soak_time()?;
        let newest = self.merged.iter().max_by_key(|merged| merged.at)?;
        let until = newest.at.checked_add(time).ok().filter(|until| *until > now)?;
        let (repo, at, hours) = (&newest.repo, moment(newest.at), time.as_hours());
        let reason = match newest.basis {
            Basis::Merged => {
                format!("a commit of {repo} was merged on {at} and must soak for {hours} hours")
            }
            Basis::Seen | Basis::Made => {
                let what = if newest.basis == Basis::Seen { "first seen" } else { "made" };
                format!(
                    "merge time unknown: a commit of {repo} must soak for {hours} hours from {at}, when it was {what}"
                )
            }
        };
        Some(Wait { rule: SOAK, until: Until::At(until), yields: Yields::ToOverride, reason })
    }
}

fn of_hold(hold: &Hold) -> Wait {
    let link = hold.link.as_ref().map(|link| format!(" ({link})")).unwrap_or_default();
    Wait {
        rule: HOLD,
        until: hold.until.map_or(Until::Changed, Until::At),
        yields: if hold.status == HoldStatus::Red { Yields::Never } else { Yields::ToOverride },
        reason: format!("{} hold: {}{link}", hold.status, hold.reason),
    }
}

fn of_broken(broken: &Broken) -> Wait {
    let (rule, yields) = match broken.holding {
        Holding::Window => (RELEASE_WINDOW, Yields::ToOverride),
        Holding::Soak => (SOAK, Yields::ToOverride),
        Holding::Hold => (HOLD, Yields::Never),
    };
    let reason = format!("{}: {}", broken.suspicion(), broken.message);
    Wait { rule, until: Until::Changed, yields, reason }
}

#[cfg(test)]
mod tests;
