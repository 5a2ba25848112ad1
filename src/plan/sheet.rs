//! What the plan is built from, file by file.

use super::build::{Introduction, Subject};
use super::{PlannedRelease, Step};
use crate::calendar::Waiting;
use crate::config::Described;
use crate::tree::deliverable::{Branch, Location, Project, Release, StableBranchType};
use crate::tree::file::FilePath;
use crate::tree::place::Place;
use crate::tree::record::File;
use crate::tree::request::Change;

/// One deliverable file of the request, as the plan sees it.
#[derive(Clone, Copy)]
pub(super) struct Sheet<'a> {
    pub(super) subject: &'a Subject<'a>,
    pub(super) change: &'a Change,
    pub(super) path: &'a FilePath,
    pub(super) file: &'a File,
}

pub(super) fn sheets<'a>(subject: &'a Subject<'a>) -> impl Iterator<Item = Sheet<'a>> {
    subject.request.changes.iter().filter_map(move |change| {
        let file = change.after.as_deref().filter(|file| file.is_readable())?;
        let path = file.path.as_ref().ok()?;
        Some(Sheet { subject, change, path, file })
    })
}

/// Entries that stood in a file before and stand nowhere in the request any more.
pub(super) fn removed<'a>(subject: &Subject<'a>) -> Vec<(&'a Change, &'a Release, &'a Project)> {
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
    pub(super) fn new_releases(&self) -> impl Iterator<Item = &'a Release> + use<'a> {
        let Self { subject, change, .. } = *self;
        subject.request.new_releases(change).into_iter().map(|new| new.release)
    }

    pub(super) fn new_branches(&self) -> impl Iterator<Item = &'a Branch> + use<'a> {
        let Self { subject, change, file, .. } = *self;
        let kind = file.deliverable.stable_branch_type.as_ref().map(|kind| kind.value);
        let is_ours = kind != Some(StableBranchType::Upstream);
        file.deliverable
            .branches
            .iter()
            .filter(move |branch| is_ours && subject.request.is_new_branch(change, branch))
    }

    pub(super) fn tagged(
        &self,
        release: &'a Release,
    ) -> impl Iterator<Item = &'a Project> + use<'a> {
        let file = self.file;
        release.projects.iter().filter(move |project| !file.deliverable.is_retired(&project.repo))
    }

    /// The repositories of a branch, each with the commit at which it starts.
    pub(super) fn points(&self, branch: &Branch) -> Vec<(String, String)> {
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
    pub(super) fn unread(&self) -> Vec<String> {
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
    pub(super) fn waiting(&self) -> Waiting<'a> {
        let Self { subject, path, file, .. } = *self;
        let who = Described::of(&file.deliverable, path);
        Waiting::of(subject.policy, subject.request.head.series(), who)
    }

    pub(super) fn introduction(&self, version: &str) -> Option<&'a Introduction> {
        self.subject.introductions.get(&(self.change.path.clone(), version.to_owned()))
    }

    pub(super) fn planned(
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
