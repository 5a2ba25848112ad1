//! `hash-format`: the commit id is complete.

use crate::facts::object::CommitBeginning;
use crate::facts::{Answer, Asks, Facts};
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink, missing_commit};
use crate::tree::deliverable::Project;

pub(crate) static RULE: Rule = Rule {
    id: "hash-format",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the hash is not a full commit id",
    docs: "## What it checks

`hash` is a commit id of 40 hexadecimal digits, not all of them `0`. Capital letters are a warning.

## Why

An abbreviated id, a branch or a tag may point to another commit tomorrow. The commit that was reviewed must be the commit
that is tagged.

## What to do

Use the output of `git rev-parse <commit>`.
",
    scope: Scope::NewReleases { asks, check },
    ..Rule::USUAL
};

fn asks(on: &OneRelease<'_>, _: &Facts, asks: &mut Asks) {
    on.release
        .projects
        .iter()
        .filter_map(|project| beginning(on, project))
        .for_each(|one| asks.put(one));
}

/// The question which commit a short id means.
fn beginning(on: &OneRelease<'_>, project: &Project) -> Option<CommitBeginning> {
    let prefix = project.hash.value.clone();
    let is_short =
        (4..40).contains(&prefix.len()) && prefix.bytes().all(|byte| byte.is_ascii_hexdigit());
    let repo = on.live_name(&project.repo).filter(|_| is_short)?;
    Some(CommitBeginning { repo, prefix })
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for project in &on.release.projects {
        let hash = &project.hash;
        if let Err(message) = missing_commit::commit_of(hash) {
            let whole = beginning(on, project).and_then(|question| match facts.get(&question) {
                Answer::Known(id) => Some(id),
                Answer::Absent | Answer::Unknown(_) => None,
            });
            let finding =
                sink.report(hash.place, message).repo(&project.repo).release(on.version());
            match whole {
                Some(id) => finding.help(format!("write the full id: `{id}`")).fix(
                    "write the full id",
                    hash.place,
                    id.to_string(),
                ),
                None => finding.help("write the full id that `git rev-parse` prints"),
            };
        } else if hash.bytes().any(|byte| byte.is_ascii_uppercase()) {
            sink.report_at(Level::Warning, hash.place, "the commit id has capital letters")
                .fix("write it in lower case", hash.place, hash.to_ascii_lowercase())
                .repo(&project.repo)
                .release(on.version());
        }
    }
}
