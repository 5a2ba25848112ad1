//! `release-notes-link`: the release notes are where the file says.

use std::collections::BTreeSet;

use crate::facts::link::Linked;
use crate::facts::{Asks, Facts};
use crate::rules::{OneDeliverable, Rule, Scope, Sink};
use crate::tree::deliverable::ReleaseNotes;
use crate::tree::place::Placed;

pub(crate) static RULE: Rule = Rule {
    id: "release-notes-link",
    summary: "a link to release notes leads nowhere, or belongs to an unknown repository",
    docs: "## What it checks

Each link of `release-notes` is a web address that answers. A map names only repositories that `repository-settings` lists. A file
whose newest entry ends its series is not checked.

## Why

Announcements and the release site show the link to everybody who wants to know what changed.

## What to do

Fix the link, or the name of the repository.
",
    scope: Scope::Deliverables { asks, check },
    ..Rule::USUAL
};

fn asks(on: &OneDeliverable<'_>, _: &Facts, asks: &mut Asks) {
    links(on).into_iter().filter(|link| is_web_address(link)).for_each(|link| {
        asks.put(Linked { url: link.value.clone() });
    });
}

fn check(on: &OneDeliverable<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    for repo in unlisted(on) {
        let message = format!("`repository-settings` does not list `{}`", **repo);
        sink.report(repo.place, message)
            .help("fix the name, or add the repository there")
            .repo(repo);
    }
    let mut seen = BTreeSet::new();
    for link in links(on) {
        if !is_web_address(link) {
            sink.report(link.place, format!("{:?} is not a web address", **link))
                .help("write it as `https://host/path`");
        } else if seen.insert(link.as_str()) {
            let answer = facts.get(&Linked { url: link.value.clone() });
            // The reason names the address.
            if let Some(None) = sink.need(answer, link.place, "whether the release notes are there")
            {
                sink.report(link.place, format!("there is no page at {}", **link))
                    .help("fix the link to the release notes, or remove it");
            }
        }
    }
}

fn links<'a>(on: &OneDeliverable<'a>) -> Vec<&'a Placed<String>> {
    match &on.deliverable().release_notes {
        Some(_) if on.is_ended() => Vec::new(),
        Some(ReleaseNotes::Link(link)) => vec![link],
        Some(ReleaseNotes::PerRepository(links)) => links.iter().map(|(_, link)| link).collect(),
        None => Vec::new(),
    }
}

/// The repositories with a link that have no settings.
fn unlisted<'a>(on: &OneDeliverable<'a>) -> Vec<&'a Placed<String>> {
    let settings = &on.deliverable().repository_settings;
    let is_listed = |repo: &str| settings.iter().any(|one| *one.repo == *repo);
    match &on.deliverable().release_notes {
        Some(ReleaseNotes::PerRepository(links)) if !on.is_ended() => {
            links.iter().map(|(repo, _)| repo).filter(|repo| !is_listed(repo)).collect()
        }
        Some(_) | None => Vec::new(),
    }
}

fn is_web_address(link: &str) -> bool {
    let rest = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"));
    let is_odd = |c: char| c.is_whitespace() || c.is_control() || "<>\"\\".contains(c);
    rest.is_some_and(|rest| rest.starts_with(char::is_alphanumeric) && !rest.contains(is_odd))
}
