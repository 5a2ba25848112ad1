//! `repository-name`: every repository name is valid.

use std::collections::BTreeSet;

use crate::facts::Facts;
use crate::rules::{Closed, Level, OneDeliverable, Overridable, Rule, Scope, Sink};
use crate::tree::deliverable::{Location, ReleaseNotes};
use crate::tree::place::Placed;
use crate::tree::{BadRepoName, RepoName};

pub(crate) static RULE: Rule = Rule {
    id: "repository-name",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "a repository name is not valid",
    docs: "## What it checks

Each repository under `releases`, `repository-settings`, `branches` and `release-notes` has a plain name such as
`openstack/oslo.config`: one or more parts of letters, digits, `.`, `_` and `-`, separated by single slashes. No part is `.`, `..`
or `.git`, and none starts with `-`.

## Why

tagkeeper builds URLs, directories and commands from these names. `a/../../x` would tag a repository outside the configured
host. A look-alike letter or an invisible space names a different repository from the one reviewers see.

## What to do

Write the repository name as the git host shows it, without the host.
",
    scope: Scope::Deliverables { asks: |_, _, _| {}, check },
    closed: Closed::Judged,
    unchecked: Overridable::No,
    ..Rule::USUAL
};

fn check(on: &OneDeliverable<'_>, _: &Facts, sink: &mut Sink<'_>) {
    let mut seen = BTreeSet::new();
    for repo in names(on) {
        let Err(why) = RepoName::parse(repo) else { continue };
        if !seen.insert(repo.as_str()) {
            continue;
        }
        let found = sink.report(repo.place, message(&why)).repo(repo);
        let plain = plain(repo);
        if RepoName::parse(&plain).is_ok() {
            found.help(format!("write `{plain}`")).fix(
                format!("write `{plain}`"),
                repo.place,
                plain,
            );
        } else {
            found.help("write the name as the git host shows it, such as `openstack/oslo.config`");
        }
    }
}

/// Every repository name in the file.
fn names<'a>(on: &OneDeliverable<'a>) -> impl Iterator<Item = &'a Placed<String>> + use<'a> {
    let deliverable = on.deliverable();
    let projects = deliverable.releases.iter().flat_map(|release| &release.projects);
    let settings = deliverable.repository_settings.iter().map(|settings| &settings.repo);
    let branches = deliverable.branches.iter().filter_map(|branch| match &branch.location.value {
        Location::Commits(commits) => Some(commits),
        Location::Version(_) => None,
    });
    let notes = match &deliverable.release_notes {
        Some(ReleaseNotes::PerRepository(links)) => links.as_slice(),
        Some(ReleaseNotes::Link(_)) | None => &[],
    };
    let maps = branches.flatten().chain(notes).map(|(repo, _)| repo);
    projects.map(|project| &project.repo).chain(settings).chain(maps)
}

fn message(why: &BadRepoName) -> String {
    match why {
        BadRepoName::Character { name, character } => {
            format!("{name:?} is not a valid repository name: it contains {}", called(*character))
        }
        BadRepoName::Empty
        | BadRepoName::Url(_)
        | BadRepoName::EmptyPart(_)
        | BadRepoName::Dots { .. }
        | BadRepoName::Option { .. }
        | BadRepoName::Long(_) => why.to_string(),
    }
}

/// Describes a character: many look like another one, or are invisible.
fn called(character: char) -> String {
    let code = u32::from(character);
    match character {
        ' ' => "a space".to_owned(),
        '\u{a0}' | '\u{202f}' => format!("a no-break space (U+{code:04X})"),
        _ if character.is_whitespace() || character.is_control() => {
            format!("white space or a control character (U+{code:04X})")
        }
        _ if is_invisible(character) => format!("an invisible character (U+{code:04X})"),
        _ if character.is_ascii() => format!("`{character}`"),
        _ => format!("`{character}` (U+{code:04X}), which looks like a plain letter but is not"),
    }
}

fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The name without its invisible characters.
fn plain(name: &str) -> String {
    let shows = |character: &char| !character.is_control() && !is_invisible(*character);
    let shown: String = name.chars().filter(shows).collect();
    shown.trim().to_owned()
}
