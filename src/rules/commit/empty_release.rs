//! `empty-release`: nothing that users get has changed.

use crate::facts::history::ChangedFiles;
use crate::facts::{Answer, Asks, Facts};
use crate::rules::content::range;
use crate::rules::listing::listed;
use crate::rules::upkeep::is_upkeep;
use crate::rules::{Level, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{ProjectAt, Release};

pub(crate) static RULE: Rule = Rule {
    id: "empty-release",
    level: Level::Warning,
    overridable: Overridable::No,
    summary: "only tests, jobs or packaging changed since the previous release",
    docs: "## What it checks

Which files differ between a release and the newest release in this file that is in its history. If all of them are tests,
definitions of jobs, or packaging metadata, the release is empty: `tests/`, `tox.ini`, `.zuul.yaml`, `.gitreview`, `setup.cfg` and
the like, and the pages of release notes by series. Requirements, documentation and translations are content; of a tempest plugin
the tests are. A release of several repositories is empty if all of them are.

The first release of a file is not judged: every series needs one to branch from. One at the same commit as before is the matter of
`same-commit`.

## Why

An empty release costs mirrors, distributions and users the work of an update, and brings them nothing.

## What to do

Remove the release from the request, unless the packaging itself was broken.
",
    scope: Scope::NewReleases { asks, check },
    ..Rule::USUAL
};

/// More files than these are counted, not listed.
const MOST_LISTED: usize = 3;

fn asks(on: &OneRelease<'_>, facts: &Facts, asks: &mut Asks) {
    for project in judged(on) {
        on.ask_since(&project, asks);
        if let Answer::Known(before) = on.since(&project, facts) {
            asks.put(ChangedFiles(range(&before, &project)));
        }
    }
}

fn check(on: &OneRelease<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    let mut files: Vec<&str> = Vec::new();
    let mut previous = None;
    let mut unknown = Vec::new();
    for project in judged(on) {
        match changed(on, &project, facts) {
            Answer::Known((before, changed)) => {
                if changed.iter().any(|path| !is_upkeep(path, on.kind())) {
                    return;
                }
                previous = previous.or(Some(before));
                files.extend(changed.iter().map(String::as_str));
            }
            // A repository that is new here.
            Answer::Absent => return,
            Answer::Unknown(why) => unknown.push((project, why)),
        }
    }
    for (project, why) in &unknown {
        let what = format!("which files of `{}` changed", *project.repo);
        sink.could_not_check(project.hash.place, &what, why)
            .repo(&project.repo)
            .release(on.version());
    }
    if let (Some(previous), [_, ..], []) = (previous, files.as_slice(), unknown.as_slice()) {
        report(on, previous, &files, sink);
    }
}

/// The repositories of a release with a number.
fn judged<'a>(on: &OneRelease<'a>) -> impl Iterator<Item = ProjectAt<'a>> + use<'a> {
    let counts = on.release.version.numbers().is_some();
    on.tagged_projects().filter(move |_| counts)
}

fn changed<'a, 'f>(
    on: &OneRelease<'a>,
    project: &ProjectAt<'a>,
    facts: &'f Facts,
) -> Answer<(&'a Release, &'f Vec<String>)> {
    on.since(project, facts).and_then(|before| {
        facts.get(&ChangedFiles(range(&before, project))).map(|changed| (before.release, changed))
    })
}

fn report(on: &OneRelease<'_>, previous: &Release, files: &[&str], sink: &mut Sink<'_>) {
    let listed = listed(files, MOST_LISTED, |file| format!("`{file}`"));
    let message = format!(
        "`{}` is empty: since `{}` only tests, jobs or packaging changed ({})",
        on.version(),
        previous.version.text(),
        listed
    );
    sink.report(on.release.version.place, message)
        .related(previous.version.place, "the previous release in its history")
        .help("remove the release, unless the packaging itself was broken")
        .release(on.version());
}
