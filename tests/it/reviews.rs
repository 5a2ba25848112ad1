//! What a review in Gerrit decides: whether an override counts, and when a request was proposed.

use std::fs;
use std::path::Path;

use crate::support::gerrit::OneChange;
use crate::support::http::HttpServer;
use crate::support::played::{Played, git, grow, tagkeeper};

/// A merged request for trowel 2.2.0, with this at the end of its message; gives the commit.
fn request(played: &Played, trailer: &str) -> String {
    let root = played.root();
    let commit = grow(&root, "garden/trowel");
    played.request(
        "trowel.yaml",
        &format!("  - version: 2.2.0\n    projects:\n      - repo: garden/trowel\n        hash: {commit}\n"),
    );
    let message = format!("Release trowel 2.2.0\n\n{trailer}\n");
    git(&root, &["commit", "--quiet", "--amend", "--message", &message]);
    git(&root, &["rev-parse", "HEAD"])
}

fn apply(root: &Path, server: &HttpServer) -> (i32, String) {
    tagkeeper(root, &["apply", "--gerrit", &server.url("")])
}

fn is_tagged(root: &Path) -> bool {
    let dir = root.join("git/garden/trowel.git");
    let tags = git(root, &["-C", dir.to_str().unwrap(), "tag"]);
    tags.lines().any(|name| name == "2.2.0")
}

#[test]
fn an_override_counts_when_one_of_those_whom_the_policy_names_voted() {
    for (who, told) in [
        ("release-managers", None),
        ("gardeners", Some("the group `gardeners` does not exist or is not visible")),
    ] {
        let played = Played::new();
        let root = played.root();
        let policy = format!(
            "overrides: {{who: [{who}]}}\nholds:\n  - {{status: orange, reason: uploads fail}}\n"
        );
        fs::write(root.join("releases/release-policy.yaml"), policy).unwrap();
        git(&root, &["add", "release-policy.yaml"]);
        git(&root, &["commit", "--quiet", "--message", "Decide"]);
        let one = OneChange::start("3.13.5", &[]);
        one.is_of(&request(&played, "Release-Override: hold it is urgent"));
        let gerrit = one.server.url("");
        let check = ["check", "--base", "HEAD^", "--head", "HEAD", "--gerrit", &gerrit];
        let (_, said) = tagkeeper(&root, &check);
        let note =
            told.unwrap_or("is overridden; Bob <bob@example.org> approved it (Code-Review+2)");
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(note), "{said}");
        let (status, said) = apply(&root, &one.server);
        assert_eq!((status, is_tagged(&root)), (0, told.is_none()), "{said}");
        assert!(told.is_none_or(|told| said.contains(told)), "{said}");
    }
}

#[test]
fn an_override_for_which_nobody_voted_does_not_count() {
    let played = Played::new();
    let root = played.root();
    let policy = "overrides: {who: [release-managers]}\nholds:\n  - {status: orange, reason: x}\n";
    fs::write(root.join("releases/release-policy.yaml"), policy).unwrap();
    git(&root, &["add", "release-policy.yaml"]);
    git(&root, &["commit", "--quiet", "--message", "Decide"]);
    let one = OneChange::start("3.13.5", &[]);
    request(&played, "Release-Override: hold it is urgent");
    let (status, said) = apply(&root, &one.server);
    assert!(
        status == 0
            && said.contains(
                "nobody in release-managers voted for it; the proposer's own vote does not count"
            ),
        "{said}"
    );
    assert!(!is_tagged(&root));
}

#[test]
fn a_request_is_proposed_when_its_change_was_whatever_its_author_wrote() {
    let played = Played::new();
    let root = played.root();
    let folder = root.join("releases/doc/source/hibiscus");
    fs::create_dir_all(&folder).unwrap();
    fs::copy("fixtures/calendar/hibiscus.yaml", folder.join("schedule.yaml")).unwrap();
    git(&root, &["add", "doc"]);
    git(&root, &["commit", "--quiet", "--message", "Plan hibiscus"]);
    let id = "I0123456789012345678901234567890123456789";
    request(&played, &format!("Change-Id: {id}"));
    git(&root, &["commit", "--quiet", "--amend", "--no-edit", "--date", "2026-09-01T12:00:00Z"]);
    let one = OneChange::start("3.13.5", &[]);
    let later = ["check", "--base", "HEAD^", "--head", "HEAD", "--now", "2026-09-02T12:00:00Z"];
    let (_, said) = tagkeeper(&root, &later);
    assert!(said.contains("error[library-freeze]"), "{said}");
    let (_, said) = tagkeeper(&root, &[&later[..], &["--gerrit", &one.server.url("")]].concat());
    assert!(!said.contains("error[library-freeze]"), "proposed on the last day: {said}");
    let away = HttpServer::start(vec![crate::support::http::Reply::Say(401, "", Vec::new())]);
    let unheard = || tagkeeper(&root, &[&later[..], &["--gerrit", &away.url("")]].concat()).1;
    assert!(unheard().contains("error[library-freeze]"), "whenever it was since: {}", unheard());
    git(&root, &["commit", "--quiet", "--amend", "--no-edit", "--date", "2026-08-20T12:00:00Z"]);
    let said = unheard();
    assert!(
        said.contains("not checked[library-freeze]: when this was proposed")
            && said.contains("401"),
        "{said}"
    );
    assert!(!said.contains("error[library-freeze]"), "{said}");
}
