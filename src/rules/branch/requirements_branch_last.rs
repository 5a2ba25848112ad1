//! `requirements-branch-last`: the requirements branch after everything that they constrain.

use std::sync::Arc;

use crate::facts::{Facts, Unknown};
use crate::rules::listing::listed;
use crate::rules::{Level, OneBranch, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{Deliverable, Kind, Location, Model, StableBranchType};
use crate::tree::file::FilePath;
use crate::tree::record::{DELIVERABLES, File};
use crate::tree::snapshot::ReadError;
use crate::version::BranchKind;

pub(crate) static RULE: Rule = Rule {
    id: "requirements-branch-last",
    level: Level::Error,
    overridable: Overridable::Yes,
    summary: "the requirements branch before other deliverables of the series",
    docs: "## What it checks

A new stable branch of the requirements, which hold the constraints of the series: all other deliverables of the series that
branch have their stable branch, or get it in the same request. Trailing deliverables branch later, and some never do: those without a branch in the series before.

## Why

What has not branched is still tested with the constraints of the trunk. As soon as the requirements branch, these are for the
next series.

## What to do

Branch the deliverables that the message names first.
",
    scope: Scope::Branches { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

/// How many deliverables a message names.
const NAMED: usize = 5;

fn check(on: &OneBranch<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let name = &on.branch.name;
    if !on.is_new() || on.stable_branch().as_deref() != Some(name.as_str()) || !is_requirements(on)
    {
        return;
    }
    let missing = match missing(on, name) {
        Ok(missing) => missing,
        Err(error) => {
            let what = format!("which deliverables of `{}` have not branched", on.path.series());
            sink.could_not_check(name.place, &what, &Unknown::because(error));
            return;
        }
    };
    let [first, ..] = missing.as_slice() else { return };
    let names = listed(&missing, NAMED, |one| format!("`{one}`"));
    let message = format!("`{}` comes before the branches of {names}", **name);
    sink.report(name.place, message).help(format!(
        "branch `{first}` and the others first, or add `Release-Override: requirements-branch-last <reason>` to the commit message"
    ));
}

fn is_requirements(on: &OneBranch<'_>) -> bool {
    let Some(requirements) = &on.config.requirements_repo else { return false };
    let settings = &on.deliverable().repository_settings;
    let in_map = match &on.branch.location.value {
        Location::Commits(commits) => commits.iter().any(|(repo, _)| ***repo == **requirements),
        Location::Version(_) => false,
    };
    in_map || settings.iter().any(|one| **one.repo == **requirements)
}

/// The deliverables of the series that branch, and have not.
fn missing(on: &OneBranch<'_>, name: &str) -> Result<Vec<String>, ReadError> {
    let folder = format!("{DELIVERABLES}/{}/", on.path.dir());
    let head = &on.request.head;
    let paths = head.paths()?.into_iter();
    let others = paths.filter(|path| path.starts_with(&folder) && *path != on.after.name);
    let files = others.filter_map(|path| head.known_file(&path)).filter(|file| file.is_readable());
    let missing = files
        .filter_map(|file: Arc<File>| {
            let path = file.path.as_ref().ok()?;
            let deliverable = &file.deliverable;
            let is_branched = deliverable.branches.iter().any(|branch| *branch.name == *name);
            let is_exempt = on.config.is_stable_branch_exempt(path.name(), deliverable);
            let lacks_it = will_branch(deliverable, path) && !is_branched && !is_exempt;
            (lacks_it && !has_never_branched(on, path)).then(|| path.name().to_owned())
        })
        .collect();
    Ok(missing)
}

/// Whether the deliverable had no stable branch in the newest older series that it was released in.
fn has_never_branched(on: &OneBranch<'_>, path: &FilePath) -> bool {
    let head = &on.request.head;
    let older = head.series().older_than(path.series());
    let mut files = older.filter_map(|one| Some((one, head.deliverable(&one.name, path.name())?)));
    let Some((series, file)) = files.find(|(_, file)| !file.deliverable.releases.is_empty()) else {
        return false;
    };
    let branch = on.config.branches.name(BranchKind::Stable, series.branch_id());
    !file.deliverable.branches.iter().any(|known| Some(&known.name.value) == branch.as_ref())
}

/// Whether the deliverable branches with the series. One that has not been released in it has nothing to branch.
fn will_branch(deliverable: &Deliverable, path: &FilePath) -> bool {
    let branch_type = deliverable.stable_branch_type.as_ref().map(|kind| kind.value);
    let has_tags = !matches!(
        branch_type,
        Some(StableBranchType::None | StableBranchType::Upstream | StableBranchType::Tagless)
    );
    let has_ended = deliverable.releases.iter().any(|it| it.version.special().is_some());
    has_tags
        && !has_ended
        && !deliverable.releases.is_empty()
        && !matches!(deliverable.effective_kind(path), Kind::Trailing | Kind::TempestPlugin)
        && !matches!(
            deliverable.effective_model(path),
            Some(Model::Untagged | Model::Abandoned | Model::Independent)
        )
}
