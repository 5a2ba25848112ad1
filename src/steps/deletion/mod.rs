//! Deleting a branch that a tag has ended: shown, and left to an operator.

use super::tools::Tools;
use crate::facts::pushed::PushedBranch;
use crate::facts::{Asks, Facts};
use crate::plan::{
    About, Action, CarryOut, Memory, Part, Prepared, State, Step, StepKind, StepResult,
};
use crate::tree::deliverable::Project;
use crate::version::branches_ended_by;

/// Deletes a branch that a tag has ended.
#[derive(Clone, Copy, Debug)]
pub struct DeletionKind;

impl StepKind for DeletionKind {
    fn action(&self) -> &'static str {
        "delete-branch"
    }

    fn noun(&self) -> &'static str {
        "deletion of branch"
    }

    fn memory(&self) -> Memory {
        Memory::Nothing
    }

    fn asks(&self, part: &Part<'_>, _: &Facts, asks: &mut Asks) {
        let Some((file, release)) = part.release() else { return };
        for project in file.tagged(release) {
            for name in branches_ended_by(release.version.text(), &file.subject.config.branches) {
                asks.put(branch(project, name));
            }
        }
    }

    fn plan(&self, part: &Part<'_>, facts: &Facts, _: &[Step]) -> Vec<Step> {
        let Some((file, release)) = part.release() else { return Vec::new() };
        let version = release.version.text();
        let ended = |project: &Project| {
            let there = branches_ended_by(version, &file.subject.config.branches)
                .into_iter()
                .filter(|name| facts.get(&branch(project, name.clone())).known().is_some());
            let step = |name: String| Step {
                repo: project.repo.value.clone(),
                action: Action::new(self, &name),
                state: State::Operator(format!("`{version}` ends it")),
            };
            there.map(step).collect::<Vec<_>>()
        };
        file.tagged(release).flat_map(ended).collect()
    }
}

fn branch(project: &Project, name: String) -> PushedBranch {
    let point = project.hash.to_ascii_lowercase();
    PushedBranch { repo: project.repo.value.clone(), name, point }
}

impl CarryOut<Tools<'_>> for DeletionKind {
    fn preflight(&self, _: &Step, _: &Tools<'_>) -> Result<(), String> {
        Ok(())
    }

    fn prepare<'t>(&self, _: &About<'t>, _: &'t Tools<'_>) -> Result<Prepared<'t>, StepResult> {
        Err(StepResult::Operator("an operator deletes branches by hand".to_owned()))
    }
}
