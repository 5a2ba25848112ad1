//! What a rule looks at: one file, deliverable, release or branch of the request.

use std::ops::Deref;
use std::sync::Arc;

use jiff::Timestamp;

use crate::calendar::is_in_closed_series;
use crate::config::{Config, Policy, PolicyLevel};
use crate::rules::Rule;
use crate::tree::RepoName;
use crate::tree::deliverable::{
    Branch, Deliverable, Kind, Model, NamedProject, Project, Release, StableBranchType, Status,
};
use crate::tree::file::FilePath;
use crate::tree::place::Place;
use crate::tree::record::File;
use crate::tree::request::{Change, NewRelease, Novelty, Request};
use crate::tree::series::Series;
use crate::version::{BranchKind, SpecialKind};

/// The times by which a request is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// The current time: windows, holds and soak times go by it.
    pub now: Timestamp,
    /// When the request was proposed, if that is known from Gerrit or the caller: freezes and deadlines go by it.
    pub proposed: Option<Timestamp>,
}

/// One file that the request touches.
#[derive(Clone, Copy)]
pub struct OneFile<'a> {
    /// The whole request.
    pub request: &'a Request,
    /// The configuration of the site.
    pub config: &'a Config,
    /// The policy of the site.
    pub policy: &'a Policy,
    /// The times to judge by.
    pub clock: Clock,
    /// Before and after.
    pub change: &'a Change,
}

/// One readable deliverable file of an open series, as the request leaves it.
#[derive(Clone, Copy)]
pub struct OneDeliverable<'a> {
    file: OneFile<'a>,
    /// Directory, series and name.
    pub path: &'a FilePath,
    /// The file as the request leaves it.
    pub after: &'a File,
    /// Its series; none for independent files and for series that the record does not list.
    pub series: Option<&'a Series>,
}

/// One release that the request adds or changes.
#[derive(Clone, Copy)]
pub struct OneRelease<'a> {
    on: OneDeliverable<'a>,
    /// The entry.
    pub release: &'a Release,
    /// Its place in the list.
    pub index: usize,
    /// Added or changed.
    pub novelty: Novelty,
}

/// One entry of `branches`.
#[derive(Clone, Copy)]
pub struct OneBranch<'a> {
    on: OneDeliverable<'a>,
    /// The entry.
    pub branch: &'a Branch,
}

impl<'a> OneFile<'a> {
    /// The file as the request leaves it, else as it was.
    pub fn present(&self) -> Option<&'a File> {
        self.change.after.as_deref().or(self.change.before.as_deref())
    }

    /// When the change to this file was proposed: as the clock says, else when the newest commit that touches it was written,
    /// else now. Never later than now.
    pub fn proposed(&self) -> Timestamp {
        let written = || {
            let mut commits = self.request.commits.iter();
            commits
                .find(|commit| commit.paths.contains(&self.change.path))
                .map(|commit| commit.author_time)
        };
        let now = self.clock.now;
        self.clock.proposed.or_else(written).map_or(now, |proposed| proposed.min(now))
    }

    /// The same file, of a request that was proposed then.
    pub(super) fn proposed_at(self, proposed: Timestamp) -> Self {
        Self { clock: Clock { proposed: Some(proposed), ..self.clock }, ..self }
    }

    /// Its path, and its text as the request leaves it.
    pub(super) fn path_and_text(&self) -> (&'a str, &'a str) {
        let text = self.change.after.as_ref().map_or("", |after| &after.text);
        (&self.change.path, text)
    }

    /// Name of the deliverable, if the path gives one.
    pub fn deliverable_name(&self) -> Option<&'a str> {
        self.present()?.path.as_ref().ok().map(FilePath::name)
    }

    /// Whether the policy leaves `rule` on for this file: a rule that is silent because `rule` reports the fault must speak
    /// where that one is off.
    pub(super) fn is_on(&self, rule: &Rule) -> bool {
        self.policy.level_of(rule.id, self.deliverable_name()) != Some(PolicyLevel::Off)
    }

    /// Whether the file belongs to a closed series.
    pub fn is_in_closed_series(&self) -> bool {
        is_in_closed_series(self.request, self.change, &self.config.closed_series)
    }
}

impl<'a> OneDeliverable<'a> {
    /// `None` if the request deletes the file, its YAML cannot be read, or it is not where deliverable files belong: then
    /// other rules report that, once.
    pub fn of(file: OneFile<'a>) -> Option<Self> {
        let after = file.change.after.as_deref()?;
        let path = after.path.as_ref().ok()?;
        if !after.is_readable() {
            return None;
        }
        let list = file.request.head.series();
        let series = list.get(path.dir());
        if series.is_none() && !path.is_independent() && !list.all.is_empty() {
            return None;
        }
        Some(Self { file, path, after, series })
    }

