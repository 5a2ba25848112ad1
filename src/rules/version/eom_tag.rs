//! `eom-tag`: a tag that marks the end of maintenance of a series is complete.

use crate::facts::Facts;
use crate::rules::end_tag;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::version::SpecialKind;

pub(crate) static RULE: Rule = Rule {
    id: "eom-tag",
    level: Level::Error,
    overridable: Overridable::InPart,
    summary: "a `-eom` tag comes too early, has no branch to end, or leaves out a repository",
    docs: "## What it checks

A new `<id>-eom` at the end of a file: the series has been released, the file lists branches, and the tag is on all
repositories of the deliverable and on no others. In a series that is in development or to come, an override is possible.

## Why

The tag ends a branch in each repository. One that is left out keeps an open branch that nobody looks after.

## What to do

Add each repository of `repository-settings` to the entry, each at the last commit of its branch.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    if end_tag::is_end(on, SpecialKind::Eom) {
        end_tag::check(on, sink);
    }
}
