//! The stable branch that a release begins.

use super::before::Before;
use super::decision::{EntryDecision, Start};
use super::{Kind, NewOptions, StableBranch};
use crate::rules::OneDeliverable;
use crate::tree::deliverable::{Kind as Type, Release, StableBranchType};
use crate::version::{BranchKind, PreReleaseKind};
use crate::workspace::Failure;

/// Adds the stable branch, where the kind or the caller asks for it and the file does not list it.
pub(super) fn add_branch(
    on: &OneDeliverable<'_>,
    asked: &NewOptions,
    before: &Before,
    decision: &mut EntryDecision,
) -> Result<(), Failure> {
    let is_candidate = |release: &Release| {
        release.version.pre_release().is_some_and(|pre| pre.kind == PreReleaseKind::Rc)
    };
    let is_first_candidate =
        decision.kind == Kind::Rc && !before.newest().is_some_and(is_candidate);
    let is_usual = is_first_candidate || decision.kind == Kind::Procedural;
    let is_asked = asked.stable_branch == StableBranch::Add;
    if !is_usual && !is_asked {
        return Ok(());
    }
    let name = match asked.branch.as_deref() {
        Some(branch) if on.config.branches.read_kind(branch) == Some(BranchKind::Stable) => {
            Some(branch.to_owned())
        }
        _ => on.stable_branch(),
    };
    match may_add(on, name) {
        Ok(name) => {
            let start = match on.branch_type() {
                StableBranchType::Tagless => Start::Commits,
                _ => Start::Version(decision.version.clone()),
            };
            decision.branches.push((name, start));
            Ok(())
        }
        Err(why) if is_asked => {
            Err(Failure::refused(format!("no branch can be added to `{}`: {why}", on.change.path)))
        }
        Err(_) => Ok(()),
    }
}

/// The stable branch of the series, where the file can have one and lists none.
///
/// # Errors
/// Why not: a phrase.
pub(in crate::ops) fn lacking(on: &OneDeliverable<'_>) -> Result<String, String> {
    may_add(on, on.stable_branch())
}

fn may_add(on: &OneDeliverable<'_>, name: Option<String>) -> Result<String, String> {
    let Some(name) = name else { return Err("it has no stable branch of its own".to_owned()) };
    if on.branch_type() == StableBranchType::None {
        return Err("its `stable-branch-type` is `none`".to_owned());
    }
    if on.kind() == Type::TempestPlugin {
        return Err("it is a tempest plugin".to_owned());
    }
    match is_listed(on, &name) {
        true => Err(format!("it lists `{name}` already")),
        false => Ok(name),
    }
}

/// Whether the file lists the branch.
pub(super) fn is_listed(on: &OneDeliverable<'_>, name: &str) -> bool {
    on.branches().any(|branch| *branch.branch.name == *name)
}
