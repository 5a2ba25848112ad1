//! Who has not done what is due: per deadline, the deliverables without a release, a candidate or a branch.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::cycle::{Cycle, Event};
use super::day::utc_day;
use super::member::Member;
use super::table::OWED;
use crate::config::Config;
use crate::tree::deliverable::{Deliverable, Kind, StableBranchType};
use crate::tree::file::FilePath;
use crate::tree::series::Series;
use crate::version::BranchKind;
use crate::version::PreReleaseKind;

/// What a deliverable owes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Duty {
    /// A full release in the series.
    Release,
    /// A first candidate, or more.
    Candidate,
    /// A stable branch.
    Branch,
    /// The release after the candidates.
    Final,
}

impl Duty {
    /// As people say it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Candidate => "first candidate",
            Self::Branch => "stable branch",
            Self::Final => "final release",
        }
    }
}

/// One deadline, and who has not done what is due then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The event, such as `h-final-lib`.
    pub event: String,
    /// Its last day.
    pub due: Date,
    /// What is due.
    pub duty: Duty,
    /// Those who have not done it, sorted by team and name.
    pub who: Vec<Debtor>,
    /// Of how many.
    pub of: usize,
}

/// A deliverable that owes something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Debtor {
    /// Its team, as its file names it.
    pub team: Option<String>,
    /// Its name.
    pub name: String,
}

impl Missing {
    /// Whether it was due before `at`.
    pub fn is_overdue(&self, at: Timestamp) -> bool {
        utc_day(at) > self.due
    }

    /// What `deliverables` of the series of `cycle` owe, in the order of time. A deadline that the schedule does not name is
    /// none.
    ///
    /// Who does not tag, or is released outside of the cycles, owes nothing. Libraries and client libraries have branched by
    /// `rc1` like those with candidates; all others by the last day of candidates.
    pub fn all(
        cycle: &Cycle,
        series: &Series,
        config: &Config,
        deliverables: &[(&FilePath, &Deliverable)],
    ) -> Vec<Self> {
        let mut found: BTreeMap<(Date, String, Duty), (Vec<Debtor>, usize)> = BTreeMap::new();
        for (path, deliverable) in deliverables {
            let one = Owing { path, deliverable, series, config };
            for (due, duty) in one.duties() {
                let Some((day, event)) = due.day(cycle) else { continue };
                if !one.can_do(duty) {
                    continue;
                }
                let (who, of) = found.entry((day, event, duty)).or_default();
                *of += 1;
                if !one.has_done(duty) {
                    let team = deliverable.team.as_ref().map(|team| team.value.clone());
                    who.push(Debtor { team, name: path.name().to_owned() });
                }
            }
        }
        let missing = |((due, event, duty), (mut who, of)): ((Date, String, Duty), (Vec<_>, _))| {
            who.sort();
            Self { event, due, duty, who, of }
        };
        found.into_iter().map(missing).collect()
    }
}

/// When something is due.
#[derive(Clone, Copy, Debug)]
pub(super) enum Due {
    /// In the week of an event.
    By(Event),
    /// On the release day.
    Release,
    /// When the trailing deliverables are.
    TrailingDeadline,
}

impl Due {
    /// Whether it is due with `event`.
    pub(super) fn goes_by(self, event: Event) -> bool {
        match self {
            Self::By(other) => other == event,
            Self::Release => event == Event::Final,
            Self::TrailingDeadline => event == Event::CycleTrail,
        }
    }

    fn day(self, cycle: &Cycle) -> Option<(Date, String)> {
        let week = match self {
            Self::By(event) => cycle.deadline(event),
            Self::TrailingDeadline => cycle.trailing_deadline(),
            Self::Release => {
                let week = cycle.deadline(Event::Final)?;
                return Some((cycle.release_day().unwrap_or(week.last), week.event));
            }
        };
        week.map(|week| (week.last, week.event))
    }
}

struct Owing<'a> {
    path: &'a FilePath,
    deliverable: &'a Deliverable,
    series: &'a Series,
    config: &'a Config,
}

impl Owing<'_> {
    fn duties(&self) -> impl Iterator<Item = (Due, Duty)> + use<> {
        let profile = Member::of(self.deliverable, self.path).profile();
        OWED.iter().filter(move |owed| owed.who.covers(profile)).map(|owed| (owed.due, owed.duty))
    }

    /// Whether it has versions, or stable branches, at all.
    fn can_do(&self, duty: Duty) -> bool {
        let branches = self.deliverable.stable_branch_type.as_ref().map(|kind| kind.value);
        let is_tagless = branches == Some(StableBranchType::Tagless);
        if duty != Duty::Branch {
            return !is_tagless;
        }
        let is_exempt = self.config.is_stable_branch_exempt(self.path.name(), self.deliverable);
        let has_none =
            matches!(branches, Some(StableBranchType::Upstream | StableBranchType::None));
        !has_none && !is_exempt && self.deliverable.effective_kind(self.path) != Kind::TempestPlugin
    }

    fn has_done(&self, duty: Duty) -> bool {
        let mut versions = self.deliverable.releases.iter().map(|release| &*release.version);
        match duty {
            Duty::Release | Duty::Final => versions.any(|version| version.is_full()),
            Duty::Candidate => versions.any(|version| {
                let candidate = version.pre_release().map(|pre| pre.kind);
                version.is_full() || candidate == Some(PreReleaseKind::Rc)
            }),
            Duty::Branch => {
                let mut wanted = self.series.branches(&self.config.branches);
                wanted.extend(self.config.branches.name(BranchKind::Stable, &self.series.name));
                self.deliverable.branches.iter().any(|branch| wanted.contains(&branch.name))
            }
        }
    }
}
