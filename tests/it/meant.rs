//! Names that the record does not know: each command says what was probably meant, and does nothing.

use crate::support::played::{Played, git, tagkeeper};

#[test]
fn a_misspelt_name_gets_the_nearest_one() {
    let played = Played::new();
    let root = played.root();
    let trowel = "did you mean `trowel`?";
    let cases: &[(&[&str], &str)] = &[
        (&["new", "trowle", "--dry-run"], trowel),
        (&["schedule", "trowle"], trowel),
        (&["edit", "trowle", "set", "team=garden"], trowel),
        (&["explain", "trowle", "2.1.0"], trowel),
        (&["explain", "garden/trowel", "2.1.0"], "a repository of the deliverable `trowel`"),
        (&["explain", "trowel", "v2.1.0"], "did you mean `2.1.0`?"),
        (&["explain", "trowel", "9.9.9"], "the newest releases listed are 2.1.0"),
        (&["apply", "--release", "trowle", "2.1.0"], trowel),
        (&["status", "trowle"], trowel),
        (&["status", "--series", "hibscus"], "did you mean `hibiscus`?"),
        (&["artifacts", "garden/trowle", "2.1.0"], "did you mean `garden/trowel`?"),
        (&["verify", "garden/trowle", "2.1.0"], "did you mean `garden/trowel`?"),
        (&["verify", "trowel", "2.1.0"], "the deliverable `trowel` is `garden/trowel`"),
        (&["announce", "garden/trowel", "9.9"], "no file lists `9.9` of `garden/trowel`"),
        (&["announce", "garden/trowel", "9.9"], "the newest releases listed are 2.1.0"),
        (&["list", "deliverables", "--series", "hibscus"], "did you mean `hibiscus`?"),
        (&["rules", "hash-exsits"], "did you mean `hash-exists`?"),
        (&["check", "--report", "htm=x"], "the formats are text, json"),
        (&["check", "--report", "html=/nonexistent/x"], "`/nonexistent` does not exist"),
    ];
    for (args, words) in cases {
        let (status, said) = tagkeeper(&root, args);
        assert!(status == 2 && said.contains(words), "{args:?}: {status}: {said}");
    }
    let (status, said) = tagkeeper(&root, &["edit", "trowel", "remove", "nokey"]);
    assert!(status == 0 && said.contains("no file has `nokey`"), "{said}");
}

#[test]
fn an_override_that_names_no_release_says_how_to_name_one() {
    let played = Played::new();
    let root = played.root();
    let message = "Tag it now\n\nRelease-Override: release-window images do not boot\n";
    git(&root, &["commit", "--quiet", "--allow-empty", "--message", message]);
    let (_, said) = tagkeeper(&root, &["check", "--base", "HEAD^"]);
    assert!(said.contains("add `Release: DELIVERABLE VERSION`"), "{said}");
}
