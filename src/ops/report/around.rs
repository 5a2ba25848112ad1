//! What is around a release: who depends on it, the results of their jobs, and the open changes that the site watches.

use super::ReviewFacts;
use crate::config::Described;
use crate::facts::builds::{Build, BuildsOf};
use crate::facts::dependents::{FoundDependent, FoundDependents};
use crate::facts::needs::{Need, NeedsAtHand, index_name};
use crate::facts::package::{PackageAt, answer};
use crate::facts::watched::{Watched, WatchedChange};
use crate::facts::{Answer, Asks, Facts, Unknown};
use crate::report::review::{
    BuildLine, DependentLine, DependentsReview, DownstreamReview, JobReview, Link, QueryReview,
};
use crate::rules::{OneDeliverable, OneRelease};
use crate::tree::RepoName;
use crate::tree::deliverable::{Deliverable, NamedProject, ProjectAt};
use crate::tree::file::INDEPENDENT;
use crate::tree::record::DELIVERABLES;

/// Stands for the branch in a query of the site.
const BRANCH: &str = "{branch}";

/// Asks for what [`downstream`] and [`dependents`] need.
pub(super) fn asks(on: &OneDeliverable<'_>, others: &[RepoName], asks: &mut Asks) {
    jobs(on).for_each(|job| asks.put(job));
    if on.new_releases().next().is_some() {
        others.iter().for_each(|repo| asks.put(NeedsAtHand { repo: repo.clone() }));
    }
}

/// Asks for what is around one repository of a release.
pub(super) fn asks_of(
    on: &OneRelease<'_>,
    project: &ProjectAt<'_>,
    others: &[RepoName],
    (facts, asks): (&Facts, &mut Asks),
) {
    asks.put(PackageAt::of(project));
    if let Some(search) = search(on, project, others, facts) {
        asks.put(search);
    }
    for (_, query) in queries(on, project, facts) {
        if let Answer::Known(query) = query {
            asks.put(query);
        }
    }
}

