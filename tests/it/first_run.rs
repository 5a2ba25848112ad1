//! The first run of all, which finds no ledger.

use crate::support::played::{Played, git, grow, tagkeeper};

#[test]
fn where_it_began_is_not_lost_with_it() {
    let played = Played::new();
    let root = played.root();
    git(&root, &["init", "--quiet", "--bare", "../releases-origin.git"]);
    git(&root, &["remote", "add", "origin", "../releases-origin.git"]);
    // As in a job: each run gets the commit before the last push.
    let apply = |more: &[&str]| {
        let told = ["apply", "--ledger", "refs/tagkeeper/ledger", "--since", "HEAD^"];
        tagkeeper(&root, &[&told[..], more].concat())
    };
    for (version, more) in [("2.2.0", &["--plan", "/nowhere"][..]), ("2.3.0", &[])] {
        let commit = grow(&root, "garden/trowel");
        let entry = format!(
            "  - version: {version}\n    projects:\n      - repo: garden/trowel\n        hash: {commit}\n"
        );
        played.request("trowel.yaml", &entry);
        git(&root, &["push", "--quiet", "origin", "HEAD:master"]);
        let (status, said) = apply(more);
        assert_eq!(status == 0, more.is_empty(), "{said}");
    }
    let dir = root.join("git/garden/trowel.git");
    let tags = git(&root, &["-C", dir.to_str().unwrap(), "tag"]);
    for version in ["2.2.0", "2.3.0"] {
        assert!(tags.lines().any(|tag| tag == version), "{version}: {tags}");
    }
}

#[test]
fn a_run_that_looks_at_some_files_leaves_the_ledger_empty() {
    let played = Played::new();
    let root = played.root();
    let ledger = ["--ledger", "refs/tagkeeper/ledger"];
    git(&root, &["init", "--quiet", "--bare", "../releases-origin.git"]);
    git(&root, &["remote", "add", "origin", "../releases-origin.git"]);
    git(&root, &["push", "--quiet", "origin", "HEAD:master"]);
    let some = ["apply", "--since", "HEAD^", "deliverables/hibiscus/trowel.yaml"];
    let (status, said) = tagkeeper(&root, &[&some[..], &ledger].concat());
    assert_eq!(status, 0, "{said}");
    let (status, said) = tagkeeper(&root, &[&["apply"][..], &ledger].concat());
    assert!(status == 2 && said.contains("the ledger is empty"), "{said}");
}
