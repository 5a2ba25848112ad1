//! The commits of each branch that no release has yet.

use std::collections::BTreeSet;

use wildmatch::WildMatch;

use super::Filter;
use super::depends::{Depended, Waits};
use super::filter::Files;
use super::waiters::Waiters;
use crate::facts::history::{Commits, Logged};
use crate::facts::{Answer, Asks, Facts, Sources, gather};
use crate::ops::new::NewOptions;
use crate::ops::new::before::Before;
use crate::ops::new::heads::{self, Head};
use crate::report::table::{Cell, Column, Table};
use crate::rules::{OneDeliverable, OneFile};
use crate::tree::RepoName;
use crate::tree::record::Record;
use crate::tree::request::Request;
use crate::workspace::{Failure, FailureKind, Workspace};

const COLUMNS: [Column; 10] = [
    Column::usual("deliverable"),
    Column::usual("series"),
    Column::usual("repository"),
    Column::usual("branch"),
    Column::usual("since"),
    Column::usual("count"),
    Column::usual("waiting"),
    Column::usual("waits-for"),
    Column::further("commits"),
    Column::further("team"),
];
/// How often an answer leads to the next question: branches, the release before, its commits.
const ROUNDS: usize = 4;

/// A deliverable, and what waits in its repositories.
pub(super) struct Looked<'a> {
    on: &'a OneDeliverable<'a>,
    pub(super) waiting: Result<Vec<Waiting<'a>>, Failure>,
}

/// What waits in one repository.
pub(super) struct Waiting<'a> {
    pub(super) head: Head,
    /// `None` where no release of the repository is listed.
    since: Option<Since<'a>>,
}

/// What came to a branch since a release.
struct Since<'a> {
    version: String,
    log: &'a [Logged],
    /// The log without what the site ignores.
    counted: Vec<&'a Logged>,
}

/// A row for each repository with commits that wait for a release. What could not be found out is a note.
///
/// # Errors
/// If the record cannot be read.
pub(super) fn table(workspace: &Workspace, filter: &Filter) -> Result<Table, Failure> {
    let record = workspace.head_record()?;
    let files = filter.files(workspace, &record)?;
    let around = around(workspace, &record, filter)?;
    let asked: BTreeSet<String> = names(&files).collect();
    let of_series: BTreeSet<String> = asked.iter().cloned().chain(names(&around[0])).collect();
    let paths = of_series.iter().cloned().chain(names(&around[1])).collect();
    let request = Request::whole(record, paths);
    let all = request.changes.iter().filter_map(|change| deliverable(workspace, &request, change));
    // A commit of a deliverable that nobody asked for may need what is listed, whatever the conditions are.
    let (of_series, others): (Vec<_>, Vec<_>) =
        all.partition(|on| of_series.contains(&on.change.path));
    let sources = workspace.sources()?;
    let ignored: Vec<WildMatch> =
        workspace.config.authoring.ignored_commits.iter().map(|it| WildMatch::new(it)).collect();

    let of_series: Vec<&OneDeliverable<'_>> = of_series.iter().collect();
    let facts = find_out(workspace, &of_series, &sources);
    let mut looked = look(&of_series, &facts, &ignored);
    let depended = Depended::find(workspace, &looked, &sources);
    // What commits depend on may wait in an independent deliverable.
    let others: Vec<&OneDeliverable<'_>> = others.iter().filter(|on| depended.is_in(on)).collect();
    let further = find_out(workspace, &others, &sources);
    looked.extend(look(&others, &further, &ignored));
    let waits = depended.waits(&looked);

    let waiters = Waiters::find(workspace, repositories(&around[0]), &sources);
    let mut table = Table { columns: COLUMNS.to_vec(), notes: files.notes, ..Table::default() };
    table.notes.extend(depended.gap);
    let (listed, others): (Vec<&Looked<'_>>, Vec<_>) =
        looked[..of_series.len()].iter().partition(|one| asked.contains(&one.on.change.path));
    table.notes.extend(unread(&others));
    listed.iter().for_each(|one| one.add(&mut table, &waiters, &waits));
    Ok(table)
}

/// Why some that are not listed may wait, and are not named.
fn unread(others: &[&Looked<'_>]) -> Option<String> {
    let failed = others.iter().filter_map(|one| Some((one, one.outside()?)));
    let failed: Vec<_> = failed.collect();
    let (first, why) = failed.first()?;
    let name = first.on.path.name();
    let more = match failed.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(format!("not known whether `{name}`{more} waits for what is listed: {why}"))
}

fn names(files: &Files) -> impl Iterator<Item = String> {
    files.entries.iter().map(|entry| entry.file.name.clone())
}

/// The files of these series, whichever of them are listed, and the independent ones.
fn around(workspace: &Workspace, record: &Record, filter: &Filter) -> Result<[Files; 2], Failure> {
    let (series, statuses) = (filter.series.clone(), filter.statuses.clone());
    let of_series = Filter { series, statuses, ..Filter::default() };
    let independent = Filter { series: vec!["independent".to_owned()], ..Filter::default() };
    Ok([of_series.files(workspace, record)?, independent.files(workspace, record)?])
}

fn repositories(files: &Files) -> Vec<RepoName> {
    let listed = files.entries.iter().flat_map(|entry| entry.file.deliverable.repositories());
    let named: BTreeSet<RepoName> = listed.filter_map(|repo| RepoName::parse(&repo).ok()).collect();
    named.into_iter().collect()
}

fn deliverable<'a>(
    workspace: &'a Workspace,
    request: &'a Request,
    change: &'a crate::tree::request::Change,
) -> Option<OneDeliverable<'a>> {
    let (config, policy, clock) = (&workspace.config, &workspace.policy, workspace.clock());
    OneDeliverable::of(OneFile { request, config, policy, clock, change })
        .filter(|on| !on.is_ended())
}

