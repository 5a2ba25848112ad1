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
        match read_back(&mut || Ok((self.reread)()?.and_then(|found| self.became(&found)))) {
            Ok(Some(result)) => result.into(),
            Ok(None) => Sent::NotShown("Gerrit accepted it, but does not show it".to_owned()),
            Err::<_, Unknown>(why) => {
                Sent::NotShown(format!("Gerrit accepted it, but could not be asked again: {why}"))
            }
        }
    }

    /// What became of the patch set that Gerrit took, from what it shows; `None` where that is what was there before.
    fn became(&self, found: &ProposalFate) -> Option<StepResult> {
        // What was closed takes no patch set: what is merged now is ours, or a later one.
        if is_at(found, self.object) || matches!(found.proposed, Proposed::Merged(_)) {
            return Some(StepResult::Made(found.page.clone()));
        }
        StepResult::of_state(&(self.state)(found))
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

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::gerrit::{OpenChange, Uploader};
    use crate::git::Git;

    const OLD: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const OURS: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
    const LATER: &str = "cccccccccccccccccccccccccccccccccccccccc";

    fn fate(proposed: Proposed) -> ProposalFate {
        let page = "https://review.garden.example/c/7".to_owned();
        ProposalFate { proposed, page, files: Default::default() }
    }

    fn open(commit: &str) -> ProposalFate {
        let (commit, uploader) = (commit.to_owned(), Uploader::Us);
        fate(Proposed::Open(OpenChange { number: 7, commit, uploader, written: None }))
    }

    /// What is said of a patch set that Gerrit took, where it answers with these, one after the other.
    fn shown(answers: Vec<Result<Option<ProposalFate>, Unknown>>) -> Sent {
        let proposal = Proposal {
            project: "garden/trowel".to_owned(),
            branch: "master".to_owned(),
            topic: "trowel".to_owned(),
            change_id: "I7".to_owned(),
        };
        let (git, git_dir) = (Git::find().unwrap(), std::env::temp_dir());
        let answers = RefCell::new(answers);
        let patchset = PatchsetOf {
            proposal: &proposal,
            object: OURS.parse().unwrap(),
            destination: Destination::new(&git, &git_dir, "https://garden.example/trowel"),
            reread: &|| answers.borrow_mut().remove(0),
            state: &|found| match is_at(found, OLD.parse().unwrap()) {
                true => State::Create,
                false => State::Open("in review, with a later patch set".to_owned()),
            },
        };
        patchset.shown()
    }

    #[test]
    fn an_older_patch_set_that_is_shown_is_not_the_one_that_was_taken() {
        let made = || Sent::from(StepResult::Made(open(OURS).page));
        assert_eq!(shown(vec![Ok(Some(open(OLD))), Ok(None), Ok(Some(open(OURS)))]), made());
        let old = || Ok(Some(open(OLD)));
        assert!(matches!(shown(vec![old(), old(), old(), old()]), Sent::NotShown(_)));
        assert_eq!(shown(vec![Ok(Some(fate(Proposed::Merged(7))))]), made());
        let later = shown(vec![Ok(Some(open(LATER)))]);
        assert!(matches!(later, Sent::Ended(StepResult::Open(_))), "{later:?}");
    }

    #[test]
    fn what_gerrit_cannot_be_asked_about_is_not_known_to_be_made() {
        let Sent::NotShown(why) = shown(vec![Err(Unknown::because("status 503"))]) else {
            panic!("it is not known");
        };
        assert!(why.contains("could not be asked again: status 503"), "{why}");
    }
}
