//! `release-type`: Zuul has a job that builds the artefacts.

use std::collections::BTreeSet;

use crate::facts::document::{Templates, ZuulProjects};
use crate::facts::repository::{FileAt, FolderAt};
use crate::facts::{Answer, Asks, Facts, Unknown};
use crate::rules::effective_type::{ask_release_type, release_type};
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{ArtifactLinkMode, Project, ReleaseType, RepositoryFlag};

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

/// The files and directories in which a repository configures its own Zuul jobs.
const OWN_FILES: [&str; 2] = ["zuul.yaml", ".zuul.yaml"];
const OWN_FOLDERS: [&str; 2] = ["zuul.d", ".zuul.d"];

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

/// Templates that publish something: one for another release type is never harmless.
const PUBLISHING: [&str; 8] = [
    "publish-to-pypi",
    "publish-to-pypi-stable-only",
    "nodejs4-publish-to-npm",
    "nodejs6-publish-to-npm",
    "nodejs8-publish-to-npm",
    "puppet-tarball-jobs",
    "puppet-release-jobs",
    "manila-image-elements-publish-artifacts",
];

fn asks(on: &OneRelease<'_>, facts: &Facts, asks: &mut Asks) {
    for project in judged(on) {
        asks.put(ZuulProjects);
        ask_release_type(on, project, asks);
        OWN_FILES.iter().for_each(|file| asks.put(FileAt::of(project, file)));
        for folder in OWN_FOLDERS {
            let question = FolderAt::of(project, folder);
            if let Answer::Known(names) = facts.get(&question) {
                yaml_files(folder, names).for_each(|path| asks.put(FileAt::of(project, &path)));
            }
            asks.put(question);
        }
    }
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for project in judged(on) {
        let place = project.repo.place;
        let what = format!("the release jobs of `{}`", *project.repo);
        let Some(Some(kind)) = sink.need(release_type(on, project, facts), place, &what) else {
            continue;
        };
        let wanted = wanted(on, kind);
        if wanted.is_empty() {
            continue;
        }
        let found = templates(project, &wanted, facts);
        let Some(templates) = sink.need(found, place, &what) else { continue };
        report(on, project, kind, &templates.unwrap_or_default(), sink);
    }
}

fn report(
    on: &OneRelease<'_>,
    project: &Project,
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
        .find(|template| PUBLISHING.contains(&template.as_str()) && !is_wanted(template));
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
fn judged<'a>(on: &OneRelease<'a>) -> impl Iterator<Item = &'a Project> + use<'a> {
    let on = *on;
    let deliverable = on.deliverable();
    let has_links = deliverable
        .artifact_link_mode
        .as_ref()
        .is_none_or(|mode| mode.value != ArtifactLinkMode::None);
    let is_newest =
        on.index + 1 == deliverable.releases.len() && on.release.version.special().is_none();
    let has_data = !on.config.zuul_projects.is_empty();
    on.tagged_projects().filter(move |_| has_links && is_newest && has_data).filter(
        move |project| !deliverable.has_flag(&project.repo, RepositoryFlag::NoArtifactBuildJob),
    )
}

/// The templates in Zuul's project data, and those in the repository's own files: Zuul runs both. If the project data has a
/// right one, own files that cannot be read leave nothing open but a second one.
fn templates(project: &Project, wanted: &[&str], facts: &Facts) -> Answer<Vec<String>> {
    let central: Answer<Vec<String>> =
        facts.get(&ZuulProjects).map(|data| data.of(&project.repo).map(str::to_owned).collect());
    let mut found = match central {
        Answer::Known(templates) => templates,
        Answer::Absent => Vec::new(),
        Answer::Unknown(why) => return Answer::Unknown(why),
    };
    let has_right = found.iter().any(|template| wanted.contains(&template.as_str()));
    match own_templates(project, facts) {
        Ok(own) => found.extend(own),
        Err(_) if has_right => {}
        Err(why) => return Answer::Unknown(why),
    }
    let mut seen = BTreeSet::new();
    found.retain(|template| seen.insert(template.clone()));
    Answer::Known(found)
}

/// The templates in the Zuul files of the repository itself.
fn own_templates(project: &Project, facts: &Facts) -> Result<Vec<String>, Unknown> {
    let mut paths: Vec<String> = OWN_FILES.iter().map(|file| (*file).to_owned()).collect();
    for folder in OWN_FOLDERS {
        match facts.get(&FolderAt::of(project, folder)) {
            Answer::Known(names) => paths.extend(yaml_files(folder, names)),
            Answer::Absent => {}
            Answer::Unknown(why) => return Err(why),
        }
    }
    let mut found = Vec::new();
    for path in paths {
        let bytes = match facts.get(&FileAt::of(project, &path)) {
            Answer::Known(bytes) => bytes,
            Answer::Absent => continue,
            Answer::Unknown(why) => return Err(why),
        };
        let own = Templates::read(&String::from_utf8_lossy(bytes), Some(&project.repo));
        let own = own.map_err(|why| {
            let why = format!("cannot read `{path}` of `{}`: {why}", *project.repo);
            Unknown::because(why)
        })?;
        found.extend(own.of(&project.repo).map(str::to_owned));
    }
    Ok(found)
}

fn yaml_files<'a>(folder: &'a str, names: &'a [String]) -> impl Iterator<Item = String> + use<'a> {
    names.iter().filter(|name| name.ends_with(".yaml")).map(move |name| format!("{folder}/{name}"))
}
