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

use crate::calendar::{self, Cycle, Deadline, Event, Merged, Until, Wait, Waiting, Yields};
use crate::config::{Described, POLICY};
use crate::facts::repository::MergedAt;
use crate::facts::{Answer, Facts};
use crate::rules::{Level, OneBranch, OneDeliverable, OneFile, OneRelease, Sink, Trailer};
use crate::tree::deliverable::{Kind, Project};
use crate::version::{Bump, PreRelease, PreReleaseKind, Version};

/// The calendar of the series of a file, as it stood before the request: a request cannot move its own deadline.
fn cycle_of(on: &OneDeliverable<'_>) -> Option<Cycle> {
    let before = on.request.base.as_ref().and_then(|base| Cycle::of(base, on.path.series()));
    before
        .filter(|cycle| !cycle.weeks().is_empty() || cycle.release_day().is_some())
        .or_else(|| Cycle::of(&on.request.head, on.path.series()))
}

/// The same for a deliverable that is due with its cycle: not for trailing ones.
fn own_cycle_of(on: &OneDeliverable<'_>) -> Option<Cycle> {
    (on.kind() != Kind::Trailing).then(|| cycle_of(on)).flatten()
}

/// `Fri 2026-08-21 (`h-final-lib`)`.
fn named(deadline: &Deadline) -> String {
    format!("{} (`{}`)", calendar::written(deadline.last), deadline.event)
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

/// The feature freeze of libraries or of client libraries, which differ in their event only.
struct Freeze {
    rule: &'static str,
    kind: Kind,
    event: Event,
    /// `libraries`.
    what: &'static str,
}

impl Freeze {
    /// An error for a feature, a warning for a patch release.
    fn check(&self, on: &OneRelease<'_>, sink: &mut Sink<'_>) {
        let bump = on.bump();
        if on.kind() != self.kind || bump == Bump::Special {
            return;
        }
        let Some(cycle) = cycle_of(on) else { return };
        let Some(closed) = cycle.passed(self.event, on.proposed()) else { return };
        let (place, version, day) = (on.release.version.place, on.version(), named(&closed));
        let proposed = proposed_on(on);
        if bump.is_feature() {
            let message =
                format!("features of {} closed on {day}; `{version}` was {proposed}", self.what);
            let help = format!(
                "a patch release is still possible; {}; {}",
                cycle.next_features(),
                exception(self.rule)
            );
            sink.report(place, message).help(help).release(version);
        } else {
            let message = format!(
                "{} closed on {day}; the patch release `{version}` was {proposed}",
                self.what
            );
            let help =
                format!("say in the commit message why it cannot wait; {}", cycle.stable_from());
            sink.report_at(Level::Warning, place, message).help(help).release(version);
        }
    }
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
