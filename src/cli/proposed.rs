//! When a request was proposed: as Gerrit says, where a change of it is there.

use super::site::Site;
use crate::facts::review::ProposedAt;
use crate::facts::{Answer, Asks, Facts, Sources, gather};
use crate::rules::Clock;
use crate::tree::request::Request;

/// The times to judge a request by that may be in review. An author may write a commit long before it is proposed, and a
/// freeze asks for the latter. Several commits are several changes, each with its own time; those are told by their authors.
pub(super) fn clock_of(site: &Site, request: &Request, sources: &Sources) -> Clock {
    let clock = site.clock();
    let ([commit], None) = (request.commits.as_slice(), clock.proposed) else { return clock };
    let question =
        ProposedAt { commit: commit.id.clone(), change_id: commit.change_id().map(str::to_owned) };
    let mut asks = Asks::default();
    asks.put(question.clone());
    let mut facts = Facts::default();
    gather(&asks, &mut facts, sources, site.jobs);
    let proposed = match facts.get(&question) {
        Answer::Known(created) => Some(*created),
        Answer::Absent => None,
        Answer::Unknown(why) => {
            log::info!("the day of the proposal is that of the commit: {why}");
            None
        }
    };
    Clock { proposed, ..clock }
}

/// Whether it is worth to ask: a commit without a Change-Id was never meant for Gerrit.
pub(super) fn may_be_in_review(site: &Site, request: &Request) -> bool {
    !site.config.gerrit.is_empty() && request.commits.iter().any(|one| one.change_id().is_some())
}
