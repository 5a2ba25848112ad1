//! The commits of each branch that no release has yet.

use wildmatch::WildMatch;

use super::Filter;
use super::waiters::Waiters;
use crate::facts::history::{Commits, Logged};
use crate::facts::{Answer, Asks, Facts, Sources, gather};
use crate::ops::new::NewOptions;
use crate::ops::new::before::Before;
use crate::ops::new::heads::{self, Head};
use crate::report::table::{Cell, Column, Table};
use crate::rules::{OneDeliverable, OneFile};
use crate::tree::record::Record;
use crate::tree::request::Request;
use crate::workspace::{Failure, FailureKind, Workspace};

const COLUMNS: [Column; 9] = [
    Column::usual("deliverable"),
    Column::usual("series"),
    Column::usual("repository"),
    Column::usual("branch"),
    Column::usual("since"),
    Column::usual("count"),
    Column::usual("waiting"),
    Column::further("commits"),
    Column::further("team"),
];
/// How often an answer leads to the next question: branches, the release before, its commits.
const ROUNDS: usize = 4;

/// A row for each repository with commits that wait for a release. What could not be found out is a note.
///
/// # Errors
/// If the record cannot be read.
pub(super) fn table(workspace: &Workspace, filter: &Filter) -> Result<Table, Failure> {
    let record = workspace.head_record()?;
    let files = filter.files(workspace, &record)?;
    let around = around(workspace, &record, filter)?;
    let paths = files.entries.iter().map(|entry| entry.file.name.clone()).collect();
    let request = Request::whole(record, paths);
    let all: Vec<OneDeliverable<'_>> = request
        .changes
        .iter()
        .filter_map(|change| deliverable(workspace, &request, change))
        .collect();
    let sources = workspace.sources()?;
    let facts = find_out(workspace, &all, &sources);
    let mut table = Table { columns: COLUMNS.to_vec(), notes: files.notes, ..Table::default() };
    let ignored: Vec<WildMatch> =
        workspace.config.authoring.ignored_commits.iter().map(|it| WildMatch::new(it)).collect();
    let waiters = Waiters::find(workspace, around, &sources);
    for on in &all {
        match waiting(on, &facts) {
            Ok(found) => {
                let rows = found.iter().filter_map(|one| one.row(on, &ignored, &waiters));
                table.rows.extend(rows);
            }
            // A deliverable without a branch of its own has nothing to release from it.
            Err(failure) if failure.kind() == FailureKind::Outside => {
                let why = std::error::Error::source(&failure).map(ToString::to_string);
                let name = on.path.name();
                table.unknown.push(format!("{name}: {}", why.unwrap_or_default()));
            }
            Err(failure) => table.notes.push(format!("{}: {failure}", on.path.name())),
        }
    }
    Ok(table)
}

/// The repositories of these series, whichever of them are listed.
fn around(workspace: &Workspace, record: &Record, filter: &Filter) -> Result<Vec<String>, Failure> {
    let (series, statuses) = (filter.series.clone(), filter.statuses.clone());
    let all = Filter { series, statuses, ..Filter::default() }.files(workspace, record)?;
    let mut repos: Vec<String> =
        all.entries.iter().flat_map(|entry| entry.file.deliverable.repositories()).collect();
    repos.sort();
    repos.dedup();
    Ok(repos)
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

fn find_out(workspace: &Workspace, all: &[OneDeliverable<'_>], sources: &Sources) -> Facts {
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

/// What waits in one repository.
struct Waiting<'f> {
    head: Head,
    since: String,
    commits: &'f [Logged],
}

fn waiting<'f>(on: &OneDeliverable<'_>, facts: &'f Facts) -> Result<Vec<Waiting<'f>>, Failure> {
    let before = Before::of(on);
    let mut found = Vec::new();
    for head in heads::heads(on, &heads_alone(), None, facts)? {
        let Some((release, _)) = before.followed(&head, facts)? else { continue };
        let since = release.version.text().to_owned();
        let Some(range) = before.range(&head, facts)? else { continue };
        match facts.get(&Commits(range)) {
            Answer::Known(commits) => found.push(Waiting { head, since, commits }),
            Answer::Absent => {}
            Answer::Unknown(why) => {
                let what = format!("cannot find out what waits in `{}`", head.repo);
                return Err(Failure::outside(what).caused_by(why.to_string()));
            }
        }
    }
    Ok(found)
}

impl Waiting<'_> {
    /// `None` where nothing waits but what the site ignores.
    fn row(
        &self,
        on: &OneDeliverable<'_>,
        ignored: &[WildMatch],
        waiters: &Waiters,
    ) -> Option<Vec<Cell>> {
        let counts = |commit: &&Logged| !ignored.iter().any(|it| it.matches(&commit.subject));
        let commits: Vec<String> = self
            .commits
            .iter()
            .filter(counts)
            .map(|commit| format!("{} {}", commit.short(), commit.subject))
            .collect();
        let series = on.series.map_or("independent", |series| series.name.as_str());
        let team = on.deliverable().team.as_ref().map(|team| team.value.clone());
        (!commits.is_empty()).then(|| {
            vec![
                on.path.name().into(),
                series.into(),
                self.head.repo.clone().into(),
                self.head.branch.clone().into(),
                self.since.clone().into(),
                Cell::Number(commits.len()),
                Cell::List(waiters.of(on, &self.head.repo, &self.since)),
                Cell::List(commits),
                team.into(),
            ]
        })
    }
}
