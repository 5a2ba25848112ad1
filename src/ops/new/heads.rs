//! The commit of each repository that a release takes.

use super::{Kind, NewOptions};
use crate::facts::repository::{BranchOf, TrunkOf};
use crate::facts::revision::RevisionIn;
use crate::facts::{Answer, Asks, Facts};
use crate::rules::{OneDeliverable, expected_branch};
use crate::tree::series::Series;
use crate::tree::{CommitId, RepoName};
use crate::version::BranchKind;
use crate::workspace::Failure;

/// What a release would come from is not there.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(in crate::ops) struct NoHead(String);

/// The commit that a release takes of one repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ops) struct Head {
    /// The repository.
    pub(in crate::ops) repo: RepoName,
    /// The branch that it comes from.
    pub(in crate::ops) branch: String,
    /// The commit.
    pub(in crate::ops) commit: CommitId,
}

/// The repositories of the deliverable, other than retired ones; those of the nearest older series where the file names none.
pub(in crate::ops) fn repositories(on: &OneDeliverable<'_>) -> Vec<RepoName> {
    let mut repos = on.deliverable().repositories();
    if repos.is_empty() {
        let older = on.in_older_series().map(|(_, file)| file.deliverable.repositories());
        repos = { older }.find(|found| !found.is_empty()).unwrap_or_default();
    }
    repos.iter().filter_map(|repo| on.live_name(repo)).collect()
}

/// Asks for what [`heads`] needs.
pub(in crate::ops) fn ask(
    on: &OneDeliverable<'_>,
    asked: &NewOptions,
    kind: Option<Kind>,
    facts: &Facts,
    asks: &mut Asks,
) {
    for repo in repositories(on) {
        for revision in asked.revisions_of(&repo) {
            asks.put(RevisionIn { repo: repo.clone(), revision: revision.to_owned() });
        }
        let trunk = TrunkOf { repo: repo.clone() };
        if let Answer::Known(trunk) = facts.get(&trunk) {
            asks.put(BranchOf { repo: repo.clone(), name: trunk.clone() });
        }
        asks.put(trunk);
        for name in branches(on, asked, kind) {
            asks.put(BranchOf { repo: repo.clone(), name });
        }
    }
}

/// The commits that a release of that kind takes: the heads of the right branches, or those that the caller names.
///
/// # Errors
/// If a branch or commit is not there, or that could not be found out.
pub(in crate::ops) fn heads(
    on: &OneDeliverable<'_>,
    asked: &NewOptions,
    kind: Option<Kind>,
    facts: &Facts,
) -> Result<Vec<Head>, Failure> {
    let repos = repositories(on);
    if repos.is_empty() {
        return Err(Failure::refused(format!("`{}` names no repository", on.change.path))
            .help("list its repositories under `repository-settings`"));
    }
    if let Some((stranger, _)) =
        asked.commits.iter().find(|(name, _)| !repos.iter().any(|repo| is_named(repo, name)))
    {
        return Err(Failure::usage(format!("`{stranger}` is not a repository of the deliverable"))
            .help(format!("its repositories are {}", {
                let names: Vec<&str> = repos.iter().map(RepoName::as_str).collect();
                names.join(", ")
            })));
    }
    repos.into_iter().map(|repo| head(on, asked, kind, repo, facts)).collect()
}

