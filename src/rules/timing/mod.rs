//! Rules about the calendar: what may be released when.
//!
//! Freezes and deadlines go by the day of the proposal: a request is not late because its reviewers were. Rules about what is too
//! early, and about what a tag waits for (windows, release days, soak times, holds), go by the current time: a request may be
//! proposed ahead of time. If the schedule does not name an event, its rule is silent.
//!
//! The table of limits in `calendar` holds the dates; a rule adds its documentation and messages.

pub(super) mod beta_too_late;
pub(super) mod branch_too_early;
pub(super) mod client_freeze;
pub(super) mod constraint_behind;
pub(super) mod final_rc;
pub(super) mod final_too_early;
pub(super) mod forgotten_branch;
pub(super) mod hold;
pub(super) mod late_in_week;
pub(super) mod library_freeze;
pub(super) mod membership_freeze;
pub(super) mod phase_date;
pub(super) mod rc1_deadline;
pub(super) mod rc1_with_branch;
pub(super) mod rc_too_early;
pub(super) mod release_day;
pub(super) mod release_week;
pub(super) mod release_window;
pub(super) mod requirements_freeze;
pub(super) mod soak;
pub(super) mod trailing_deadline;

use crate::calendar::{
    self, Asked, Basis, CountedFrom, Cycle, DatedLimit, FinalOpening, Limit, Merged, Permission,
    Profile, TaggedSoFar, Until, Wait, WaitCourse, Waiting, Yields,
};
use crate::config::{Described, POLICY};
use crate::facts::merged::{Merge, MergedAt};
use crate::facts::{Answer, Asks, Facts};
use crate::rules::content::{ask_feature, feature_in};
use crate::rules::{
    Day, Level, OneBranch, OneDeliverable, OneFile, OneRelease, OverrideTrailer, Rule, Sink,
};
use crate::tree::deliverable::{ProjectAt, Release};
use crate::version::{Bump, PreRelease, PreReleaseKind, Version};

/// The calendar of the series of a file, as it was before the request: a request cannot move its own deadline.
fn cycle_of(on: &OneDeliverable<'_>) -> Option<Cycle> {
    let before = on.request.base.as_ref().and_then(|base| Cycle::of(base, on.path.series()));
    before
        .filter(|cycle| !cycle.weeks().is_empty() || cycle.release_day().is_some())
        .or_else(|| Cycle::of(&on.request.head, on.path.series()))
}

/// A limit of the calendar that a request breaks.
struct Breach {
    cycle: Cycle,
    limit: DatedLimit,
}

impl Breach {
    /// The limit that `rule` sets for this kind of release, if the day that the rule goes by is within it.
    fn by_release(on: &OneRelease<'_>, rule: &Rule, asked: Asked) -> Option<Self> {
        Self::after(&on.deliverable().releases[..on.index], on, rule, asked)
    }

    /// The same for what the file as a whole asks for: a branch, or to join the series.
    fn by_file(on: &OneDeliverable<'_>, rule: &Rule, asked: Asked) -> Option<Self> {
        Self::after(&on.deliverable().releases, on, rule, asked)
    }

    fn after(
        before: &[Release],
        on: &OneDeliverable<'_>,
        rule: &Rule,
        asked: Asked,
    ) -> Option<Self> {
        let is_out = before.iter().any(|release| release.version.is_full());
        let tagged = if is_out { TaggedSoFar::Released } else { TaggedSoFar::NotYet };
        let profile = Profile { kind: on.kind(), model: on.model(), tagged };
        let limit = Limit::of(rule.id, profile, asked)?;
        let day = match rule.day {
            Day::Proposal => on.proposed(),
            Day::Any => on.clock.now,
        };
        let cycle = cycle_of(on)?;
        let limit = limit.broken_by(&cycle, calendar::utc_day(day))?;
        Some(Self { cycle, limit })
    }

    /// The level that the calendar asks for.
    fn level(&self) -> Level {
        match self.limit.permission {
            Permission::Closed => Level::Error,
            Permission::Asks | Permission::Open => Level::Warning,
        }
    }

