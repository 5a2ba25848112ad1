//! Deleting branches that their tags have ended: an operator names them, or takes them from a plan.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::acted_on::must_be_merged;
use super::executing::Execution;
use super::plan::plan_with;
use crate::apply::{Gate, Outcome};
use crate::config::read_named;
use crate::git::{CommitId, Git};
use crate::plan::{Ground, HeldUntil, Occasion, Plan, PlannedRelease, Step};
use crate::steps::DELETE_BRANCH;
use crate::tree::request::Request;
use crate::version::branches_ended_by;
use crate::workspace::{Failure, Workspace};

/// Which ended branches are deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// None: they are listed.
    Nothing,
    /// Those of these names, in every repository.
    Branches(Vec<String>),
    /// Those that the plan in this file names, at the commits that it names.
    Plan(PathBuf),
}

/// What was deleted, or could be.
pub enum Deletions {
    /// What could be deleted; nothing was.
    Listed(Plan),
    /// What became of it.
    Deleted(Outcome),
}

/// Deletes ended branches.
///
/// # Errors
/// When nothing can be begun, a name is that of no ended branch, or a branch is not where the plan says.
pub fn delete_ended(
    workspace: &mut Workspace,
    chosen: &Chosen,
    ground: Ground,
) -> Result<Deletions, Failure> {
    must_be_merged(workspace, ground)?;
    workspace.must_reach_remotes()?;
    let wanted = Choice::of(chosen)?;
    let request = request(workspace, &wanted)?;
    let sources = workspace.sources_for_pushing()?;
    let ledger = workspace.ledger()?;
    let noted = ledger.read().map_err(Failure::outside)?;
    let asked = (Occasion::DeleteEnded, ground);
    let mut plan = plan_with(workspace, &request, &sources, &noted, asked)?.plan;
    wanted.keep(&mut plan)?;
    if *chosen == Chosen::Nothing {
        return Ok(Deletions::Listed(plan));
    }
    let git = Git::find()?;
    let execution = Execution {
        workspace,
        git: &git,
        record: &request.head,
        sources: &sources,
        ledger: &ledger,
        noted: &noted,
        gate: &NoGate,
        keys: Err("a deletion signs nothing".to_owned()),
        mails: None,
    };
    execution.execute(&plan).map(Deletions::Deleted)
}

/// No window and no hold is about the deletion of a branch.
struct NoGate;

impl Gate for NoGate {
    fn held(&self, _: &PlannedRelease) -> Result<Option<HeldUntil>, String> {
        Ok(None)
    }
}

/// The releases of the record that end a wanted branch.
fn request(workspace: &mut Workspace, wanted: &Choice) -> Result<Request, Failure> {
    workspace.compare_with(workspace.head().to_owned())?;
    let mut request = workspace.request()?;
    let paths = request.head.paths().map_err(Failure::outside)?;
    for path in paths.into_iter().filter(|path| workspace.wants(path)) {
        let file = request.head.file(&path).map_err(Failure::outside)?;
        let versions: Vec<String> = file
            .iter()
            .flat_map(|file| &file.deliverable.releases)
            .map(|release| release.version.text().to_owned())
            .filter(|version| {
                let ended = branches_ended_by(version, &workspace.config.branches);
                ended.iter().any(|branch| wanted.may_want(branch))
            })
            .collect();
        for version in versions {
            request.add_unfinished(&path, &version);
        }
    }
    Ok(request)
}

/// The chosen branches.
enum Choice {
    All,
    Named(BTreeSet<String>),
    Steps(Vec<Step>),
}

impl Choice {
    fn of(chosen: &Chosen) -> Result<Self, Failure> {
        Ok(match chosen {
            Chosen::Nothing => Self::All,
            Chosen::Branches(names) => Self::Named(names.iter().map(|name| short(name)).collect()),
            Chosen::Plan(path) => Self::Steps(deletions_in(path)?),
        })
    }

    fn may_want(&self, branch: &str) -> bool {
        match self {
            Self::All => true,
            Self::Named(names) => names.contains(branch),
            Self::Steps(steps) => steps.iter().any(|step| step.action.name() == branch),
        }
    }

    fn wants(&self, step: &Step) -> bool {
        match self {
            Self::All => !matches!(step.state, crate::plan::State::Done(_)),
            Self::Named(names) => names.contains(step.action.name()),
            Self::Steps(steps) => steps.iter().any(|other| is_same(other, step)),
        }
    }

    /// Leaves nothing else in the plan.
    fn keep(&self, plan: &mut Plan) -> Result<(), Failure> {
        for release in &mut plan.releases {
            release.steps.retain(|step| step.action.kind == DELETE_BRANCH && self.wants(step));
        }
        plan.releases.retain(|release| !release.steps.is_empty());
        let found: Vec<&Step> = plan.releases.iter().flat_map(|release| &release.steps).collect();
        match self {
            Self::All => Ok(()),
            Self::Named(names) => {
                let is_there =
                    |name: &&String| found.iter().any(|step| step.action.name() == **name);
                match names.iter().find(|name| !is_there(name)) {
                    None => Ok(()),
                    Some(name) => Err(Failure::usage(format!(
                        "no release of the record ends the branch `{name}`"
                    ))
                    .help("`tagkeeper apply --delete-ended` lists the branches that have ended; nothing was deleted")),
                }
            }
            Self::Steps(steps) => steps.iter().try_for_each(|step| {
                let now = found.iter().find(|other| is_same(step, other));
                match now.map(|now| moved_to(step, now)) {
                    Some(Some(tip)) => Err(Failure::refused(format!(
                        "{} is at {tip} now, not at the commit of the plan",
                        step.title()
                    ))
                    .help("nothing was deleted; look at the plan again")),
                    Some(None) => Ok(()),
                    None => Err(Failure::refused(format!(
                        "no release ends it any longer: {}",
                        step.title()
                    ))
                    .help("nothing was deleted; look at the plan again")),
                }
            }),
        }
    }
}

fn short(name: &str) -> String {
    name.strip_prefix("refs/heads/").unwrap_or(name).to_owned()
}

fn is_same(one: &Step, other: &Step) -> bool {
    one.repo == other.repo && one.action.name() == other.action.name()
}

/// The commit that a branch is at now, if that is not the one of the plan.
fn moved_to(planned: &Step, now: &Step) -> Option<CommitId> {
    now.action.commit.filter(|tip| planned.action.commit != Some(*tip))
}

/// The deletions that a plan lists.
fn deletions_in(path: &Path) -> Result<Vec<Step>, Failure> {
    let doing = |error: &dyn std::fmt::Display| {
        Failure::usage(format!("reading the plan {}: {error}", path.display()))
    };
    let bytes = read_named(path).map_err(|error| doing(&error))?;
    let plan: Plan = serde_json::from_slice(&bytes).map_err(|error| doing(&error))?;
    let steps = plan.releases.into_iter().flat_map(|release| release.steps);
    let steps: Vec<Step> = steps.filter(|step| step.action.kind == DELETE_BRANCH).collect();
    if steps.is_empty() {
        return Err(Failure::usage(format!("the plan {} deletes no branch", path.display())));
    }
    Ok(steps)
}
