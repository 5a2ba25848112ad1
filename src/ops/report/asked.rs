//! What a request asks of one deliverable, in one sentence.

use crate::rules::{OneBranch, OneDeliverable, OneRelease};
use crate::tree::deliverable::Release;
use crate::tree::request::Novelty;
use crate::version::{Bump, Special, SpecialKind};

/// `Release nova 33.1.0 (a feature release after 33.0.0) in hibiscus, and create stable/2026.2.`
pub(super) fn sentence(on: &OneDeliverable<'_>) -> String {
    let mut parts: Vec<String> = on.new_releases().map(|release| of_release(&release)).collect();
    let branches: Vec<String> =
        on.branches().filter(OneBranch::is_new).map(|new| new.branch.name.value.clone()).collect();
    if !branches.is_empty() {
        parts.push(format!(
            "create the {} {}",
            plural(branches.len(), "branch"),
            listed(&branches)
        ));
    }
    let removed = removed(on);
    if !removed.is_empty() {
        parts.push(format!("remove {} from the record", listed(&removed)));
    }
    if parts.is_empty() {
        parts.push(match on.change.before {
            None => format!("add the file of {}, without a release", on.path.name()),
            Some(_) => {
                format!("change the file of {}, without a release or branch", on.path.name())
            }
        });
    }
    let sentence = format!("{} in {}.", listed(&parts), on.path.series());
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn of_release(on: &OneRelease<'_>) -> String {
    let (name, version) = (on.path.name(), on.version());
    let repositories = on.live_projects().count();
    let place =
        if repositories > 1 { format!(" in {repositories} repositories") } else { String::new() };
    match (on.special(), on.novelty) {
        (Some(special), _) => ending(name, special, &format!("with the tag {version}{place}")),
        (None, Novelty::Changed) => format!("change the commits of {name} {version}{place}"),
        (None, Novelty::Added) => format!("release {name} {version}{place} ({})", step(on)),
    }
}

/// `end the life of nova 2024.2 with the tag 2024.2-eol`.
fn ending(name: &str, special: Special<'_>, with: &str) -> String {
    let id = special.id();
    match special.kind() {
        SpecialKind::Em => format!("move {name} {id} to extended maintenance {with}"),
        SpecialKind::Eom => format!("end the maintenance of {name} {id} {with}"),
        SpecialKind::Eol => format!("end the life of {name} {id} {with}"),
        SpecialKind::Last => format!("mark the last commit of {name} for {id} {with}"),
    }
}

/// `a feature release after 33.0.0`.
fn step(on: &OneRelease<'_>) -> String {
    let what = match on.bump() {
        Bump::First => return "its first release".to_owned(),
        Bump::Major => "a major release",
        Bump::Minor => "a feature release",
        Bump::Patch => "a bugfix release",
        Bump::Beta => "a development milestone",
        Bump::Rc => "a release candidate",
        Bump::Final => "the final release",
        Bump::Special => return "not a version number".to_owned(),
    };
    match on.previous() {
        Some(previous) => format!("{what} after {}", previous.version.text()),
        None => format!("{what}, the first of this series"),
    }
}

/// The versions that the file listed before and does not list now.
fn removed(on: &OneDeliverable<'_>) -> Vec<String> {
    let after: Vec<&Release> =
        on.request.files_after(on.change).flat_map(|file| &file.deliverable.releases).collect();
    let before = on.change.before.iter().flat_map(|file| &file.deliverable.releases);
    let is_gone = |release: &&Release| {
        !after.iter().any(|other| other.version.text() == release.version.text())
    };
    before.filter(is_gone).map(|release| release.version.text().to_owned()).collect()
}

fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn plural(n: usize, word: &str) -> String {
    if n == 1 { word.to_owned() } else { format!("{word}es") }
}
