//! Pushing a commit to Gerrit as a patch set, once: Gerrit is asked before and after, and its answer decides.

use crate::facts::Unknown;
use crate::facts::proposed::ProposalFate;
use crate::gerrit::{Proposal, Proposed};
use crate::git::{Destination, Oid, PushAnswer, mask_credentials};
use crate::plan::{Sent, State, StepResult};
use crate::steps::shown::read_back;

/// A commit that is about to be a patch set of a proposal.
pub(crate) struct PatchsetOf<'a> {
    /// The proposal.
    pub(crate) proposal: &'a Proposal,
    /// The commit.
    pub(crate) object: Oid,
    /// Where it is pushed to.
    pub(crate) destination: Destination<'a>,
    /// What Gerrit knows of the proposal now.
    pub(crate) reread: &'a dyn Fn() -> Result<Option<ProposalFate>, Unknown>,
    /// The state that this is; [`State::Create`] where the commit is to be pushed.
    pub(crate) state: &'a dyn Fn(&ProposalFate) -> State,
}

impl PatchsetOf<'_> {
    /// Pushes it, unless the state is another by now.
    pub(crate) fn send(&self) -> Sent {
        match self.pushed() {
            Err(result) => result.into(),
            Ok(()) => self.shown(),
        }
    }

    /// Pushes it.
    ///
    /// # Errors
    /// The result of the step, where the server did not say that it took it.
    fn pushed(&self) -> Result<(), StepResult> {
        let full_ref = match self.proposal.full_ref() {
            Ok(full_ref) => full_ref,
            Err(why) => return Err(StepResult::Conflict(why)),
        };
        // Since it was planned, a person may have uploaded a patch set, or closed the change.
        match (self.reread)() {
            Ok(Some(found)) => {
                if let Some(result) = StepResult::of_state(&(self.state)(&found)) {
                    return Err(result);
                }
            }
            Ok(None) => {}
            Err(unknown) => return Err(StepResult::Unknown(unknown)),
        }
        let answer = self.destination.create(self.object, &full_ref);
        Err(match answer.map_err(|error| StepResult::Failed(error.to_string()))? {
            PushAnswer::Created | PushAnswer::Moved => return Ok(()),
            PushAnswer::Refused { reason } => {
                let reason = mask_credentials(&reason);
                self.read_again(&reason, |why| StepResult::Refused(why.to_owned()))
            }
            PushAnswer::AlreadyThere | PushAnswer::Taken => {
                self.read_again("another run proposed it first", not_shown_yet)
            }
            PushAnswer::Unknown { why } => self.read_again(&why, not_there),
        })
    }

    /// What Gerrit shows of what it took.
    fn shown(&self) -> Sent {
        match read_back(&mut || (self.reread)()) {
            Ok(Some(found)) => StepResult::Made(found.page).into(),
            Ok(None) => Sent::NotShown("Gerrit accepted it, but shows no such change".to_owned()),
            // The server took it: where people read it is a courtesy.
            Err(_) => StepResult::Made(format!("proposed to `{}`", self.proposal.branch)).into(),
        }
    }

    /// There was no new patch set: what is there now decides; `otherwise` where it is not.
    fn read_again(&self, why: &str, otherwise: fn(&str) -> StepResult) -> StepResult {
        match (self.reread)() {
            Ok(Some(found)) if is_at(&found, self.object) => StepResult::Made(found.page),
            Ok(Some(found)) => match (self.state)(&found) {
                State::Create => otherwise(why),
                state => StepResult::of_state(&state).unwrap_or_else(|| otherwise(why)),
            },
            Ok(None) => otherwise(why),
            Err(unknown) => StepResult::Unknown(Unknown::because(format_args!(
                "{why}, and Gerrit could not be asked about it: {unknown}"
            ))),
        }
    }
}

pub(super) fn not_there(why: &str) -> StepResult {
    StepResult::Failed(format!("{why}; it was not proposed: run again"))
}

/// The server has the commit, and its index, which answers, may be some moments behind: that is no failure.
fn not_shown_yet(why: &str) -> StepResult {
    let reason = format!("{why}, and Gerrit does not show it yet; the next run looks again");
    StepResult::Held { until: None, reason }
}

fn is_at(found: &ProposalFate, object: Oid) -> bool {
    matches!(&found.proposed, Proposed::Open(open) if open.commit == object.to_string())
}
