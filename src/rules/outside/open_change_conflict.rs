//! `open-change-conflict`: no other open change asks for the same release.

use std::collections::BTreeSet;

use crate::facts::open_edits::{OpenEdit, OpenEdits};
use crate::facts::{Asks, Facts};
use crate::rules::{Level, OneRelease, Rule, Scope, Sink};
use crate::tree::deliverable;

pub(crate) static RULE: Rule = Rule {
    id: "open-change-conflict",
    level: Level::Warning,
    summary: "another open change asks for the same release",
    docs: "## What it checks

No other open change in Gerrit adds the same version of the same deliverable. A site without Gerrit is not checked.

## Why

Whichever change merges first makes the tag. The other one then conflicts, or its author believes that another commit was
released.

## What to do

Agree on one of the changes, and abandon the other one.
",
    scope: Scope::NewReleases { asks, check },
    ..Rule::USUAL
};

fn asks(on: &OneRelease<'_>, _: &Facts, asks: &mut Asks) {
    if let Some(question) = question(on) {
        asks.put(question);
    }
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let Some(question) = question(on) else { return };
    let place = on.release.version.place;
    let what = format!("whether another open change releases `{}` too", on.version());
    let Some(Some(edits)) = sink.need(facts.get(&question), place, &what) else { return };
    let own = own_change_ids(on);
    let target = edits.iter().find(|edit| is_own(on, edit, &own)).map(|edit| &edit.target);
    for edit in edits.iter().filter(|edit| !is_own(on, edit, &own)) {
        let is_elsewhere = target.is_some_and(|target| *target != edit.target);
        if is_elsewhere || !releases(edit, on.version()) {
            continue;
        }
        let message = format!(
            "the open change {} (\"{}\") adds `{}` too",
            edit.number,
            edit.subject,
            on.version()
        );
        sink.report(place, message)
            .help(format!(
                "agree on one of the changes, and abandon the other one: {}",
                url(on, edit)
            ))
            .release(on.version());
    }
}

fn url(on: &OneRelease<'_>, edit: &OpenEdit) -> String {
    format!("{}/c/{}/+/{}", on.config.gerrit.trim_end_matches('/'), edit.target.0, edit.number)
}

/// Whether that change adds the version: one that stands on this request has it too.
fn releases(edit: &OpenEdit, version: &str) -> bool {
    let lists = |bytes: &Option<Vec<u8>>| {
        let read = bytes.as_ref().map(|bytes| deliverable::read(bytes).0);
        read.is_some_and(|it| it.releases.iter().any(|release| release.version.text() == version))
    };
    lists(&edit.bytes) && !lists(&edit.before)
}

/// Whether the change is the request itself, or one that the request stands on.
fn is_own(on: &OneRelease<'_>, edit: &OpenEdit, own: &BTreeSet<&str>) -> bool {
    own.contains(edit.change_id.as_str())
        || on.request.commits.iter().any(|commit| commit.id == edit.commit)
}

fn own_change_ids<'a>(on: &OneRelease<'a>) -> BTreeSet<&'a str> {
    let lines = on.request.commits.iter().flat_map(|commit| commit.message.lines());
    lines.filter_map(|line| line.strip_prefix("Change-Id:")).map(str::trim).collect()
}

fn question(on: &OneRelease<'_>) -> Option<OpenEdits> {
    let path = on.change.path.clone();
    (!on.config.gerrit.is_empty()).then_some(OpenEdits { path })
}
