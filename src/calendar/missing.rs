//! What is missing: for each deadline, the deliverables without their release, candidate or branch.

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

/// What a deliverable has to do by a deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Duty {
    /// A full release in the series.
    Release,
    /// A first candidate, or more.
    Candidate,
    /// A stable branch.
    Branch,
    /// The release that follows the candidates.
    Final,
}

impl Duty {
    /// The phrase for reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Candidate => "first candidate",
            Self::Branch => "stable branch",
            Self::Final => "final release",
        }
    }
}

/// One deadline, and the deliverables that have not met it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The event, such as `h-final-lib`.
    pub event: String,
    /// Its last day.
    pub due: Date,
    /// What is due.
    pub duty: Duty,
    /// The deliverables that have not done it, sorted by team and name.
    pub who: Vec<Lacking>,
    /// How many have to do it.
    pub of: usize,
}

/// A deliverable that has not done what is due.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lacking {
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

    /// What `deliverables` of the series of `cycle` have and have not done, by deadline. A deadline that the schedule does not
    /// name is left out.
    pub fn all(
        cycle: &Cycle,
        series: &Series,
        config: &Config,
        deliverables: &[(&FilePath, &Deliverable)],
    ) -> Vec<Self> {
        let mut found: BTreeMap<(Date, String, Duty), (Vec<Lacking>, usize)> = BTreeMap::new();
        for (path, deliverable) in deliverables {
            let one = Obligations { path, deliverable, series, config };
            for (due, duty) in one.duties() {
                let Some((day, event)) = due.day(cycle) else { continue };
                if !one.can_do(duty) {
                    continue;
                }
                let (who, of) = found.entry((day, event, duty)).or_default();
                *of += 1;
                if !one.has_done(duty) {
                    let team = deliverable.team.as_ref().map(|team| team.value.clone());
                    who.push(Lacking { team, name: path.name().to_owned() });
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
    /// When the trailing deliverables are due.
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

struct Obligations<'a> {
    path: &'a FilePath,
    deliverable: &'a Deliverable,
    series: &'a Series,
    config: &'a Config,
}

impl Obligations<'_> {
    fn duties(&self) -> impl Iterator<Item = (Due, Duty)> + use<> {
        let profile = Member::of(self.deliverable, self.path).profile();
        OWED.iter().filter(move |owed| owed.who.covers(profile)).map(|owed| (owed.due, owed.duty))
    }

    /// Whether it has versions or stable branches at all.
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
