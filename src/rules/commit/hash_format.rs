//! `hash-format`: the commit id is complete.

use crate::facts::Facts;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink, subject::is_hash};

pub(crate) static RULE: Rule = Rule {
    id: "hash-format",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the hash is not a full commit id",
    docs: "## What it checks

`hash` is a commit id of 40 hexadecimal digits. Capital letters are a warning.

## Why

An abbreviated id, a branch or a tag may point to another commit tomorrow. The commit that was reviewed must be the commit
that is tagged.

## What to do

Use the output of `git rev-parse <commit>`.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    for project in &on.release.projects {
        let hash = &project.hash;
        if !is_hash(hash) {
            sink.report(
                hash.place,
                format!("`{}` is not a commit id of 40 hexadecimal digits", **hash),
            )
            .help("write the full id that `git rev-parse` prints")
            .repo(&project.repo)
            .release(on.version());
        } else if hash.bytes().any(|byte| byte.is_ascii_uppercase()) {
            sink.report_at(Level::Warning, hash.place, "the commit id has capital letters")
                .fix("write it in lower case", hash.place, hash.to_ascii_lowercase())
                .repo(&project.repo)
                .release(on.version());
        }
    }
}
