//! Answers all questions, with the lanes in parallel.

use std::sync::Mutex;
use std::thread;

use super::ask::AnyQuestion;
use super::{Asks, Facts, Sources};

/// Answers every question in `asks` that has no answer in `facts` yet.
///
/// Works on at most `jobs` lanes at the same time, and at least on one.
pub fn gather(asks: &Asks, facts: &mut Facts, sources: &Sources, jobs: usize) {
    let lanes: Vec<Vec<AnyQuestion>> = asks.open_by_lane(facts).into_values().collect();
    let workers = jobs.clamp(1, lanes.len().max(1));
    let todo = Mutex::new(lanes.into_iter());
    let found = Mutex::new(facts);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(lane) = next(&todo) {
                    for question in lane {
                        let answer = question.answer(sources);
                        lock(&found).insert_any(question, answer);
                    }
                }
            });
        }
    });
}

fn next(todo: &Mutex<std::vec::IntoIter<Vec<AnyQuestion>>>) -> Option<Vec<AnyQuestion>> {
    lock(todo).next()
}

/// After a panic in a worker only that worker's answers are lost: they stay unknown.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
