//! What may be released when: the days of a cycle, grouped into phases in which the same holds.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use jiff::civil::Date;

use super::cycle::Cycle;
use super::limit::{Asked, DatedLimit, Permission};
use super::member::{Member, Profile, TaggedSoFar};
use crate::config::Policy;
use crate::tree::deliverable::{Kind, Model, Status};

/// When one thing may be asked for, over the whole cycle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What is asked for.
    pub asked: Asked,
    /// Phases in order, without gaps.
    pub phases: Vec<Phase>,
    /// What comes after the last phase, if it ends: a phrase.
    pub afterwards: Option<String>,
}

/// Days on which the same limits hold; first and last day are included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// The first day; `None` if there is no beginning.
    pub first: Option<Date>,
    /// The last day; `None` if there is no end.
    pub last: Option<Date>,
    /// The strictest that its limits say.
    pub permission: Permission,
    /// The limits that hold.
    pub limits: Vec<DatedLimit>,
}

impl Phase {
    /// Whether it is over on `day`.
    pub fn is_over(&self, day: Date) -> bool {
        self.last.is_some_and(|last| last < day)
    }

    /// The rules to show: the one that closed it first, or each that asks for a reason.
    pub fn reasons(&self) -> impl Iterator<Item = (&'static str, Permission)> {
        let n = if self.permission == Permission::Closed { 1 } else { self.limits.len() };
        self.limits.iter().take(n).map(|limit| (limit.rule, limit.permission))
    }
}

impl Offer {
    /// What deliverables like `member` may release in a series with this `status`; nothing if it takes no releases.
    ///
    /// `cycle` is the calendar of their series; `None` outside the cycles. `today` sets the tense of what comes afterwards.
    pub fn all(
        cycle: Option<&Cycle>,
        status: Option<Status>,
        member: &Member,
        policy: &Policy,
        today: Date,
    ) -> Vec<Self> {
        let Some(cycle) = cycle else {
            let always = |asked| Self { asked, phases: vec![OPEN], afterwards: None };
            return asked_of(member.profile(), Some(Status::Development))
                .iter()
                .copied()
                .map(always)
                .collect();
        };
        let offer = |asked| Self::of((cycle, today), status, (member, policy), asked);
        asked_of(member.profile(), status).iter().copied().map(offer).collect()
    }

    /// The phases from `day` on; neighbours with the same reasons are merged.
    pub fn from(&self, day: Date) -> Vec<Phase> {
        let mut found: Vec<Phase> = Vec::new();
        for phase in self.phases.iter().filter(|phase| !phase.is_over(day)) {
            match found.last_mut().filter(|last| last.reasons().eq(phase.reasons())) {
                Some(last) => last.last = phase.last,
                None => found.push(phase.clone()),
            }
        }
        found
    }

    fn of(
        (cycle, today): (&Cycle, Date),
        status: Option<Status>,
        (member, policy): (&Member, &Policy),
        asked: Asked,
    ) -> Self {
        let limits = DatedLimit::all(cycle, member, asked, policy);
        let is_stable = status == Some(Status::Maintained);
        let goes_on = matches!(asked, Asked::Final | Asked::Branch);
        let ends = !is_stable && member.who.kind != Kind::Trailing && !goes_on;
        let eve = cycle.eve().filter(|_| ends);
        let afterwards = match asked {
            Asked::Features if ends => Some(cycle.features_after(today)),
            Asked::Patches if ends => Some(cycle.patches_after(today)),
            _ => None,
        };
        Self { asked, phases: phases(&limits, eve), afterwards }
    }
}

const OPEN: Phase =
    Phase { first: None, last: None, permission: Permission::Open, limits: Vec::new() };

/// What a deliverable may ask for at all.
pub(super) fn asked_of(who: Profile, status: Option<Status>) -> &'static [Asked] {
    const NUMBERS: &[Asked] = &[Asked::Features, Asked::Patches];
    const WITH_BRANCH: &[Asked] = &[Asked::Features, Asked::Patches, Asked::Branch];
    const CANDIDATES: &[Asked] =
        &[Asked::Betas, Asked::FirstCandidate, Asked::Candidates, Asked::Final, Asked::Branch];
    const FIRST: &[Asked] = &[Asked::Features, Asked::Branch];
    let may_begin = matches!(status, Some(Status::Development) | None);
    let is_trailing = who.kind == Kind::Trailing && status == Some(Status::Maintained);
    match who.model {
        Some(Model::Untagged | Model::Abandoned) => &[],
        Some(Model::Independent) => NUMBERS,
        _ if who.tagged == TaggedSoFar::Never && (may_begin || is_trailing) => &[Asked::Branch],
        _ if is_trailing && who.tagged == TaggedSoFar::Released => WITH_BRANCH,
        Some(Model::CycleWithRc | Model::CycleWithMilestones) if may_begin || is_trailing => {
            CANDIDATES
        }
        _ if who.kind == Kind::TempestPlugin && may_begin => NUMBERS,
        _ if who.kind == Kind::Trailing && who.tagged == TaggedSoFar::NotYet => FIRST,
        _ if may_begin || is_trailing => WITH_BRANCH,
        _ if status == Some(Status::Maintained) => &[Asked::Patches],
        _ => &[],
    }
}

/// The days up to `end`, split wherever a limit starts or ends.
fn phases(limits: &[DatedLimit], end: Option<Date>) -> Vec<Phase> {
    let begins = limits.iter().filter_map(|limit| limit.first);
    let after = limits.iter().filter_map(|limit| limit.last?.tomorrow().ok());
    let cuts: BTreeSet<Date> =
        begins.chain(after).filter(|cut| end.is_none_or(|end| *cut <= end)).collect();
    let firsts = std::iter::once(None).chain(cuts.iter().copied().map(Some));
    let lasts = cuts.iter().map(|cut| cut.yesterday().ok()).chain(std::iter::once(end));
    let phase = |(first, last): (Option<Date>, Option<Date>)| {
        let day = first.or(last).unwrap_or(Date::ZERO);
        let mut limits: Vec<DatedLimit> =
            limits.iter().filter(|limit| limit.holds_on(day)).cloned().collect();
        limits.sort_by_key(|limit| (Reverse(limit.permission), limit.first));
        let strictest = limits.iter().map(|limit| limit.permission).max();
        let permission = strictest.unwrap_or(Permission::Open);
        Phase { first, last, permission, limits }
    };
    firsts.zip(lasts).map(phase).collect()
}
