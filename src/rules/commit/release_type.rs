//! `release-type`: Zuul has a job that builds the artefacts.

use crate::facts::{Asks, Facts};
use crate::rules::effective_type::{ask_release_type, release_type};
use crate::rules::job_templates;
use crate::rules::missing_commit;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{ArtifactLinkMode, ProjectAt, ReleaseType, RepositoryFlag};

pub(crate) static RULE: Rule = Rule {
    id: "release-type",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "no job builds the artefacts of the release, or the wrong one does",
    docs: "## What it checks

The repository has one of the release job templates for its release type, in Zuul's project data or in its own Zuul files at
the commit. Two of them are a warning. A template for another release type is an error. The release type is the one in the file;
if it has none, tagkeeper works it out from `type` and the files at the commit. Repositories with `no-artifact-build-job` are not
checked.

## Why

Without a job, the tag publishes nothing, and nobody notices until a user asks for the release.

## What to do

Add the template to the project, or correct `release-type` in the file.
",
    scope: Scope::NewReleases { asks, check },
    ..Rule::USUAL
};

/// The built-in release job templates of each release type.
fn templates_of(kind: ReleaseType) -> &'static [&'static str] {
    match kind {
        ReleaseType::PythonService
        | ReleaseType::PythonPypi
        | ReleaseType::Generic
        | ReleaseType::Neutron
        | ReleaseType::Horizon
        | ReleaseType::Xstatic => &["publish-to-pypi", "publish-to-pypi-stable-only"],
        ReleaseType::Nodejs => {
            &["nodejs4-publish-to-npm", "nodejs6-publish-to-npm", "nodejs8-publish-to-npm"]
        }
        ReleaseType::Puppet => &["puppet-tarball-jobs", "puppet-release-jobs"],
        ReleaseType::ManilaImageElements => &["manila-image-elements-publish-artifacts"],
        ReleaseType::OpenstackVirtualBaremetal => &["docs-on-readthedocs"],
        ReleaseType::Fuel | ReleaseType::OpenstackManuals => &[],
    }
}

/// The release job templates that the site configures for this release type, or else the built-in ones.
fn wanted<'a>(on: &OneRelease<'a>, kind: ReleaseType) -> Vec<&'a str> {
    let name = on.deliverable().release_type_name(kind);
    match on.config.terms.job_templates(name, kind) {
        Some(own) => own.iter().map(String::as_str).collect(),
        None => templates_of(kind).to_vec(),
    }
}

/// The templates of all release types: one for another type is never harmless.
const OF_ANY_TYPE: [&str; 9] = [
    "publish-to-pypi",
    "publish-to-pypi-stable-only",
    "nodejs4-publish-to-npm",
    "nodejs6-publish-to-npm",
    "nodejs8-publish-to-npm",
    "puppet-tarball-jobs",
    "puppet-release-jobs",
    "manila-image-elements-publish-artifacts",
    "docs-on-readthedocs",
];

fn asks(on: &OneRelease<'_>, facts: &Facts, asks: &mut Asks) {
    for project in judged(on) {
        ask_release_type(on, &project, asks);
        job_templates::ask(&project, facts, asks);
    }
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for project in judged(on) {
        // A wrong name has no jobs either: `repository-exists` reports it.
        if missing_commit::has_no_repository(&project.name, facts) {
            continue;
        }
        let place = project.repo.place;
        let what = format!("the release jobs of `{}`", *project.repo);
        let Some(Some(kind)) = sink.need(release_type(on, &project, facts), place, &what) else {
            continue;
        };
        let wanted = wanted(on, kind);
        if wanted.is_empty() {
            continue;
        }
        let (templates, gap) = job_templates::of(&project, facts);
        // Next to a right one, nothing is left open but a second one.
        let is_right = templates.iter().any(|template| wanted.contains(&template.as_str()));
        match gap {
            Some(why) if !is_right => {
                sink.could_not_check(place, &what, &why);
            }
            _ => report(on, &project, kind, &templates, sink),
        }
    }
}

fn report(
    on: &OneRelease<'_>,
    project: &ProjectAt<'_>,
    kind: ReleaseType,
    templates: &[String],
    sink: &mut Sink<'_>,
) {
    let wanted = wanted(on, kind);
    let kind = on.deliverable().release_type_name(kind);
    let is_wanted = |template: &&String| wanted.contains(&template.as_str());
    let right: Vec<&str> = templates.iter().filter(is_wanted).map(String::as_str).collect();
    let foreign = templates
        .iter()
        .find(|template| OF_ANY_TYPE.contains(&template.as_str()) && !is_wanted(template));
    let place = project.repo.place;
    if let Some(foreign) = foreign {
        sink.report(
            place,
            format!(
                "`{}` has the release job template `{foreign}`, which is not for release type `{kind}`",
                *project.repo
            ),
        )
        .help(format!("use a template for `{kind}`: {}", wanted.join(", ")))
        .repo(&project.repo)
        .release(on.version());
    } else if right.is_empty() {
        sink.report(
            place,
            format!(
                "Zuul has no release job for `{}` (release type `{kind}`): the tag would publish nothing",
                *project.repo
            ),
        )
        .help(format!(
            "add one of {} to the project, or correct `release-type`",
            wanted.join(", ")
        ))
        .repo(&project.repo)
        .release(on.version());
    } else if right.len() > 1 {
        sink.report_at(
            Level::Warning,
            place,
            format!("`{}` has more than one release job: {}", *project.repo, right.join(", ")),
        )
        .help("keep one and remove the others")
        .repo(&project.repo)
        .release(on.version());
    }
}

/// The repositories that need a job to build their artefacts.
fn judged<'a>(on: &OneRelease<'a>) -> impl Iterator<Item = ProjectAt<'a>> + use<'a> {
    let on = *on;
    let deliverable = on.deliverable();
    let has_links = deliverable
        .artifact_link_mode
        .as_ref()
        .is_none_or(|mode| mode.value != ArtifactLinkMode::None);
    let is_newest = on.index + 1 == deliverable.releases.len() && !on.is_ended();
    let has_data = !on.config.zuul_projects.is_empty();
    on.tagged_projects().filter(move |_| has_links && is_newest && has_data).filter(
        move |project| !deliverable.has_flag(&project.repo, RepositoryFlag::NoArtifactBuildJob),
    )
}
