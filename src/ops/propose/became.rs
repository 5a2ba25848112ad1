//! What became of the change of a group.

use crate::plan::{StepResult, Worst};

/// It was made, or would be.
pub(super) const PROPOSED: &str = "proposed";
/// It held an older proposal, which was replaced, or would be.
pub(super) const AMENDED: &str = "amended";
/// It held this proposal.
pub(super) const UNCHANGED: &str = "unchanged";
/// A rule or a server said no, or there is nothing to release from.
pub(super) const REFUSED: &str = "refused";
/// A person edited it.
pub(super) const LEFT: &str = "left";

/// What became of the change of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Became {
    /// The state: a word.
    pub(super) state: &'static str,
    /// Where it is: a branch, or the page of a change.
    pub(super) place: Option<String>,
    /// Why it is in that state.
    pub(super) why: Option<String>,
    /// How bad that is.
    pub(super) worst: Worst,
    /// What a person must know besides.
    pub(super) notes: Vec<String>,
}

impl Became {
    /// One that needs no words.
    pub(super) fn fine(state: &'static str) -> Self {
        Self { state, place: None, why: None, worst: Worst::Fine, notes: Vec::new() }
    }

    /// What a run without `--dry-run` would make of it; `page` is where it is already.
    pub(super) fn would_be(page: Option<String>) -> Self {
        let state = if page.is_some() { AMENDED } else { PROPOSED };
        Self { place: page, ..Self::fine(state) }
    }

    /// What sending gave; `page` is where it was before.
    pub(super) fn of(result: StepResult, page: Option<String>) -> Self {
        let worst = result.worst();
        let made = if page.is_some() { AMENDED } else { PROPOSED };
        let (state, place, why) = match result {
            StepResult::Made(page) => (made, Some(page), None),
            StepResult::WasThere(page) => (UNCHANGED, Some(page), None),
            StepResult::Open(why) => (LEFT, page, Some(why)),
            StepResult::Ended(why) => ("ended", page, Some(why)),
            StepResult::Conflict(why) => ("conflict", page, Some(why)),
            StepResult::Refused(why) => (REFUSED, page, Some(why)),
            StepResult::Failed(why) => ("failed", page, Some(why)),
            StepResult::Unknown(why) => ("unknown", page, Some(why.to_string())),
            StepResult::Operator(why) | StepResult::Unsent(why) | StepResult::NotBegun(why) => {
                (LEFT, page, Some(why))
            }
            StepResult::Held { reason, .. } => ("held", page, Some(reason)),
        };
        Self { state, place, why, worst, notes: Vec::new() }
    }
}
