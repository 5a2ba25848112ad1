//! What a rule can ask of one release.

use super::commit::branch_membership::{branch_of, expected_branch, trunk_of};
use crate::facts::ancestor::FirstAncestor;
use crate::facts::repository::TagOf;
use crate::facts::{Answer, Asks, Facts, Unknown};
use crate::rules::OneRelease;
use crate::tree::deliverable::{NamedProject, Project, ProjectAt, Release};
use crate::tree::lineage::{self, Earlier};
use crate::tree::request::Novelty;
use crate::version::{Bump, Special, Version};

/// An earlier release of a repository, at a commit that git can be asked about.
#[derive(Clone, Debug)]
pub struct Previous<'a> {
    /// Its entry.
    pub release: &'a Release,
    /// The repository in that entry.
    pub project: ProjectAt<'a>,
}

impl<'a> OneRelease<'a> {
    /// The entry before this one.
    pub fn previous(&self) -> Option<&'a Release> {
        self.index.checked_sub(1).map(|before| &self.deliverable().releases[before])
    }

    /// Asks for the release before this one in the history of `project`: the newest of this file that it contains.
    pub fn ask_previous_in_history(&self, project: &ProjectAt<'_>, asks: &mut Asks) {
        asks_for(self.earlier(project), project, asks);
    }

    /// The release before this one in the history of `project`, which is not always the entry above: an independent
    /// deliverable may have two living lines. Absent if this file lists none.
    pub fn previous_in_history(
        &self,
        project: &ProjectAt<'_>,
        facts: &Facts,
    ) -> Answer<Previous<'a>> {
        first_of(self.earlier(project), project, facts)
    }

    /// Asks for the release that the content of this one is compared with.
    pub fn ask_since(&self, project: &ProjectAt<'_>, asks: &mut Asks) {
        asks_for(self.earlier_in_full(project), project, asks);
    }

    /// The release that the content of this one is compared with: for a full release the last full one in the history of
    /// `project`, whatever pre-releases came in between; else as [`OneRelease::previous_in_history`].
    pub fn since(&self, project: &ProjectAt<'_>, facts: &Facts) -> Answer<Previous<'a>> {
        first_of(self.earlier_in_full(project), project, facts)
    }

    /// [`OneRelease::earlier`], for a full release full ones first.
    fn earlier_in_full(&self, project: &ProjectAt<'_>) -> Vec<Previous<'a>> {
        let mut found = self.earlier(project);
        if self.release.version.is_full() {
            found.sort_by_key(|one| !one.release.version.is_full());
        }
        found
    }

    /// The releases of this file that may come before this one in the history of `project`, likeliest first.
    fn earlier(&self, project: &ProjectAt<'_>) -> Vec<Previous<'a>> {
        let listed = &self.deliverable().releases[..self.index];
        let found = lineage::earlier(listed, &project.repo, &self.release.version).into_iter();
        let at_commit = |Earlier { release, project }: Earlier<'a>| {
            Some(Previous { release, project: project.at_commit()? })
        };
        found.filter_map(at_commit).collect()
    }

    /// Asks for what [`OneRelease::branch`] needs.
    pub fn ask_branch(&self, project: &ProjectAt<'_>, asks: &mut Asks) {
        asks.put(trunk_of(project));
        for name in self.series_branches().into_iter().flatten() {
            asks.put(branch_of(project, &name));
        }
    }

    /// The branch that the release of `project` comes from: the existing one of the series, or else the trunk.
    pub fn branch(&self, project: &ProjectAt<'_>, facts: &Facts) -> Answer<String> {
        let of_series = self.series_branches().unwrap_or_default();
        expected_branch(&project.name, &of_series, facts).map(|branch| branch.name().to_owned())
    }

    /// The step from the release before it: in this file, else in the newest older series that has one.
    pub fn bump(&self) -> Bump {
        let newest_of = |releases: &[Release]| {
            let numbered =
                releases.iter().rev().find(|release| release.version.special().is_none());
            numbered.map(|release| release.version.value.clone())
        };
        let head = &self.request.head;
        let in_older_series = || {
            let older = head.series().older_than(self.path.series());
            let mut files =
                older.filter_map(|series| head.deliverable(&series.name, self.path.name()));
            files.find_map(|file| newest_of(&file.deliverable.releases))
        };
        let before = newest_of(&self.deliverable().releases[..self.index]).or_else(in_older_series);
        Bump::between(before.as_ref(), &self.release.version)
    }

    /// The version, if it is a number in the form that its file writes, listed once: only such a version is compared with
    /// others. What is wrong with another one is reported by `schema`, `version-number` or `duplicate-version`.
    pub fn number(&self) -> Option<&'a Version> {
        let version = &self.release.version;
        let others = self.deliverable().releases[..self.index].iter();
        let is_first = !others.map(|other| other.version.text()).any(|text| text == version.text());
        let is_number = version.numbers().is_some() && version.special().is_none();
        let is_written = || version.canonical().is_ok_and(|right| right == version.text());
        (is_first && is_number && is_written() && !self.is_reported(version.place))
            .then_some(&version.value)
    }

    /// The end of a series that it marks, such as `2024.1-eol`.
    pub fn special(&self) -> Option<Special<'a>> {
        self.release.version.value.special()
    }

    /// Asks for what [`OneRelease::is_tagged`] needs.
    pub(in crate::rules) fn ask_whether_tagged(&self, asks: &mut Asks) {
        if self.may_be_tagged() {
            self.live_projects().for_each(|project| asks.put(self.tag_of(&project)));
        }
    }

    /// Whether nothing is left to release: the entry was listed before, or there is no base, and its tags exist at the commits
    /// that it names.
    pub(in crate::rules) fn is_tagged(&self, facts: &Facts) -> bool {
        let exists = |project: NamedProject<'_>| {
            let at = facts.get(&self.tag_of(&project));
            at.known().is_some_and(|at| project.commit() == Ok(**at))
        };
        self.may_be_tagged()
            && self.live_projects().next().is_some()
            && self.live_projects().all(exists)
    }

    /// Why it is unknown whether an entry without a base to compare with is a new release.
    pub(in crate::rules) fn unknown_novelty(&self, facts: &Facts) -> Option<Unknown> {
        let mut projects = self.live_projects().filter(|_| self.request.base.is_none());
        projects.find_map(|project| match facts.get(&self.tag_of(&project)) {
            Answer::Unknown(why) => Some(why),
            Answer::Known(_) | Answer::Absent => None,
        })
    }

    fn may_be_tagged(&self) -> bool {
        self.novelty == Novelty::Changed || self.request.base.is_none()
    }

    fn tag_of(&self, project: &NamedProject<'_>) -> TagOf {
        TagOf::of(&project.name, self.version())
    }

    /// The version, as written.
    pub fn version(&self) -> &'a str {
        self.release.version.text()
    }

    /// Its repositories for which [`OneDeliverable::is_live`].
    pub fn live_projects(&self) -> impl Iterator<Item = NamedProject<'a>> + use<'a> {
        let on = **self;
        self.release.projects.iter().filter_map(move |project| on.live(project))
    }

    /// The same, but only with a well-formed hash.
    pub fn tagged_projects(&self) -> impl Iterator<Item = ProjectAt<'a>> + use<'a> {
        self.live_projects().filter_map(|project| project.at_commit().ok())
    }

    /// The entry of `repo` in the newest earlier release that has one.
    pub fn previous_of(&self, repo: &str) -> Option<(&'a Release, &'a Project)> {
        let earlier = &self.deliverable().releases[..self.index];
        earlier.iter().rev().find_map(|release| {
            release
                .projects
                .iter()
                .find(|project| *project.repo == *repo)
                .map(|project| (release, project))
        })
    }
}

/// Asks which of `earlier` comes first in the history of `project`.
fn asks_for(earlier: Vec<Previous<'_>>, project: &ProjectAt<'_>, asks: &mut Asks) {
    if !earlier.is_empty() {
        asks.put(first_ancestor(&earlier, project));
    }
}

/// The first of `earlier` that is in the history of `project`.
fn first_of<'a>(
    earlier: Vec<Previous<'a>>,
    project: &ProjectAt<'_>,
    facts: &Facts,
) -> Answer<Previous<'a>> {
    if earlier.is_empty() {
        return Answer::Absent;
    }
    facts.get(&first_ancestor(&earlier, project)).and_then(|first| {
        let mut earlier = earlier.into_iter();
        match earlier.find(|one| one.project.commit == *first) {
            Some(found) => Answer::Known(found),
            None => Answer::Absent,
        }
    })
}

fn first_ancestor(earlier: &[Previous<'_>], project: &ProjectAt<'_>) -> FirstAncestor {
    FirstAncestor {
        repo: project.name.clone(),
        of: project.commit,
        among: earlier.iter().map(|one| one.project.commit).collect(),
    }
}
