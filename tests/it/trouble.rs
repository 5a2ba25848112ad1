//! What is said where a run could not do everything.

use crate::support::played::{Played, grow, tagkeeper};

/// A playground in which two releases with three tags and a branch are merged and not yet made.
fn two_releases() -> Played {
    let played = Played::new();
    let root = played.root();
    let (can, rose) = (grow(&root, "garden/watering-can"), grow(&root, "garden/watering-can-rose"));
    let trowel = grow(&root, "garden/trowel");
    played.request("watering-can.yaml", &format!("  - version: 4.3.0\n    projects:\n      - repo: garden/watering-can\n        hash: {can}\n      - repo: garden/watering-can-rose\n        hash: {rose}\n"));
    played.request("trowel.yaml", &format!("  - version: 2.2.0\n    projects:\n      - repo: garden/trowel\n        hash: {trowel}\n"));
    played
}

#[test]
fn a_host_that_is_away_is_told_once_however_many_refs_wait_for_it() {
    let played = two_releases();
    let away = ["--push", "http://127.0.0.1:1/{repo}"];
    let (status, plan) =
        tagkeeper(&played.root(), &[&["plan", "--base", "HEAD~2"][..], &away].concat());
    assert_eq!((status, plan.matches("cannot reach").count()), (0, 1), "{plan}");
    let (status, outcome) = tagkeeper(&played.root(), &[&["apply"][..], &away].concat());
    assert_eq!((status, outcome.matches("cannot reach").count()), (3, 2), "{outcome}");
    assert!(
        outcome.contains("tag 4.3.0 of garden/watering-can: as for garden/trowel above\n"),
        "{outcome}"
    );
}
