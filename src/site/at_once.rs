//! Work that does not depend on its neighbours is done on every processor.

use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::press::Press;

/// Does `work` for each of `items`. What it gives, puts into the press and finds wrong is in the order of the items, however
/// many processors there are.
pub(super) fn each<'i, 'a, T: Sync, R: Send>(
    press: &mut Press<'a>,
    items: &'i [T],
    work: impl Fn(&mut Press<'a>, &'i T) -> R + Sync,
) -> Vec<R> {
    let made = with(
        items,
        || press.another(),
        |press, item| {
            let given = work(press, item);
            (given, mem::take(&mut press.files), mem::take(&mut press.mistakes))
        },
    );
    let take = |(given, files, mistakes)| {
        press.take(files, mistakes);
        given
    };
    made.into_iter().map(take).collect()
}

/// Does `work` for each of `items`, with a tool of its own for each processor, and gives what it gave in the order of the items.
pub(super) fn with<'i, T: Sync, S: Send, R: Send>(
    items: &'i [T],
    tool: impl Fn() -> S,
    work: impl Fn(&mut S, &'i T) -> R + Sync,
) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(items.len());
    let next = AtomicUsize::new(0);
    let one_after_the_other = |mut tool: S| {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return done };
            done.push((at, work(&mut tool, item)));
        }
    };
    let one_after_the_other = &one_after_the_other;
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (0..threads)
            .map(|_| tool())
            .map(|tool| scope.spawn(move || one_after_the_other(tool)))
            .collect();
        let done = others.into_iter().map(|it| it.join().expect("the work does not panic"));
        done.flatten().collect::<Vec<_>>()
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, given)| given).collect()
}
