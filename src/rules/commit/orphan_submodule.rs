//! `orphan-submodule`: `.gitmodules` knows every submodule.

use crate::facts::package::OrphansAt;
use crate::facts::{Asks, Facts};
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};

pub(crate) static RULE: Rule = Rule {
    id: "orphan-submodule",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the commit has a submodule that `.gitmodules` does not name",
    docs: "## What it checks

Each submodule at the commit has an entry with its path in `.gitmodules`.

## Why

Git cannot fetch such a submodule, and stops: the jobs that check out the tag fail. It usually comes from a repository that somebody
cloned into their work tree and added by mistake.

## What to do

Remove the submodule with `git rm --cached`, or add it to `.gitmodules`. Release a commit that has the change.
",
    scope: Scope::NewReleases { asks, check },
    ..Rule::USUAL
};

fn asks(on: &OneRelease<'_>, _: &Facts, asks: &mut Asks) {
    on.tagged_projects().for_each(|project| asks.put(OrphansAt::of(&project)));
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for project in on.tagged_projects() {
        let place = project.hash.place;
        let what = format!("the submodules of `{}`", *project.repo);
        let found = sink.need(facts.get(&OrphansAt::of(&project)), place, &what);
        let Some(Some([first, more @ ..])) = found.map(|all| all.map(Vec::as_slice)) else {
            continue;
        };
        let more =
            if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
        let message = format!(
            "`{}` has the submodule `{first}`{more} at this commit, which `.gitmodules` does not name",
            *project.repo
        );
        sink.report(place, message)
            .help("remove it with `git rm --cached`, or add it to `.gitmodules`")
            .repo(&project.repo)
            .release(on.version());
    }
}
