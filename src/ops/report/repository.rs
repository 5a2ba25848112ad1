//! What is known of one repository of a release: where its commit is, and what came since the release before.

use super::{ReviewFacts, around, graph};
use crate::config::Config;
use crate::facts::changes::{ChangesOf, KnownChange};
use crate::facts::history::{
    BugReference, CommitRange, Commits, GraphOf, Landed, LandedIn, LeftOut, Logged, Notes, NotesIn,
    Start, StartOf, Tracker,
};
use crate::facts::needs::{ChangedField, ChangedRequirement, Needs, NeedsChanged};
use crate::facts::position::{CommitPosition, Description, PositionOf};
use crate::facts::{Answer, Asks, Facts};
use crate::gerrit::Status;
use crate::report::review::{
    BranchPosition, BranchReview, CommitLine, Link, MetadataLine, MetadataReview, NotesReview,
    NotesSection, PositionReview, RepositoryReview, RequirementLine, RequirementsReview,
};
use crate::rules::OneRelease;
use crate::text::rst;
use crate::tree::RepoName;
use crate::tree::deliverable::ProjectAt;

/// Columns of a release note.
const WIDTH: usize = 96;

/// The question where the comparison of `project` begins.
pub(super) fn start(on: &OneRelease<'_>, project: &ProjectAt<'_>) -> StartOf {
    StartOf::of(&on.deliverable().releases[..on.index], on.release, project)
}

/// From there to the commit of `project`.
pub(super) fn range(project: &ProjectAt<'_>, start: &Start) -> CommitRange {
    CommitRange { repo: project.name.clone(), older: start.commit, newer: project.commit }
}

/// What the release before has and this one has not; `None` where there is none before.
fn lost(on: &OneRelease<'_>, project: &ProjectAt<'_>) -> Option<CommitRange> {
    let (_, before) = on.previous_of(&project.repo)?;
    Some(CommitRange {
        repo: project.name.clone(),
        older: Some(project.commit),
        newer: before.commit().ok()?,
    })
}

pub(super) fn asks(
    on: &OneRelease<'_>,
    project: &ProjectAt<'_>,
    others: &[RepoName],
    (facts, asks): (&Facts, &mut Asks),
) {
    let start = start(on, project);
    asks.put(PositionOf::of(project));
    around::asks_of(on, project, others, (facts, asks));
    on.ask_branch(project, asks);
    if let Answer::Known(branch) = on.branch(project, facts) {
        asks.put(LeftOut::of(project, &branch));
    }
    if let Some(lost) = lost(on, project) {
        asks.put(Commits(lost));
    }
    if let Answer::Known(start) = facts.get(&start) {
        let range = range(project, start);
        if let Some(changes) = changes(on, project, &range, facts) {
            asks.put(changes);
        }
        asks.put(LandedIn(range.clone()));
        asks.put(GraphOf(range.clone()));
        asks.put(NotesIn(range.clone()));
        asks.put(NeedsChanged(range));
    }
    asks.put(start);
}

/// The question about the changes of the commits in `range`, where the site has a Gerrit and the commits name changes.
fn changes(
    on: &OneRelease<'_>,
    project: &ProjectAt<'_>,
    range: &CommitRange,
    facts: &Facts,
) -> Option<ChangesOf> {
    let commits = facts.get(&LandedIn(range.clone()));
    let commits = commits.known().filter(|_| !on.config.gerrit.is_empty())?;
    ChangesOf::the_newest(&project.name, commits)
}

