//! What one release needs that the one before it did not need.

use std::collections::HashMap;

use pep440_rs::{VersionSpecifier, VersionSpecifiers};

use super::marker::{Environment, Platform};
use super::name::normalized;
use super::pythons::Python;
use super::requirement::Requirement;
use super::requirements::{Needed, Requirements};

/// A requirement that some installation of the older release does not fulfil.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised<'a> {
    /// What is needed now.
    pub now: &'a Needed,
    /// What was needed; `None` if it was not needed.
    pub before: Option<&'a Needed>,
}

/// Requirements by extra and normalised name.
type Table<'a> = HashMap<(Option<&'a str>, String), Vec<&'a Needed>>;

/// What `now` needs more than `before`, wherever these Pythons run: new dependencies, raised minimums, and ranges that
/// exclude the old minimum. At most one for each dependency of each extra, in the order of the files. What the package needs
/// of itself (`own`) does not count.
pub fn raised<'a>(
    before: &'a Requirements,
    now: &'a Requirements,
    own: Option<&str>,
    pythons: &[Python],
) -> Vec<Raised<'a>> {
    let own = own.map(normalized);
    let environments = environments(pythons);
    let (old, new) = (table(before), table(now));
    let mut found = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for needed in &now.all {
        let key = (needed.extra.as_deref(), needed.requirement.normalized_name());
        if Some(&key.1) == own.as_ref() || !seen.insert(key.clone()) {
            continue;
        }
        let lines = &new[&key];
        let always = (None, key.1.clone());
        // An extra adds to what is always needed.
        let mut earlier: Vec<&Needed> = old.get(&key).cloned().unwrap_or_default();
        if key.0.is_some() {
            earlier.extend(old.get(&always).into_iter().flatten());
        }
        found.extend(environments.iter().find_map(|at| raised_in(at, &earlier, lines)));
    }
    found
}

fn table(requirements: &Requirements) -> Table<'_> {
    let mut table = Table::new();
    for needed in &requirements.all {
        let key = (needed.extra.as_deref(), needed.requirement.normalized_name());
        table.entry(key).or_default().push(needed);
    }
    table
}

fn environments(pythons: &[Python]) -> Vec<Environment> {
    let mut found = Vec::new();
    for &Python { major, minor } in pythons {
        for patch in [0, 99] {
            let of = |platform| Environment { python: [major, minor, patch], platform };
            found.extend(Platform::ALL.map(of));
        }
    }
    found
}

/// What is raised for one dependency in one environment.
fn raised_in<'a>(
    environment: &Environment,
    before: &[&'a Needed],
    now: &[&'a Needed],
) -> Option<Raised<'a>> {
    let holds = |needed: &&&Needed| {
        needed.requirement.marker.as_ref().is_none_or(|marker| marker.holds(environment))
    };
    let now: Vec<&Needed> = now.iter().filter(holds).copied().collect();
    let before: Vec<&Needed> = before.iter().filter(holds).copied().collect();
    let first = *now.first()?;
    if before.is_empty() {
        return Some(Raised { now: first, before: None });
    }
    let old: VersionSpecifiers = specifiers(&before).collect();
    let new: VersionSpecifiers = specifiers(&now).collect();
    let minimum = Requirement::minimum_of(old.iter());
    let is_higher = Requirement::minimum_of(new.iter()) > minimum;
    let is_excluded = minimum
        .is_some_and(|minimum| old.contains(&minimum.version) && !new.contains(&minimum.version));
    (is_higher || is_excluded)
        .then(|| Raised { now: strictest(&now).unwrap_or(first), before: strictest(&before) })
}

fn specifiers<'a>(lines: &[&'a Needed]) -> impl Iterator<Item = VersionSpecifier> + use<'a> {
    let all: Vec<VersionSpecifier> =
        lines.iter().flat_map(|needed| needed.requirement.specifiers.iter().cloned()).collect();
    all.into_iter()
}

/// The line with the highest minimum.
fn strictest<'a>(lines: &[&'a Needed]) -> Option<&'a Needed> {
    let minimum = |needed: &&&Needed| Requirement::minimum_of(needed.requirement.specifiers.iter());
    lines.iter().max_by_key(minimum).copied()
}

#[cfg(test)]
mod tests;
