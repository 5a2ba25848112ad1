//! Runs the rules over the history of a releases repository: what they would have found in each merged request.
//!
//! A request is a commit of the first-parent chain compared with its first parent, as apply and the gate see it: a merge
//! is judged as a whole, and its commits are not judged again. Each request is judged by the record as it was then, by
//! the day of its proposal, and by today's configuration and policy. No fact is fetched: what the files alone cannot
//! decide counts as not asked.

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

/// Which part of the history to judge, and how.
#[derive(Clone, Debug)]
pub struct ReplayOptions {
    /// Start after this revision; `None` for the first commit.
    pub since: Option<String>,
    /// The rules to show, with each finding. If empty, all rules are shown, without their findings.
    pub rules: Vec<&'static str>,
    /// Whether to judge files of series that were closed at the time.
    pub closed: Closed,
    /// Number of threads; `None` for one for each processor.
    pub jobs: Option<usize>,
}

/// How far a replay has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplayProgress {
    /// It begins, with this many commits to judge.
    Begins(usize),
    /// This many more are judged.
    Advances(usize),
}

/// Judges the history that ends in the head of `workspace`.
///
/// # Errors
/// If a revision does not exist, or part of the history cannot be read: a count with gaps is worthless.
pub fn replay(
    workspace: &Workspace,
    options: &ReplayOptions,
    progress: &(dyn Fn(ReplayProgress) + Sync),
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
    progress(ReplayProgress::Begins(arrivals.iter().map(|arrival| arrival.brought.len()).sum()));
    let advance = |commits: usize| progress(ReplayProgress::Advances(commits));
    let git_dir = workspace.repository.git_dir();
    let tally = run(git_dir, &arrivals, judgement, jobs.unwrap_or(1), &advance)?;
    let (since, rules) = (options.since.clone(), options.rules.clone());
    Ok(Replay { tally, since, head: newest.name(), rules })
}

/// What the history is judged by.
#[derive(Clone, Copy)]
struct Judgement<'a> {
    /// Configuration of the site.
    config: &'a Config,
    /// Levels of the rules.
    policy: &'a Policy,
    /// Whether to judge files of series that were closed at the time.
    closed: Closed,
    /// The series, for revisions without a list of them.
    series: &'a SeriesList,
    /// Rules whose findings are kept.
    listed: &'a [&'static str],
}

/// How many pieces each thread gets on average. More pieces balance the work better, but each reads the record again.
const PIECES: usize = 4;

/// Judges `arrivals`, consecutive commits of the chain of the repository at `git_dir`, with `jobs` threads.
///
/// `progress` gets the number of commits done since its last call.
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
                    // A statement of its own, to release the lock before the piece is judged.
                    let next = lock(&todo).next();
                    let Some((place, piece)) = next else { break };
                    let tally = judge_piece(git_dir, piece, judgement, progress);
                    let has_failed = tally.is_err();
                    lock(&done).push((place, tally));
                    if has_failed {
                        // The whole count is lost, so the other threads can stop.
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

/// Judges one request at the time it was merged.
fn judge_one(
    arrival: &Arrival,
    request: &Request,
    merged: Timestamp,
    judgement: Judgement<'_>,
    tally: &mut Tally,
) -> Result<(), ScopeError> {
    let Judgement { config, policy, closed, listed, .. } = judgement;
    let clock = Clock { now: merged, proposed: None };
    let case = Case { request, config, policy, closed, clock, unsure: None, threads: 1 };
    let findings = judge(&case, &Facts::default());
    if let Some(failure) = request.failures().into_iter().next() {
        return Err(failure.into());
    }
    let proposed = request.commits.first().map_or(merged, |newest| newest.author_time.min(merged));
    let commit = arrival.commit.to_string();
    let judged = Judged { commit: &commit, n_commits: arrival.brought.len(), proposed };
    tally.take(&judged, findings, listed);
    Ok(())
}
