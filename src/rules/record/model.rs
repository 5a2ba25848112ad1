//! `model`: the release model fits the directory of the file.

use crate::facts::Facts;
use crate::rules::{Level, OneDeliverable, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::Model;
use crate::tree::place::Place;

pub(crate) static RULE: Rule = Rule {
    id: "model",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the release model is missing, or does not fit the place of the file",
    docs: "## What it checks

A file of a series has a `release-model`, and one of the cycle: `independent` and `abandoned` belong in `_independent`. A file in
`_independent` needs no model and has none of the cycle. An `untagged` deliverable lists no releases. A file whose newest entry
ends its series is checked for `independent` only.

## Why

The model decides which versions are allowed and when, and what is missing at a deadline.

## What to do

Add or correct `release-model`, or move the file.
",
    scope: Scope::Deliverables { asks: |_, _, _| {}, check },
    ..Rule::USUAL
};

fn check(on: &OneDeliverable<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let model = on.deliverable().model.as_ref();
    let is_of_no_series = model.is_some_and(|model| model.value == Model::Independent);
    if on.is_ended() && !is_of_no_series || on.deliverable().is_unread("release-model") {
        return;
    }
    let series = on.path.series();
    let Some(model) = model else {
        if !on.path.is_independent() {
            sink.report(Place::TOP, format!("a file of `{series}` needs a `release-model`"))
                .help("add `release-model`, such as `cycle-with-intermediary` or `cycle-with-rc`");
        }
        return;
    };
    let name = on.deliverable().model_name(model.value);
    match model.value {
        // `schema` reports an `independent` that only repeats the directory.
        Model::Independent | Model::Abandoned if on.path.is_independent() => {}
        Model::Independent | Model::Abandoned => {
            sink.report(model.place, format!("the model `{name}` does not belong in `{series}`"))
                .help("use a model of the cycle, or move the file to `deliverables/_independent`");
        }
        _ if on.path.is_independent() => {
            let message = format!("the model `{name}` does not belong in `_independent`");
            sink.report(model.place, message)
                .help("remove `release-model`: the directory makes the deliverable independent");
        }
        Model::Untagged => check_untagged(on, model.place, sink),
        _ => {}
    }
}

fn check_untagged(on: &OneDeliverable<'_>, place: Place, sink: &mut Sink<'_>) {
    let Some(newest) = on.deliverable().releases.last() else { return };
    let message = format!("an `untagged` deliverable lists `{}`", newest.version.text());
    sink.report(place, message)
        .related(newest.version.place, "this would be tagged")
        .help("use a model that has releases, or remove the releases")
        .release(newest.version.text());
}
