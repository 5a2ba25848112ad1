//! Findings about the message of a change, in the checkout that Zuul makes.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::played::{Played, git, grow, tagkeeper};

/// A request whose override silences nothing, on a branch that has gone on since; merged with the message `merge`.
fn merged(played: &Played, merge: &str) {
    let root = played.root();
    let commit = grow(&root, "garden/trowel");
    played.request(
        "trowel.yaml",
        &format!("  - version: 2.2.0\n    projects:\n      - repo: garden/trowel\n        hash: {commit}\n"),
    );
    let message = "Release trowel\n\nRelease-Override: series-open it is urgent\n";
    git(&root, &["commit", "--quiet", "--amend", "--message", message]);
    let change = git(&root, &["rev-parse", "HEAD"]);
    git(&root, &["reset", "--quiet", "--hard", "HEAD^"]);
    git(&root, &["commit", "--quiet", "--allow-empty", "--message", "Go on"]);
    git(&root, &["merge", "--quiet", "--no-ff", "--message", merge, &change]);
}

/// What is handed to `zuul_return`.
fn told(root: &Path) -> Value {
    let file = root.join("home/zuul.json");
    let report = format!("zuul={}", file.display());
    let check = ["check", "--base", "HEAD^1", "--head", "HEAD", "--report", &report];
    let (status, said) = tagkeeper(root, &check);
    assert_eq!(status, 1, "{said}");
    serde_json::from_slice::<Value>(&fs::read(file).unwrap()).unwrap()["zuul"].clone()
}

#[test]
fn what_zuul_has_merged_is_the_change_and_its_message_is_commented() {
    let played = Played::new();
    merged(&played, "Merge commit '0123456' into HEAD");
    let told = told(&played.root());
    let comment = &told["file_comments"]["/COMMIT_MSG"][0];
    assert!(comment["message"].as_str().unwrap().contains("[override-unused]"), "{told}");
    assert_eq!((&comment["line"], &comment["range"]["start_line"]), (&9.into(), &9.into()));
}

#[test]
fn a_merge_that_is_proposed_shows_its_own_message_and_no_other_is_commented() {
    let played = Played::new();
    let id = "I0123456789012345678901234567890123456789";
    merged(&played, &format!("Merge the requests\n\nChange-Id: {id}"));
    let told = told(&played.root());
    assert_eq!(told["file_comments"]["/COMMIT_MSG"], Value::Null, "{told}");
    let warnings = told["warnings"].to_string();
    assert!(warnings.contains(":3:1: ") && warnings.contains("[override-unused]"), "{warnings}");
    assert!(warnings.contains("message of commit "), "{warnings}");
}