    /// When it closed: `Fri 2026-08-21 (`h-final-lib`)`.
    fn closed(&self) -> String {
        let day = self.limit.closed_after().map(calendar::written).unwrap_or_default();
        format!("{day} ({})", self.since())
    }

    /// When it opens: `Mon 2026-08-31`.
    fn opens(&self) -> String {
        self.limit.opens_on().map(calendar::written).unwrap_or_default()
    }

    /// What the dates are counted from; a name of the schedule in backticks.
    fn since(&self) -> String {
        match &self.limit.since {
            CountedFrom::Scheduled(name) => format!("`{name}`"),
            other => other.to_string(),
        }
    }
}

/// What a release asks of the calendar; nothing if it is a tag such as `hibiscus-eol`.
fn asked(on: &OneRelease<'_>) -> Option<Asked> {
    let bump = on.bump();
    Some(match bump {
        Bump::Special => return None,
        Bump::Beta => Asked::Betas,
        Bump::Rc => match candidate(&on.release.version) {
            Some(candidate) if candidate.number > 1 => Asked::Candidates,
            _ => Asked::FirstCandidate,
        },
        Bump::Final => Asked::Final,
        _ if bump.is_feature() => Asked::Features,
        _ => Asked::Patches,
    })
}

/// `proposed on Mon 2026-08-24`.
fn proposed_on(on: &OneFile<'_>) -> String {
    format!("proposed on {}", calendar::written(calendar::utc_day(on.proposed())))
}

/// `today is Fri 2026-08-28`.
fn today_is(on: &OneFile<'_>) -> String {
    format!("today is {}", calendar::written(calendar::utc_day(on.clock.now)))
}

/// How to record an exception to `rule`: an imperative phrase.
fn exception(rule: &str) -> String {
    format!(
        "record a granted exception in the commit message: `Release-Override: {rule} <link or reason>`"
    )
}

/// The candidate that `version` is, if it is one.
fn candidate(version: &Version) -> Option<PreRelease> {
    version.pre_release().filter(|pre| pre.kind == PreReleaseKind::Rc)
}

/// Asks what a release that calls itself a patch brings, if the freeze of `rule` refuses features on that day.
fn ask_freeze(rule: &Rule, on: &OneRelease<'_>, facts: &Facts, asks: &mut Asks) {
    let is_patch = asked(on) == Some(Asked::Patches);
    if is_patch && Breach::by_release(on, rule, Asked::Features).is_some() {
        ask_feature(on, facts, asks);
    }
}

/// The freeze of `what`: libraries or client libraries, which differ in their week only. A patch that brings features is
/// judged as the feature release that it is; if its content is not known, by its number.
fn check_freeze(what: &str, rule: &Rule, on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let Some(asked) = asked(on) else { return };
    let hidden = match Breach::by_release(on, rule, Asked::Features) {
        Some(_) if asked == Asked::Patches => feature_in(on, facts),
        _ => Ok(None),
    };
    let version = on.version();
    if let Err(why) = &hidden {
        let what = format!("whether `{version}` brings features");
        sink.could_not_check(on.release.version.place, &what, why).release(version);
    }
    let feature = match (asked, hidden) {
        (Asked::Features, _) => Some(format!("the feature release `{version}`")),
        (_, Ok(Some(said))) => Some(format!("`{version}`, which brings more than fixes ({said}),")),
        _ => None,
    };
    let asked = if feature.is_some() { Asked::Features } else { asked };
    let Some(breach) = Breach::by_release(on, rule, asked) else { return };
    let (closed, proposed) = (breach.closed(), proposed_on(on));
    let (message, help) = match feature {
        Some(feature) => (
            format!("{what} froze on {closed}; {feature} was {proposed}"),
            format!(
                "release a patch ({}), or {}",
                breach.cycle.next_features(),
                exception(rule.id)
            ),
        ),
        None => (
            format!("{what} froze on {closed}; `{version}` was {proposed}"),
            format!(
                "say in the commit message why it cannot wait, or make it {}",
                breach.cycle.stable_from()
            ),
        ),
    };
    sink.report_at(breach.level(), on.release.version.place, message).help(help).release(version);
}

