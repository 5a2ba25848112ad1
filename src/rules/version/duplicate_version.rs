//! `duplicate-version`: one version twice.

use std::collections::HashMap;

use crate::facts::Facts;
use crate::rules::{Level, OneDeliverable, Overridable, Rule, Scope, Sink};

pub(crate) static RULE: Rule = Rule {
    id: "duplicate-version",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "a version stands twice in a file, or in two files for the same repository",
    docs: "## What it checks

No version stands twice in one file, and no repository has the same version in two files.

## Why

A version is a tag of the repository, and there is one tag of a name.

## What to do

Take the next free version.
",
    scope: Scope::Deliverables { asks: |_, _, _| {}, check },
};

fn check(on: &OneDeliverable<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let mut first = HashMap::new();
    for release in &on.deliverable().releases {
        let version = &release.version;
        if let Some(line) = first.insert(version.text(), version.place.line) {
            sink.report(
                version.place,
                format!("version `{}` stands already at line {line}", version.text()),
            )
            .help("take one of the two entries out, or give the newer one the next free version")
            .release(version.text());
        }
    }
    for new in on.new_releases() {
        for project in &new.release.projects {
            let index = on.request.head.index();
            let others = index.files_with(&project.repo, new.version());
            if let Some(other) = others.into_iter().find(|file| *file != on.after.name) {
                sink.report(
                    new.release.version.place,
                    format!("`{other}` lists `{}` of `{}` already", new.version(), *project.repo),
                )
                .help("take the next free version")
                .repo(&project.repo)
                .release(new.version());
            }
        }
    }
}
