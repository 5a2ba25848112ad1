//! `new-release-last`: the new release is the last entry.

use crate::facts::Facts;
use crate::rules::{Level, OneDeliverable, Overridable, Rule, Scope, Sink};
use crate::tree::request::Novelty;

pub(crate) static RULE: Rule = Rule {
    id: "new-release-last",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the new release is not the last entry, or the request adds more than one release",
    docs: "## What it checks

A request adds one release to a file, at the end of `releases`.

## Why

The last entry is the newest release. Announcements, the release site and the change log start from it.

## What to do

Move the entry to the end. Propose a second release in its own request.
",
    scope: Scope::Deliverables { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

fn check(on: &OneDeliverable<'_>, _: &Facts, sink: &mut Sink<'_>) {
    // An entry whose commit changes stays where it was.
    let mut new: Vec<_> = on.new_releases().filter(|new| new.novelty == Novelty::Added).collect();
    let Some(last) = new.pop() else { return };
    // `duplicate-version` reports the same version twice.
    for earlier in new.iter().filter(|new| new.version() != last.version()) {
        sink.report(
            earlier.release.version.place,
            format!(
                "the request adds two releases, `{}` and `{}`",
                earlier.version(),
                last.version()
            ),
        )
        .help("propose each release of a deliverable in its own request")
        .release(earlier.version());
    }
    let newest = on.deliverable().releases.last().map(|release| release.version.text());
    if last.index + 1 != on.deliverable().releases.len()
        && let Some(newest) = newest
    {
        sink.report(
            last.release.version.place,
            format!("the new release `{}` comes before `{newest}` in the file", last.version()),
        )
        .help("move the new release to the end of `releases`")
        .release(last.version());
    }
}
