//! What a new entry says: version, commits, branches, and why. Pure: the facts are there.

use super::before::{Before, branch_point, called};
use super::branching::{add_branch, is_listed};
use super::heads::{self, Head};
use super::{Kind, NewOptions, number};
use crate::facts::{Asks, Facts};
use crate::rules::OneDeliverable;
use crate::tree::deliverable::{Model, Project, Release};
use crate::tree::series::Series;
use crate::version::{BranchKind, SpecialKind, tags_that_end};
use crate::workspace::Failure;

/// A new entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct EntryDecision {
    /// Of which kind it is.
    pub(super) kind: Kind,
    /// The version, or the mark.
    pub(super) version: String,
    /// The commits, in the order of the entry.
    pub(super) heads: Vec<Head>,
    /// Why there is a tag on commits that have one already.
    pub(super) comment: Option<&'static str>,
    /// `diff-start`.
    pub(super) diff_start: Option<String>,
    /// Branches to add, with where they begin.
    pub(super) branches: Vec<(String, Start)>,
    /// Why it is this version: a phrase.
    pub(super) reason: String,
}

/// Where a new branch begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// At a version of the file.
    Version(String),
    /// At the commits of the entry: the deliverable branches without a tag.
    Commits,
}

/// Asks for what [`decide`] needs.
pub(super) fn ask(
    on: &OneDeliverable<'_>,
    asked: &NewOptions,
    kind: Option<Kind>,
    facts: &Facts,
    asks: &mut Asks,
) {
    if kind.is_some_and(Kind::takes_listed_commits) {
        return;
    }
    heads::ask(on, asked, kind, facts, asks);
    if let Ok(heads) = heads::heads(on, asked, kind, facts) {
        Before::of(on).ask(&heads, asks);
    }
}

/// The entry for a release of that kind.
///
/// # Errors
/// If the deliverable has no such releases, or a fact is not known.
pub(super) fn decide(
    on: &OneDeliverable<'_>,
    asked: &NewOptions,
    kind: Kind,
    facts: &Facts,
) -> Result<EntryDecision, Failure> {
    may_release(on, asked, kind)?;
    if kind.takes_listed_commits() && !asked.commits.is_empty() {
        return Err(Failure::usage(format!("`{kind}` takes the commits of an earlier entry"))
            .help("leave out `--commit`"));
    }
    let before = Before::of(on);
    let mut decision = match kind {
        Kind::Eom | Kind::Eol | Kind::Last => mark(on, asked, kind, facts)?,
        Kind::Final => of_candidate(on, &before)?,
        Kind::Procedural => procedural(on, &before)?,
        Kind::ReleaseFix => again(on, &before)?,
        _ => {
            let heads = heads::heads(on, asked, Some(kind), facts)?;
            let line = before.line(&heads, facts)?;
            let version = number::next(kind, &line).map_err(refused)?;
            EntryDecision {
                heads,
                reason: line.reason(kind),
                ..EntryDecision::of(kind, version.text())
            }
        }
    };
    add_branch(on, asked, &before, &mut decision)?;
    Ok(decision)
}

impl EntryDecision {
    fn of(kind: Kind, version: &str) -> Self {
        Self {
            kind,
            version: version.to_owned(),
            heads: Vec::new(),
            comment: None,
            diff_start: None,
            branches: Vec::new(),
            reason: format!("`{kind}` was asked for"),
        }
    }
}

/// Refuses what the model, or the end of the series, rules out.
fn may_release(on: &OneDeliverable<'_>, asked: &NewOptions, kind: Kind) -> Result<(), Failure> {
    let path = &on.change.path;
    let model = on.model();
    if matches!(model, Some(Model::Untagged | Model::Abandoned)) && !kind.is_mark() {
        let name = model.map_or("", |model| on.deliverable().model_name(model));
        return Err(refused(format!("`{path}` has the model `{name}`, which has no releases")));
    }
    let has_candidates = matches!(
        model,
        Some(Model::CycleWithRc | Model::CycleWithMilestones | Model::CycleTrailing)
    );
    if matches!(kind, Kind::Milestone | Kind::Rc | Kind::Final) && !has_candidates {
        let name = model.map_or("none", |model| on.deliverable().model_name(model));
        return Err(refused(format!(
            "the model of `{path}` is `{name}`, which has no betas and no candidates"
        ))
        .help("use `bugfix`, `feature` or `major`"));
    }
    let ends = |kind: SpecialKind| match kind {
        SpecialKind::Eol | SpecialKind::Last => true,
        SpecialKind::Eom | SpecialKind::Em => asked.branch.is_none(),
    };
    let newest = on.deliverable().releases.last();
    let end = newest.and_then(|newest| newest.version.special());
    let Some(end) = end.filter(|end| !is_of_bugfix(on, end.id()) && ends(end.kind())) else {
        return Ok(());
    };
    let may_follow = match kind {
        Kind::Eol => end.kind() != SpecialKind::Eol,
        Kind::Eom => end.kind() == SpecialKind::Em,
        _ => false,
    };
    match may_follow {
        true => Ok(()),
        false => Err(refused(format!(
            "`{path}` has ended: nothing follows `{}-{}`",
            end.id(),
            end.kind()
        ))),
    }
}

/// Whether a mark is that of a bugfix branch, after which the series goes on.
fn is_of_bugfix(on: &OneDeliverable<'_>, id: &str) -> bool {
    on.config
        .branches
        .prefix(BranchKind::Bugfix)
        .is_some_and(|prefix| id.starts_with(prefix.trim_end_matches(['/', '-'])))
}