fn find_out(workspace: &Workspace, all: &[&OneDeliverable<'_>], sources: &Sources) -> Facts {
    let mut facts = Facts::default();
    let asked = heads_alone();
    for _ in 0..ROUNDS {
        let mut asks = Asks::default();
        for on in all {
            heads::ask(on, &asked, None, &facts, &mut asks);
            let Ok(heads) = heads::heads(on, &asked, None, &facts) else { continue };
            let before = Before::of(on);
            before.ask(&heads, &mut asks);
            for head in &heads {
                if let Ok(Some(range)) = before.range(head, &facts) {
                    asks.put(Commits(range));
                }
            }
        }
        if asks.is_answered(&facts) {
            break;
        }
        gather(&asks, &mut facts, sources, workspace.jobs);
    }
    facts
}

/// The heads of the branches, whatever anybody would name.
fn heads_alone() -> NewOptions {
    NewOptions::of("", None)
}

fn look<'a>(
    all: &[&'a OneDeliverable<'a>],
    facts: &'a Facts,
    ignored: &[WildMatch],
) -> Vec<Looked<'a>> {
    all.iter().map(|on| Looked { on, waiting: waiting(on, facts, ignored) }).collect()
}

fn waiting<'a>(
    on: &OneDeliverable<'_>,
    facts: &'a Facts,
    ignored: &[WildMatch],
) -> Result<Vec<Waiting<'a>>, Failure> {
    let before = Before::of(on);
    let counts = |commit: &&Logged| !ignored.iter().any(|it| it.matches(&commit.subject));
    let mut found = Vec::new();
    for head in heads::heads(on, &heads_alone(), None, facts)? {
        if !before.lists(&head.repo) {
            found.push(Waiting { head, since: None });
            continue;
        }
        let Some((release, _)) = before.followed(&head, facts)? else { continue };
        let version = release.version.text().to_owned();
        let Some(range) = before.range(&head, facts)? else { continue };
        match facts.get(&Commits(range)) {
            Answer::Known(log) => {
                let counted = log.iter().filter(counts).collect();
                found.push(Waiting { head, since: Some(Since { version, log, counted }) });
            }
            Answer::Absent => {}
            Answer::Unknown(why) => {
                let what = format!("cannot find out what waits in `{}`", head.repo);
                return Err(Failure::outside(what).caused_by(why.to_string()));
            }
        }
    }
    Ok(found)
}

