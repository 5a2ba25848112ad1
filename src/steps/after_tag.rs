//! The contract of kinds that follow the tag of a repository, and whose failure keeps nothing else back.

use super::{frame, tag};
use crate::config::Optional;
use crate::facts::{Asks, Facts};
use crate::plan::{Action, Memory, Part, RequestedFile, State, Step, StepKind};
use crate::tree::deliverable::{ProjectAt, Release};

/// A kind of step that follows a tag.
pub(super) trait FollowsTag {
    /// The word for it in plans and in the ledger.
    const NAME: &'static str;
    /// What it makes, as messages call it.
    const NOUN: &'static str;
    /// The step that a site switches on.
    const SWITCH: Optional;

    /// Whether a release has such steps, at a site that wants them.
    fn covers(&self, file: &RequestedFile<'_>, release: &Release) -> bool;

    /// What it wants to know about a repository of a release.
    fn ask(&self, of: &Tagged<'_>, facts: &Facts, asks: &mut Asks);

    /// The steps of a repository whose tag is there or will be.
    fn steps(&self, of: &Tagged<'_>, tag: &Step, facts: &Facts) -> Vec<Step>;
}

/// A repository of a release.
#[derive(Clone)]
pub(super) struct Tagged<'p> {
    pub(super) file: &'p RequestedFile<'p>,
    pub(super) release: &'p Release,
    pub(super) project: ProjectAt<'p>,
}

impl Tagged<'_> {
    /// An action of `kind` about the version.
    pub(super) fn action(&self, kind: &impl StepKind) -> Action {
        Action::new(kind, self.release.version.text())
    }

    /// A step in the repository.
    pub(super) fn step(&self, action: Action, state: State) -> Step {
        Step { repo: self.project.name.clone(), action, state }
    }
}

/// The repositories of a part that have steps of `kind`.
fn covered<'p, K: FollowsTag>(
    kind: &K,
    part: &'p Part<'_>,
) -> impl Iterator<Item = Tagged<'p>> + use<'p, K> {
    let of_release = part.release().filter(|(file, release)| {
        part.subject().config.after.does(K::SWITCH) && kind.covers(file, release)
    });
    of_release.into_iter().flat_map(|(file, release)| {
        // Nothing follows a tag at no commit.
        let tagged = file.tagged(release).filter_map(|project| project.at_commit().ok());
        tagged.map(move |project| Tagged { file, release, project })
    })
}

impl<K: FollowsTag> StepKind for K {
    fn action(&self) -> &'static str {
        K::NAME
    }

    fn noun(&self) -> &'static str {
        K::NOUN
    }

    fn needs(&self) -> &'static [&'static str] {
        &[tag::ACTION]
    }

    fn is_apart(&self) -> bool {
        true
    }

    fn memory(&self) -> Memory {
        Memory::Beside(K::NAME)
    }

    fn asks(&self, part: &Part<'_>, facts: &Facts, asks: &mut Asks) {
        covered(self, part).for_each(|of| self.ask(&of, facts, asks));
    }

    fn plan(&self, part: &Part<'_>, facts: &Facts, before: &[Step]) -> Vec<Step> {
        let steps = |of: Tagged<'_>| {
            let tag = frame::tag_of(&of.project.name, before)?;
            Some(self.steps(&of, tag, facts))
        };
        covered(self, part).filter_map(steps).flatten().collect()
    }
}
