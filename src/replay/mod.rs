//! Runs the rules over the history of a releases repository: what they would have said of each request that was merged.
//!
//! A request is a commit of the first-parent chain against its first parent, as apply and the gate see it: a merge is
//! judged by what it brought, and a commit that came with a merge is not judged a second time. A request is judged by
//! the record as it stood then, by the day of its proposal, and by today's configuration and policy. No fact is asked
//! for: what the files alone cannot decide is counted as not asked.

mod tally;

use std::path::Path;
use std::rc::Rc;
use std::sync::{Mutex, PoisonError};
use std::thread;

use jiff::Timestamp;

pub use tally::{Count, Listed, Row, Tally};

use crate::config::{Config, Policy};
use crate::facts::Facts;
use crate::git::{Arrival, Repository};
use crate::rules::{Case, Clock, Closed, judge};
use crate::tree::request::Request;
use crate::tree::scope::ScopeError;
use crate::tree::series::SeriesList;
use crate::tree::walk::Walk;

/// By what the history is judged.
#[derive(Clone, Copy)]
pub struct Judgement<'a> {
    /// Configuration of the site.
    pub config: &'a Config,
    /// Levels of the rules.
    pub policy: &'a Policy,
    /// What becomes of files of series that were closed then.
    pub closed: Closed,
    /// The series, for revisions that have no list of them.
    pub series: &'a SeriesList,
    /// Ids of the rules whose findings are kept one by one.
    pub listed: &'a [&'static str],
}

/// How many pieces a thread gets on average. More share the work better; each reads the record at its start.
const PIECES: usize = 4;

/// Judges `arrivals`, which follow each other in the chain of the repository at `git_dir`, with `jobs` threads.
///
/// `progress` is told how many commits more are done.
///
/// # Errors
/// When a part of the history cannot be read: a count with holes is no count.
pub fn run(
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
    let requests = Walk::over(Rc::clone(&repository), arrivals, judgement.series)?;
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
    tally.take(arrival, proposed, findings, listed);
    Ok(())
}
