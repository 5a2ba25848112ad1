//! Pages that do not depend on each other are made on every processor.

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
    let threads = thread::available_parallelism().map_or(1, usize::from).min(items.len());
    if threads < 2 {
        return items.iter().map(|item| work(press, item)).collect();
    }
    let next = AtomicUsize::new(0);
    let one_after_the_other = |mut press: Press<'a>| {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return done };
            let given = work(&mut press, item);
            done.push((at, given, mem::take(&mut press.files), mem::take(&mut press.mistakes)));
        }
    };
    let one_after_the_other = &one_after_the_other;
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (0..threads)
            .map(|_| press.another())
            .map(|other| scope.spawn(move || one_after_the_other(other)))
            .collect();
        let done = others.into_iter().map(|it| it.join().expect("making a page does not panic"));
        done.flatten().collect::<Vec<_>>()
    });
    done.sort_unstable_by_key(|(at, ..)| *at);
    let take = |(_, given, files, mistakes)| {
        press.take(files, mistakes);
        given
    };
    done.into_iter().map(take).collect()
}
