//! `pypi-permissions`: the release jobs may upload to the package index.

use crate::facts::package_index::{IndexRole, IndexRoles};
use crate::facts::{Answer, Asks, Facts};
use crate::rules::dist::{self, name_of, publishes};
use crate::rules::{OneRelease, Rule, Scope, Sink};
use crate::tree::deliverable::ProjectAt;
use crate::version::SpecialKind;

pub(crate) static RULE: Rule = Rule {
    id: "pypi-permissions",
    summary: "the release jobs may not upload the package, or it has no name",
    docs: "## What it checks

If Zuul publishes a repository to the package index, its files at the commit name the package (or `pypi-name` does), and `uploader`
is an owner or maintainer of that package. A package that is not on the index yet is fine: the first upload creates it. A site
without an index or Zuul's project data is not checked.

## Why

The tag cannot be taken back. If the upload then fails, the version is used up and nobody gets it.

## What to do

Ask an owner of the package to add the uploader. If the package has no name, add its metadata, or `pypi-name` to
`repository-settings`.
",
    scope: Scope::NewReleases { asks, check },
    ..Rule::USUAL
};

/// The roles that may upload.
const UPLOADING: [&str; 2] = ["Owner", "Maintainer"];

fn asks(on: &OneRelease<'_>, facts: &Facts, asks: &mut Asks) {
    for project in judged(on) {
        dist::ask_whether_published(on, &project, facts, asks);
        dist::ask(on, &project, asks);
        let is_published = publishes(on, &project, facts) == Answer::Known(true);
        if let (true, Answer::Known(name)) = (is_published, name_of(on, &project, facts)) {
            asks.put(roles(on, &name));
        }
    }
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for project in judged(on) {
        check_one(on, &project, facts, sink);
    }
}

fn check_one(on: &OneRelease<'_>, project: &ProjectAt<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let (repo, place) = (&project.repo, project.repo.place);
    let what = format!("who may upload the package of `{}`", **repo);
    let published = sink.need(publishes(on, project, facts), place, &what);
    if published != Some(Some(true)) || !may_have_name(on, project, facts) {
        return;
    }
    let Some(name) = sink.need(name_of(on, project, facts), place, &what) else { return };
    let Some(name) = name else {
        sink.report(
            place,
            format!("Zuul publishes `{}`, but no file there names its package", **repo),
        )
        .help("add the metadata of the package, or `pypi-name` to `repository-settings`")
        .repo(repo)
        .release(on.version());
        return;
    };
    let Some(Some(roles)) = sink.need(facts.get(&roles(on, &name)), place, &what) else { return };
    let uploader = &on.config.uploader;
    let message = match roles.iter().filter(|role| may_upload(role)).collect::<Vec<_>>().as_slice()
    {
        [] => format!("nobody may upload `{name}` to the package index"),
        _ if uploader.is_empty() => return,
        known if known.iter().any(|role| role.user.eq_ignore_ascii_case(uploader)) => return,
        known => {
            let users: Vec<&str> = known.iter().map(|role| role.user.as_str()).collect();
            format!("`{uploader}` may not upload `{name}`, only {}", users.join(", "))
        }
    };
    sink.report(place, message)
        .help(match uploader.as_str() {
            "" => "ask the package index to give the package an owner".to_owned(),
            name => format!("ask an owner of the package to add `{name}` before the tag is made"),
        })
        .repo(repo)
        .release(on.version());
}

/// Whether anything can be said about the name: not if there is no such commit, which other rules report.
fn may_have_name(on: &OneRelease<'_>, project: &ProjectAt<'_>, facts: &Facts) -> bool {
    dist::has_files(on, project, facts) || matches!(name_of(on, project, facts), Answer::Unknown(_))
}

fn may_upload(role: &IndexRole) -> bool {
    UPLOADING.iter().any(|known| role.role.eq_ignore_ascii_case(known))
}

fn roles(on: &OneRelease<'_>, name: &str) -> IndexRoles {
    IndexRoles::of(on.config.index_url().unwrap_or_default(), name)
}

fn judged<'a>(on: &OneRelease<'a>) -> impl Iterator<Item = ProjectAt<'a>> + use<'a> {
    let is_judged = on.config.index_url().is_some()
        && !on.config.zuul_projects.is_empty()
        && on.special().is_none_or(|special| special.kind() == SpecialKind::Last);
    on.tagged_projects().filter(move |_| is_judged)
}
