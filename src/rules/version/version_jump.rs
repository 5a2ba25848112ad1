//! `version-jump`: versions follow one another without a gap.

use super::{new_release_last, series_first, version_overtakes};
use crate::facts::Facts;
use crate::rules::next_free::{ordered, overtakes};
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{Release, ReleaseType};
use crate::tree::place::Place;
use crate::version::{Bump, PreReleaseKind, Version};

pub(crate) static RULE: Rule = Rule {
    id: "version-jump",
    level: Level::Error,
    overridable: Overridable::Yes,
    summary: "the version skips a number",
    docs: "## What it checks

A new version raises one number of the previous one by 1 and sets those after it to 0: after 4.2.1 come 4.2.2, 4.3.0 and 5.0.0.
The first release of a series may skip one minor number for each series that the deliverable skipped. xstatic packages and
independent deliverables number as they like.

## Why

A gap looks like a release that was lost, and people look for it. Most gaps are slips of the finger.

## What to do

Use one of the versions in the help, or explain the gap: `Release-Override: version-jump <reason>`.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

/// What came before: the version, its place, and how many series without a release lie between.
struct Before {
    version: Version,
    file: String,
    place: Place,
    skipped: u64,
}

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let is_xstatic = on.deliverable().effective_release_type(on.path) == Some(ReleaseType::Xstatic);
    let Some(version) = on.number().and_then(ordered) else { return };
    // One in the wrong place is for `new-release-last` to report.
    let is_last = on.index + 1 == on.deliverable().releases.len();
    let is_misplaced = !is_last && on.is_on(&new_release_last::RULE);
    let is_wrong_first = series_first::is_wrong(on) && on.is_on(&series_first::RULE);
    if is_xstatic || is_misplaced || on.path.is_independent() || is_wrong_first {
        return;
    }
    // `version-overtakes` reports one that is beyond the next series.
    if overtakes(on, version).is_some() && on.is_on(&version_overtakes::RULE) {
        return;
    }
    let Some(before) = before(on).filter(|before| *version > before.version) else { return };
    let Some(next) = wanted(&before.version, version, before.skipped) else { return };
    if next.contains(&version.target()) {
        return;
    }
    // A patch number is the next one, but not for the first release of a series.
    let fits = |next: &&Version| !series_first::begins_series(on) || next.begins_a_line();
    let shown: Vec<String> =
        next.iter().filter(fits).map(|next| format!("`{}`", next.text())).collect();
    let message = format!("`{}` skips a number after `{}`", on.version(), before.version.text());
    sink.report(on.release.version.place, message)
        .related_in(&before.file, before.place, "the version before it")
        .help(format!(
            "use {}, or add `Release-Override: version-jump <reason>` to the commit message",
            shown.join(" or ")
        ))
        .release(on.version());
}

/// The versions that may follow `before`; `None` if its form counts dates where `version` differs.
fn wanted(before: &Version, version: &Version, skipped: u64) -> Option<Vec<Version>> {
    let base = before.target();
    let is_candidate = before.pre_release().is_some_and(|pre| pre.kind == PreReleaseKind::Rc);
    if is_candidate && version.is_full() {
        return Some(vec![base]);
    }
    let steps = [base.next_patch(), base.next_feature(), base.next_major()];
    let differs = match Bump::between(Some(&base), &version.target()) {
        Bump::Major => &steps[2],
        Bump::Minor => &steps[1],
        _ => &steps[0],
    };
    differs.as_ref()?;
    let mut found: Vec<Version> = steps.into_iter().flatten().collect();
    let further = std::iter::successors(base.next_feature(), Version::next_feature).skip(1);
    found.extend(further.take(usize::try_from(skipped).unwrap_or(usize::MAX).min(100)));
    // What was a pre-release becomes the release.
    found.extend(before.pre_release().map(|_| base));
    Some(found)
}

fn before(on: &OneRelease<'_>) -> Option<Before> {
    let newest = |releases: &[Release]| {
        let mut found = releases.iter().rev().map(|release| &release.version);
        found.find(|version| ordered(version).is_some()).cloned()
    };
    if let Some(found) = newest(&on.deliverable().releases[..on.index]) {
        let file = on.after.name.clone();
        return Some(Before { version: found.value, place: found.place, file, skipped: 0 });
    }
    let older = on.request.head.series().older_than(on.path.series());
    older.zip(0..).find_map(|(series, skipped)| {
        let file = on.request.head.deliverable(&series.name, on.path.name())?;
        let found = newest(&file.deliverable.releases)?;
        let (version, place) = (found.value, found.place);
        Some(Before { version, place, file: file.name.clone(), skipped })
    })
}
