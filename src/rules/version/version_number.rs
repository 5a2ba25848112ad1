//! `version-number`: the version has the form that its release type needs.

use crate::facts::package::{Stated, VersionsIn};
use crate::facts::{Asks, Facts};
use crate::rules::effective_type::{ask_release_type, release_type};
use crate::rules::end_tag;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{Model, ProjectAt, ReleaseType, Status};
use crate::version::{Special, SpecialKind, ref_name_problem};

pub(crate) static RULE: Rule = Rule {
    id: "version-number",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the version does not have the form that its release type needs",
    docs: "## What it checks

Python packages and most others use `X.Y.Z`, or `X.Y.Z.0a1`, `.0b1` and `.0rc1` if the release model has pre-releases.
xstatic packages use any canonical PEP 440 version. Puppet, Node.js and xstatic packages contain the same version in their own
files at the commit. The version is a valid tag name. The tags that end a series contain its release id (`-eol`, `-eom`, `-last`)
or its name (`-em`). `-last` is only for series in extended maintenance, unmaintained or at their end of life.

## Why

The version becomes the name of the tag and of the artefacts. Build tools rewrite any other spelling, so the tag and the
artefact would have different names.

## What to do

Use the spelling in the message, or fix the version in the file that it names.
",
    scope: Scope::NewReleases { asks, check },
    ..Rule::USUAL
};

fn asks(on: &OneRelease<'_>, facts: &Facts, asks: &mut Asks) {
    if on.release.version.special().is_some() {
        return;
    }
    for project in on.tagged_projects() {
        ask_release_type(on, &project, asks);
        if let Some(kind) = release_type(on, &project, facts).known() {
            stated(*kind).into_iter().for_each(|stated| asks.put(VersionsIn::of(&project, stated)));
        }
    }
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let version = &on.release.version;
    // `schema` reports a number without quotes, and how to write it.
    if on.is_reported(version.place) {
        return;
    }
    if let Some(why) = ref_name_problem(version.text()) {
        sink.report(version.place, format!("{:?} cannot be a tag: {why}", version.text()))
            .help(version.form().help())
            .release(on.version());
        return;
    }
    if let Some(special) = version.special() {
        return check_special(on, &special, sink);
    }
    // A version that its model does not have is not corrected into another one.
    if !has_stage_of_model(on) {
        return report_stage(on, sink);
    }
    if version.canonical().is_ok_and(|right| right == version.text()) {
        check_files(on, facts, sink);
    } else {
        check_form(on, sink);
    }
}

/// Compares with the versions that the packages state themselves.
fn check_files(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for project in on.tagged_projects() {
        let what = format!("the release type of `{}`", *project.repo);
        if let Some(Some(kind)) =
            sink.need(release_type(on, &project, facts), project.hash.place, &what)
        {
            check_metadata(on, &project, kind, facts, sink);
        }
    }
}

fn check_form(on: &OneRelease<'_>, sink: &mut Sink<'_>) {
    let version = &on.release.version;
    match version.canonical() {
        Ok(right) if right == version.text() => {}
        Ok(right) => {
            sink.report(version.place, format!("`{}` must be written `{right}`", version.text()))
                .fix(format!("write `{right}`"), version.place, right.clone())
                .release(on.version());
        }
        Err(why) => {
            sink.report(version.place, format!("`{}` is not a version: {why}", version.text()))
                .help(version.form().help())
                .release(on.version());
        }
    }
}

/// Whether it is a full release, or its model has pre-releases.
pub(in crate::rules) fn has_stage_of_model(on: &OneRelease<'_>) -> bool {
    let has_pre_releases = matches!(
        on.model(),
        None | Some(
            Model::CycleWithMilestones
                | Model::CycleTrailing
                | Model::CycleWithRc
                | Model::Independent
        )
    );
    has_pre_releases || on.release.version.pre_release().is_none()
}

