//! The next free version: where a number was taken or is too low, this is what to write instead.

use super::OneRelease;
use crate::version::Version;

/// How many numbers are tried.
const MOST: usize = 100;

/// The next version of the kind of this one that is higher than everything before it and listed nowhere for its repositories;
/// `None` for pre-releases and special versions, and where the entry is not the last.
pub(super) fn next_free(on: &OneRelease<'_>) -> Option<String> {
    let version = &on.release.version.value;
    let releases = &on.deliverable().releases;
    if version.pre_release().is_some() || on.index + 1 != releases.len() || !is_number(version) {
        return None;
    }
    let is_feature = version.begins_a_line() || (on.index == 0 && !on.path.is_independent());
    let earlier = releases[..on.index].iter().map(|release| &release.version.value);
    let older: Vec<Version> = of_older_series(on);
    let floor = earlier.chain(&older).chain([version]).filter(|it| is_number(it)).max()?.clone();
    let next = |from: &Version| if is_feature { from.next_feature() } else { from.next_patch() };
    let numbers = std::iter::successors(next(&floor), next).take(MOST);
    numbers.map(|number| number.text().to_owned()).find(|number| is_free(on, number))
}

/// Whether it is a number, which has an order, and no date.
fn is_number(version: &Version) -> bool {
    version.numbers().is_some() && !version.is_dated() && version.special().is_none()
}

fn of_older_series(on: &OneRelease<'_>) -> Vec<Version> {
    if on.path.is_independent() {
        return Vec::new();
    }
    let head = &on.request.head;
    let older = head.series().older_than(on.path.series());
    let files = older.filter_map(|series| head.deliverable(&series.name, on.path.name()));
    let releases = files.flat_map(|file| {
        let versions =
            file.deliverable.releases.iter().map(|release| release.version.value.clone());
        versions.collect::<Vec<_>>()
    });
    releases.collect()
}

fn is_free(on: &OneRelease<'_>, number: &str) -> bool {
    let is_listed = on.release_named(number).is_some();
    let index = on.request.head.index();
    let mut projects = on.release.projects.iter();
    !is_listed && projects.all(|project| index.files_with(&project.repo, number).is_empty())
}
