//! Builds the plan of a request.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::steps::{announce_step, branch_step, deletion_steps, removed_step, tag_step};
use super::{Action, Held, Overriding, Plan, PlannedRelease, State, Step, held};
use crate::calendar::{Merged, Waiting};
use crate::config::{Config, Described, Policy};
use crate::facts::pushed::{PushedBranch, PushedCommit, PushedRepository, PushedTag};
use crate::facts::repository::MergedAt;
use crate::facts::{Answer, Asks, Facts};
use crate::ledger::Entry;
use crate::tree::deliverable::{Branch, Location, Project, Release, StableBranchType};
use crate::tree::file::FilePath;
use crate::tree::place::Place;
use crate::tree::record::File;
use crate::tree::request::{Change, Request};

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

/// One deliverable file of the request, as the plan sees it.
#[derive(Clone, Copy)]
pub(super) struct Sheet<'a> {
    pub(super) subject: &'a Subject<'a>,
    pub(super) change: &'a Change,
    pub(super) path: &'a FilePath,
    pub(super) file: &'a File,
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
                asks.put(tag(&project.repo, release.version.text()));
                asks.put(PushedCommit {
                    repo: project.repo.value.clone(),
                    hash: project.hash.to_ascii_lowercase(),
                });
                if let Some(special) = release.version.special() {
                    for name in ended_branches(special.id()) {
                        asks.put(PushedBranch {
                            repo: project.repo.value.clone(),
                            name,
                            point: project.hash.to_ascii_lowercase(),
                        });
                    }
                }
            }
        }
        for branch in sheet.new_branches() {
            for (repo, point) in sheet.points(branch) {
                asks.put(PushedRepository { repo: repo.clone() });
                for name in end_tags(&branch.name) {
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

/// When the commits of a release were merged, where the policy wants to know.
fn merged(sheet: &Sheet<'_>, release: &Release, facts: &Facts) -> Result<Vec<Merged>, String> {
    if sheet.waiting().soak_time().is_none() {
        return Ok(Vec::new());
    }
    let mut merged = Vec::new();
    for project in sheet.tagged(release) {
        match facts.get(&MergedAt::of(project)) {
            Answer::Known(at) => merged.push(Merged { repo: project.repo.value.clone(), at: *at }),
            Answer::Absent => {}
            Answer::Unknown(why) => {
                return Err(format!("when the commit of `{}` was merged: {why}", *project.repo));
            }
        }
    }
    Ok(merged)
}

/// The steps, with those held that would be made now and may not.
fn waiting_steps(
    sheet: &Sheet<'_>,
    steps: Vec<Step>,
    by: Option<&Introduction>,
    waiting: Waiting<'_>,
) -> Vec<Step> {
    let overrides: &[Overriding] = by.map(|by| by.overrides.as_slice()).unwrap_or_default();
    match held(&waiting, overrides, sheet.subject.now) {
        Some(Held { until, reason }) => unless_created(steps, &State::Held { until, reason }),
        None => steps,
    }
}

/// The state of an announcement whose tag is in `state`.
fn with_its_tag(state: &State) -> State {
    match state {
        State::Held { until, .. } => {
            State::Held { until: *until, reason: "its tag waits".to_owned() }
        }
        other => other.clone(),
    }
}

/// The steps, those that would push a ref now in another state, and the announcements with them. An announcement of a tag
/// that stands is not kept back.
fn unless_created(mut steps: Vec<Step>, state: &State) -> Vec<Step> {
    let mut untagged = Vec::new();
    for step in &mut steps {
        let pushes = step.action.full_ref().is_some();
        let is_of_untagged =
            matches!(step.action, Action::Announce { .. }) && untagged.contains(&step.repo);
        if step.state == State::Create && (pushes || is_of_untagged) {
            step.state = if pushes { state.clone() } else { with_its_tag(state) };
            if matches!(step.action, Action::Tag { .. }) {
                untagged.push(step.repo.clone());
            }
        }
    }
    steps
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

/// The branches that a tag `<id>-eom` or `<id>-eol` ends.
pub(super) fn ended_branches(id: &str) -> [String; 2] {
    [format!("stable/{id}"), format!("unmaintained/{id}")]
}

/// The tags any of which ends that branch. Bugfix branches are ended by hand, under either name.
pub(super) fn end_tags(branch: &str) -> Vec<String> {
    match branch.split_once('/') {
        Some(("stable", id)) => vec![format!("{id}-eom"), format!("{id}-eol")],
        Some(("unmaintained", id)) => vec![format!("{id}-eol")],
        Some(("bugfix", id)) => vec![format!("bugfix-{id}-eol"), format!("bugfix/{id}-eol")],
        _ => Vec::new(),
    }
}

pub(super) fn tag(repo: &str, name: &str) -> PushedTag {
    PushedTag { repo: repo.to_owned(), name: name.to_owned() }
}

fn sheets<'a>(subject: &'a Subject<'a>) -> impl Iterator<Item = Sheet<'a>> {
    subject.request.changes.iter().filter_map(move |change| {
        let file = change.after.as_deref().filter(|file| file.is_readable())?;
        let path = file.path.as_ref().ok()?;
        Some(Sheet { subject, change, path, file })
    })
}

/// Entries that stood in a file before and stand nowhere in the request any more.
fn removed<'a>(subject: &Subject<'a>) -> Vec<(&'a Change, &'a Release, &'a Project)> {
    let mut found = Vec::new();
    for change in &subject.request.changes {
        let after: Vec<_> = subject.request.files_after(change).collect();
        let is_kept = |release: &Release, project: &Project| {
            after.iter().flat_map(|file| &file.deliverable.releases).any(|now| {
                now.version.text() == release.version.text()
                    && now.projects.iter().any(|other| *other.repo == *project.repo)
            })
        };
        let releases = change.before.iter().flat_map(|file| &file.deliverable.releases);
        for release in releases {
            found.extend(
                release
                    .projects
                    .iter()
                    .filter(|project| !is_kept(release, project))
                    .map(|project| (change, release, project)),
            );
        }
    }
    found
}

impl<'a> Sheet<'a> {
    fn new_releases(&self) -> impl Iterator<Item = &'a Release> + use<'a> {
        let Self { subject, change, .. } = *self;
        subject.request.new_releases(change).into_iter().map(|new| new.release)
    }

    fn new_branches(&self) -> impl Iterator<Item = &'a Branch> + use<'a> {
        let Self { subject, change, file, .. } = *self;
        let kind = file.deliverable.stable_branch_type.as_ref().map(|kind| kind.value);
        let is_ours = kind != Some(StableBranchType::Upstream);
        file.deliverable
            .branches
            .iter()
            .filter(move |branch| is_ours && subject.request.is_new_branch(change, branch))
    }

    fn tagged(&self, release: &'a Release) -> impl Iterator<Item = &'a Project> + use<'a> {
        let file = self.file;
        release.projects.iter().filter(move |project| !file.deliverable.is_retired(&project.repo))
    }

    /// The repositories of a branch, each with the commit at which it starts.
    fn points(&self, branch: &Branch) -> Vec<(String, String)> {
        match &branch.location.value {
            Location::Commits(commits) => commits
                .iter()
                .map(|(repo, hash)| (repo.value.clone(), hash.to_ascii_lowercase()))
                .collect(),
            Location::Version(version) => {
                let release = self
                    .file
                    .deliverable
                    .releases
                    .iter()
                    .find(|release| release.version.text() == version);
                let projects = release.into_iter().flat_map(|release| self.tagged(release));
                projects
                    .map(|project| (project.repo.value.clone(), project.hash.to_ascii_lowercase()))
                    .collect()
            }
        }
    }

    /// The entries that cannot be read, unless as many could not be read before.
    fn unread(&self) -> Vec<String> {
        let lost = &self.file.deliverable.lost;
        let before = self.change.before.as_ref().map_or(0, |file| file.deliverable.lost.len());
        let new = lost.iter().filter(|_| lost.len() > before);
        let line = |place: &Place| {
            format!(
                "{}:{} cannot be read: `tagkeeper check` says why",
                self.change.path, place.line
            )
        };
        new.map(line).collect()
    }

    /// What the tags of this file may have to wait for.
    fn waiting(&self) -> Waiting<'a> {
        let Self { subject, path, file, .. } = *self;
        let who = Described::of(&file.deliverable, path);
        Waiting::of(subject.policy, subject.request.head.series(), who)
    }

    pub(super) fn introduction(&self, version: &str) -> Option<&'a Introduction> {
        self.subject.introductions.get(&(self.change.path.clone(), version.to_owned()))
    }

    fn planned(
        &self,
        version: Option<&str>,
        by: Option<&Introduction>,
        steps: Vec<Step>,
    ) -> PlannedRelease {
        PlannedRelease {
            file: self.change.path.clone(),
            deliverable: self.path.name().to_owned(),
            series: self.path.series().to_owned(),
            version: version.map(str::to_owned),
            commit: by.map(|by| by.commit.clone()),
            overrides: by.map(|by| by.overrides.clone()).unwrap_or_default(),
            steps,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Action, State, Step, end_tags, unless_created, with_its_tag};

    #[test]
    fn the_mail_of_a_tag_that_stands_goes_out_though_its_branch_waits() {
        let step = |action: Action, state: State| Step { repo: "a/b".to_owned(), action, state };
        let tag = Action::Tag { name: "1.0.0".into(), commit: "c".into(), message: "m".into() };
        let branch = Action::Branch { name: "stable/a".into(), commit: "c".into() };
        let mail = Action::Announce { name: "1.0.0".into() };
        let held = State::Held { until: None, reason: "fire".to_owned() };
        let steps = vec![
            step(tag.clone(), State::Done("there".to_owned())),
            step(branch.clone(), State::Create),
            step(mail.clone(), State::Create),
        ];
        let states =
            |steps: Vec<Step>| unless_created(steps, &held).into_iter().map(|step| step.state);
        assert!(states(steps).eq([State::Done("there".to_owned()), held.clone(), State::Create]));
        let steps =
            vec![step(tag, State::Create), step(branch, State::Create), step(mail, State::Create)];
        assert!(states(steps).eq([held.clone(), held.clone(), with_its_tag(&held)]));
    }

    #[test]
    fn every_kind_of_branch_that_ends_has_its_tags() {
        assert_eq!(end_tags("stable/2024.1"), ["2024.1-eom", "2024.1-eol"]);
        assert_eq!(end_tags("unmaintained/zed"), ["zed-eol"]);
        assert_eq!(end_tags("bugfix/8.4"), ["bugfix-8.4-eol", "bugfix/8.4-eol"]);
        assert!(end_tags("feature/zmq").is_empty());
        assert!(end_tags("stable").is_empty());
    }
}
