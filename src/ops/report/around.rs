//! What is around a release: who depends on it, the results of their jobs, and the open changes that the site watches.

use super::Found;
use crate::config::Described;
use crate::facts::builds::{Build, BuildsOf};
use crate::facts::needs::{NeedsAtHand, index_name};
use crate::facts::package::{PackageAt, answer};
use crate::facts::watched::{Watched, WatchedChange};
use crate::facts::{Answer, Asks, Facts};
use crate::report::review::{
    BuildLine, DependentLine, DependentsReview, DownstreamReview, JobReview, Link, QueryReview,
};
use crate::rules::{OneDeliverable, OneRelease};
use crate::tree::deliverable::{Deliverable, Project};
use crate::tree::file::INDEPENDENT;
use crate::tree::record::DELIVERABLES;

/// Asks for what [`downstream`] and [`dependents`] need.
pub(super) fn asks(on: &OneDeliverable<'_>, others: &[String], asks: &mut Asks) {
    jobs(on).for_each(|job| asks.put(job));
    if on.new_releases().next().is_some() {
        others.iter().for_each(|repo| asks.put(NeedsAtHand { repo: repo.clone() }));
    }
}

/// Asks for what is around one repository of a release.
pub(super) fn asks_of(on: &OneRelease<'_>, project: &Project, facts: &Facts, asks: &mut Asks) {
    asks.put(PackageAt::of(project));
    queries(on, project, facts).into_iter().for_each(|query| asks.put(query));
}

/// The repositories that the record releases in the series of these files, and independently.
pub(super) fn repositories(files: &[OneDeliverable<'_>]) -> Vec<String> {
    let Some(first) = files.first() else { return Vec::new() };
    let head = &first.request.head;
    let dirs: Vec<String> = files
        .iter()
        .map(|on| on.path.dir())
        .chain([INDEPENDENT])
        .map(|dir| format!("{DELIVERABLES}/{dir}/"))
        .collect();
    let paths = head.paths().unwrap_or_default();
    let paths = paths.iter().filter(|path| dirs.iter().any(|dir| path.starts_with(dir)));
    let files = paths.filter_map(|path| head.known_file(path));
    let mut found: Vec<String> = files.flat_map(|file| newest(&file.deliverable)).collect();
    found.sort();
    found.dedup();
    found
}

fn newest(deliverable: &Deliverable) -> Vec<String> {
    let newest = deliverable.releases.last().into_iter();
    let projects = newest.flat_map(|release| &release.projects);
    let live = projects.filter(|project| !deliverable.is_retired(&project.repo));
    live.map(|project| project.repo.value.clone()).collect()
}

/// The jobs whose results are shown, if the site has a Zuul.
fn jobs<'a>(on: &OneDeliverable<'a>) -> impl Iterator<Item = BuildsOf> + use<'a> {
    let who = Described::of(on.deliverable(), on.path);
    let api = &on.config.reviewing.zuul;
    let covering = on.policy.downstream.iter().filter(move |one| one.who.covers(&who));
    let jobs = covering.flat_map(|one| &one.jobs).filter(|_| !api.is_empty());
    jobs.map(|job| BuildsOf {
        api: api.clone(),
        project: job.project.clone(),
        job: job.name.clone(),
    })
}

pub(super) fn downstream(on: &OneDeliverable<'_>, found: &Found<'_>) -> DownstreamReview {
    let who = Described::of(on.deliverable(), on.path);
    let covering = on.policy.downstream.iter().filter(|one| one.who.covers(&who));
    let job = |question: BuildsOf| JobReview {
        builds: found.get(&question, |builds| builds.iter().map(build).collect()),
        project: question.project,
        job: question.job,
    };
    DownstreamReview {
        repos: covering.clone().flat_map(|one| one.repos.clone()).collect(),
        mail: covering.flat_map(|one| one.mail.clone()).collect(),
        jobs: jobs(on).map(job).collect(),
    }
}

fn build(build: &Build) -> BuildLine {
    BuildLine {
        result: build.result.clone().unwrap_or_else(|| "running".to_owned()),
        ended: build.end_time,
        url: build.log_url.clone().filter(|url| is_web(url)),
    }
}

fn is_web(url: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| url.starts_with(scheme))
}

/// Who needs the package of `project`, as far as projects are on this machine; absent where it is no Python package.
pub(super) fn dependents(
    project: &Project,
    others: &[String],
    found: &Found<'_>,
) -> Answer<DependentsReview> {
    let package = found.facts.get(&PackageAt::of(project));
    package.and_then(|package| answer(&package.name)).map(|name| {
        let name = index_name(&name.value);
        let others = others.iter().filter(|repo| **repo != *project.repo);
        let (mut looked_at, mut lines) = (0, Vec::new());
        for repo in others {
            let Answer::Known(needs) = found.facts.get(&NeedsAtHand { repo: repo.clone() }) else {
                continue;
            };
            looked_at += 1;
            lines.extend(needs.iter().filter(|need| need.name == name).map(|need| DependentLine {
                repo: repo.clone(),
                requirement: need.text.clone(),
                place: need.place.clone(),
            }));
        }
        DependentsReview { looked_at, found: lines }
    })
}

fn queries(on: &OneRelease<'_>, project: &Project, facts: &Facts) -> Vec<Watched> {
    if on.config.gerrit.is_empty() {
        return Vec::new();
    }
    let branch = on.branch(project, facts);
    let branch = branch.known().map_or("master", String::as_str);
    let filled = |query: &String| Watched {
        query: query.replace("{repo}", &project.repo).replace("{branch}", branch),
    };
    on.config.reviewing.watched.iter().map(filled).collect()
}

pub(super) fn open_changes(
    on: &OneRelease<'_>,
    project: &Project,
    found: &Found<'_>,
) -> Vec<QueryReview> {
    let gerrit = on.config.gerrit.trim_end_matches('/').to_owned();
    let link = |change: &WatchedChange| Link {
        text: format!("{} {}", change.number, change.subject),
        url: Some(format!("{gerrit}/c/{}/+/{}", change.project, change.number)),
    };
    let review = |query: Watched| QueryReview {
        changes: found.get(&query, |changes| changes.iter().map(link).collect()),
        query: query.query,
    };
    queries(on, project, found.facts).into_iter().map(review).collect()
}