fn report_stage(on: &OneRelease<'_>, sink: &mut Sink<'_>) {
    if let Some(model) = on.model() {
        sink.report(
            on.release.version.place,
            format!(
                "`{}` is a pre-release, but `{}` does not have pre-releases",
                on.version(),
                on.deliverable().model_name(model)
            ),
        )
        .help("release a final version")
        .release(on.version());
    }
}

fn check_metadata(
    on: &OneRelease<'_>,
    project: &ProjectAt<'_>,
    kind: ReleaseType,
    facts: &Facts,
    sink: &mut Sink<'_>,
) {
    let Some(stated) = stated(kind) else { return };
    let place = on.release.version.place;
    let what = format!("the version in the files of `{}`", *project.repo);
    let found = facts.get(&VersionsIn::of(project, stated));
    // Whether there is such a commit is for `hash-exists`.
    let Some(Some(versions)) = sink.need(found, place, &what) else { return };
    if versions.is_empty() {
        sink.report(
            project.hash.place,
            format!(
                "a release of type `{kind}` needs its version in {}, but this commit has none there",
                place_of(stated)
            ),
        )
        .help("release a commit whose files state the version, or correct `release-type`")
        .repo(&project.repo)
        .release(on.version());
    }
    for said in versions.iter().filter(|said| said.value != on.version()) {
        sink.report(
            place,
            format!(
                "`{}` of `{}` says `{}` at this commit, not `{}`",
                said.origin.file,
                *project.repo,
                said.value,
                on.version()
            ),
        )
        .help("release the commit that raised the version, or use the version in that file")
        .repo(&project.repo)
        .release(on.version());
    }
}

/// Where packages of that type state their version; `None` if it comes from the tag alone.
fn stated(kind: ReleaseType) -> Option<Stated> {
    match kind {
        ReleaseType::Puppet => Some(Stated::Json("metadata.json")),
        ReleaseType::Nodejs => Some(Stated::Json("package.json")),
        ReleaseType::Xstatic => Some(Stated::Xstatic),
        _ => None,
    }
}

fn place_of(stated: Stated) -> String {
    match stated {
        Stated::Json(file) => format!("`{file}`"),
        Stated::Xstatic => "`PACKAGE_VERSION` of `xstatic/pkg/*/__init__.py`".to_owned(),
    }
}

fn check_special(on: &OneRelease<'_>, special: &Special<'_>, sink: &mut Sink<'_>) {
    let place = on.release.version.place;
    if on.path.is_independent() {
        sink.report_at(
            Level::Warning,
            place,
            format!("the branch that `{}` ends is not known, so it was not checked", on.version()),
        )
        .help("check that the commit is the last one on the branch that you want to end")
        .release(on.version());
        return;
    }
    let name = on.path.series();
    let id = on.series.map_or(name, |series| series.branch_id());
    let kind = special.kind();
    let wanted = match kind {
        SpecialKind::Em => name,
        SpecialKind::Eom | SpecialKind::Eol | SpecialKind::Last => id,
    };
    // `eol-tag`, `eom-tag` and `em-tag` report an end before the release.
    let is_early = kind != SpecialKind::Last && end_tag::is_too_early(on);
    if special.id() != wanted && !is_early {
        let right = format!("{wanted}-{kind}");
        let finding = sink
            .report(
                place,
                format!("`{}` is not the tag of this series: it must be `{right}`", on.version()),
            )
            .release(on.version());
        // The end of a bugfix branch is not the end of the series.
        if !special.id().starts_with("bugfix") {
            finding.fix(format!("write `{right}`"), place, right.clone());
        }
    }
    let status = on.series.and_then(|series| series.status.as_ref()).map(|status| status.value);
    if kind == SpecialKind::Last
        && let Some(status) = status
        && !matches!(status, Status::ExtendedMaintenance | Status::Unmaintained | Status::EndOfLife)
    {
        sink.report(
            place,
            format!(
                "`{}` is for a series without further releases, but `{name}` is {}",
                on.version(),
                status.in_words()
            ),
        )
        .help("use a version number")
        .release(on.version());
    }
}
