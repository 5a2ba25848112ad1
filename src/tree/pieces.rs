//! Long lists, worked on by several threads.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Starting a thread takes longer than so many items.
const FEW: usize = 64;

/// Pieces for each thread: one that takes long leaves the others to the rest.
const EACH: usize = 16;

/// What `work` makes of each piece of `items`, in order, by at most `threads` threads.
pub fn in_pieces<'a, T: Sync, R: Send>(
    items: &'a [T],
    threads: usize,
    work: impl Fn(&'a [T]) -> R + Sync,
) -> Vec<R> {
    if threads < 2 || items.len() < FEW {
        return vec![work(items)];
    }
    let pieces: Vec<&'a [T]> = items.chunks(items.len().div_ceil(threads * EACH)).collect();
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(pieces.len())));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let at = next.fetch_add(1, Ordering::Relaxed)
                    && let Some(piece) = pieces.get(at)
                {
                    let result = work(piece);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((at, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::in_pieces;

    #[test]
    fn the_results_are_in_order_whatever_the_number_of_threads() {
        let items: Vec<usize> = (0..1_000).collect();
        for threads in [0, 1, 2, 7, 2_000] {
            let found = in_pieces(&items, threads, <[usize]>::to_vec).concat();
            assert_eq!(found, items, "{threads}");
        }
        assert_eq!(in_pieces(&[], 4, |piece: &[u8]| piece.len()), [0]);
    }
}
