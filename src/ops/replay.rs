//! Runs the rules over the history of a releases repository: what they would have said of each request that was merged.
//!
//! A request is a commit of the first-parent chain against its first parent, as apply and the gate see it: a merge is
//! judged by what it brought, and a commit that came with a merge is not judged a second time. A request is judged by
//! the record as it stood then, by the day of its proposal, and by today's configuration and policy. No fact is asked
//! for: what the files alone cannot decide is counted as not asked.

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::{Mutex, PoisonError};
use std::thread;

use jiff::Timestamp;

use crate::config::{Config, Policy};
use crate::facts::Facts;
use crate::git::{Arrival, Repository};
use crate::report::replay::{Judged, Replay, Tally};
use crate::rules::{Case, Clock, Closed, judge};
use crate::tree::request::Request;
use crate::tree::scope::{self, ScopeError};
use crate::tree::series::SeriesList;
use crate::tree::walk::Walk;
use crate::workspace::{Failure, Workspace};

/// Which part of the history is judged, and how.
#[derive(Clone, Debug)]
pub struct ReplayOptions {
    /// Judge what came after this revision; everything where there is none.
    pub since: Option<String>,
    /// The rules that are written about, whose findings are kept one by one; all, and none kept, where it is empty.
    pub rules: Vec<&'static str>,
    /// What becomes of files of series that were closed then.
    pub closed: Closed,
    /// Threads that judge; one for each processor where there is none.
    pub jobs: Option<usize>,
}

/// How far a replay has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It begins: so many commits are to be judged.
    Begins(usize),
    /// So many more are judged.
    Advances(usize),
}

/// Judges the history that ends in the head of `workspace`.
///
/// # Errors
/// When a revision is not there, or a part of the history cannot be read: a count with holes is no count.
pub fn replay(
    workspace: &Workspace,
    options: &ReplayOptions,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Replay, Failure> {
    let head = workspace.head();
    let arrivals = scope::arrivals(&workspace.repository, head, options.since.as_deref())?;
    let newest = workspace.head_record()?;
    let judgement = Judgement {
        config: &workspace.config,
        policy: &workspace.policy,
        closed: options.closed,
        series: newest.series(),
        listed: &options.rules,
    };
    let jobs = options.jobs.or_else(|| thread::available_parallelism().ok().map(usize::from));
    progress(Progress::Begins(arrivals.iter().map(|arrival| arrival.brought.len()).sum()));
    let advance = |commits: usize| progress(Progress::Advances(commits));
    let git_dir = workspace.repository.git_dir();
    let tally = run(git_dir, &arrivals, judgement, jobs.unwrap_or(1), &advance)?;
    let (since, rules) = (options.since.clone(), options.rules.clone());
    Ok(Replay { tally, since, head: newest.name(), rules })
}

/// By what the history is judged.
#[derive(Clone, Copy)]
struct Judgement<'a> {
    /// Configuration of the site.
    config: &'a Config,
    /// Levels of the rules.
    policy: &'a Policy,
    /// What becomes of files of series that were closed then.
    closed: Closed,
    /// The series, for revisions that have no list of them.
    series: &'a SeriesList,
    /// Ids of the rules whose findings are kept one by one.
    listed: &'a [&'static str],
}

/// How many pieces a thread gets on average. More share the work better; each reads the record at its start.
const PIECES: usize = 4;

/// Judges `arrivals`, which follow each other in the chain of the repository at `git_dir`, with `jobs` threads.
///
/// `progress` hears how many commits more are done.
fn run(
    git_dir: &Path,
    arrivals: &[Arrival],
    judgement: Judgement<'_>,
    jobs: usize,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Tally, ScopeError> {
    let jobs = jobs.clamp(1, arrivals.len().max(1));
    let n_pieces = if jobs == 1 { 1 } else { jobs * PIECES };
    let pieces: Vec<&[Arrival]> =
        arrivals.chunks(arrivals.len().div_ceil(n_pieces).max(1)).collect();
    let todo = Mutex::new(pieces.iter().enumerate());
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                loop {
                    // In a statement of its own, so that the lock is not kept while the piece is judged.
                    let next = lock(&todo).next();
                    let Some((place, piece)) = next else { break };
                    let tally = judge_piece(git_dir, piece, judgement, progress);
                    let is_lost = tally.is_err();
                    lock(&done).push((place, tally));
                    if is_lost {
                        // No answer any more: the others need not go on.
                        lock(&todo).by_ref().for_each(drop);
                    }
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(place, _)| *place);
    let mut whole = Tally::default();
    for (_, tally) in done {
        whole.add(tally?);
    }
    Ok(whole)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn judge_piece(
    git_dir: &Path,
    arrivals: &[Arrival],
    judgement: Judgement<'_>,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Tally, ScopeError> {
    let repository = Rc::new(Repository::open(git_dir)?);
    let mut tally = Tally::default();
    let requests = Walk::over(
        Rc::clone(&repository),
        arrivals,
        judgement.series,
        Arc::clone(&judgement.config.terms),
    )?;
    for (arrival, request) in arrivals.iter().zip(requests) {
        let merged = repository.commit(arrival.commit)?.map(|commit| commit.committer_time.seconds);
        let merged = merged.and_then(|seconds| Timestamp::from_second(seconds).ok());
        judge_one(arrival, &request?, merged.unwrap_or(Timestamp::MAX), judgement, &mut tally)?;
        progress(arrival.brought.len());
    }
    Ok(tally)
}

/// Judges one request at the moment it was merged.
fn judge_one(
    arrival: &Arrival,
    request: &Request,
    merged: Timestamp,
    judgement: Judgement<'_>,
    tally: &mut Tally,
) -> Result<(), ScopeError> {
    let Judgement { config, policy, closed, listed, .. } = judgement;
    let clock = Clock { now: merged, proposed: None };
    let findings =
        judge(&Case { request, config, policy, closed, clock, unsure: None }, &Facts::default());
    if let Some(failure) = request.failures().into_iter().next() {
        return Err(failure.into());
    }
    let proposed = request.commits.first().map_or(merged, |newest| newest.author_time.min(merged));
    let commit = arrival.commit.to_string();
    let judged = Judged { commit: &commit, n_commits: arrival.brought.len(), proposed };
    tally.take(&judged, findings, listed);
    Ok(())
}
