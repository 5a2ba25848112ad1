//! The package that a repository publishes to the index.

use super::{OneRelease, job_templates};
use crate::facts::package::{PackageAt, answer};
use crate::facts::{Answer, Asks, Facts};
use crate::tree::deliverable::{ProjectAt, ReleaseType};

/// Asks for what [`name_of`] needs.
pub(super) fn ask(on: &OneRelease<'_>, project: &ProjectAt<'_>, asks: &mut Asks) {
    if stated(on, project).is_none() {
        asks.put(PackageAt::of(project));
    }
}

/// The name of the package: as the settings state it, else as the files at the commit do. Absent if they describe no package, or
/// there is no such commit.
pub(super) fn name_of(
    on: &OneRelease<'_>,
    project: &ProjectAt<'_>,
    facts: &Facts,
) -> Answer<String> {
    match stated(on, project) {
        Some(name) => Answer::Known(name),
        None => facts
            .get(&PackageAt::of(project))
            .and_then(|package| answer(&package.name))
            .map(|said| said.value),
    }
}

/// Whether there is a commit whose files may name the package.
pub(super) fn has_files(on: &OneRelease<'_>, project: &ProjectAt<'_>, facts: &Facts) -> bool {
    stated(on, project).is_some() || facts.get(&PackageAt::of(project)).known().is_some()
}

fn stated(on: &OneRelease<'_>, project: &ProjectAt<'_>) -> Option<String> {
    let name = on.deliverable().settings(&project.repo)?.pypi_name.as_ref()?;
    Some(name.value.clone()).filter(|name| !name.is_empty())
}

/// Asks for what [`publishes`] needs.
pub(super) fn ask_whether_published(
    on: &OneRelease<'_>,
    project: &ProjectAt<'_>,
    facts: &Facts,
    asks: &mut Asks,
) {
    if !on.config.zuul_projects.is_empty() {
        job_templates::ask(project, facts, asks);
    }
}

/// Whether a job publishes the repository to the package index: Zuul's templates say so, or at a site without them the release
/// type.
pub(super) fn publishes(
    on: &OneRelease<'_>,
    project: &ProjectAt<'_>,
    facts: &Facts,
) -> Answer<bool> {
    if on.config.zuul_projects.is_empty() {
        let kind = on.deliverable().effective_release_type(on.path);
        return Answer::Known(kind == Some(ReleaseType::PythonPypi));
    }
    let is_publishing = |template: &String| template.contains("pypi");
    match job_templates::of(project, facts) {
        (found, _) if found.iter().any(is_publishing) => Answer::Known(true),
        (_, Some(why)) => Answer::Unknown(why),
        (_, None) => Answer::Known(false),
    }
}
