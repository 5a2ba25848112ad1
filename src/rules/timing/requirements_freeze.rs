//! `requirements-freeze`: a library after `rf` needs an exception of the requirements team.

use super::{Broken, asked, proposed_on};
use crate::facts::Facts;
use crate::rules::{Day, Level, OneRelease, Overridable, Rule, Scope, Sink};

pub(crate) static RULE: Rule = Rule {
    id: "requirements-freeze",
    level: Level::Warning,
    overridable: Overridable::Yes,
    summary: "a library is released after the requirements freeze, without a link to the exception",
    docs: "## What it checks

A release of a library or client library of a series, whatever its number, that was proposed after the week of `rf` and before
the release, where no commit message of the request links to a mailing list.

## Why

A new library raises the constraints that all others test with. The requirements team grants exceptions by mail; only 2 %
of the requests of the record carried the link, so that reviewers had to search for it.

## What to do

Ask for the exception on the list and put the link to that mail into the commit message.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    day: Day::Proposal,
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let Some(asked) = asked(on).filter(|_| !links_to_a_list(on)) else { return };
    let Some(broken) = Broken::by_release(on, &RULE, asked) else { return };
    let version = on.version();
    let message = format!(
        "the requirements closed on {}; `{version}` was {}",
        broken.closed(),
        proposed_on(on)
    );
    let help = format!(
        "put the link to the exception mail (`https://lists.…`) into the commit message; {}",
        broken.cycle.stable_from()
    );
    sink.report(on.release.version.place, message).help(help).release(version);
}

fn links_to_a_list(on: &OneRelease<'_>) -> bool {
    let touches = on.request.commits.iter().filter(|commit| commit.paths.contains(&on.change.path));
    touches.into_iter().any(|commit| {
        commit.message.contains("https://lists.") || commit.message.contains("http://lists.")
    })
}