fn mark(
    on: &OneDeliverable<'_>,
    asked: &NewOptions,
    kind: Kind,
    facts: &Facts,
) -> Result<EntryDecision, Failure> {
    if on.path.is_independent() && asked.branch.is_none() {
        return Err(Failure::usage(format!(
            "`{kind}` ends a branch, and an independent file has none of its own"
        ))
        .help("name the branch with `--branch`, or the series with `--series`"));
    }
    let id = on.series.map_or(on.path.series(), Series::branch_id);
    let heads = heads::heads(on, asked, Some(kind), facts)?;
    let ended = asked.branch.as_deref().map(|branch| tags_that_end(branch, &on.config.branches));
    let suffix = format!("-{kind}");
    let version = match ended {
        None => format!("{id}{suffix}"),
        Some(tags) => tags.into_iter().find(|tag| tag.ends_with(&suffix)).ok_or_else(|| {
            let branch = asked.branch.as_deref().unwrap_or_default();
            refused(format!("no tag of the kind `{kind}` ends `{branch}`"))
        })?,
    };
    if on.release_named(&version).is_some() {
        return Err(refused(format!("`{}` lists `{version}` already", on.change.path)));
    }
    let unmaintained = on.config.branches.name(BranchKind::Unmaintained, id);
    let reason = match kind {
        Kind::Eom => "the maintenance of its branch ends",
        Kind::Eol => "its branch reaches the end of its life",
        _ => "it is the last version that works with the series",
    };
    let mut decision =
        EntryDecision { heads, reason: reason.to_owned(), ..EntryDecision::of(kind, &version) };
    if kind == Kind::Eom && asked.branch.is_none() {
        let new = unmaintained.filter(|name| !is_listed(on, name));
        decision.branches.extend(new.map(|name| (name, Start::Version(version))));
    }
    Ok(decision)
}

fn of_candidate(on: &OneDeliverable<'_>, before: &Before) -> Result<EntryDecision, Failure> {
    let version = number::next(Kind::Final, &before.listed_line()).map_err(|why| {
        let (path, name) = (&on.change.path, on.path.name());
        refused(format!("`{path}`: {why}"))
            .help(format!("release a candidate first: `tagkeeper new {name} rc`"))
    })?;
    let candidate = before.newest().ok_or_else(|| refused("there is no candidate".to_owned()))?;
    let diff_start = branch_point(on).map(|(file, point)| called(&file, &point));
    Ok(EntryDecision {
        heads: listed(on, candidate)?,
        diff_start,
        reason: format!(
            "it is the release of `{}`, the newest candidate",
            candidate.version.text()
        ),
        ..EntryDecision::of(Kind::Final, version.text())
    })
}

fn procedural(on: &OneDeliverable<'_>, before: &Before) -> Result<EntryDecision, Failure> {
    if let Some(newest) = before.newest() {
        return Err(refused(format!(
            "`{}` lists `{}`, which a branch can start at",
            on.change.path,
            newest.version.text()
        ))
        .help("a procedural release is for a series without changes"));
    }
    let (file, point) = branch_point(on).ok_or_else(|| {
        refused(format!("no older series of `{}` has a stable branch", on.path.name()))
    })?;
    let version = number::next(Kind::Procedural, &before.listed_line()).map_err(refused)?;
    Ok(EntryDecision {
        heads: listed(on, &point)?,
        comment: Some("procedural release, to have something to branch from"),
        reason: format!(
            "nothing was released in this series: these are the commits of `{}` in `{}`",
            point.version.text(),
            file.name
        ),
        ..EntryDecision::of(Kind::Procedural, version.text())
    })
}

fn again(on: &OneDeliverable<'_>, before: &Before) -> Result<EntryDecision, Failure> {
    let failed = before
        .newest()
        .ok_or_else(|| refused(format!("`{}` lists no release to repeat", on.change.path)))?;
    let version = number::next(Kind::ReleaseFix, &before.listed_line()).map_err(refused)?;
    let kept = failed.diff_start.as_ref().map(|start| start.value.clone());
    let start = kept.or_else(|| before.before_newest().map(|it| it.version.text().to_owned()));
    let diff_start = start.or_else(|| branch_point(on).map(|(file, point)| called(&file, &point)));
    Ok(EntryDecision {
        heads: listed(on, failed)?,
        comment: Some("the same commit again, because a release job failed"),
        diff_start,
        reason: format!("it repeats `{}`, whose jobs failed", failed.version.text()),
        ..EntryDecision::of(Kind::ReleaseFix, version.text())
    })
}

/// The commits of an entry.
fn listed(on: &OneDeliverable<'_>, release: &Release) -> Result<Vec<Head>, Failure> {
    let branch = |repo: &str| {
        let named = on.stable_branch().filter(|name| is_listed(on, name));
        named.unwrap_or_else(|| format!("`{}` of `{repo}`", release.version.text()))
    };
    // A new entry without a repository that cannot be read here would leave it untagged.
    let unread = |why: String| {
        refused(format!("`{}` cannot be taken again: {why}", release.version.text()))
            .help("fix that entry first")
    };
    let head = |project: &Project| {
        let named = project.named().map_err(|why| unread(why.to_string()))?;
        let at = named.at_commit().map_err(|why| unread(format!("`{}`: {why}", named.name)))?;
        Ok(Head { branch: branch(&at.name), commit: at.commit, repo: at.name })
    };
    let live =
        release.projects.iter().filter(|project| !on.deliverable().is_retired(&project.repo));
    let heads = live.map(head).collect::<Result<Vec<Head>, Failure>>()?;
    match heads.is_empty() {
        true => Err(refused(format!("`{}` names no repository", release.version.text()))),
        false => Ok(heads),
    }
}

fn refused(why: String) -> Failure {
    Failure::refused(why)
}
