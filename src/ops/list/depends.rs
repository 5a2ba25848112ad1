//! What unreleased commits wait for: changes that their `Depends-On:` lines name, and that are not merged or not released.

use std::collections::{BTreeMap, BTreeSet};

use super::unreleased::{Looked, Waiting};
use super::waiters::short;
use crate::facts::changes::{ChangesNamed, KnownChange, Status};
use crate::facts::{Answer, Asks, Facts, Sources, gather};
use crate::gerrit::{ChangeName, is_change_id};
use crate::ops::new::heads;
use crate::rules::OneDeliverable;
use crate::workspace::Workspace;

const NOT_KNOWN: &str = "not known what became of the changes that commits depend on";

/// The changes that commits depend on, as far as Gerrit knows them.
pub(super) struct Depended {
    /// The address of Gerrit, empty for a site without; a change of another server is not asked for.
    gerrit: String,
    changes: Vec<KnownChange>,
    /// What could not be asked: a phrase.
    pub(super) gap: Option<String>,
}

/// What waits for what.
#[derive(Default)]
pub(super) struct Waits {
    /// What a commit of a repository waits for: phrases.
    of: BTreeMap<(String, String), Vec<String>>,
    /// Who waits for a branch of a repository: phrases.
    by: BTreeMap<(String, String), Vec<String>>,
}

/// How far a change is, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Progress {
    Released,
    Unreleased,
    Unmerged,
    Abandoned,
    Unknown,
}

/// A change that a commit depends on, of a repository where that is known.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Target {
    progress: Progress,
    repo: Option<String>,
    branch: Option<String>,
}

impl Depended {
    /// Asks Gerrit about the changes that these commits name.
    pub(super) fn find(workspace: &Workspace, looked: &[Looked<'_>], sources: &Sources) -> Self {
        let gerrit = workspace.config.gerrit.clone();
        let mut found = Self { gerrit, changes: Vec::new(), gap: None };
        let waiting = looked.iter().flat_map(Looked::known);
        let lines = waiting.flat_map(|one| one.commits()).flat_map(|commit| &commit.depends_on);
        let lines: Vec<&String> = lines.collect();
        if found.gerrit.is_empty() {
            let what = format!("{NOT_KNOWN}: `gerrit` is not set");
            found.gap = Some(what).filter(|_| !lines.is_empty());
            return found;
        }
        let names: BTreeSet<String> = lines.iter().filter_map(|line| found.name(line)).collect();
        let questions = ChangesNamed::all(names.iter().map(String::as_str));
        let (mut asks, mut facts) = (Asks::default(), Facts::default());
        questions.iter().for_each(|question| asks.put(question.clone()));
        gather(&asks, &mut facts, sources, workspace.jobs);
        for question in &questions {
            match facts.get(question) {
                Answer::Known(changes) => found.changes.extend(changes.iter().cloned()),
                Answer::Absent => {}
                Answer::Unknown(why) => found.gap = Some(format!("{NOT_KNOWN}: {why}")),
            }
        }
        found
    }

    /// Whether one of the merged changes is in a repository of this deliverable, which may have released it or not.
    pub(super) fn is_in(&self, on: &OneDeliverable<'_>) -> bool {
        let merged = self.changes.iter().filter(|change| change.status == Status::Merged);
        let repos: BTreeSet<&str> = merged.map(|change| change.project.as_str()).collect();
        heads::repositories(on).iter().any(|repo| repos.contains(repo.as_str()))
    }

    /// The number or the Change-Id by which the site's Gerrit knows what a line names.
    fn name(&self, text: &str) -> Option<String> {
        let host = |url: &str| {
            let rest = url.split_once("://").map(|(_, rest)| rest);
            rest.and_then(|rest| rest.split('/').next()).map(str::to_ascii_lowercase)
        };
        let is_ours = match text.contains("://") {
            true => host(text) == host(&self.gerrit),
            false => is_change_id(text),
        };
        is_ours.then(|| text.parse::<ChangeName>().ok()).flatten().map(|name| name.to_string())
    }

    /// What waits for what among the commits that were looked at.
    pub(super) fn waits(&self, looked: &[Looked<'_>]) -> Waits {
        let mut waits = Waits::default();
        let around = Around { depended: self, looked };
        for from in looked {
            from.known().iter().for_each(|waiting| around.add(from, waiting, &mut waits));
        }
        waits
    }
}

/// Where a change may be that is not released.
struct Around<'a> {
    depended: &'a Depended,
    looked: &'a [Looked<'a>],
}

