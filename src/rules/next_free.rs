//! The next free version: where a number was taken or is too low, this is what to write instead.

use super::OneRelease;
use crate::tree::deliverable::Release;
use crate::version::Version;

/// How many numbers are tried.
const MOST: usize = 100;

/// The next version of the kind of this one that is higher than everything before it and listed nowhere for its repositories;
/// `None` for pre-releases and special versions, and where the entry is not the last.
pub(super) fn next_free(on: &OneRelease<'_>) -> Option<String> {
    let version = &on.release.version.value;
    let releases = &on.deliverable().releases;
    if version.pre_release().is_some()
        || on.index + 1 != releases.len()
        || ordered(version).is_none()
    {
        return None;
    }
    let is_feature = version.begins_a_line() || (on.index == 0 && !on.path.is_independent());
    let earlier = releases[..on.index].iter().map(|release| &release.version.value);
    let older: Vec<Version> = of_older_series(on);
    let floor =
        earlier.chain(&older).chain([version]).filter(|it| ordered(it).is_some()).max()?.clone();
    let next = |from: &Version| if is_feature { from.next_feature() } else { from.next_patch() };
    let numbers = std::iter::successors(next(&floor), next).take(MOST);
    numbers.map(|number| number.text().to_owned()).find(|number| is_free(on, number))
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

/// The highest number that this release must be above: those of the entries before it, and of older series.
pub(super) fn floor(on: &OneRelease<'_>) -> Option<Version> {
    let own = on.deliverable().releases[..on.index].iter();
    let older = on.in_older_series().flat_map(|(_, file)| file.deliverable.releases.clone());
    let all = own.cloned().chain(older);
    all.filter_map(|release: Release| ordered(&release.version).cloned()).max()
}

/// The version, if it is a number that others are compared with: no date, and no end of a series.
pub(super) fn ordered(version: &Version) -> Option<&Version> {
    let is_number = version.numbers().is_some() && version.special().is_none();
    (is_number && !version.is_dated()).then_some(version)
}

/// The first version of the nearest newer series that has one, if `version` is not below it, and the file that lists it.
pub(super) fn overtakes(on: &OneRelease<'_>, version: &Version) -> Option<(String, Release)> {
    let head = &on.request.head;
    if on.path.is_independent() {
        return None;
    }
    let newer: Vec<_> = head.series().newer_than(on.path.series()).collect();
    let files = newer.iter().rev().filter_map(|one| head.deliverable(&one.name, on.path.name()));
    let first = files.filter_map(|file| {
        let mut releases = file.deliverable.releases.iter();
        let first = releases.find(|release| ordered(&release.version).is_some())?;
        Some((file.name.clone(), first.clone()))
    });
    let (file, first) = { first }.next()?;
    (*version >= *first.version).then_some((file, first))
}
