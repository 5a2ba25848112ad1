//! What was released before: the entries that a new one follows, in the file and in older series.

use super::heads::{Head, known};
use super::number::Line;
use crate::facts::ancestor::FirstAncestor;
use crate::facts::history::CommitRange;
use crate::facts::repository::CommitIn;
use crate::facts::{Answer, Asks, Facts};
use crate::rules::OneDeliverable;
use crate::tree::CommitId;
use crate::tree::deliverable::{Branch, Location, ProjectAt, Release};
use crate::tree::lineage::earlier;
use crate::tree::record::File;
use crate::version::{BranchKind, Form, Version};
use crate::workspace::Failure;

/// What may come before a release of one deliverable.
pub(in crate::ops) struct Before {
    /// The releases of the file, in its order, without marks such as `2024.1-eom`.
    own: Vec<Release>,
    /// The same of the nearest older series that has any, and how many series back that is; of the independent file where
    /// none has.
    older: Vec<Release>,
    series_back: usize,
    form: Form,
}

impl Before {
    pub(in crate::ops) fn of(on: &OneDeliverable<'_>) -> Self {
        let own = numbered(&on.deliverable().releases);
        let (series_back, older) = older(on);
        Self { own, older, series_back, form: on.deliverable().form.clone() }
    }

    /// The newest entry of the file.
    pub(in crate::ops) fn newest(&self) -> Option<&Release> {
        self.own.last()
    }

    /// The newest entry of the file that has `repo`.
    pub(in crate::ops) fn newest_with(&self, repo: &str) -> Option<&Release> {
        let has = |release: &&Release| release.projects.iter().any(|it| *it.repo == *repo);
        self.own.iter().rev().find(has)
    }

    /// The entry of the file before its newest one.
    pub(in crate::ops) fn before_newest(&self) -> Option<&Release> {
        self.own.iter().nth_back(1)
    }

    /// Whether a release of `repo` is listed, be it in the history of a head or not.
    pub(in crate::ops) fn lists(&self, repo: &str) -> bool {
        let mut projects = self.own.iter().chain(&self.older).flat_map(|release| &release.projects);
        projects.any(|project| *project.repo == *repo)
    }

    /// Asks for what [`Before::followed`] needs.
    pub(in crate::ops) fn ask(&self, heads: &[Head], asks: &mut Asks) {
        heads.iter().filter_map(|head| self.question(head)).for_each(|question| asks.put(question));
        self.newest_of(heads).into_iter().for_each(|question| asks.put(question));
    }

    /// The newest release in the history of a commit, with its commit; `None` if there is none.
    ///
    /// # Errors
    /// If that is not known.
    pub(in crate::ops) fn followed(
        &self,
        head: &Head,
        facts: &Facts,
    ) -> Result<Option<(&Release, ProjectAt<'_>)>, Failure> {
        let Some(question) = self.question(head) else { return Ok(None) };
        let what = || format!("which release of `{}` comes before `{}`", head.repo, head.commit);
        let found = match facts.get(&question) {
            Answer::Absent => return Ok(None),
            answer => known(answer, what, || Failure::outside("absent"))?,
        };
        let mut all = self.ranked(&head.repo).into_iter();
        Ok(all.find(|(_, project)| project.commit == *found))
    }

    /// What came to a commit since the release before it; `None` if there is none.
    ///
    /// # Errors
    /// If that is not known.
    pub(in crate::ops) fn range(
        &self,
        head: &Head,
        facts: &Facts,
    ) -> Result<Option<CommitRange>, Failure> {
        Ok(self.followed(head, facts)?.map(|(_, project)| CommitRange {
            repo: head.repo.clone(),
            older: Some(project.commit),
            newer: head.commit,
        }))
    }