/// The repositories that the record releases in the series of these files, and independently.
pub(super) fn repositories(files: &[OneDeliverable<'_>]) -> Vec<RepoName> {
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
    let mut found: Vec<RepoName> = files.flat_map(|file| newest(&file.deliverable)).collect();
    found.sort();
    found.dedup();
    found
}

fn newest(deliverable: &Deliverable) -> Vec<RepoName> {
    let newest = deliverable.releases.last().into_iter();
    let projects = newest.flat_map(|release| &release.projects);
    let live = projects.filter(|project| !deliverable.is_retired(&project.repo));
    live.filter_map(|project| project.named().ok())
        .map(|project: NamedProject<'_>| project.name)
        .collect()
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

pub(super) fn downstream(on: &OneDeliverable<'_>, found: &ReviewFacts<'_>) -> DownstreamReview {
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

/// Who needs the package of `project`: among the projects on this machine, and where these are few as the code search knows
/// it. Absent where it is no Python package.
pub(super) fn dependents(
    on: &OneRelease<'_>,
    project: &ProjectAt<'_>,
    others: &[RepoName],
    facts: &Facts,
) -> Answer<DependentsReview> {
    package_name(project, facts).map(|name| {
        let at_hand = at_hand(project, others, facts);
        let of_one = |(repo, needs): &(&RepoName, &Vec<Need>)| {
            let needs = needs.iter().filter(|need| need.name == name);
            let line = |need: &Need| DependentLine {
                repo: repo.to_string(),
                requirement: need.text.clone(),
                place: need.place.clone(),
            };
            needs.map(line).collect::<Vec<_>>()
        };
        let mut found: Vec<DependentLine> = at_hand.iter().flat_map(of_one).collect();
        let search = search(on, project, others, facts);
        let searched = search.map_or(Answer::Absent, |search| facts.get(&search).map(Vec::clone));
        let elsewhere = searched.known().map(Vec::as_slice).unwrap_or_default().iter();
        let is_new = |one: &&FoundDependent| {
            one.repo != *project.repo && !at_hand.iter().any(|(repo, _)| ***repo == *one.repo)
        };
        found.extend(elsewhere.filter(is_new).map(|one| DependentLine {
            repo: one.repo.clone(),
            requirement: one.text.clone(),
            place: one.place.clone(),
        }));
        let searched = searched.map(|found| found.len());
        DependentsReview { looked_at: at_hand.len(), searched, found }
    })
}

/// The name of the package of `project` in the index.
fn package_name(project: &ProjectAt<'_>, facts: &Facts) -> Answer<String> {
    let package = facts.get(&PackageAt::of(project));
    package.and_then(|package| answer(&package.name)).map(|name| index_name(&name.value))
}

/// What other projects on this machine need.
fn at_hand<'a>(
    project: &ProjectAt<'_>,
    others: &'a [RepoName],
    facts: &'a Facts,
) -> Vec<(&'a RepoName, &'a Vec<Need>)> {
    let others = others.iter().filter(|repo| **repo != project.name);
    let needs = |repo: &'a RepoName| match facts.get(&NeedsAtHand { repo: repo.clone() }) {
        Answer::Known(needs) => Some((repo, needs)),
        _ => None,
    };
    others.filter_map(needs).collect()
}

/// The question for the code search, where the site has one and less than half of the projects are on this machine.
fn search(
    on: &OneRelease<'_>,
    project: &ProjectAt<'_>,
    others: &[RepoName],
    facts: &Facts,
) -> Option<FoundDependents> {
    let search = Some(on.config.reviewing.code_search.clone()).filter(|url| !url.is_empty())?;
    let Answer::Known(package) = package_name(project, facts) else { return None };
    let is_asked = |repo: &RepoName| facts.has(&NeedsAtHand { repo: repo.clone() });
    let is_known = others.iter().all(is_asked);
    let is_enough = at_hand(project, others, facts).len() * 2 >= others.len().max(1);
    (is_known && !is_enough).then_some(FoundDependents { search, package })
}

/// What is asked of the site's Gerrit, as far as the branch that a query names is known.
fn queries(
    on: &OneRelease<'_>,
    project: &ProjectAt<'_>,
    facts: &Facts,
) -> Vec<(String, Answer<Watched>)> {
    if on.config.gerrit.is_empty() {
        return Vec::new();
    }
    let branch = on.branch(project, facts);
    let filled = |query: &String| {
        let query = query.replace("{repo}", &project.repo);
        let asked = match query.contains(BRANCH) {
            true => branch.clone().map(|branch| query.replace(BRANCH, &branch)),
            false => Answer::Known(query.clone()),
        };
        (query, asked.map(|query| Watched { query }))
    };
    on.config.reviewing.watched.iter().map(filled).collect()
}

pub(super) fn open_changes(
    on: &OneRelease<'_>,
    project: &ProjectAt<'_>,
    found: &ReviewFacts<'_>,
) -> Vec<QueryReview> {
    let gerrit = on.config.gerrit.trim_end_matches('/').to_owned();
    let link = |change: &WatchedChange| Link {
        text: format!("{} {}", change.number, change.subject),
        url: Some(format!("{gerrit}/c/{}/+/{}", change.project, change.number)),
    };
    let review = |(query, asked): (String, Answer<Watched>)| match asked {
        Answer::Known(asked) => QueryReview {
            changes: found.get(&asked, |changes| changes.iter().map(link).collect()),
            query: asked.query,
        },
        Answer::Absent => {
            let why = Unknown::because("the repository has no branch to look at");
            QueryReview { changes: Answer::Unknown(why), query }
        }
        Answer::Unknown(why) => QueryReview { changes: Answer::Unknown(why), query },
    };
    queries(on, project, found.facts).into_iter().map(review).collect()
}
