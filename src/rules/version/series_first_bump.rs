//! `series-first-bump`: a series begins with a new minor or major number.

use super::series_first;
use crate::facts::Facts;
use crate::rules::next_free::{next_free, ordered};
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{Kind, Model, StableBranchType};
use crate::tree::place::Place;
use crate::version::{Bump, Version};

pub(crate) static RULE: Rule = Rule {
    id: "series-first-bump",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the first release of a series does not raise the minor number",
    docs: "## What it checks

The first release in a file of a series raises at least the minor number over the last version of the deliverable in the series
before. Test plugins, and deliverables without stable branches, are not checked.

## Why

Patch numbers belong to the stable branch of the previous series, which needs them for its next fixes.

## What to do

Raise the minor or the major number.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let has_branches = on.kind() != Kind::TempestPlugin
        && !matches!(on.branch_type(), StableBranchType::None | StableBranchType::Tagless)
        && on.model() != Some(Model::Untagged);
    if on.index != 0 || on.path.is_independent() || !has_branches {
        return;
    }
    let Some(version) = on.number().and_then(ordered) else { return };
    // `version-order` and `series-first` report those.
    let Some((file, place, last)) = last_before(on) else { return };
    if *version <= last || series_first::is_wrong(on) {
        return;
    }
    if matches!(Bump::between(Some(&last), &version.target()), Bump::Major | Bump::Minor) {
        return;
    }
    let message = format!(
        "the first release of `{}` must raise the minor number of `{}`, but `{}` does not",
        on.path.series(),
        last.text(),
        on.version()
    );
    let finding = sink
        .report(on.release.version.place, message)
        .related_in(&file, place, "the last version of the series before")
        .release(on.version());
    match next_free(on) {
        Some(next) => {
            finding.help(format!("use `{next}`")).fix(
                format!("release `{next}`"),
                on.release.version.place,
                next,
            );
        }
        None => {
            finding.help("raise the minor or the major number");
        }
    }
}

/// The last version of the newest older series that has one, and where it is.
fn last_before(on: &OneRelease<'_>) -> Option<(String, Place, Version)> {
    on.in_older_series().find_map(|(_, file)| {
        let mut releases = file.deliverable.releases.iter().rev();
        let last = releases.find(|release| ordered(&release.version).is_some())?;
        Some((file.name.clone(), last.version.place, last.version.value.clone()))
    })
}