pub(super) fn review(
    on: &OneRelease<'_>,
    project: &ProjectAt<'_>,
    found: &ReviewFacts<'_>,
) -> RepositoryReview {
    let facts = found.facts;
    let start = facts.get(&start(on, project));
    let in_range = |start: Answer<&Start>| start.map(|start| range(project, start));
    let branch = on.branch(project, facts);
    let asked =
        in_range(start.clone()).known().and_then(|range| changes(on, project, range, facts));
    let changes = asked.as_ref().map_or(Answer::Absent, |asked| facts.get(asked));
    let links = Links {
        config: &found.workspace.config,
        repo: &project.repo,
        branch: branch.known().map(String::as_str),
        changes: changes.known().map(|all| all.as_slice()).unwrap_or_default(),
    };
    RepositoryReview {
        repo: project.repo.value.clone(),
        commit: project.hash.value.clone(),
        position: found.get(&PositionOf::of(project), position),
        branch: branch.clone().and_then(|name| {
            let left_out = facts.get(&LeftOut::of(project, &name));
            left_out
                .map(|log| BranchReview { name, left_out: log.iter().map(plain_line).collect() })
        }),
        since: start.clone().map(|start| start.since.name().map(str::to_owned)),
        commits: in_range(start.clone()).and_then(|range| {
            found.get(&LandedIn(range), |log| log.iter().map(|one| links.line(one)).collect())
        }),
        changes: changes.map(|_| asked.as_ref().map_or(0, |asked| asked.ids.len())),
        graph: in_range(start.clone())
            .and_then(|range| found.get(&GraphOf(range), |nodes| graph::review(nodes))),
        lost: lost(on, project).map_or(Answer::Known(Vec::new()), |range| {
            found.get(&Commits(range), |log| log.iter().map(plain_line).collect())
        }),
        requirements: in_range(start.clone())
            .and_then(|range| found.get(&NeedsChanged(range), requirements)),
        metadata: in_range(start.clone())
            .and_then(|range| found.get(&NeedsChanged(range), metadata)),
        open_changes: around::open_changes(on, project, found),
        dependents: around::dependents(on, project, found.others, facts),
        notes: in_range(start).and_then(|range| found.get(&NotesIn(range), notes)),
    }
}

fn position(position: &CommitPosition) -> PositionReview {
    let held = |holder: &crate::facts::position::Holder| BranchPosition {
        name: holder.name.clone(),
        describe: holder.described.as_ref().map(described),
        is_head: holder.is_head,
    };
    PositionReview {
        subject: position.subject.clone(),
        committed: position.committed,
        describe: position.described.as_ref().map(described),
        tags: position.tags.clone(),
        branches: position.branches.iter().map(held).collect(),
        others: position.others.iter().map(held).collect(),
    }
}

/// `33.0.0` or `33.0.0 + 12 commits`.
fn described(description: &Description) -> String {
    match (description.distance, &description.tag) {
        (0, tag) => tag.clone(),
        (1, tag) => format!("{tag} + 1 commit"),
        (n, tag) => format!("{tag} + {n} commits"),
    }
}

fn plain_line(commit: &Logged) -> CommitLine {
    CommitLine {
        commit: commit.hash.clone(),
        subject: commit.subject.clone(),
        author: String::new(),
        change: None,
        open: Vec::new(),
        bugs: Vec::new(),
        notes: Vec::new(),
    }
}

/// Where changes and bugs of a repository are found.
struct Links<'a> {
    config: &'a Config,
    repo: &'a str,
    /// The branch of the release.
    branch: Option<&'a str>,
    /// What Gerrit knows of the commits.
    changes: &'a [KnownChange],
}