/// What may hold the tags of a deliverable.
fn waiting<'a>(on: &OneDeliverable<'a>) -> Waiting<'a> {
    Waiting::of(on.policy, on.request.head.series(), Described::of(on.deliverable(), on.path))
}

/// Reports each reason for which `rule` holds the tags of this file, if the request asks for any.
fn report_waits(on: &OneDeliverable<'_>, rule: &str, facts: &Facts, sink: &mut Sink<'_>) {
    let new = on.new_releases().last();
    let branch = || on.branches().find(OneBranch::is_new);
    let place = match &new {
        Some(new) => new.release.version.place,
        None => match branch() {
            Some(new) => new.branch.name.place,
            None => return,
        },
    };
    let waiting = waiting(on)
        .with(new.iter().flat_map(|new| merged(new, facts)).collect())
        .with_final(new.as_ref().and_then(opening));
    for wait in waiting.at(on.clock.now).into_iter().filter(|wait| wait.rule == rule) {
        let (until, help) = ends(&wait, &waiting, on);
        let finding = sink.report(place, wait.reason).held(until, wait.yields).help(help);
        if let Some(new) = &new {
            finding.release(new.version());
        }
    }
}

/// From when on the release may be tagged, if it is the final one.
fn opening(on: &OneRelease<'_>) -> Option<FinalOpening> {
    let before = &on.deliverable().releases[..on.index];
    let version = on.number()?;
    FinalOpening::of(&cycle_of(on)?, (on.deliverable(), on.path), before, version)
}

/// When the commits of a release were merged, as far as that is known; only `soak` asks.
fn merged(on: &OneRelease<'_>, facts: &Facts) -> Vec<Merged> {
    let known = |project: ProjectAt<'_>| {
        let Answer::Known(merge) = facts.get(&MergedAt::of(&project)) else { return None };
        Some(soaking(on, &project, *merge))
    };
    on.tagged_projects().filter_map(known).collect()
}

/// From when on a commit soaks, as far as a check can tell: `apply` sees it at the earliest now.
fn soaking(on: &OneRelease<'_>, project: &ProjectAt<'_>, merge: Merge) -> Merged {
    let repo = &project.repo.value;
    match merge {
        Merge::At(at) => Merged { repo: repo.clone(), at, basis: Basis::Merged },
        Merge::NotBefore(made) => Merged::at_unknown_time(repo, made, on.clock.now),
    }
}

/// What the tag of a release waits for, one wait after the other, if the request merges now; as far as the facts that `soak`
/// asked for are known.
pub fn course(on: &OneRelease<'_>, facts: &Facts) -> WaitCourse {
    let trailers = OverrideTrailer::of(&on.request.commits);
    let passes = |wait: &Wait| {
        wait.yields == Yields::ToOverride
            && trailers.iter().any(|trailer| trailer.covers(wait.rule, &on.change.path))
    };
    let waiting = waiting(on).with(merged(on, facts)).with_final(opening(on));
    waiting.course(on.clock.now, passes)
}

/// When the tag can be made at the earliest, considering everything that holds it except what the request overrides; and the help.
fn ends(wait: &Wait, waiting: &Waiting<'_>, on: &OneFile<'_>) -> (Until, String) {
    let trailers = OverrideTrailer::of(&on.request.commits);
    let passes = |other: &Wait| {
        other.yields == Yields::ToOverride
            && other.rule != wait.rule
            && trailers.iter().any(|trailer| trailer.covers(other.rule, &on.change.path))
    };
    let until = waiting.earliest(on.clock.now, passes).map_or(Until::Changed, Until::At);
    let when = match until {
        Until::At(at) => {
            format!(
                "the request may merge at any time; its tag waits until {}",
                calendar::moment(at)
            )
        }
        Until::Changed => {
            format!(
                "the request may merge at any time; its tag waits until somebody changes {POLICY}"
            )
        }
    };
    let help = match wait.yields {
        Yields::ToOverride => {
            format!("{when}; if that is too late, add `Release-Override: {} <reason>`", wait.rule)
        }
        Yields::Never => when,
    };
    (until, help)
}
