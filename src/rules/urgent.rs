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
    let files = match listing(deliverable, version, head) {
        Listing::Files(files) => files,
        Listing::Unknown => return Vec::new(),
        Listing::Nowhere => {
            let message =
                format!("no file of `{deliverable}` lists `{version}`, so this lifts nothing");
            let rule = schema::schema_rule::RULE.id;
            return vec![Finding::new(rule, Level::Warning, POLICY, one.place, message)];
        }
    };
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
    for file in files {
        let waits = waiting(policy, head, &file, version).map(|waiting| waiting.at(now));
        let waits = waits.unwrap_or_default();
        found.extend(waits.into_iter().filter(stays).map(|wait| {
            let message = format!("`{deliverable}` {version} still waits: {}", wait.reason);
            Finding::new(wait.rule, Level::Note, POLICY, one.place, message)
        }));
    }
    found
}

/// Where a release is listed.
pub(super) enum Listing {
    /// In these files: at least one.
    Files(Vec<Arc<File>>),
    /// In no file.
    Nowhere,
    /// In no file that can be read, and one of the deliverable cannot be, or not whole. What is wrong there is reported there.
    Unknown,
}

/// The files that list the release.
pub(super) fn listing(deliverable: &str, version: &str, head: &Record) -> Listing {
    let end = format!("/{deliverable}.yaml");
    let Ok(paths) = head.paths() else { return Listing::Unknown };
    let (mut files, mut is_read) = (Vec::new(), true);
    for path in paths.into_iter().filter(|path| path.ends_with(&end)) {
        match head.known_file(&path) {
            Some(file) if position(&file, version).is_some() => files.push(file),
            Some(file) => is_read &= is_whole(&file),
            None => is_read = false,
        }
    }
    match files.is_empty() {
        false => Listing::Files(files),
        true if is_read => Listing::Nowhere,
        true => Listing::Unknown,
    }
}

fn is_whole(file: &File) -> bool {
    let deliverable = &file.deliverable;
    file.is_readable() && deliverable.lost.is_empty() && !deliverable.is_unread("releases")
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
