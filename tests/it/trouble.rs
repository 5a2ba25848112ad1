//! What is said where a run could not do everything.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::support::played::{Played, git, grow, tagkeeper};

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

#[test]
fn a_key_that_cannot_sign_is_told_with_the_place_that_names_it() {
    let played = two_releases();
    let root = played.root();
    let later = ["apply", "--playground", "--now", "2031-01-01T00:00:00Z"];
    let (status, said) = tagkeeper(&root, &later);
    assert_eq!(status, 3, "{said}");
    assert!(said.contains("; extend it, or name another in `signing.key`\n"), "{said}");
    assert!(said.contains(" of `garden/trowel`: not begun: the key "), "{said}");
    let config = fs::read_to_string(root.join("releases/tagkeeper.yaml")).unwrap();
    let key = config.lines().find_map(|line| line.trim().strip_prefix("key: ")).unwrap();
    let path = root.join("releases/data/series_status.yaml");
    let series = fs::read_to_string(&path).unwrap().replacen(
        "  release-id: 2026.2",
        &format!(
            "  release-id: 2026.2\n  signing-key: {{key: {key}, start: 2026-01-01, end: present}}"
        ),
        1,
    );
    fs::write(&path, series).unwrap();
    git(&root, &["commit", "--quiet", "--all", "--message", "Name the key of the series"]);
    let (status, said) = tagkeeper(&root, &[&later[..], &["--signing-key", ""]].concat());
    assert_eq!(status, 3, "{said}");
    assert!(said.contains("; extend it, or name another in `data/series_status.yaml`\n"), "{said}");
}

#[test]
fn what_an_operator_has_settled_says_what_happens_next() {
    let played = two_releases();
    let root = played.root();
    let begun = r#"{"version":1,"steps":{"mail":{"intent":{"at":"2026-11-01T00:00:00Z","who":"a job"},"done":null,"note":null}}}"#;
    fs::write(root.join("releases/.git/tagkeeper/ledger/garden/trowel/2.2.0.json"), begun).unwrap();
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert_eq!(status, 3, "{said}");
    let explain = ["explain", "trowel", "2.2.0"];
    let (_, before) = tagkeeper(&root, &explain);
    assert!(before.contains("; the next `tagkeeper apply` tries again\n"), "{before}");
    let (status, said) = tagkeeper(&root, &[&explain[..], &["--resolve", "done"]].concat());
    let settled = "the announcement of garden/trowel 2.2.0 is noted as done\n";
    assert!(status == 0 && said.contains(settled), "{said}");
    let off = "; it is settled since: the next `tagkeeper apply` takes it off the list\n";
    assert!(said.contains(off), "{said}");
    assert!(tagkeeper(&root, &explain).1.contains(off));
    let (status, said) = tagkeeper(&root, &[&explain[..], &["--resolve", "done"]].concat());
    assert!(status == 0 && said.contains("nothing to settle: "), "{said}");
    assert_eq!(tagkeeper(&root, &["apply"]).0, 0);
    assert!(!tagkeeper(&root, &explain).1.contains("pending"));
}

#[test]
fn a_ledger_file_that_cannot_be_read_keeps_back_its_own_release_only() {
    let played = two_releases();
    let root = played.root();
    let ledger = root.join("releases/.git/tagkeeper/ledger/garden/trowel");
    fs::create_dir_all(&ledger).unwrap();
    fs::write(ledger.join("2.2.0.json"), "{").unwrap();
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert_eq!(status, 3, "{said}");
    assert!(said.contains("made     tag 4.3.0 of garden/watering-can"), "{said}");
    assert!(said.contains("cannot read the ledger file `garden/trowel/2.2.0.json`"), "{said}");
    let dir = root.join("git/garden/trowel.git");
    assert_eq!(git(&root, &["-C", dir.to_str().unwrap(), "tag", "--list", "2.2.0"]), "");
    assert_eq!(fs::read_to_string(ledger.join("2.2.0.json")).unwrap(), "{");
}

#[test]
fn a_ledger_file_that_breaks_during_a_run_keeps_back_its_own_release_only() {
    let played = two_releases();
    let root = played.root();
    let file = root.join("releases/.git/tagkeeper/ledger/garden/trowel/2.2.0.json");
    let hook = root.join("git/garden/trowel.git/hooks/post-receive");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, format!("#!/bin/sh\nprintf '{{' > '{}'\n", file.display())).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert_eq!(status, 3, "{said}");
    assert!(said.contains("made     announcement 4.3.0 of garden/watering-can"), "{said}");
    let lost = said.lines().find(|line| line.contains("tag 2.2.0 of garden/trowel")).unwrap();
    assert!(lost.contains("cannot read the ledger file `garden/trowel/2.2.0.json`"), "{said}");
    fs::remove_file(&hook).unwrap();
    fs::remove_file(&file).unwrap();
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert_eq!(status, 0, "{said}");
}