    /// What the file says.
    pub fn deliverable(&self) -> &'a Deliverable {
        &self.after.deliverable
    }

    /// Its model, defaults applied.
    pub fn model(&self) -> Option<Model> {
        self.deliverable().effective_model(self.path)
    }

    /// Its type, defaults applied.
    pub fn kind(&self) -> Kind {
        self.deliverable().effective_kind(self.path)
    }

    /// How its branches are written, defaults applied.
    pub fn branch_type(&self) -> StableBranchType {
        self.deliverable().effective_branch_type()
    }

    /// The status of its series, if it is known.
    pub fn status(&self) -> Option<Status> {
        self.series.and_then(|series| series.status.as_ref()).map(|status| status.value)
    }

    /// Whether its series is in development.
    pub fn is_current(&self) -> bool {
        self.status() == Some(Status::Development)
    }

    /// The stable branch of its series; `None` for independent files, and if the site has no such branches.
    pub fn stable_branch(&self) -> Option<String> {
        let id = self.series.map_or(self.path.series(), Series::branch_id);
        let is_of_series = !self.path.is_independent();
        is_of_series.then(|| self.config.branches.name(BranchKind::Stable, id)).flatten()
    }

    /// The files of this deliverable in older series, newest series first.
    pub fn in_older_series(&self) -> impl Iterator<Item = (&'a Series, Arc<File>)> + use<'a> {
        let (head, name) = (&self.request.head, self.path.name());
        let older = head.series().older_than(self.path.series());
        older.filter_map(move |series| Some((series, head.deliverable(&series.name, name)?)))
    }

    /// Whether reading the file reported a problem at `place`: then no other rule says more about what is there.
    pub fn is_reported(&self, place: Place) -> bool {
        self.after.problems.iter().any(|problem| problem.place == place)
    }

    /// The releases that the request adds to this file, or changes there.
    pub fn new_releases(&self) -> impl Iterator<Item = OneRelease<'a>> + use<'a> {
        let on = *self;
        on.request.new_releases(on.change).into_iter().map(move |new| {
            let NewRelease { release, index, novelty } = new;
            OneRelease { on, release, index, novelty }
        })
    }

    /// The branch entries of this file.
    pub fn branches(&self) -> impl Iterator<Item = OneBranch<'a>> + use<'a> {
        let on = *self;
        self.deliverable().branches.iter().map(move |branch| OneBranch { on, branch })
    }

    /// Whether its newest entry ends the series.
    pub fn is_ended(&self) -> bool {
        let newest =
            self.deliverable().releases.last().and_then(|release| release.version.special());
        newest.is_some_and(|special| special.kind() != SpecialKind::Last)
    }

    /// The branches of its series, the likelier one first; `None` for independent files.
    pub fn series_branches(&self) -> Option<Vec<String>> {
        let names = &self.config.branches;
        (!self.path.is_independent()).then(|| match self.series {
            Some(series) => series.branches(names),
            None => [BranchKind::Stable, BranchKind::Unmaintained]
                .iter()
                .filter_map(|kind| names.name(*kind, self.path.series()))
                .collect(),
        })
    }

    /// The release of this file with that version.
    pub fn release_named(&self, version: &str) -> Option<&'a Release> {
        self.deliverable().releases.iter().find(|release| release.version.text() == version)
    }

    /// The name of `repo`, where git is to be asked about it: none if it is retired, or if `repository-name` reports its name.
    pub fn live_name(&self, repo: &str) -> Option<RepoName> {
        RepoName::parse(repo).ok().filter(|_| !self.deliverable().is_retired(repo))
    }

    /// The repository of `project`, where git is to be asked about it.
    pub fn live<'p>(&self, project: &'p Project) -> Option<NamedProject<'p>> {
        project.named().ok().filter(|_| !self.deliverable().is_retired(&project.repo))
    }

    /// Whether git is to be asked about `repo`.
    pub fn is_live(&self, repo: &str) -> bool {
        self.live_name(repo).is_some()
    }
}

impl OneBranch<'_> {
    /// Whether the request adds or changes the entry.
    pub fn is_new(&self) -> bool {
        self.on.request.is_new_branch(self.on.change, self.branch)
    }

    /// Whether the request adds or changes the entry, or what it depends on: the type, how the deliverable branches, and
    /// whether the file says which repositories it has.
    pub fn is_judged_anew(&self) -> bool {
        let kind_of = |deliverable: &Deliverable, path: &FilePath| {
            let is_plugin = deliverable.effective_kind(path) == Kind::TempestPlugin;
            let has_settings = !deliverable.repository_settings.is_empty();
            (is_plugin, deliverable.effective_branch_type(), has_settings)
        };
        let now = kind_of(self.deliverable(), self.path);
        let is_same = |file: &Arc<File>| {
            let has_it = file.deliverable.branches.iter().any(|it| *it.name == *self.branch.name);
            let path = file.path.as_ref().ok();
            has_it && path.is_some_and(|path| kind_of(&file.deliverable, path) == now)
        };
        self.is_new() || !self.request.files_before(self.change).any(is_same)
    }
}

impl<'a> Deref for OneDeliverable<'a> {
    type Target = OneFile<'a>;

    fn deref(&self) -> &OneFile<'a> {
        &self.file
    }
}

impl<'a> Deref for OneRelease<'a> {
    type Target = OneDeliverable<'a>;

    fn deref(&self) -> &OneDeliverable<'a> {
        &self.on
    }
}

impl<'a> Deref for OneBranch<'a> {
    type Target = OneDeliverable<'a>;

    fn deref(&self) -> &OneDeliverable<'a> {
        &self.on
    }
}
