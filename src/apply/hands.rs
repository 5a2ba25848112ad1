//! Several hands at work: threads that share work of which each part needs nothing but what it brings.

use std::collections::{BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::channel;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// One part of the work.
pub(super) struct Part<W> {
    /// Parts of the same place are done one after the other, in their order.
    pub(super) place: String,
    /// What is to be done.
    pub(super) work: W,
}

/// Looks on while parts are done; on the thread that shares them out.
pub(super) trait Foreman<R> {
    /// Asked right before each part begins. A part for which it returns false is skipped.
    fn may_begin(&mut self, number: usize) -> bool;

    /// Hears of each part as it ends.
    fn ended(&mut self, number: usize, result: R);
}

/// Does all `parts` with so many hands.
pub(super) fn share<W: Send, R: Send>(
    hands: usize,
    parts: Vec<Part<W>>,
    act: impl Fn(W) -> R + Sync,
    foreman: &mut impl Foreman<R>,
) {
    let waiting = parts.into_iter().enumerate();
    if hands <= 1 {
        for (number, part) in waiting {
            if foreman.may_begin(number) {
                foreman.ended(number, act(part.work));
            }
        }
        return;
    }
    let mut waiting: VecDeque<(usize, Part<W>)> = waiting.collect();
    let (give, taken) = channel::<(usize, String, W)>();
    let (say, said) = channel();
    let (taken, act) = (Mutex::new(taken), &act);
    thread::scope(|scope| {
        for _ in 0..hands {
            let (taken, say) = (&taken, say.clone());
            scope.spawn(move || {
                loop {
                    let next = taken.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((number, place, work)) = next else { return };
                    let result = catch_unwind(AssertUnwindSafe(|| act(work)));
                    drop(say.send((number, place, result)));
                }
            });
        }
        let mut busy = BTreeSet::new();
        loop {
            while busy.len() < hands
                && let Some(at) = waiting.iter().position(|(_, part)| !busy.contains(&part.place))
                && let Some((number, part)) = waiting.remove(at)
            {
                if foreman.may_begin(number) {
                    busy.insert(part.place.clone());
                    drop(give.send((number, part.place, part.work)));
                }
            }
            if busy.is_empty() {
                break;
            }
            let Ok((number, place, result)) = said.recv() else { break };
            busy.remove(&place);
            foreman.ended(number, result.unwrap_or_else(|panic| resume_unwind(panic)));
        }
        drop(give);
    });
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn parts(places: &[&str]) -> Vec<Part<usize>> {
        let part = |(work, place): (usize, &&str)| Part { place: (*place).to_owned(), work };
        places.iter().enumerate().map(part).collect()
    }

    /// Lets begin what `may` says, and keeps the order in which parts end.
    struct Order {
        may: fn(usize) -> bool,
        ended: Vec<(usize, usize)>,
    }

    impl Foreman<usize> for Order {
        fn may_begin(&mut self, number: usize) -> bool {
            (self.may)(number)
        }

        fn ended(&mut self, number: usize, result: usize) {
            self.ended.push((number, result));
        }
    }

    #[test]
    fn each_part_is_done_once_and_those_of_one_place_in_their_order() {
        for hands in [1, 2, 5] {
            let places = ["a", "b", "a", "c", "a", "b", "d"];
            let mut order = Order { may: |_| true, ended: Vec::new() };
            share(hands, parts(&places), |work| work * 10, &mut order);
            assert!(order.ended.iter().all(|(number, result)| *result == number * 10));
            let of = |place: &str| -> Vec<usize> {
                let numbers = order.ended.iter().map(|(number, _)| *number);
                numbers.filter(|number| places[*number] == place).collect()
            };
            assert_eq!((of("a"), of("b")), (vec![0, 2, 4], vec![1, 5]), "{hands}");
            assert_eq!(order.ended.len(), places.len(), "{hands}");
        }
    }

    #[test]
    fn no_more_are_at_work_than_there_are_hands_and_what_may_not_begin_is_left_out() {
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let act = |work: usize| {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            thread::yield_now();
            now.fetch_sub(1, Ordering::SeqCst);
            work
        };
        let names: Vec<String> = (0..40).map(|number| number.to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut order = Order { may: |number| number % 2 == 0, ended: Vec::new() };
        share(3, parts(&names), act, &mut order);
        let mut ended: Vec<usize> = order.ended.iter().map(|(number, _)| *number).collect();
        ended.sort_unstable();
        assert_eq!(ended, (0..40).step_by(2).collect::<Vec<_>>());
        assert!(most.load(Ordering::SeqCst) <= 3);
    }
}
