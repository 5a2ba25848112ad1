//! `stable-branch`: stable and bugfix branches have the right name and starting point.

use crate::facts::repository::{BranchOf, CommitIn};
use crate::facts::{Answer, Asks, Facts};
use crate::rules::missing_commit;
use crate::rules::people::repository_set;
use crate::rules::{Level, OneBranch, Overridable, Reported, Rule, Scope, Sink};
use crate::tree::deliverable::{Deliverable, Kind, Location, Release, StableBranchType};
use crate::tree::place::{Place, Placed};
use crate::tree::series::Series;
use crate::tree::{CommitId, RepoName};
use crate::version::{BranchKind, SpecialKind, ref_name_problem};

pub(crate) static RULE: Rule = Rule {
    id: "stable-branch",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "a stable or bugfix branch has the wrong name or starting point",
    docs: "## What it checks

New and changed branches, by `stable-branch-type`. A branch that the file listed before is checked only where the request
changes the type, `stable-branch-type` or whether there are `repository-settings`, and then only for whether it may be there
and whether its location is a version or a map, as its type needs it.

- `std` and `std-with-versions` branches start at a release in the file: the newest one, unless the branch already exists;
- `tagless` branches start at one commit per repository;
- `upstream` branches may have any location;
- with `none`, the file has no such branches; neither do tempest plugins.

At a site with governance, a file with `std` or `std-with-versions` branches has `repository-settings`.

`stable/` is followed by the series or its release id. `bugfix/X.Y` needs `std-with-versions` and a release X.Y. The names of
`upstream` branches are not checked.
`unmaintained/<id>` starts at `<id>-eom`.

## Why

A branch is created once, where the file says. If its commit or name is wrong, it misses the fixes that are proposed to the
right branch.

## What to do

Use the name and starting point in the message. To exempt a deliverable, add it to `stable-branch-exempt` in the
configuration.
",
    scope: Scope::Branches { asks, check },
    ..Rule::USUAL
};

fn asks(on: &OneBranch<'_>, facts: &Facts, asks: &mut Asks) {
    if !on.is_new() || !is_judged(on) {
        return;
    }
    match &on.branch.location.value {
        Location::Version(version) => {
            let release = on.release_named(version);
            let projects = release.iter().flat_map(|release| &release.projects);
            let live = projects.filter_map(|project| on.live(project));
            live.for_each(|project| asks.put(BranchOf::of(&project.name, &on.branch.name)));
        }
        Location::Commits(commits) => {
            for (repo, hash) in commits {
                if let (Ok(repo), Ok(commit)) = (RepoName::parse(repo), CommitId::parse(hash)) {
                    missing_commit::ask(&repo, commit, facts, asks);
                }
            }
        }
    }
}

fn check(on: &OneBranch<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    if !is_named_by_series(on) {
        return;
    }
    let name = &on.branch.name;
    if on.kind() == Kind::TempestPlugin {
        sink.report(
            name.place,
            format!("a tempest plugin must not have a branch such as `{}`", **name),
        )
        .help("remove the branch");
        return;
    }
    let read = on.config.branches.read(name);
    let Some((branch_kind, rest)) =
        read.filter(|(_, rest)| !rest.is_empty() && !rest.contains('/'))
    else {
        if on.is_new() {
            let message = format!("`{}` is not a prefix followed by a single name", **name);
            help_with_name(on, sink.report(name.place, message));
        }
        return;
    };
    if !is_judged(on) || !is_allowed(on, branch_kind, sink) {
        return;
    }
    if on.is_new() {
        check_name(on, (branch_kind, rest), sink);
    }
    // What YAML reads as a number is for `schema` to report.
    let is_location_read = !on.is_reported(on.branch.location.place);
    // The location of an unmaintained branch follows from its name.
    let is_named = branch_kind != BranchKind::Unmaintained || is_of_series(on, rest);
    if is_location_read && is_named && has_location_of_type(on, branch_kind, sink) && on.is_new() {
        check_location(on, branch_kind, facts, sink);
    }
}

/// Whether the type and the settings of the file allow such a branch; reports it if not.
fn is_allowed(on: &OneBranch<'_>, branch_kind: BranchKind, sink: &mut Sink<'_>) -> bool {
    let (name, kind) = (&on.branch.name, on.branch_type());
    if kind == StableBranchType::None {
        sink.report(
            name.place,
            format!("`stable-branch-type: none` does not allow a branch such as `{}`", **name),
        )
        .help("remove the branch, or correct `stable-branch-type`");
        return false;
    }
    if has_no_settings(on, kind) {
        let message =
            format!("`{}` is in no repository: the file has no `repository-settings`", **name);
        sink.report(name.place, message).help("list the repositories in `repository-settings`");
        return false;
    }
    let has_bugfix = matches!(kind, StableBranchType::StdWithVersions | StableBranchType::Upstream);
    if branch_kind == BranchKind::Bugfix && !has_bugfix && !on.path.is_independent() {
        sink.report(
            name.place,
            format!("`{}` needs `stable-branch-type: std-with-versions`", **name),
        )
        .help("remove the branch, or set that `stable-branch-type`");
    }
    true
}

