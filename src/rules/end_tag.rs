//! What `eol-tag`, `eom-tag` and `em-tag` have in common: the tag that ends a phase of a series.

use crate::rules::{OneRelease, Sink};
use crate::tree::RepoName;
use crate::tree::deliverable::{Release, Status};
use crate::version::SpecialKind;

/// Whether the release is the newest entry of the file and such a tag of its series.
pub(super) fn is_end(on: &OneRelease<'_>, kind: SpecialKind) -> bool {
    let is_newest = on.index + 1 == on.deliverable().releases.len();
    let is_first = || !on.deliverable().releases[..on.index].iter().any(|it| is_same(it, on));
    let special = on.special().filter(|special| special.kind() == kind);
    is_newest && special.is_some_and(|special| !special.id().starts_with("bugfix")) && is_first()
}

fn is_same(other: &Release, on: &OneRelease<'_>) -> bool {
    other.version.text() == on.version()
}

/// Whether its series has not been released yet: [`check`] then reports nothing else.
pub(super) fn is_too_early(on: &OneRelease<'_>) -> bool {
    on.status().is_some_and(is_to_come)
}

/// Reports such a tag in a series that has not been released, in a file without branches, or on other repositories than
/// those of the deliverable.
pub(super) fn check(on: &OneRelease<'_>, sink: &mut Sink<'_>) {
    let version = &on.release.version;
    if is_too_early(on) {
        let (series, rule) = (on.path.series(), sink.rule_id());
        sink.report(
            version.place,
            format!("`{}` would end `{series}`, which is not released yet", on.version()),
        )
        .help(format!(
            "remove the tag, or add `Release-Override: {rule} <reason>` to the commit message"
        ))
        .overridable()
        .release(on.version());
        return;
    }
    if on.deliverable().branches.is_empty() && on.deliverable().lost.is_empty() {
        sink.report(
            version.place,
            format!("`{}` ends a branch, but the file lists none", on.version()),
        )
        .help("add the branch that the tag ends to `branches`, or remove the tag")
        .release(on.version());
        return;
    }
    check_repositories(on, sink);
}

fn is_to_come(status: Status) -> bool {
    matches!(status, Status::Development | Status::Future)
}

fn check_repositories(on: &OneRelease<'_>, sink: &mut Sink<'_>) {
    let own = repositories(on);
    // `duplicate-version` reports a release of nothing.
    let is_of_nothing = on.release.projects.is_empty();
    if own.is_empty() || is_of_nothing || !on.deliverable().lost.is_empty() {
        return;
    }
    let version = on.version();
    for project in
        on.release.projects.iter().filter(|project| !own.contains(&project.repo.as_str()))
    {
        let message = format!("`{}` is not a repository of `{}`", *project.repo, on.path.name());
        sink.report(project.repo.place, message)
            .help("remove it, or add it to `repository-settings`")
            .repo(&project.repo)
            .release(version);
    }
    let is_tagged = |repo: &str| on.release.projects.iter().any(|project| *project.repo == *repo);
    let is_name = |repo: &str| RepoName::parse(repo).is_ok();
    for repo in own.into_iter().filter(|repo| !is_tagged(repo) && is_name(repo)) {
        let message = format!("`{version}` does not tag `{repo}`");
        // A retired repository gets no tag, whatever the entry says.
        let (message, help) = match on.deliverable().is_retired(repo) {
            true => (
                format!("{message}, which is retired"),
                format!("remove `{repo}` from `repository-settings`"),
            ),
            false => (
                format!("{message}: its branch would stay open"),
                format!("add `{repo}` to the `projects` of `{version}`"),
            ),
        };
        sink.report(on.release.version.place, message).help(help).repo(repo).release(version);
    }
}

/// The repositories of the deliverable: those that it has settings for, else those of its last release.
fn repositories<'a>(on: &OneRelease<'a>) -> Vec<&'a str> {
    let settings = &on.deliverable().repository_settings;
    if !settings.is_empty() {
        return settings.iter().map(|one| one.repo.as_str()).collect();
    }
    let projects = on.previous().map(|release| release.projects.as_slice()).unwrap_or_default();
    projects.iter().map(|project| project.repo.as_str()).collect()
}
