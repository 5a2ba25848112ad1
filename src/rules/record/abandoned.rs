//! `abandoned`: an abandoned deliverable is not released.

use crate::facts::Facts;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::Model;

pub(crate) static RULE: Rule = Rule {
    id: "abandoned",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "an abandoned deliverable is released",
    docs: "## What it checks

A new release in a file of `_independent` whose `release-model` is `abandoned`.

## Why

`abandoned` tells users that nobody maintains the deliverable. A release says the opposite.

## What to do

Remove `release-model: abandoned` if somebody maintains it again, or remove the release.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    // In a series `model` reports it, but for a file that the request ends.
    let is_reported = !on.path.is_independent() && !on.is_ended();
    if is_reported || on.model() != Some(Model::Abandoned) {
        return;
    }
    let name = on.path.name();
    let message = format!("`{name}` is abandoned, so `{}` cannot be released", on.version());
    let finding = sink.report(on.release.version.place, message);
    let finding = match &on.deliverable().model {
        Some(model) => finding.related(model.place, "the model is here"),
        None => finding,
    };
    finding
        .help("remove `release-model: abandoned` if it is maintained again, or remove the release")
        .release(on.version());
}
