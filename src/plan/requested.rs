//! What a request asks for, part by part.

use super::subject::{Introduction, PlanInput};
use super::{ImpossibleEntry, PlannedRelease, Step};
use crate::calendar::{Cycle, FinalOpening, Waiting};
use crate::config::Described;
use crate::tree::deliverable::{
    Branch, Location, NamedProject, Project, Release, StableBranchType,
};
use crate::tree::file::FilePath;
use crate::tree::place::{Place, Placed};
use crate::tree::record::File;
use crate::tree::request::Change;
use crate::tree::{BadCommitId, BadRepoName, CommitId, RepoName};

/// One deliverable file of the request, as the plan sees it.
#[derive(Clone, Copy)]
pub struct RequestedFile<'a> {
    /// What the plan is built from.
    pub subject: &'a PlanInput<'a>,
    /// The change of the file.
    pub change: &'a Change,
    /// Its path.
    pub path: &'a FilePath,
    /// The file as the request leaves it.
    pub file: &'a File,
}

pub(super) fn files<'a>(subject: &'a PlanInput<'a>) -> impl Iterator<Item = RequestedFile<'a>> {
    subject.request.changes.iter().filter_map(move |change| {
        let file = change.after.as_deref().filter(|file| file.is_readable())?;
        let path = file.path.as_ref().ok()?;
        Some(RequestedFile { subject, change, path, file })
    })
}

/// A part of a request: the unit that is planned by itself.
pub enum Part<'a> {
    /// A new release, with the branches that start at it.
    Release {
        /// Its file.
        file: RequestedFile<'a>,
        /// The entry.
        release: &'a Release,
        /// The branches.
        branches: Vec<&'a Branch>,
    },
    /// A branch without a release.
    Branch {
        /// Its file.
        file: RequestedFile<'a>,
        /// The entry.
        branch: &'a Branch,
    },
    /// A release that the request takes out of the record.
    Removed(Removed<'a>),
}

/// An entry that was in a file before and is nowhere in the request any more.
#[derive(Clone)]
pub struct Removed<'a> {
    /// What the plan is built from.
    pub subject: &'a PlanInput<'a>,
    /// The change of its file.
    pub change: &'a Change,
    /// The entry.
    pub release: &'a Release,
    /// Its repository.
    pub project: NamedProject<'a>,
}

impl<'a> Part<'a> {
    /// What the plan is built from.
    pub fn subject(&self) -> &'a PlanInput<'a> {
        match self {
            Self::Release { file, .. } | Self::Branch { file, .. } => file.subject,
            Self::Removed(removed) => removed.subject,
        }
    }

    /// The branches that it asks for, and their file.
    pub fn branches(&self) -> Option<(&RequestedFile<'a>, &[&'a Branch])> {
        match self {
            Self::Release { file, branches, .. } => Some((file, branches)),
            Self::Branch { file, branch } => Some((file, std::slice::from_ref(branch))),
            Self::Removed(_) => None,
        }
    }

    /// The release that it asks for, and its file.
    pub fn release(&self) -> Option<(&RequestedFile<'a>, &'a Release)> {
        match self {
            Self::Release { file, release, .. } => Some((file, release)),
            Self::Branch { .. } | Self::Removed(_) => None,
        }
    }
}

/// The parts of a request, by file.
pub(super) fn parts<'a>(subject: &'a PlanInput<'a>) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    for file in files(subject) {
        let mut loose: Vec<&Branch> = file.new_branches().collect();
        loose.retain(|branch| file.starts_nowhere(branch).is_none());
        for release in file.new_releases().filter(|release| file.misnamed(release).is_none()) {
            let version = release.version.text();
            let (branches, others) =
                loose.into_iter().partition(|branch| starts_at(branch, version));
            loose = others;
            parts.push(Part::Release { file, release, branches });
        }
        // Each by itself: the override that one of them was merged with is none of another.
        parts.extend(loose.into_iter().map(|branch| Part::Branch { file, branch }));
    }
    parts.extend(removed(subject).into_iter().map(Part::Removed));
    parts
}

fn misnamed(repo: &Placed<String>) -> Option<(Place, BadRepoName)> {
    RepoName::parse(repo).err().map(|why| (repo.place, why))
}

fn starts_at(branch: &Branch, version: &str) -> bool {
    matches!(&branch.location.value, Location::Version(at) if at == version)
}

fn removed<'a>(subject: &'a PlanInput<'a>) -> Vec<Removed<'a>> {
    let mut found = Vec::new();
    for change in &subject.request.changes {
        let after: Vec<_> = subject.request.files_after(change).collect();
        // Nobody knows what a file that cannot be read has taken out.
        if after.iter().any(|file| !file.is_readable()) {
            continue;
        }
        let is_kept = |release: &Release, project: &Project| {
            after.iter().flat_map(|file| &file.deliverable.releases).any(|now| {
                now.version.text() == release.version.text()
                    && now.projects.iter().any(|other| *other.repo == *project.repo)
            })
        };
        for release in change.before.iter().flat_map(|file| &file.deliverable.releases) {
            let gone = release.projects.iter().filter(|project| !is_kept(release, project));
            // What no repository is called was never tagged.
            let named = gone.filter_map(|project| project.named().ok());
            found.extend(named.map(|project| Removed { subject, change, release, project }));
        }
    }
    found
}