impl Links<'_> {
    fn line(&self, commit: &Landed) -> CommitLine {
        CommitLine {
            commit: commit.hash.clone(),
            subject: commit.subject.clone(),
            author: commit.author.clone(),
            change: self.change(commit),
            open: self.open(commit),
            bugs: commit.bugs.iter().map(|bug| self.bug(bug)).collect(),
            notes: commit.notes.clone(),
        }
    }

    fn change(&self, commit: &Landed) -> Option<Link> {
        let gerrit = self.config.gerrit.trim_end_matches('/');
        let url = |path: String| (!gerrit.is_empty()).then(|| format!("{gerrit}/{path}"));
        match (commit.change.or_else(|| self.merged(commit)), &commit.change_id) {
            (Some(number), _) => Some(self.numbered(number, number.to_string())),
            (None, Some(id)) => Some(Link {
                text: id.chars().take(10).collect(),
                url: crate::gerrit::is_change_id(id).then(|| url(format!("q/{id}"))).flatten(),
            }),
            (None, None) => None,
        }
    }

    fn numbered(&self, number: u64, text: String) -> Link {
        let gerrit = self.config.gerrit.trim_end_matches('/');
        let url = || format!("{gerrit}/c/{}/+/{number}", self.repo);
        Link { text, url: (!gerrit.is_empty()).then(url) }
    }

    /// The change by which a commit came: the one that was merged on the branch of the release, else the only one.
    fn merged(&self, commit: &Landed) -> Option<u64> {
        let merged = |change: &&KnownChange| change.status == Status::Merged;
        let all: Vec<&KnownChange> = self.known(commit).filter(merged).collect();
        let here = all.iter().find(|change| Some(change.branch.as_str()) == self.branch);
        let only = all.first().filter(|_| all.len() == 1);
        here.or(only).map(|change| change.number)
    }

    /// The changes that would bring the commit to other branches.
    fn open(&self, commit: &Landed) -> Vec<Link> {
        let open = self.known(commit).filter(|change| change.status == Status::New);
        let link = |change: &KnownChange| {
            self.numbered(change.number, format!("{} on {}", change.number, change.branch))
        };
        open.map(link).collect()
    }

    fn known(&self, commit: &Landed) -> impl Iterator<Item = &KnownChange> {
        self.changes.iter().filter(|change| commit.change_id.as_ref() == Some(&change.id))
    }

    fn bug(&self, bug: &BugReference) -> Link {
        let board = self.config.storyboard.split("/api/").next().unwrap_or_default();
        let number = bug.number;
        let on_board =
            |page: &str| (!board.is_empty()).then(|| format!("{board}/#!/{page}/{number}"));
        let url = match bug.tracker {
            Tracker::Launchpad => self.config.launchpad_page(&format!("bugs/{number}")),
            Tracker::Story => on_board("story"),
            Tracker::Task => on_board("task"),
        };
        Link { text: bug.to_string(), url }
    }
}

fn requirements(needs: &Needs) -> RequirementsReview {
    let line = |one: &ChangedRequirement| RequirementLine {
        change: one.change.as_str(),
        name: one.name.clone(),
        file: one.file.clone(),
        extra: one.extra.clone(),
        before: one.before.clone(),
        after: one.after.clone(),
    };
    RequirementsReview {
        changes: needs.changes.iter().map(line).collect(),
        undecided: needs.undecided.clone(),
        diff: needs.diff.clone(),
    }
}

fn metadata(needs: &Needs) -> MetadataReview {
    let line = |one: &ChangedField| MetadataLine {
        field: one.field,
        before: one.before.clone(),
        after: one.after.clone(),
    };
    MetadataReview {
        changes: needs.metadata.iter().map(line).collect(),
        undecided: needs.undecided_metadata.clone(),
    }
}

fn notes(notes: &Notes) -> NotesReview {
    let plain = |text: &str| rst::plain(text, WIDTH);
    let preludes = notes.notes.iter().filter_map(|note| note.prelude.as_deref());
    let prelude = NotesSection { title: None, texts: preludes.map(plain).collect() };
    let sections = notes.sections.iter().map(|section| NotesSection {
        title: Some(section.title.clone()),
        texts: notes
            .notes
            .iter()
            .flat_map(|note| note.section(&section.name).map(plain).collect::<Vec<_>>())
            .collect(),
    });
    NotesReview {
        sections: [prelude]
            .into_iter()
            .chain(sections)
            .filter(|one| !one.texts.is_empty())
            .collect(),
        unreadable: notes.bad.iter().map(|bad| format!("{}: {}", bad.file, bad.why)).collect(),
    }
}
