//! When a request was proposed: as Gerrit says, where a change of it is there.

use crate::facts::review::ProposedAt;
use crate::facts::{Answer, Asks, Facts, Sources, Unknown, gather};
use crate::rules::Clock;
use crate::tree::request::Request;
use crate::workspace::Workspace;

/// The times to judge a request by that may be in review. An author may write a commit long before proposing it, and a freeze
/// asks for the latter: with the times comes why they are the author's though Gerrit should know better. Several commits are
/// several changes, each with its own time; their authors' dates count.
pub(super) fn clock_of(
    workspace: &Workspace,
    request: &Request,
    sources: &Sources,
) -> (Clock, Option<Unknown>) {
    let clock = workspace.clock();
    let ([commit], None) = (request.commits.as_slice(), clock.proposed) else {
        return (clock, None);
    };
    let remote = match workspace.push_remote() {
        Ok(remote) => remote.map(|remote| remote.url.secret_text().to_owned()),
        Err(failure) => return (clock, Some(Unknown::because(failure))),
    };
    let question = ProposedAt {
        commit: commit.id.clone(),
        change_id: commit.change_id().map(str::to_owned),
        remote,
    };
    let mut asks = Asks::default();
    asks.put(question.clone());
    let mut facts = Facts::default();
    gather(&asks, &mut facts, sources, workspace.jobs);
    match facts.get(&question) {
        Answer::Known(created) => (Clock { proposed: Some(*created), ..clock }, None),
        Answer::Absent => (clock, None),
        Answer::Unknown(why) => (clock, Some(why.clone())),
    }
}

/// Whether it is worth asking: a commit without a Change-Id was never meant for Gerrit.
pub(super) fn may_be_in_review(workspace: &Workspace, request: &Request) -> bool {
    !workspace.config.gerrit.is_empty()
        && request.commits.iter().any(|one| one.change_id().is_some())
}