/// Whether this rule looks at the branch. In a file that has reached its end it looks at no more than the form of the name.
fn is_judged(on: &OneBranch<'_>) -> bool {
    let newest = on.deliverable().releases.last().and_then(|release| release.version.special());
    is_named_by_series(on) && newest.is_none_or(|special| special.kind() != SpecialKind::Eol)
}

/// Whether the branch is one of a series, and its name is to be judged.
pub(super) fn is_named_by_series(on: &OneBranch<'_>) -> bool {
    let judged = [BranchKind::Stable, BranchKind::Bugfix, BranchKind::Unmaintained];
    on.is_judged_anew()
        && ref_name_problem(&on.branch.name).is_none()
        && on.config.branches.read_kind(&on.branch.name).is_some_and(|kind| judged.contains(&kind))
        && !on.config.is_stable_branch_exempt(on.path.name(), on.deliverable())
}

/// Names the stable branch of this file, where the site has stable branches and the file belongs to a series.
fn help_with_name(on: &OneBranch<'_>, finding: Reported<'_>) {
    if on.path.is_independent() {
        finding.help("use `<prefix>/<series>`");
        return;
    }
    let series = on.series.map_or(on.path.series(), |series| series.branch_id());
    if let Some(name) = on.config.branches.name(BranchKind::Stable, series) {
        finding.help(format!("the stable branch of this file is `{name}`"));
    }
}

fn check_name(on: &OneBranch<'_>, (branch_kind, rest): (BranchKind, &str), sink: &mut Sink<'_>) {
    let (name, kind) = (&on.branch.name, on.branch_type());
    match branch_kind {
        _ if kind == StableBranchType::Upstream => {}
        BranchKind::Bugfix if on.path.is_independent() => {
            let message = format!("an independent deliverable has no branch such as `{}`", **name);
            sink.report(name.place, message)
                .help("remove the branch: an independent file branches for a series only");
        }
        // Reported already.
        BranchKind::Bugfix if kind != StableBranchType::StdWithVersions => {}
        BranchKind::Bugfix => {
            let Location::Version(version) = &on.branch.location.value else { return };
            let wanted: String = version.split('.').take(2).collect::<Vec<_>>().join(".");
            if rest != wanted
                && let Some(right) = on.config.branches.name(branch_kind, &wanted)
            {
                let message =
                    format!("`{}` starts at `{version}`, so its name must be `{right}`", **name);
                sink.report(name.place, message).fix(
                    format!("rename it to `{right}`"),
                    name.place,
                    right.clone(),
                );
            }
        }
        _ if on.path.is_independent() => {
            if !is_of_series(on, rest) {
                let series = on.request.head.series();
                sink.report(
                    name.place,
                    format!(
                        "`{}` does not belong to a series in `data/series_status.yaml`",
                        **name
                    ),
                )
                .help(format!("use one of the series: {}", series.newest_names(5)));
            }
        }
        _ => {
            // `branch-name-series` reports the release id of another series.
            let is_stable_id = branch_kind == BranchKind::Stable && is_release_id(rest);
            if !is_of_series(on, rest) && !is_stable_id {
                let finding = sink.report(
                    name.place,
                    format!("`{}` is not the branch of `{}`", **name, on.path.series()),
                );
                help_with_name(on, finding);
            }
        }
    }
}

/// Whether this is the first branch of a file that does not say which repositories have it. Only sites without governance may
/// leave that out. What `repository-set` reports of the newest release is not said again.
fn has_no_settings(on: &OneBranch<'_>, kind: StableBranchType) -> bool {
    let is_of_repositories =
        matches!(kind, StableBranchType::Std | StableBranchType::StdWithVersions);
    let Deliverable { repository_settings, lost, unread, .. } = on.deliverable();
    let is_reported = on.is_on(&repository_set::RULE) && repository_set::needs_settings(on);
    let is_left_out = repository_settings.is_empty()
        && !is_reported
        && lost.is_empty()
        && !unread.contains(&"repository-settings")
        && !on.config.governance.is_empty();
    let mut branches = on.branches();
    let is_first = |first: OneBranch<'_>| first.branch.name.place == on.branch.name.place;
    is_of_repositories && is_left_out && branches.find(is_named_by_series).is_some_and(is_first)
}

/// Whether the last part of its name is the series of the file, or for an independent file any series.
fn is_of_series(on: &OneBranch<'_>, rest: &str) -> bool {
    let series = on.request.head.series();
    let is_it = |series: &Series| *series.name == *rest || series.branch_id() == rest;
    match on.path.is_independent() {
        true => series.all.is_empty() || series.all.iter().any(is_it),
        false => on.path.series() == rest || on.series.is_none_or(is_it),
    }
}

/// `YYYY.N`.
pub(super) fn is_release_id(text: &str) -> bool {
    text.split_once('.').is_some_and(|(year, n)| {
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        year.len() == 4 && digits(year) && digits(n)
    })
}