impl Looked<'_> {
    /// Whether a repository belongs to the deliverable.
    pub(super) fn has(&self, repo: &str) -> bool {
        heads::repositories(self.on).iter().any(|own| own == repo)
    }

    /// What waits, as far as that is known.
    pub(super) fn known(&self) -> &[Waiting<'_>] {
        self.waiting.as_deref().unwrap_or_default()
    }

    /// Why it is not known what waits.
    fn outside(&self) -> Option<String> {
        let failure = self.waiting.as_ref().err();
        let failure = failure.filter(|failure| failure.kind() == FailureKind::Outside)?;
        let why = std::error::Error::source(failure).map(ToString::to_string);
        Some(why.unwrap_or_default())
    }

    /// Adds its rows, or why there are none.
    fn add(&self, table: &mut Table, waiters: &Waiters, waits: &Waits) {
        let name = self.on.path.name();
        match &self.waiting {
            Ok(found) => {
                let rows = found.iter().filter_map(|one| one.row(self.on, waiters, waits));
                table.rows.extend(rows);
            }
            // A deliverable without a branch of its own has nothing to release from it.
            Err(failure) => match self.outside() {
                Some(why) => table.unknown.push(format!("{name}: {why}")),
                None => table.notes.push(format!("{name}: {failure}")),
            },
        }
    }
}

impl<'a> Waiting<'a> {
    /// The commits that wait, without those that the site ignores.
    pub(super) fn commits(&self) -> &[&'a Logged] {
        self.since.as_ref().map_or(&[], |since| &since.counted)
    }

    /// Whether a change that was merged to the branch waits, even if the site ignores it.
    pub(super) fn holds_merged(&self, change_id: &str) -> bool {
        self.since.is_none() || self.logs(change_id)
    }

    /// Whether a commit since the last release has this Change-Id.
    pub(super) fn logs(&self, change_id: &str) -> bool {
        let mut log = self.since.iter().flat_map(|since| since.log);
        log.any(|commit| commit.change_id.as_deref() == Some(change_id))
    }

    /// Its row; `None` where no commit waits that the site counts.
    fn row(&self, on: &OneDeliverable<'_>, waiters: &Waiters, waits: &Waits) -> Option<Vec<Cell>> {
        let Since { version, counted, .. } =
            self.since.as_ref().filter(|since| !since.counted.is_empty())?;
        let repo = &self.head.repo;
        let waits_for = |commit: &Logged| waits.of(repo, &commit.hash).join("; ");
        let line = |commit: &&Logged| match waits_for(commit) {
            held if held.is_empty() => format!("{} {}", commit.short(), commit.subject),
            held => format!("{} {} [waits for {held}]", commit.short(), commit.subject),
        };
        let mut held: Vec<String> =
            counted.iter().flat_map(|commit| waits.of(repo, &commit.hash)).cloned().collect();
        held.sort();
        held.dedup();
        let mut waiting = waiters.of(on, repo, version);
        waiting.extend_from_slice(waits.by(repo, &self.head.branch));
        let series = on.series.map_or("independent", |series| series.name.as_str());
        let team = on.deliverable().team.as_ref().map(|team| team.value.clone());
        Some(vec![
            on.path.name().into(),
            series.into(),
            repo.as_str().into(),
            self.head.branch.clone().into(),
            version.clone().into(),
            Cell::Number(counted.len()),
            Cell::List(waiting),
            Cell::List(held),
            Cell::List(counted.iter().map(line).collect()),
            team.into(),
        ])
    }
}
