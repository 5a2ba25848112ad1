//! The upper constraints of one release, by themselves.

use super::apply::{Applied, ApplyOptions, Entries, OnlyStep, apply, one_release};
use super::meant::unlisted_in;
use super::plan::plan_with;
use crate::config::Optional;
use crate::plan::{Ground, Occasion, Plan};
use crate::steps::CONSTRAINT;
use crate::tree::RepoName;
use crate::workspace::{Failure, Workspace};

/// Proposes `version` of `repo` to the upper constraints, unless that is done.
///
/// # Errors
/// When no file lists the release, its tag is not there, or nothing can be begun.
pub fn constraints(
    workspace: &mut Workspace,
    (repo, version): (&RepoName, &str),
    ground: Ground,
) -> Result<Applied, Failure> {
    workspace.config.after.turn_on(Optional::Constraints);
    let deliverable = deliverable_of(workspace, (repo, version))?;
    let options = ApplyOptions {
        entries: Entries::Release { deliverable, version: version.to_owned() },
        ground,
        only: Some(only(repo)),
        ..ApplyOptions::default()
    };
    apply(workspace, &options)
}

/// What [`constraints`] would do.
///
/// # Errors
/// When no file lists the release, its tag is not there, or something cannot be read.
pub fn preview(
    workspace: &mut Workspace,
    (repo, version): (&RepoName, &str),
) -> Result<Plan, Failure> {
    workspace.config.after.turn_on(Optional::Constraints);
    let deliverable = deliverable_of(workspace, (repo, version))?;
    let request = one_release(workspace, &deliverable, version)?;
    let ledger = workspace.read_ledger()?;
    let asked = (Occasion::OnPurpose, Ground::Real);
    let mut planned = plan_with(workspace, &request, &workspace.sources()?, &ledger, asked)?;
    only(repo).keep(&mut planned.plan)?;
    Ok(planned.plan)
}

fn only(repo: &RepoName) -> OnlyStep {
    OnlyStep { kind: CONSTRAINT, repo: repo.clone() }
}

/// The deliverable whose file lists a release.
fn deliverable_of(
    workspace: &Workspace,
    (repo, version): (&RepoName, &str),
) -> Result<String, Failure> {
    let config = &workspace.config;
    for (key, is_set) in [
        ("requirements-repo", config.requirements_repo.is_some()),
        ("index", config.index_url().is_some()),
    ] {
        if !is_set {
            return Err(Failure::usage(format!("the site has no constraints: `{key}` is not set")));
        }
    }
    let record = workspace.head_record()?;
    let index = record.index();
    if let Some(failure) = record.failures().into_iter().next() {
        return Err(Failure::outside(failure).help("nothing was proposed"));
    }
    match index.files_with(repo, version).as_slice() {
        [] => Err(unlisted_in(&record, repo, version)),
        [path] => {
            let name = path.rsplit('/').next().unwrap_or(path);
            Ok(name.trim_end_matches(".yaml").to_owned())
        }
        several => Err(Failure::refused(format!(
            "`{version}` of `{repo}` is listed in {}",
            several.join(" and ")
        ))),
    }
}
