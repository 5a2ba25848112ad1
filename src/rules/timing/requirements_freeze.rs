//! `requirements-freeze`: after the `rf` week a library needs an exception from the requirements team.

use super::{Breach, asked, proposed_on};
use crate::facts::Facts;
use crate::rules::{Day, Level, OneRelease, Overridable, Rule, Scope, Sink};

pub(crate) static RULE: Rule = Rule {
    id: "requirements-freeze",
    level: Level::Warning,
    overridable: Overridable::Yes,
    summary: "a library is released after the requirements freeze, without a link to its exception",
    docs: "## What it checks

Any release of a library or client library that was proposed between the end of the `rf` week and the release of its
series, if no commit message of the request links to a mailing list.

## Why

A new library raises the constraints that everybody else tests with. The requirements team grants exceptions by mail; only
2 % of the requests on record carried the link, so reviewers had to search for it.

## What to do

Ask for the exception on the list, and add the link to that mail to the commit message.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check },
    day: Day::Proposal,
    ..Rule::USUAL
};

fn check(on: &OneRelease<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let Some(asked) = asked(on).filter(|_| !links_to_a_list(on)) else { return };
    let Some(breach) = Breach::by_release(on, &RULE, asked) else { return };
    let version = on.version();
    let message = format!(
        "the requirements froze on {}; `{version}` was {}",
        breach.closed(),
        proposed_on(on)
    );
    let help = format!(
        "add the link to the exception mail (`https://lists.…`) to the commit message, or make it {}",
        breach.cycle.stable_from()
    );
    sink.report(on.release.version.place, message).help(help).release(version);
}

fn links_to_a_list(on: &OneRelease<'_>) -> bool {
    let touches = on.request.commits.iter().filter(|commit| commit.paths.contains(&on.change.path));
    touches.into_iter().any(|commit| {
        commit.message.contains("https://lists.") || commit.message.contains("http://lists.")
    })
}