/// Whether the location is written as `stable-branch-type` has it; reports it if not.
fn has_location_of_type(on: &OneBranch<'_>, branch_kind: BranchKind, sink: &mut Sink<'_>) -> bool {
    let (location, kind) = (&on.branch.location, on.branch_type());
    let (message, help) = match (&location.value, kind) {
        (Location::Commits(_), StableBranchType::Tagless) => return true,
        // `-eom` is a tag, even in deliverables without other tags.
        (Location::Version(text), StableBranchType::Tagless)
            if branch_kind != BranchKind::Unmaintained =>
        {
            let message = format!(
                "`stable-branch-type: tagless` needs a commit for each repository, not `{text}`"
            );
            (message, "write a map: `<repository>: <commit>`")
        }
        (Location::Version(_), _) => return true,
        (Location::Commits(_), StableBranchType::Upstream) => (
            "`stable-branch-type: upstream` needs a text as location".to_owned(),
            "write the version at which the branch starts",
        ),
        (Location::Commits(_), _) => (
            format!("`stable-branch-type: {kind}` needs a version in this file as location"),
            "write the version at which the branch starts, not a commit for each repository",
        ),
    };
    sink.report(location.place, message).help(help);
    false
}

fn check_location(on: &OneBranch<'_>, branch_kind: BranchKind, facts: &Facts, sink: &mut Sink<'_>) {
    let location = &on.branch.location;
    match &location.value {
        Location::Commits(commits) => check_commits(commits, location.place, facts, sink),
        Location::Version(_) if on.branch_type() == StableBranchType::Upstream => {}
        Location::Version(version) => check_version(on, branch_kind, version, facts, sink),
    }
}

fn check_commits(
    commits: &[(Placed<String>, Placed<String>)],
    place: Place,
    facts: &Facts,
    sink: &mut Sink<'_>,
) {
    if commits.is_empty() {
        sink.report(place, "the branch has no starting point")
            .help("write a map: `<repository>: <commit>`");
    }
    for (repo, hash) in commits {
        let Ok(repo) = RepoName::parse(repo) else { continue };
        let commit = match missing_commit::commit_of(hash) {
            Ok(commit) => commit,
            Err(message) => {
                sink.report(hash.place, message).repo(&repo);
                continue;
            }
        };
        if missing_commit::has_no_repository(&repo, facts) {
            continue;
        }
        let what = format!("whether `{}` is in `{repo}`", **hash);
        let question = CommitIn { repo: repo.clone(), commit };
        if let Some(None) = sink.need(facts.get(&question), hash.place, &what) {
            let help = "start the branch at a commit that is merged";
            missing_commit::report(sink, (&repo, commit), hash, facts, help);
        }
    }
}

fn check_version(
    on: &OneBranch<'_>,
    branch_kind: BranchKind,
    version: &str,
    facts: &Facts,
    sink: &mut Sink<'_>,
) {
    let place = on.branch.location.place;
    if let Some((BranchKind::Unmaintained, id)) = on.config.branches.read(&on.branch.name) {
        let wanted = format!("{id}-eom");
        if version != wanted {
            sink.report(
                place,
                format!("`{}` must start at `{wanted}`, not at `{version}`", *on.branch.name),
            )
            .help(format!("write `location: {wanted}`"))
            .release(version);
            return;
        }
    }
    let Some(release) = on.release_named(version) else {
        let finding =
            sink.report(place, format!("this file has no release `{version}`")).release(version);
        help_with_newest(on, finding);
        return;
    };
    let is_newest =
        on.deliverable().releases.last().is_some_and(|newest| newest.version.text() == version);
    if branch_kind != BranchKind::Stable || is_newest || on.path.is_independent() {
        return;
    }
    check_older_start(on, release, facts, sink);
}

/// Only a branch that already exists may start at an older release.
fn check_older_start(on: &OneBranch<'_>, release: &Release, facts: &Facts, sink: &mut Sink<'_>) {
    let version = release.version.text();
    let place = on.branch.location.place;
    for project in release.projects.iter().filter_map(|project| on.live(project)) {
        let branch = BranchOf::of(&project.name, &on.branch.name);
        match facts.get(&branch) {
            Answer::Known(_) => {}
            Answer::Unknown(why) => {
                let what = format!("whether `{}` of `{}` exists", *on.branch.name, *project.repo);
                sink.could_not_check(place, &what, &why).repo(&project.repo);
            }
            Answer::Absent => {
                let message = format!(
                    "a new branch must start at the newest release, but `{version}` is an older one"
                );
                help_with_newest(
                    on,
                    sink.report(place, message).repo(&project.repo).release(version),
                );
                return;
            }
        }
    }
}

fn help_with_newest(on: &OneBranch<'_>, finding: Reported<'_>) {
    let Some(newest) = on.deliverable().releases.last().map(|release| &release.version) else {
        finding.help("add the release first, or in the same request: a branch starts at a release");
        return;
    };
    let (text, place) = (newest.text(), on.branch.location.place);
    let finding = finding.help(format!("the newest release is `{text}`"));
    // A version that has to be written in another way is not copied.
    let is_written = newest.canonical().is_ok_and(|right| right == text);
    if is_written && !on.is_reported(newest.place) {
        finding.fix(format!("start at `{text}`"), place, text);
    }
}
