//! The releases of many deliverables, some of them prepared at the same time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::became::REFUSED;
use super::group::Ready;
use crate::facts::Sources;
use crate::ops::new::{NewOptions, NoHead, Prepared, prepare};
use crate::workspace::{Failure, FailureKind, Options};

/// What a deliverable gets, or a word and a phrase that say why it gets nothing.
pub(super) type Outcome = Result<Ready, (&'static str, String)>;

/// The release that each asks for, in their order.
pub(super) fn releases(options: &Options, sources: &Sources, asked: &[NewOptions]) -> Vec<Outcome> {
    let next = AtomicUsize::new(0);
    let take = || {
        let at = next.fetch_add(1, Ordering::Relaxed);
        asked.get(at).map(|one| (at, one))
    };
    let work = || {
        let mut done = Vec::new();
        while let Some((at, one)) = take() {
            done.push((at, release(options, sources, one)));
        }
        done
    };
    let workers = options.jobs.clamp(1, asked.len().max(1));
    let mut found: Vec<(usize, Outcome)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let done = workers.into_iter().map(|worker| match worker.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        done.flatten().collect()
    });
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, outcome)| outcome).collect()
}

fn release(options: &Options, sources: &Sources, asked: &NewOptions) -> Outcome {
    match prepare(options, asked, sources) {
        Ok(prepared) if prepared.is_needed() => Ok(ready(prepared)),
        Ok(_) => Err(("skipped", "nothing was merged since its last release".to_owned())),
        Err(failure) => Err(why(&failure)),
    }
}

fn ready(prepared: Prepared) -> Ready {
    Ready {
        what: Some(prepared.version().to_owned()),
        rewrite: prepared.rewrite,
        message: prepared.message,
    }
}

/// Why a deliverable gets nothing.
pub(super) fn why(failure: &Failure) -> (&'static str, String) {
    match failure.kind() {
        FailureKind::Outside => {
            let cause = std::error::Error::source(failure).map(ToString::to_string);
            ("unknown", cause.map_or(failure.to_string(), |cause| format!("{failure}: {cause}")))
        }
        FailureKind::Refused if failure.error().is::<NoHead>() => (REFUSED, failure.to_string()),
        FailureKind::Usage | FailureKind::Refused => ("skipped", failure.to_string()),
    }
}
