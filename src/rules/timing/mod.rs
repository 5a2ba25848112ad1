//! Rules about the calendar: what may be proposed when.
//!
//! Freezes and deadlines judge the date of the proposal, not that of the check: a request does not become late while it waits
//! for its reviewers. What comes too early, and what makes the tagger wait (windows, release days, soak times, holds), judges the
//! clock: a request may be proposed before its time. Where the schedule does not name an event, nothing is due and the rule is silent.

pub(super) mod beta_too_late;
pub(super) mod branch_too_early;
pub(super) mod client_freeze;
pub(super) mod final_rc;
pub(super) mod final_too_early;
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
    self, Asked, Cycle, DatedLimit, Limit, Merged, Permission, Profile, Since, Tagged, Until, Wait,
    Waiting, Yields,
};
use crate::config::{Described, POLICY};
use crate::facts::repository::MergedAt;
use crate::facts::{Answer, Facts};
use crate::rules::{
    Day, Level, OneBranch, OneDeliverable, OneFile, OneRelease, Rule, Sink, Trailer,
};
use crate::tree::deliverable::{Project, Release};
use crate::version::{Bump, PreRelease, PreReleaseKind, Version};

/// The calendar of the series of a file, as it stood before the request: a request cannot move its own deadline.
fn cycle_of(on: &OneDeliverable<'_>) -> Option<Cycle> {
    let before = on.request.base.as_ref().and_then(|base| Cycle::of(base, on.path.series()));
    before
        .filter(|cycle| !cycle.weeks().is_empty() || cycle.release_day().is_some())
        .or_else(|| Cycle::of(&on.request.head, on.path.series()))
}

/// A limit of the calendar that a request breaks.
struct Broken {
    cycle: Cycle,
    limit: DatedLimit,
}

impl Broken {
    /// The limit that `rule` sets to a release of this kind, if it holds on the day that the rule judges by.
    fn by_release(on: &OneRelease<'_>, rule: &Rule, asked: Asked) -> Option<Self> {
        Self::after(&on.deliverable().releases[..on.index], on, rule, asked)
    }

    /// The same for what the file itself asks for: a branch, or a place in the series.
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
        let tagged = if is_out { Tagged::Released } else { Tagged::NotYet };
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

    /// The level for what the calendar says.
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

    /// What the schedule names, as code.
    fn since(&self) -> String {
        match &self.limit.since {
            Since::Scheduled(name) => format!("`{name}`"),
            other => other.to_string(),
        }
    }
}

/// What a release asks for; nothing of the calendar, where it is no number.
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

/// `proposed on Mon 2026-08-24`, or what to call it when nothing is committed yet.
fn proposed_on(on: &OneFile<'_>) -> String {
    format!("proposed on {}", calendar::written(calendar::utc_day(on.proposed())))
}

/// `today is Fri 2026-08-28`: what comes too early may be proposed and looked at before, and merges when its time has come.
fn today_is(on: &OneFile<'_>) -> String {
    format!("today is {}", calendar::written(calendar::utc_day(on.clock.now)))
}

/// How to record an exception to `rule`.
fn exception(rule: &str) -> String {
    format!(
        "an exception that was granted is written into the commit message: `Release-Override: {rule} <link or reason>`"
    )
}

/// The candidate that `version` is, if it is one.
fn candidate(version: &Version) -> Option<PreRelease> {
    version.pre_release().filter(|pre| pre.kind == PreReleaseKind::Rc)
}

/// The feature freeze of `what`: libraries or client libraries, which differ in their week only.
fn check_freeze(what: &str, rule: &Rule, on: &OneRelease<'_>, sink: &mut Sink<'_>) {
    let Some(asked) = asked(on) else { return };
    let Some(broken) = Broken::by_release(on, rule, asked) else { return };
    let (version, closed, proposed) = (on.version(), broken.closed(), proposed_on(on));
    let (message, help) = if asked == Asked::Features {
        (
            format!("features of {what} closed on {closed}; `{version}` was {proposed}"),
            format!(
                "a patch release is still possible; {}; {}",
                broken.cycle.next_features(),
                exception(rule.id)
            ),
        )
    } else {
        (
            format!("{what} closed on {closed}; the patch release `{version}` was {proposed}"),
            format!("say in the commit message why it cannot wait; {}", broken.cycle.stable_from()),
        )
    };
    sink.report_at(broken.level(), on.release.version.place, message).help(help).release(version);
}

/// What the tags of a deliverable may have to wait for.
fn waiting<'a>(on: &OneDeliverable<'a>) -> Waiting<'a> {
    Waiting::of(on.policy, on.request.head.series(), Described::of(on.deliverable(), on.path))
}

/// Reports what `rule` makes the tags of this file wait for, if the request has any: once a reason.
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
    let waiting = waiting(on).with(new.iter().flat_map(|new| merged(new, facts)).collect());
    for wait in waiting.at(on.clock.now).into_iter().filter(|wait| wait.rule == rule) {
        let (until, help) = ends(&wait, &waiting, on);
        let told = sink.report(place, wait.reason).held(until, wait.yields).help(help);
        if let Some(new) = &new {
            told.release(new.version());
        }
    }
}

/// When the commits of a release were merged, as far as the rule of soak times has asked and somebody knows.
fn merged(on: &OneRelease<'_>, facts: &Facts) -> Vec<Merged> {
    let known = |project: &Project| {
        let Answer::Known(at) = facts.get(&MergedAt::of(project)) else { return None };
        Some(Merged { repo: project.repo.value.clone(), at: *at })
    };
    on.tagged_projects().filter_map(known).collect()
}

/// When the tag may be cut at the earliest, all that it waits for taken together but for what the request overrides; and what
/// to do about it.
fn ends(wait: &Wait, waiting: &Waiting<'_>, on: &OneFile<'_>) -> (Until, String) {
    let trailers = Trailer::of(&on.request.commits);
    let passes = |other: &Wait| {
        other.yields == Yields::ToOverride
            && other.rule != wait.rule
            && trailers.iter().any(|trailer| trailer.covers(other.rule, &on.change.path))
    };
    let until = waiting.earliest(on.clock.now, passes).map_or(Until::Changed, Until::At);
    let when = match until {
        Until::At(at) => {
            format!("it may merge at any time; its tag may be cut from {} on", calendar::moment(at))
        }
        Until::Changed => {
            format!("it may merge at any time; its tag waits until {POLICY} is changed")
        }
    };
    let help = match wait.yields {
        Yields::ToOverride => {
            format!("{when}; where that is too late: `Release-Override: {} <reason>`", wait.rule)
        }
        Yields::Never => when,
    };
    (until, help)
}