fn head(
    on: &OneDeliverable<'_>,
    asked: &NewOptions,
    kind: Option<Kind>,
    repo: RepoName,
    facts: &Facts,
) -> Result<Head, Failure> {
    let names = branches(on, asked, kind);
    let found = expected_branch(&repo, &names, facts).map(|found| found.name().to_owned());
    let branch = known(
        found,
        || format!("which branch of `{repo}` to release"),
        || {
            Failure::refused(NoHead(format!("`{repo}` does not exist, or has no trunk")))
                .help("name a branch with `--branch`")
        },
    )?;
    if !names.contains(&branch) {
        must_be_trunk(on, asked, kind, (&repo, &names))?;
    }
    let question = BranchOf { repo: repo.clone(), name: branch.clone() };
    let tip = known(
        facts.get(&question).map(|commit| *commit),
        || format!("the head of `{branch}` in `{repo}`"),
        || Failure::refused(NoHead(format!("`{repo}` has no branch `{branch}`"))),
    )?;
    let commit = match asked.revisions_of(&repo).last() {
        None => tip,
        Some(revision) => named_commit(&repo, revision, facts)?,
    };
    Ok(Head { repo, branch, commit })
}

/// Refuses to take the trunk where a branch is meant and does not exist.
fn must_be_trunk(
    on: &OneDeliverable<'_>,
    asked: &NewOptions,
    kind: Option<Kind>,
    (repo, names): (&str, &[String]),
) -> Result<(), Failure> {
    if let Some(branch) = &asked.branch {
        return Err(Failure::refused(format!("`{repo}` has no branch `{branch}`")));
    }
    let is_listed = |name: &&String| on.branches().any(|branch| *branch.branch.name == **name);
    match (names.iter().find(is_listed), names.first()) {
        (Some(listed), _) => Err(Failure::refused(NoHead(format!(
            "`{repo}` has no branch `{listed}`, which `{}` lists",
            on.change.path
        )))
        .help("name the branch to release with `--branch`")),
        (None, Some(first)) if matches!(kind, Some(Kind::Eom | Kind::Eol)) => {
            let failure = Failure::refused(format!("`{repo}` has no branch `{first}` to end"));
            Err(match asked.series {
                Some(_) => failure.help("name the branch with `--branch` if it has another name"),
                None => failure.help("name the series to end with `--series`"),
            })
        }
        _ => Ok(()),
    }
}

fn named_commit(repo: &RepoName, revision: &str, facts: &Facts) -> Result<CommitId, Failure> {
    let question = RevisionIn { repo: repo.clone(), revision: revision.to_owned() };
    known(
        facts.get(&question).map(|commit| *commit),
        || format!("what `{revision}` is in `{repo}`"),
        || {
            Failure::usage(format!(
                "`{revision}` is not a branch, tag or merged commit of `{repo}`"
            ))
        },
    )
}

/// The branches that the release may come from, likeliest first; none for the trunk.
fn branches(on: &OneDeliverable<'_>, asked: &NewOptions, kind: Option<Kind>) -> Vec<String> {
    if let Some(branch) = &asked.branch {
        return vec![branch.clone()];
    }
    let id = on.series.map_or(on.path.series(), Series::branch_id);
    let of = |kinds: &[BranchKind]| {
        kinds.iter().filter_map(|kind| on.config.branches.name(*kind, id)).collect()
    };
    match kind {
        _ if on.path.is_independent() => Vec::new(),
        Some(Kind::Eom) => of(&[BranchKind::Stable]),
        Some(Kind::Eol) => of(&[BranchKind::Unmaintained, BranchKind::Stable]),
        _ => on.series_branches().unwrap_or_default(),
    }
}

/// Whether a caller who writes `name` means `repo`: its name, or what follows the last slash.
pub(in crate::ops) fn is_named(repo: &str, name: &str) -> bool {
    repo == name || repo.rsplit('/').next() == Some(name)
}

/// What is known; an unknown fact is an error that names where it was asked.
pub(in crate::ops) fn known<T>(
    answer: Answer<T>,
    what: impl FnOnce() -> String,
    absent: impl FnOnce() -> Failure,
) -> Result<T, Failure> {
    match answer {
        Answer::Known(value) => Ok(value),
        Answer::Absent => Err(absent()),
        Answer::Unknown(why) => Err(Failure::outside(format!("cannot find out {}", what()))
            .caused_by(why.to_string())
            .help("run again when it can be reached; nothing was written")),
    }
}