impl Around<'_> {
    /// Adds what the commits of one repository wait for.
    fn add(&self, from: &Looked<'_>, waiting: &Waiting<'_>, waits: &mut Waits) {
        let head = &waiting.head;
        for commit in waiting.commits() {
            for name in commit.depends_on.iter().filter_map(|line| self.depended.name(line)) {
                let target = self.target(&name, from, &head.branch);
                let of = (head.repo.to_string(), commit.hash.clone());
                let who = format!("{}: {} depends on it", short(&of.0), commit.short());
                waits.add(of, who, &name, target);
            }
        }
    }

    /// How far the change called `name` is, for a commit of `branch`. A Change-Id may name several changes: the one of the same
    /// branch counts, else the one that got farthest.
    fn target(&self, name: &str, from: &Looked<'_>, branch: &str) -> Target {
        let is_it = |change: &&KnownChange| change.number.to_string() == name || change.id == name;
        let all: Vec<&KnownChange> = self.depended.changes.iter().filter(is_it).collect();
        let here: Vec<&KnownChange> =
            all.iter().copied().filter(|change| change.branch == branch).collect();
        let best = if here.is_empty() { all } else { here };
        let best = best.into_iter().map(|change| self.of_change(change, from, branch)).min();
        let by_id = || {
            let mut all = self.looked.iter().flat_map(Looked::known);
            all.find(|waiting| waiting.logs(name) && !from.has(&waiting.head.repo))
                .map(Target::unreleased)
        };
        let unknown = Target { progress: Progress::Unknown, repo: None, branch: None };
        best.or_else(by_id).unwrap_or(unknown)
    }

    /// How far a change is, for a commit of `branch`.
    fn of_change(&self, change: &KnownChange, from: &Looked<'_>, branch: &str) -> Target {
        let progress = match change.status {
            Status::New => Progress::Unmerged,
            Status::Abandoned => Progress::Abandoned,
            // What is in one deliverable is released together.
            Status::Merged if from.has(&change.project) => Progress::Released,
            Status::Merged if self.is_unread(&change.project) => Progress::Unknown,
            Status::Merged => self.of_merged(change, branch),
        };
        Target { progress, repo: Some(change.project.clone()), branch: Some(change.branch.clone()) }
    }

    /// How far a merged change is, for a commit of `branch`. One release that has it is enough.
    fn of_merged(&self, change: &KnownChange, branch: &str) -> Progress {
        let all = self.looked.iter().flat_map(Looked::known);
        let here = all.filter(|waiting| {
            *waiting.head.repo == *change.project && waiting.head.branch == change.branch
        });
        let progress = here.map(|waiting| match waiting.holds_merged(&change.id) {
            true => Progress::Unreleased,
            false => Progress::Released,
        });
        let nobody_looked = || match change.branch == branch && self.is_released(&change.project) {
            true => Progress::Unknown,
            // A backport keeps the line of the original: what came by a branch of another series holds nothing up. Nor does
            // what is never released.
            false => Progress::Released,
        };
        progress.min().unwrap_or_else(nobody_looked)
    }

    /// Whether a repository belongs to a deliverable.
    fn is_released(&self, repo: &str) -> bool {
        self.looked.iter().any(|looked| looked.has(repo))
    }

    fn is_unread(&self, repo: &str) -> bool {
        self.looked.iter().any(|looked| looked.waiting.is_err() && looked.has(repo))
    }
}

impl Target {
    fn unreleased(waiting: &Waiting<'_>) -> Self {
        Self {
            progress: Progress::Unreleased,
            repo: Some(waiting.head.repo.to_string()),
            branch: Some(waiting.head.branch.clone()),
        }
    }
}

impl Waits {
    fn add(&mut self, of: (String, String), who: String, name: &str, target: Target) {
        let state = match target.progress {
            Progress::Released => return,
            Progress::Unreleased => "not released",
            Progress::Unmerged => "not merged",
            Progress::Abandoned => "abandoned",
            Progress::Unknown => "not known",
        };
        let place = target.repo.as_ref().map(|repo| format!(" of {repo}")).unwrap_or_default();
        // The start of a Change-Id is enough to find it.
        let name = name.get(..10).filter(|_| is_change_id(name)).unwrap_or(name);
        self.of.entry(of).or_default().push(format!("{name}{place} ({state})"));
        if let (Progress::Unreleased, Some(repo), Some(branch)) =
            (target.progress, target.repo, target.branch)
        {
            self.by.entry((repo, branch)).or_default().push(who);
        }
    }

    /// What a commit of a repository waits for.
    pub(super) fn of(&self, repo: &str, hash: &str) -> &[String] {
        self.of.get(&(repo.to_owned(), hash.to_owned())).map_or(&[], Vec::as_slice)
    }

    /// Who waits for a branch of a repository.
    pub(super) fn by(&self, repo: &str, branch: &str) -> &[String] {
        self.by.get(&(repo.to_owned(), branch.to_owned())).map_or(&[], Vec::as_slice)
    }
}
