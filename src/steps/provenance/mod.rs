//! A signed statement about each tag: who asked for it, who approved it, and by which rules.
//!
//! It is an in-toto Statement, signed with the key of the tags and kept in the ledger, where it is read back.

mod send;
mod statement;

use crate::config::Optional;
use crate::facts::{Answer, Asks, Facts, Unknown};
use crate::ledger::StepName;
use crate::plan::{
    About, CarryOut, Occasion, Prepared, RequestedFile, State, Step, StepResult, Votes,
};
use crate::steps::after_tag::{FollowsTag, Tagged};
use crate::steps::tag;
use crate::steps::tools::Tools;
use crate::tree::deliverable::Release;

pub use statement::{Flaw, Stated, check};

/// Says where a tag comes from.
#[derive(Clone, Copy, Debug)]
pub struct ProvenanceKind;

impl FollowsTag for ProvenanceKind {
    const NAME: &'static str = "provenance";
    const NOUN: &'static str = "provenance statement";
    const SWITCH: Optional = Optional::Provenance;

    fn covers(&self, _: &RequestedFile<'_>, _: &Release) -> bool {
        true
    }

    fn ask(&self, _: &Tagged<'_>, _: &Facts, _: &mut Asks) {}

    fn steps(&self, of: &Tagged<'_>, tag: &Step, _: &Facts) -> Vec<Step> {
        let text = statement::predicate(of.file, of.release, &tag.action);
        let state = once_votes_are_known(state(of, &tag.state), of);
        vec![of.step(of.action(self).saying(text), state)]
    }
}

/// A tag from before tagkeeper has no statement of its own accord: nobody planned it.
fn state(of: &Tagged<'_>, tag: &State) -> State {
    let subject = of.file.subject;
    let entry = match (subject.ledger)(&of.project.name, of.release.version.text()) {
        Answer::Known(entry) => entry,
        Answer::Absent => Default::default(),
        Answer::Unknown(why) => return State::Unknown(why),
    };
    let done = entry
        .steps
        .get(&StepName::new(ProvenanceKind::NAME))
        .and_then(|record| record.done.as_ref());
    match (done, tag) {
        (Some(_), _) => State::Done("the ledger has it".to_owned()),
        (None, State::Unknown(why)) => State::Unknown(why.clone()),
        (None, State::Done(_)) => {
            let is_noted = entry.steps.contains_key(&StepName::new(tag::IN_LEDGER));
            if is_noted || subject.occasion == Occasion::OnPurpose {
                State::Create
            } else {
                State::Operator("the ledger has no record of its tag".to_owned())
            }
        }
        (None, _) => State::Create,
    }
}

/// What is signed stays signed: a statement waits until it is known who voted.
fn once_votes_are_known(state: State, of: &Tagged<'_>) -> State {
    match of.file.introduction(of.release.version.text()).map(|by| &by.votes) {
        Some(Votes::Unknown(why)) if state == State::Create => {
            State::Unknown(Unknown::because(format_args!("the votes are not known: {why}")))
        }
        _ => state,
    }
}

impl CarryOut<Tools<'_>> for ProvenanceKind {
    fn prepare<'t>(
        &self,
        about: &About<'t>,
        tools: &'t Tools<'_>,
    ) -> Result<Prepared<'t>, StepResult> {
        send::prepare(about.step, tools)
    }
}
