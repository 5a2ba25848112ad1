//! Builds the plan of a request.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::sheet::{Sheet, removed, sheets};
use super::steps::{announce_step, branch_step, deletion_steps, removed_step, tag_step};
use super::waiting::{merged, unless_created, waiting_steps};
use super::{Action, Overriding, Plan, PlannedRelease, State, Step};
use crate::config::{Config, Policy};
use crate::facts::pushed::{PushedBranch, PushedCommit, PushedRepository, PushedTag, PushedTrunk};
use crate::facts::repository::MergedAt;
use crate::facts::{Asks, Facts};
use crate::ledger::Entry;
use crate::tree::deliverable::{Branch, Location, Project, Release};
use crate::tree::request::Request;
use crate::version::{branches_ended_by, tags_that_end};

/// What a plan is built from.
pub struct Subject<'a> {
    /// The request.
    pub request: &'a Request,
    /// The configuration.
    pub config: &'a Config,
    /// Who brought each entry, by path and version.
    pub introductions: &'a BTreeMap<(String, String), Introduction>,
    /// What the ledger says of a repository and version.
    pub ledger: &'a dyn Fn(&str, &str) -> Option<Entry>,
    /// Which tags are announced.
    pub mails: Mails,
    /// What tags wait for.
    pub policy: &'a Policy,
    /// The present.
    pub now: Timestamp,
}

/// Which tags are announced, unless their mail went out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mails {
    /// Those that tagkeeper makes, or began to make.
    OfOurTags,
    /// Also those that stood before: the release was named on purpose.
    OfEveryTag,
}

/// The commit that brought a release into the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Introduction {
    /// Its id.
    pub commit: String,
    /// What the tag says of it, such as (`Author`, `Ann <ann@example.org>`).
    pub lines: Vec<(String, String)>,
    /// The overrides it gives.
    pub overrides: Vec<Overriding>,
    /// What the release waited for since it was merged, for the tag and the announcement.
    pub waited: Option<String>,
}

/// What the plan wants to know of `push:`.
pub fn asks(subject: &Subject<'_>) -> Asks {
    let mut asks = Asks::default();
    for sheet in sheets(subject) {
        for release in sheet.new_releases() {
            for project in sheet.tagged(release) {
                if sheet.waiting().soak_time().is_some() {
                    asks.put(MergedAt::of(project));
                }
                asks.put(PushedRepository { repo: project.repo.value.clone() });
                asks.put(PushedTrunk { repo: project.repo.value.clone() });
                asks.put(tag(&project.repo, release.version.text()));
                asks.put(PushedCommit {
                    repo: project.repo.value.clone(),
                    hash: project.hash.to_ascii_lowercase(),
                });
                for name in branches_ended_by(release.version.text()) {
                    asks.put(PushedBranch {
                        repo: project.repo.value.clone(),
                        name,
                        point: project.hash.to_ascii_lowercase(),
                    });
                }
            }
        }
        for branch in sheet.new_branches() {
            for (repo, point) in sheet.points(branch) {
                asks.put(PushedRepository { repo: repo.clone() });
                for name in tags_that_end(&branch.name) {
                    asks.put(tag(&repo, &name));
                }
                asks.put(PushedCommit { repo: repo.clone(), hash: point.clone() });
                asks.put(PushedBranch { repo, name: branch.name.value.clone(), point });
            }
        }
    }
    for (release, project) in
        removed(subject).into_iter().map(|(_, release, project)| (release, project))
    {
        asks.put(tag(&project.repo, release.version.text()));
    }
    asks
}

/// The plan of a request.
pub fn build(subject: &Subject<'_>, facts: &Facts) -> Plan {
    let mut releases: Vec<PlannedRelease> = Vec::new();
    for sheet in sheets(subject) {
        let mut loose: Vec<&Branch> = sheet.new_branches().collect();
        for release in sheet.new_releases() {
            let version = release.version.text();
            let (own, others) = loose.into_iter().partition(|branch| starts_at(branch, version));
            loose = others;
            releases.push(planned_release(&sheet, release, own, facts));
        }
        // Each by itself: the override that one of them was merged with is none of another.
        for branch in loose {
            let steps = branch_steps(&sheet, branch, facts);
            let by = sheet.introduction(&branch.name);
            if !steps.is_empty() {
                let steps = waiting_steps(&sheet, steps, by, sheet.waiting());
                releases.push(sheet.planned(None, by, steps));
            }
        }
    }
    for (change, release, project) in removed(subject) {
        if let Some(step) = removed_step(subject, change, release, project, facts)
            && let Some(Ok(path)) = change.before.as_ref().map(|file| &file.path)
        {
            let version = Some(release.version.text().to_owned());
            releases.push(PlannedRelease {
                file: change.path.clone(),
                deliverable: path.name().to_owned(),
                series: path.series().to_owned(),
                version,
                commit: None,
                overrides: Vec::new(),
                steps: vec![step],
            });
        }
    }
    let base = subject.request.base.as_ref().map(crate::tree::record::Record::name);
    let unread = sheets(subject).flat_map(|sheet| sheet.unread()).collect();
    Plan { version: 1, base, head: subject.request.head.name(), releases, unread }
}

fn planned_release(
    sheet: &Sheet<'_>,
    release: &Release,
    branches: Vec<&Branch>,
    facts: &Facts,
) -> PlannedRelease {
    let version = release.version.text();
    let mut steps = Vec::new();
    let mut announcements = Vec::new();
    for project in sheet.tagged(release) {
        steps.push(tag_step(sheet, release, project, facts));
        for branch in &branches {
            let of_repo = branch_steps(sheet, branch, facts)
                .into_iter()
                .filter(|step| step.repo == *project.repo);
            steps.extend(of_repo);
        }
        steps.extend(deletion_steps(release, project, facts));
    }
    for project in sheet.tagged(release) {
        // What cannot be tagged is not announced.
        if let Some(tag) =
            tag_state(&steps, project).filter(|tag| !matches!(tag, State::Conflict(_)))
        {
            announcements.extend(announce_step(sheet, release, project, tag));
        }
    }
    steps.append(&mut announcements);
    let by = sheet.introduction(version);
    let steps = match merged(sheet, release, facts) {
        Ok(merged) => waiting_steps(sheet, steps, by, sheet.waiting().with(merged)),
        Err(why) => unless_created(steps, &State::Unknown(why)),
    };
    sheet.planned(Some(version), by, steps)
}

fn tag_state<'s>(steps: &'s [Step], project: &Project) -> Option<&'s State> {
    let is_its_tag =
        |step: &&Step| step.repo == *project.repo && matches!(step.action, Action::Tag { .. });
    steps.iter().find(is_its_tag).map(|step| &step.state)
}

fn branch_steps(sheet: &Sheet<'_>, branch: &Branch, facts: &Facts) -> Vec<Step> {
    if let Location::Version(version) = &branch.location.value
        && !sheet.file.deliverable.releases.iter().any(|release| release.version.text() == version)
    {
        return vec![Step {
            repo: sheet.path.name().to_owned(),
            action: Action::Branch { name: branch.name.value.clone(), commit: String::new() },
            state: State::Conflict(format!("this file has no release `{version}`")),
        }];
    }
    sheet
        .points(branch)
        .into_iter()
        .map(|(repo, point)| branch_step(sheet, branch, repo, point, facts))
        .collect()
}

fn starts_at(branch: &Branch, version: &str) -> bool {
    matches!(&branch.location.value, Location::Version(at) if at == version)
}

pub(super) fn tag(repo: &str, name: &str) -> PushedTag {
    PushedTag { repo: repo.to_owned(), name: name.to_owned() }
}