impl<'a> RequestedFile<'a> {
    /// The releases that the request adds or changes.
    pub fn new_releases(&self) -> impl Iterator<Item = &'a Release> + use<'a> {
        let Self { subject, change, .. } = *self;
        subject.request.new_releases(change).into_iter().map(|new| new.release)
    }

    /// The branches that the request adds or changes and that are ours to make.
    pub fn new_branches(&self) -> impl Iterator<Item = &'a Branch> + use<'a> {
        let Self { subject, change, file, .. } = *self;
        let kind = file.deliverable.stable_branch_type.as_ref().map(|kind| kind.value);
        let is_ours = kind != Some(StableBranchType::Upstream);
        file.deliverable
            .branches
            .iter()
            .filter(move |branch| is_ours && subject.request.is_new_branch(change, branch))
    }

    /// The repositories of a release that get its tag.
    pub fn tagged(&self, release: &'a Release) -> impl Iterator<Item = NamedProject<'a>> + use<'a> {
        self.live(release).filter_map(|project| project.named().ok())
    }

    /// The repositories of a release that are not retired, whatever they are called.
    fn live(&self, release: &'a Release) -> impl Iterator<Item = &'a Project> + use<'a> {
        let file = self.file;
        release.projects.iter().filter(move |project| !file.deliverable.is_retired(&project.repo))
    }

    /// The repositories of a branch, each with the commit at which it starts.
    pub fn points(&self, branch: &Branch) -> Vec<(RepoName, Result<CommitId, BadCommitId>)> {
        match &branch.location.value {
            Location::Commits(commits) => {
                let point = |(repo, hash): &(Placed<String>, Placed<String>)| {
                    Some((RepoName::parse(repo).ok()?, CommitId::parse(hash)))
                };
                commits.iter().filter_map(point).collect()
            }
            Location::Version(version) => {
                let release = self.release_named(version).into_iter();
                let projects = release.flat_map(|release| self.tagged(release));
                projects.map(|project| (project.name.clone(), project.commit())).collect()
            }
        }
    }

    fn release_named(&self, version: &str) -> Option<&'a Release> {
        self.file.deliverable.releases.iter().find(|release| release.version.text() == version)
    }

    /// Why nothing can be made for a release, if one of its repositories has no name that a repository can have.
    fn misnamed(&self, release: &'a Release) -> Option<(Place, BadRepoName)> {
        self.live(release).find_map(|project| misnamed(&project.repo))
    }

    /// Why a branch cannot be made, if it starts at a release that is not there, or in a repository that can have no such
    /// name.
    fn starts_nowhere(&self, branch: &Branch) -> Option<(Place, String)> {
        let place = branch.location.place;
        let found = match &branch.location.value {
            Location::Commits(commits) => commits.iter().find_map(|(repo, _)| misnamed(repo)),
            Location::Version(version) => match self.release_named(version) {
                None => return Some((place, format!("this file has no release `{version}`"))),
                Some(release) => self.misnamed(release),
            },
        };
        found.map(|(place, why)| (place, why.to_string()))
    }

    /// What the request asks for and nobody can make as it is written.
    pub(super) fn impossible(&self) -> impl Iterator<Item = ImpossibleEntry> {
        let releases = self.new_releases().filter_map(|release| {
            let (place, why) = self.misnamed(release)?;
            Some((release.version.text(), place, why.to_string()))
        });
        let branches = self.new_branches().filter_map(|branch| {
            let (place, why) = self.starts_nowhere(branch)?;
            Some((branch.name.as_str(), place, why))
        });
        releases.chain(branches).map(|(name, place, why)| ImpossibleEntry {
            file: self.change.path.clone(),
            line: place.line,
            name: name.to_owned(),
            why,
        })
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
    pub fn waiting(&self) -> Waiting<'a> {
        let Self { subject, path, file, .. } = *self;
        let who = Described::of(&file.deliverable, path);
        Waiting::of(subject.policy, subject.request.head.series(), who)
    }

    /// What the tags of this release may have to wait for.
    pub fn waiting_of(&self, release: &Release) -> Waiting<'a> {
        let Self { subject, path, file, .. } = *self;
        let head = &subject.request.head;
        let opening = Cycle::of(head, path.series()).and_then(|cycle| {
            let all = &file.deliverable.releases;
            let at = all.iter().position(|other| other.place == release.place)?;
            FinalOpening::of(&cycle, (&file.deliverable, path), &all[..at], &release.version)
        });
        self.waiting().with_final(opening)
    }

    /// Who brought a version or branch of this file.
    pub fn introduction(&self, version: &str) -> Option<&'a Introduction> {
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
