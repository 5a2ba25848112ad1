//! `new-release-last`: the new release is the last entry.

use crate::facts::Facts;
use crate::rules::{Level, OneDeliverable, Overridable, Rule, Scope, Sink};
use crate::tree::request::Novelty;

pub(crate) static RULE: Rule = Rule {
    id: "new-release-last",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the new release is not the last entry of its file, or two are new",
    docs: "## What it checks

A request adds one release to a file, at the end of `releases`.

## Why

The last entry is the newest release: announcements, the site and the change log start from it.

## What to do

Move the entry to the end; put a second release into a request of its own.
",
    scope: Scope::Deliverables { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

fn check(on: &OneDeliverable<'_>, _: &Facts, sink: &mut Sink<'_>) {
    // An entry whose commit changes is where it was.
    let mut new: Vec<_> = on.new_releases().filter(|new| new.novelty == Novelty::Added).collect();
    let Some(last) = new.pop() else { return };
    for earlier in &new {
        sink.report(
            earlier.release.version.place,
            format!("two releases are new, `{}` and `{}`", earlier.version(), last.version()),
        )
        .help("put one release of a deliverable into one request")
        .release(earlier.version());
    }
    let newest = on.deliverable().releases.last().map(|release| release.version.text());
    if last.index + 1 != on.deliverable().releases.len()
        && let Some(newest) = newest
    {
        sink.report(
            last.release.version.place,
            format!("the new release `{}` stands before `{newest}`", last.version()),
        )
        .help("put the new release at the end of `releases`")
        .release(last.version());
    }
}
