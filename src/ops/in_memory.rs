//! Requests and plans in memory, for the tests of this room.

use std::collections::BTreeMap;

use crate::plan::{
    Introduction, Introductions, OverrideApproval, Overriding, PlannedRelease, Votes,
};
use crate::tree::index::cache::TextCache;
use crate::tree::record::Record;
use crate::tree::revision::Nothing;
use crate::tree::unsaved::Unsaved;

/// The file of the deliverable.
pub(super) const PATH: &str = "deliverables/hibiscus/trowel.yaml";

/// A record in which the deliverable has these releases.
pub(super) fn record(versions: &[&str]) -> Record {
    let entry = |version: &&str| {
        let hash = "a".repeat(40);
        format!(
            "  - version: {version}\n    projects:\n      - repo: garden/trowel\n        hash: {hash}\n"
        )
    };
    let entries: String = versions.iter().map(entry).collect();
    let file = format!("team: garden\ntype: library\nreleases:\n{entries}");
    let series = "- name: hibiscus\n  release-id: 2026.2\n  status: development\n";
    let texts = BTreeMap::from([
        (PATH.to_owned(), file.into_bytes()),
        ("data/series_status.yaml".to_owned(), series.as_bytes().to_vec()),
    ]);
    Record::open(Box::new(Unsaved::new(Box::new(Nothing), texts)), TextCache::default()).unwrap()
}

/// The release as a plan has it, without steps.
pub(super) fn release(version: &str) -> PlannedRelease {
    PlannedRelease {
        file: PATH.to_owned(),
        deliverable: "trowel".to_owned(),
        series: "hibiscus".to_owned(),
        version: Some(version.to_owned()),
        commit: None,
        overrides: Vec::new(),
        steps: Vec::new(),
    }
}

/// The commit that brought the release, with overrides of these rules whose votes nobody asked for.
pub(super) fn introduced(version: &str, overrides: &[&str]) -> Introductions {
    let overriding = |rule: &&str| Overriding {
        rule: (*rule).to_owned(),
        reason: "a fix".to_owned(),
        commit: None,
        approval: OverrideApproval::Unknown("nobody asked".to_owned()),
    };
    let by = Introduction {
        commit: "c".repeat(40),
        lines: Vec::new(),
        votes: Votes::Known,
        overrides: overrides.iter().map(overriding).collect(),
        waited: None,
        seen: BTreeMap::new(),
    };
    BTreeMap::from([((PATH.to_owned(), version.to_owned()), by)])
}