    /// What the version of a new release is counted from. A branch that others left continues its own numbers: the newest
    /// release in the history of the first commit counts. It is the newest of the file where none is, and where the
    /// repository lacks the commit of that one: then what it holds is no whole history.
    ///
    /// # Errors
    /// If that is not known.
    pub(in crate::ops) fn line(&self, heads: &[Head], facts: &Facts) -> Result<Line<'_>, Failure> {
        if let Some(newest) = self.newest_of(heads)
            && facts.get(&newest) == Answer::Absent
        {
            return Ok(self.listed_line());
        }
        let is_own = |release: &&Release| {
            self.own.iter().any(|own| own.version.text() == release.version.text())
        };
        let followed = heads.first().map(|head| self.followed(head, facts)).transpose()?.flatten();
        let followed = followed.map(|(release, _)| release).filter(is_own);
        Ok(Line {
            own: followed.or(self.own.last()).map(|it| &it.version.value),
            ..self.older_line()
        })
    }

    /// The same by the file alone.
    pub(in crate::ops) fn listed_line(&self) -> Line<'_> {
        Line { own: self.newest().map(|it| &it.version.value), ..self.older_line() }
    }

    fn older_line(&self) -> Line<'_> {
        let highest = self.older.iter().map(|release| &release.version.value).max();
        Line { own: None, before: highest.map(|it| (it, self.series_back)), form: &self.form }
    }

    /// The commit of the newest entry in the first repository.
    fn newest_of(&self, heads: &[Head]) -> Option<CommitIn> {
        let head = heads.first()?;
        let project = self.newest()?.projects.iter().find(|it| *it.repo == *head.repo)?;
        Some(CommitIn { repo: head.repo.clone(), commit: project.commit().ok()? })
    }

    fn question(&self, head: &Head) -> Option<FirstAncestor> {
        let ranked = self.ranked(&head.repo);
        let among: Vec<CommitId> = ranked.iter().map(|(_, project)| project.commit).collect();
        (!among.is_empty()).then(|| FirstAncestor {
            repo: head.repo.clone(),
            of: head.commit,
            among,
        })
    }

    /// The releases of `repo`, likeliest first: of the file, then of the older series.
    fn ranked(&self, repo: &str) -> Vec<(&Release, ProjectAt<'_>)> {
        // What is not a number has every number before it.
        let tip = Version::new("tip");
        let of = |releases| earlier(releases, repo, &tip).into_iter();
        let found = of(&self.own).chain(of(&self.older));
        found.filter_map(|it| Some((it.release, it.project.at_commit()?))).collect()
    }
}

fn numbered(releases: &[Release]) -> Vec<Release> {
    let is_number = |release: &&Release| {
        release.version.special().is_none() && release.version.numbers().is_some()
    };
    releases.iter().filter(is_number).cloned().collect()
}

fn older(on: &OneDeliverable<'_>) -> (usize, Vec<Release>) {
    let head = &on.request.head;
    let series = head.series().older_than(on.path.series()).enumerate();
    let found = series.filter_map(|(at, series)| {
        let file = head.deliverable(&series.name, on.path.name())?;
        Some((at + 1, numbered(&file.deliverable.releases))).filter(|(_, found)| !found.is_empty())
    });
    let in_series = { found }.next();
    let independent = || {
        let file = head.deliverable(crate::tree::file::INDEPENDENT, on.path.name())?;
        (!on.path.is_independent()).then(|| (1, numbered(&file.deliverable.releases)))
    };
    in_series.or_else(independent).unwrap_or_default()
}

/// Where the stable branch of the nearest older series begins: the file, its entry of the branch, and the release there.
pub(in crate::ops) fn branch_point(
    on: &OneDeliverable<'_>,
) -> Option<(std::sync::Arc<File>, Release)> {
    on.in_older_series().find_map(|(series, file)| {
        let wanted = on.config.branches.name(BranchKind::Stable, series.branch_id());
        let plain = on.config.branches.name(BranchKind::Stable, &series.name);
        let is_stable = |branch: &&Branch| {
            [&wanted, &plain].into_iter().flatten().any(|name| *name == *branch.name)
        };
        let branch = file.deliverable.branches.iter().find(is_stable)?;
        let Location::Version(at) = &branch.location.value else { return None };
        let release = file.deliverable.releases.iter().find(|it| it.version.text() == *at)?;
        let release = release.clone();
        Some((file, release))
    })
}

/// The name under which the changes since a branch point are counted: the highest version at its commits, which is the
/// release if it was made of the first candidate.
pub(in crate::ops) fn called(file: &File, point: &Release) -> String {
    let at = |release: &Release| {
        let commits =
            release.projects.iter().map(|it| (it.repo.as_str(), it.hash.to_ascii_lowercase()));
        commits.map(|(repo, hash)| (repo.to_owned(), hash)).collect::<Vec<_>>()
    };
    let same = numbered(&file.deliverable.releases).into_iter().filter(|it| at(it) == at(point));
    let highest = same.map(|it| it.version.value).max();
    highest.map_or_else(|| point.version.text().to_owned(), |it| it.text().to_owned())
}
