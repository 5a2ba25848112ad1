//! `previous-not-tagged`: the release before was really made.

use crate::facts::repository::{Exists, TagOf};
use crate::facts::{Answer, Asks, Facts};
use crate::rules::missing_commit;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::Release;
use crate::tree::request::Novelty;

pub(crate) static RULE: Rule = Rule {
    id: "previous-not-tagged",
    level: Level::Warning,
    overridable: Overridable::No,
    summary: "the previous entry was never tagged",
    docs: "## What it checks

The entry before a new release has its tag in each of its repositories.

## Why

An entry without its tag was merged and never released: 8 of 8,572. Its number is lost once the next one is tagged.

## What to do

Find out why the tag was not made, for example with `tagkeeper explain`, and make it first.
",
    scope: Scope::NewReleases { asks, check },
    ..Rule::USUAL
};

fn asks(on: &OneRelease<'_>, facts: &Facts, asks: &mut Asks) {
    let Some(previous) = previous(on) else { return };
    for question in tags(on, previous) {
        if facts.get(&question) == Answer::Absent {
            asks.put(Exists { repo: question.repo.clone() });
        }
        asks.put(question);
    }
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let Some(previous) = previous(on) else { return };
    let (place, name) = (on.release.version.place, previous.version.text());
    for question in tags(on, previous) {
        let repo = &question.repo;
        match facts.get(&question) {
            Answer::Known(_) => {}
            // `repository-exists` reports it.
            Answer::Absent if missing_commit::has_no_repository(repo, facts) => {}
            Answer::Unknown(why) => {
                let what = format!("whether `{name}` of `{repo}` was tagged");
                sink.could_not_check(place, &what, &why).repo(repo).release(on.version());
                return;
            }
            Answer::Absent => {
                let message = format!("the previous entry `{name}` was never tagged in `{repo}`");
                sink.report(place, message)
                    .related(previous.version.place, "it is listed here")
                    .help(format!("find out why: `tagkeeper explain {} {name}`", on.path.name()))
                    .repo(repo)
                    .release(on.version());
                return;
            }
        }
    }
}

/// The entry before, unless the request adds that one too.
fn previous<'a>(on: &OneRelease<'a>) -> Option<&'a Release> {
    let previous = on.previous()?;
    let is_new =
        on.new_releases().any(|new| new.novelty == Novelty::Added && new.index + 1 == on.index);
    (!is_new && previous.version.text() != on.version()).then_some(previous)
}

fn tags<'a>(on: &OneRelease<'a>, previous: &'a Release) -> impl Iterator<Item = TagOf> + use<'a> {
    let on = *on;
    let live = previous.projects.iter().filter_map(move |project| on.live(project));
    live.map(|project| TagOf::of(&project.name, previous.version.text()))
}
