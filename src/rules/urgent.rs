//! Entries of `urgent:` that a request adds to the policy: what still holds the release is said at once.

use std::sync::Arc;

use jiff::Timestamp;

use super::finding::{Finding, Level};
use super::schema;
use crate::calendar::{Cycle, FinalOpening, PASSED_BY_URGENCY, Wait, Waiting, Yields};
use crate::config::{Described, POLICY, Policy, Urgent};
use crate::tree::record::{File, Record};

/// A finding for each entry of `policy` that `before` did not have, where it lifts nothing or not everything.
pub(super) fn findings(
    policy: &Policy,
    before: Option<&Policy>,
    head: &Record,
    now: Timestamp,
) -> Vec<Finding> {
    let is_new = |one: &&Urgent| {
        let mut known = before.into_iter().flat_map(|policy| &policy.urgent);
        !known.any(|old| old.deliverable == one.deliverable && old.version == one.version)
    };
    policy.urgent.iter().filter(is_new).flat_map(|one| of_entry(one, policy, head, now)).collect()
}

fn of_entry(one: &Urgent, policy: &Policy, head: &Record, now: Timestamp) -> Vec<Finding> {
    let Urgent { deliverable, version, .. } = one;
    let listing = listing(deliverable, version, head);
    if listing.is_empty() {
        let message =
            format!("no file of `{deliverable}` lists `{version}`, so this lifts nothing");
        let rule = schema::schema_rule::RULE.id;
        return vec![Finding::new(rule, Level::Warning, POLICY, one.place, message)];
    }
    let stays =
        |wait: &Wait| wait.yields == Yields::Never || !PASSED_BY_URGENCY.contains(&wait.rule);
    if let Some(until) = one.until.filter(|_| !one.is_about(deliverable, version, now)) {
        let message = format!(
            "`until` of `{deliverable}` {version} is past ({until}), so this lifts nothing"
        );
        let rule = schema::schema_rule::RULE.id;
        return vec![Finding::new(rule, Level::Warning, POLICY, one.place, message)];
    }
    let mut found: Vec<Finding> = Vec::new();
    for file in listing {
        let waits = waiting(policy, head, &file, version).map(|waiting| waiting.at(now));
        let waits = waits.unwrap_or_default();
        found.extend(waits.into_iter().filter(stays).map(|wait| {
            let message = format!("`{deliverable}` {version} still waits: {}", wait.reason);
            Finding::new(wait.rule, Level::Note, POLICY, one.place, message)
        }));
    }
    found
}

/// The files that list the release.
pub(super) fn listing(deliverable: &str, version: &str, head: &Record) -> Vec<Arc<File>> {
    let end = format!("/{deliverable}.yaml");
    let paths = head.paths().unwrap_or_default().into_iter().filter(|path| path.ends_with(&end));
    let files = paths.filter_map(|path| head.known_file(&path));
    files.filter(|file| position(file, version).is_some()).collect()
}

fn position(file: &File, version: &str) -> Option<usize> {
    file.deliverable.releases.iter().position(|release| release.version.text() == version)
}

/// What may hold the tag of the release; soak times aside.
fn waiting<'a>(
    policy: &'a Policy,
    head: &Record,
    file: &File,
    version: &str,
) -> Option<Waiting<'a>> {
    let path = file.path.as_ref().ok()?;
    let (before, rest) = file.deliverable.releases.split_at(position(file, version)?);
    let opening = Cycle::of(head, path.series()).and_then(|cycle| {
        FinalOpening::of(&cycle, (&file.deliverable, path), before, &rest.first()?.version)
    });
    let who = Described::of(&file.deliverable, path);
    Some(Waiting::of(policy, head.series(), who).with_final(opening))
}
