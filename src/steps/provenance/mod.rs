//! A signed statement about each tag: who asked for it, who approved it, and by which rules.
//!
//! It is an in-toto Statement, signed with the key of the tags and kept in the ledger, where it is read back.

mod send;
mod statement;

use crate::config::Optional;
use crate::facts::{Answer, Asks, Facts, Unknown};
use crate::ledger::StepName;
use crate::plan::{
    About, Action, CarryOut, Memory, Occasion, Part, Prepared, RequestedFile, State, Step,
    StepKind, StepResult, Votes,
};
use crate::steps::frame;
use crate::steps::tag;
use crate::steps::tools::Tools;
use crate::tree::deliverable::{Project, Release};

pub use statement::{Flaw, Stated, check};

const ACTION: &str = "provenance";
const IN_LEDGER: &str = "provenance";

/// Says where a tag comes from.
#[derive(Clone, Copy, Debug)]
pub struct ProvenanceKind;

impl StepKind for ProvenanceKind {
    fn action(&self) -> &'static str {
        ACTION
    }

    fn noun(&self) -> &'static str {
        "provenance statement"
    }

    fn needs(&self) -> &'static [&'static str] {
        &[tag::ACTION]
    }

    fn is_apart(&self) -> bool {
        true
    }

    fn memory(&self) -> Memory {
        Memory::Beside(IN_LEDGER)
    }

    fn asks(&self, _: &Part<'_>, _: &Facts, _: &mut Asks) {}

    fn plan(&self, part: &Part<'_>, _: &Facts, before: &[Step]) -> Vec<Step> {
        let Some((file, release)) = part.release() else { return Vec::new() };
        if !file.subject.config.after.does(Optional::Provenance) {
            return Vec::new();
        }
        let step = |project: &Project| {
            let tag = frame::tag_of(&project.repo, before)?;
            let text = statement::predicate(file, release, &tag.action);
            let action = Action::new(self, release.version.text()).saying(text);
            let state = state(file, release, project, &tag.state);
            let state = once_votes_are_known(state, file, release);
            Some(Step { repo: project.repo.value.clone(), action, state })
        };
        file.tagged(release).filter_map(step).collect()
    }
}

/// A tag from before tagkeeper has no statement of its own accord: nobody planned it.
fn state(file: &RequestedFile<'_>, release: &Release, project: &Project, tag: &State) -> State {
    let entry = match (file.subject.ledger)(&project.repo, release.version.text()) {
        Answer::Known(entry) => entry,
        Answer::Absent => Default::default(),
        Answer::Unknown(why) => return State::Unknown(why),
    };
    let done = entry.steps.get(&StepName::new(IN_LEDGER)).and_then(|record| record.done.as_ref());
    match (done, tag) {
        (Some(_), _) => State::Done("the ledger has it".to_owned()),
        (None, State::Unknown(why)) => State::Unknown(why.clone()),
        (None, State::Done(_)) => {
            let is_noted = entry.steps.contains_key(&StepName::new(tag::IN_LEDGER));
            if is_noted || file.subject.occasion == Occasion::OnPurpose {
                State::Create
            } else {
                State::Operator("the ledger has no record of its tag".to_owned())
            }
        }
        (None, _) => State::Create,
    }
}

/// What is signed stays signed: a statement waits until it is known who voted.
fn once_votes_are_known(state: State, file: &RequestedFile<'_>, release: &Release) -> State {
    match file.introduction(release.version.text()).map(|by| &by.votes) {
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
