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

A version that the request adds or changes stands once in its file, and no other file lists it for one of its repositories.

## Why

A version is a tag of the repository, and there is one tag of a name.

## What to do

Take the next free version.
",
    scope: Scope::Deliverables { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

fn check(on: &OneDeliverable<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let new: Vec<_> = on.new_releases().collect();
    // Two that stood before are no matter of this request; files that are judged whole have no before.
    let is_touched =
        |at: &[usize]| on.request.base.is_none() || new.iter().any(|new| at.contains(&new.index));
    let mut first = HashMap::new();
    for (index, release) in on.deliverable().releases.iter().enumerate() {
        let version = &release.version;
        if let Some((line, earlier)) = first.insert(version.text(), (version.place.line, index))
            && is_touched(&[index, earlier])
        {
            sink.report(
                version.place,
                format!("version `{}` stands already at line {line}", version.text()),
            )
            .help("take one of the two entries out, or give the newer one the next free version")
            .release(version.text());
        }
    }
    for new in &new {
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
