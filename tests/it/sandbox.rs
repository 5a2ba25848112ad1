//! The whole job, end to end: the story of the sandbox, and what it leaves behind.

use std::fs;
use std::path::Path;

use crate::support::played::{Played, git, grow, run, tagkeeper};
use crate::support::smtp::{Manner, SmtpServer};

#[test]
fn the_story_leaves_signed_tags_a_branch_and_mails() {
    let played = Played::new();
    let root = played.root();
    for (repo, tag) in
        [("trowel", "2.1.0"), ("watering-can", "4.2.0"), ("watering-can-rose", "4.2.0")]
    {
        let dir = root.join(format!("git/garden/{repo}.git"));
        let dir = dir.to_str().unwrap();
        git(&root, &["-C", dir, "verify-tag", tag]);
        assert_eq!(
            git(&root, &["-C", dir, "rev-parse", &format!("{tag}^{{commit}}")]),
            git(&root, &["-C", dir, "rev-parse", "master"])
        );
        let message = git(
            &root,
            &["-C", dir, "for-each-ref", "--format=%(contents:body)", &format!("refs/tags/{tag}")],
        );
        for line in [
            "meta:series: hibiscus",
            "meta:branch: master",
            "meta:first: yes",
            "meta:pypi: no",
            "meta:diff-start: -",
        ] {
            assert!(message.lines().any(|found| found == line), "{line} in {message}");
        }
        assert!(message.contains("meta:release:Author: Garden Release Bot <bot@garden.example>"));
        let mail = fs::read_to_string(root.join(format!("mail/garden.{repo}-{tag}.eml"))).unwrap();
        assert!(mail.contains(&format!("Subject: {repo} {tag} (hibiscus)")), "{mail}");
    }
    let trowel = root.join("git/garden/trowel.git");
    assert_eq!(
        git(&root, &["-C", trowel.to_str().unwrap(), "rev-parse", "stable/2026.2"]),
        git(&root, &["-C", trowel.to_str().unwrap(), "rev-parse", "master"])
    );
    let (status, said) = tagkeeper(&root, &["apply", "--head", "HEAD^"]);
    assert!(
        status == 2
            && said.contains("does not descend from")
            && !said.contains("fetch the history"),
        "the mark never goes back, and it is here: {said}"
    );
    let (status, said) = tagkeeper(&root, &["explain", "trowel", "2.1.0"]);
    assert!(status == 0 && said.contains("mail: done at"), "{said}");
}

#[test]
fn a_refused_push_blocks_its_release_alone_and_the_next_run_makes_up_for_it() {
    let played = Played::new();
    let root = played.root();
    let (can, rose) = (grow(&root, "garden/watering-can"), grow(&root, "garden/watering-can-rose"));
    let trowel = grow(&root, "garden/trowel");
    played.request(
        "watering-can.yaml",
        &format!("  - version: 4.3.0\n    projects:\n      - repo: garden/watering-can\n        hash: {can}\n      - repo: garden/watering-can-rose\n        hash: {rose}\n"),
    );
    played.request("trowel.yaml", &format!("  - version: 2.2.0\n    projects:\n      - repo: garden/trowel\n        hash: {trowel}\n"));
    let hook = root.join("git/garden/watering-can.git/hooks/update");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, "#!/bin/sh\necho no tags on sundays\nexit 1\n").unwrap();
    let mut rights = fs::metadata(&hook).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut rights, 0o755);
    fs::set_permissions(&hook, rights).unwrap();

    let (status, said) = tagkeeper(&root, &["apply"]);
    assert_eq!(status, 1, "{said}");
    assert!(
        said.contains("no tags on sundays") && said.contains("made     tag 2.2.0 of garden/trowel"),
        "{said}"
    );
    let mails: Vec<_> =
        fs::read_dir(root.join("mail")).unwrap().map(|found| found.unwrap().file_name()).collect();
    assert!(!mails.iter().any(|name| name.to_string_lossy().contains("4.3.0")), "{mails:?}");

    let (status, said) = tagkeeper(&root, &["apply"]);
    assert_eq!(status, 1, "it stays pending: {said}");
    fs::remove_file(&hook).unwrap();
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert_eq!(status, 0, "{said}");
    assert!(
        said.contains("made     tag 4.3.0 of garden/watering-can-rose") && !said.contains("trowel"),
        "{said}"
    );
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert!(status == 0 && said.contains("nothing is pending"), "{said}");
}

#[test]
fn a_tag_at_another_commit_is_a_conflict_and_nothing_of_the_release_is_made() {
    let played = Played::new();
    let root = played.root();
    let (can, rose) = (grow(&root, "garden/watering-can"), grow(&root, "garden/watering-can-rose"));
    let dir = root.join("git/garden/watering-can-rose.git");
    git(&root, &["-C", dir.to_str().unwrap(), "tag", "4.3.0", "master~1"]);
    played.request(
        "watering-can.yaml",
        &format!("  - version: 4.3.0\n    projects:\n      - repo: garden/watering-can\n        hash: {can}\n      - repo: garden/watering-can-rose\n        hash: {rose}\n"),
    );
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert_eq!(status, 1, "{said}");
    assert!(
        said.contains("CONFLICT tag 4.3.0 of garden/watering-can-rose")
            && said.contains("tags are never moved"),
        "{said}"
    );
    let tags = git(
        &root,
        &[
            "-C",
            root.join("git/garden/watering-can.git").to_str().unwrap(),
            "tag",
            "--list",
            "4.3.0",
        ],
    );
    assert_eq!(tags, "");
}

#[test]
fn a_plan_that_does_not_hold_any_more_is_not_carried_out() {
    let played = Played::new();
    let root = played.root();
    let trowel = grow(&root, "garden/trowel");
    played.request("trowel.yaml", &format!("  - version: 2.2.0\n    projects:\n      - repo: garden/trowel\n        hash: {trowel}\n"));
    let (status, said) = tagkeeper(&root, &["plan", "--out", "../plan.json"]);
    assert_eq!(status, 0, "{said}");
    let dir = root.join("git/garden/trowel.git");
    git(&root, &["-C", dir.to_str().unwrap(), "tag", "2.2.0", "master~1"]);
    let (status, said) = tagkeeper(&root, &["apply", "--plan", "../plan.json"]);
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("no longer holds") && said.contains("2.2.0"), "{said}");
    git(&root, &["-C", dir.to_str().unwrap(), "tag", "--delete", "2.2.0"]);
    let (status, said) = tagkeeper(&root, &["apply", "--plan", "../plan.json"]);
    assert_eq!(status, 0, "{said}");
}

#[test]
fn an_announcement_that_was_begun_is_not_sent_again_until_it_is_settled() {
    let played = Played::new();
    let root = played.root();
    let trowel = grow(&root, "garden/trowel");
    played.request("trowel.yaml", &format!("  - version: 2.2.0\n    projects:\n      - repo: garden/trowel\n        hash: {trowel}\n"));
    // A run that was killed between the intent and the mail.
    let entry = root.join("releases/.git/tagkeeper/ledger/garden/trowel/2.2.0.json");
    fs::write(&entry, r#"{"version":1,"steps":{"mail":{"intent":{"at":"2026-11-01T00:00:00Z","who":"a job"},"done":null,"note":null}}}"#).unwrap();
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert_eq!(status, 3, "{said}");
    let mail = root.join("mail/garden.trowel-2.2.0.eml");
    assert!(said.contains("tagkeeper explain") && !mail.exists(), "{said}");
    let (status, said) = tagkeeper(&root, &["explain", "trowel", "2.2.0", "--resolve", "redo"]);
    let next =
        "the announcement of garden/trowel 2.2.0 is open again: the next `tagkeeper apply` does it";
    assert!(status == 0 && said.lines().any(|line| line == next), "{said}");
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert_eq!(status, 0, "{said}");
    assert!(mail.exists());
}

#[test]
fn an_expired_or_missing_key_is_refused_before_the_first_push() {
    let played = Played::new();
    let root = played.root();
    let trowel = grow(&root, "garden/trowel");
    played.request("trowel.yaml", &format!("  - version: 2.2.0\n    projects:\n      - repo: garden/trowel\n        hash: {trowel}\n"));
    let (status, said) =
        tagkeeper(&root, &["apply", "--playground", "--now", "2031-01-01T00:00:00Z"]);
    assert_eq!(status, 3, "{said}");
    assert!(said.contains("expired on"), "{said}");
    let (status, said) =
        tagkeeper(&root, &["apply", "--signing-key", "0123456789ABCDEF0123456789ABCDEF01234567"]);
    assert_eq!(status, 3, "{said}");
    assert!(said.contains("there is no secret key"), "{said}");
    let dir = root.join("git/garden/trowel.git");
    assert_eq!(git(&root, &["-C", dir.to_str().unwrap(), "tag", "--list", "2.2.0"]), "");
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert_eq!(status, 0, "the key is good: {said}");
}

#[test]
fn announcements_go_out_once_through_a_mail_server() {
    let played = Played::new();
    let root = played.root();
    let trowel = grow(&root, "garden/trowel");
    played.request("trowel.yaml", &format!("  - version: 2.2.0\n    projects:\n      - repo: garden/trowel\n        hash: {trowel}\n"));
    let server = SmtpServer::start(Manner::default());
    let smtp = format!("smtp://127.0.0.1:{}", server.port);
    let (status, said) = tagkeeper(&root, &["apply", "--mail-smtp", &smtp, "--mail-directory", ""]);
    assert_eq!(status, 0, "{said}");
    let mails = server.seen().mails;
    assert_eq!(mails.len(), 1);
    assert!(mails[0].contains("Subject: trowel 2.2.0 (hibiscus)"), "{}", mails[0]);
    assert!(mails[0].contains("Message-ID: <garden.trowel-2.2.0.release@"), "{}", mails[0]);
    let (status, said) = tagkeeper(
        &root,
        &["apply", "--release", "trowel", "2.2.0", "--mail-smtp", &smtp, "--mail-directory", ""],
    );
    assert!(status == 0 && said.contains("done     announcement 2.2.0"), "{said}");
    assert_eq!(server.seen().mails.len(), 1);
}

#[test]
fn an_announcement_waits_until_there_is_a_way_for_mails() {
    let played = Played::new();
    let root = trowel_2_2_0(&played);
    let mail = root.join("mail/garden.trowel-2.2.0.eml");
    let state = root.join("releases/.git/tagkeeper/ledger/state.json");
    let mut states = Vec::new();
    let known = fs::read_to_string(&state).unwrap();
    fs::write(&state, known.replacen('{', "{\"colour\": \"green\",", 1)).unwrap();
    for _ in 0..2 {
        let (status, said) = tagkeeper(&root, &["apply", "--mail-directory", ""]);
        assert!(
            status == 0 && said.contains("unsent   announcement 2.2.0") && !mail.exists(),
            "{said}"
        );
        states.push(fs::read_to_string(&state).unwrap());
    }
    assert!(states[0] == states[1] && states[0].contains("unsent"), "{states:?}");
    assert!(states[0].contains("green"), "what is not known here is kept: {states:?}");
    let (status, said) = tagkeeper(&root, &["explain", "trowel", "2.2.0"]);
    assert!(status == 0 && said.contains("unsent: announcement `2.2.0`"), "{said}");
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert!(status == 0 && said.contains("made     announcement 2.2.0"), "{said}");
    fs::remove_file(&mail).unwrap();
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert!(status == 0 && said.contains("nothing is pending") && !mail.exists(), "{said}");
}

#[test]
fn an_announcement_waits_no_longer_at_a_site_that_announces_nothing() {
    let played = Played::new();
    let root = trowel_2_2_0(&played);
    assert_eq!(tagkeeper(&root, &["apply", "--mail-directory", ""]).0, 0);
    let never = ["apply", "--mail-directory", "", "--announce", "never"];
    assert_eq!(tagkeeper(&root, &never).0, 0);
    let (status, said) = tagkeeper(&root, &never);
    assert!(status == 0 && said.contains("nothing is pending"), "{said}");
}

fn trowel_2_2_0(played: &Played) -> std::path::PathBuf {
    let root = played.root();
    let commit = grow(&root, "garden/trowel");
    played.request(
        "trowel.yaml",
        &format!("  - version: 2.2.0\n    projects:\n      - repo: garden/trowel\n        hash: {commit}\n"),
    );
    root
}

#[test]
fn a_tag_that_stood_before_is_not_announced_unless_on_purpose() {
    let played = Played::new();
    let root = trowel_2_2_0(&played);
    let dir = root.join("git/garden/trowel.git");
    let message = git(
        &root,
        &["-C", dir.to_str().unwrap(), "for-each-ref", "--format=%(contents)", "refs/tags/2.1.0"],
    );
    let message = message.split("-----BEGIN").next().unwrap().replace("2.1.0", "2.2.0");
    git(
        &root,
        &["-C", dir.to_str().unwrap(), "tag", "--sign", "--message", &message, "2.2.0", "master"],
    );
    let (status, said) = tagkeeper(&root, &["apply"]);
    let mail = root.join("mail/garden.trowel-2.2.0.eml");
    assert!(
        status == 0 && said.contains("operator announcement 2.2.0") && !mail.exists(),
        "{said}"
    );
    let (status, said) = tagkeeper(&root, &["apply", "--release", "trowel", "2.2.0"]);
    assert!(status == 0 && mail.exists(), "{said}");
}

#[test]
fn a_run_that_was_killed_between_tag_and_mail_is_made_up_for() {
    let played = Played::new();
    let before = git(&played.root(), &["rev-parse", "HEAD"]);
    let root = trowel_2_2_0(&played);
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert_eq!(status, 0, "{said}");
    let mail = root.join("mail/garden.trowel-2.2.0.eml");
    fs::remove_file(&mail).unwrap();
    let ledger = root.join("releases/.git/tagkeeper/ledger");
    let entry = ledger.join("garden/trowel/2.2.0.json");
    let mut kept: serde_json::Value = serde_json::from_slice(&fs::read(&entry).unwrap()).unwrap();
    kept["steps"].as_object_mut().unwrap().remove("mail").unwrap();
    fs::write(&entry, kept.to_string()).unwrap();
    let state = format!(r#"{{"version":1,"applied_through":"{before}","pending":[]}}"#);
    fs::write(ledger.join("state.json"), state).unwrap();
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert!(status == 0 && said.contains("done     tag 2.2.0") && mail.exists(), "{said}");
}

#[test]
fn a_release_that_was_pending_says_who_asked_for_it() {
    let played = Played::new();
    let root = trowel_2_2_0(&played);
    let dir = root.join("git/garden/trowel.git");
    let away = root.join("git/garden/away.git");
    fs::rename(&dir, &away).unwrap();
    fs::create_dir(&dir).unwrap();
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert_eq!(status, 3, "{said}");
    fs::remove_dir(&dir).unwrap();
    fs::rename(&away, &dir).unwrap();
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert_eq!(status, 0, "{said}");
    let tag = git(&root, &["-C", dir.to_str().unwrap(), "cat-file", "tag", "2.2.0"]);
    assert!(tag.contains("meta:release:Author: Garden Release Bot"), "{tag}");
}

/// Takes the newest request back.
fn revert(root: &Path) {
    git(root, &["revert", "--no-edit", "HEAD"]);
}

#[test]
fn what_was_pending_and_is_taken_back_stays_until_it_is_settled() {
    let played = Played::new();
    let root = trowel_2_2_0(&played);
    let no_key = ["apply", "--signing-key", "0123456789ABCDEF0123456789ABCDEF01234567"];
    assert_eq!(tagkeeper(&root, &no_key).0, 3);
    revert(&root);
    for _ in 0..2 {
        let (status, said) = tagkeeper(&root, &["apply"]);
        assert!(
            status == 1
                && said.contains("not settled: `2.2.0` of deliverables/hibiscus/trowel.yaml")
                && said.contains("there is no secret key"),
            "{said}"
        );
    }
    let (status, said) = tagkeeper(&root, &["explain", "trowel", "2.2.0"]);
    assert!(status == 0 && said.contains("no file lists it any longer"), "{said}");
    let (status, said) = tagkeeper(&root, &["explain", "trowel", "2.2.0", "--resolve", "done"]);
    assert_eq!((status, said.trim_end()), (0, "2.2.0 of trowel: settled"));
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert!(status == 0 && said.contains("nothing is pending"), "{said}");
}

#[test]
fn what_is_pending_and_listed_with_a_bad_name_of_a_repository_is_not_taken_back() {
    let played = Played::new();
    let root = trowel_2_2_0(&played);
    let no_key = ["apply", "--signing-key", "0123456789ABCDEF0123456789ABCDEF01234567"];
    assert_eq!(tagkeeper(&root, &no_key).0, 3);
    let path = root.join("releases/deliverables/hibiscus/trowel.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let (before, entry) = text.split_at(text.find("version: 2.2.0").unwrap());
    fs::write(&path, before.to_owned() + &entry.replacen("garden/trowel", "garden/../trowel", 1))
        .unwrap();
    git(&root, &["commit", "--quiet", "--all", "--message", "Get the name wrong"]);
    let (_, said) = tagkeeper(&root, &["explain", "trowel", "2.2.0"]);
    assert!(said.contains("no secret key") && !said.contains("no file lists it"), "{said}");
    let (status, said) = tagkeeper(&root, &["explain", "trowel", "2.2.0", "--resolve", "done"]);
    assert!(status == 0 && said.contains("nothing to settle"), "{said}");
    assert!(said.contains("no secret key"), "it is still pending: {said}");
}

#[test]
fn a_tagged_release_that_is_taken_out_stays_in_conflict() {
    let played = Played::new();
    let root = trowel_2_2_0(&played);
    assert_eq!(tagkeeper(&root, &["apply"]).0, 0);
    revert(&root);
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert!(status == 1 && said.contains("removes an entry whose tag is there"), "{said}");
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert!(
        status == 1
            && said.contains("not settled: `2.2.0`")
            && said.contains("removes an entry whose tag is there"),
        "the reason is kept: {said}"
    );
}

#[test]
fn a_conflict_stays_pending() {
    let played = Played::new();
    let root = trowel_2_2_0(&played);
    let dir = root.join("git/garden/trowel.git");
    git(&root, &["-C", dir.to_str().unwrap(), "tag", "2.2.0", "master~1"]);
    for _ in 0..3 {
        let (status, said) = tagkeeper(&root, &["apply"]);
        assert!(status == 1 && said.contains("tags are never moved"), "{said}");
    }
    let (_, said) = tagkeeper(&root, &["explain", "trowel", "2.2.0"]);
    assert!(said.contains("refused") && said.contains("tries again"), "{said}");
}

#[test]
fn a_branch_whose_release_comes_later_is_not_forgotten() {
    let played = Played::new();
    let root = played.root();
    let path = root.join("releases/deliverables/hibiscus/trowel.yaml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{text}  - name: feature/roses\n    location: 2.2.0\n")).unwrap();
    git(&root, &["commit", "--quiet", "--all", "--message", "Branch off too early"]);
    for _ in 0..2 {
        let (status, said) = tagkeeper(&root, &["apply"]);
        assert!(
            status == 1
                && said.contains("`feature/roses` is not planned: this file has no release"),
            "{said}"
        );
        assert!(!said.contains("not settled"), "the file lists it: {said}");
    }
    let explain = ["explain", "trowel", "feature/roses"];
    let (status, said) = tagkeeper(&root, &explain);
    assert!(status == 0 && said.contains("this file has no release `2.2.0`; the next"), "{said}");
    let (_, said) = tagkeeper(&root, &[&explain[..], &["--resolve", "done"]].concat());
    assert!(said.contains("nothing to settle"), "{said}");
    trowel_2_2_0(&played);
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert!(
        status == 0 && said.contains("made     branch feature/roses of garden/trowel"),
        "{said}"
    );
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert!(status == 0 && said.contains("nothing is pending"), "{said}");
}

#[test]
fn what_is_pending_is_found_in_the_file_that_it_moved_to() {
    let played = Played::new();
    let root = trowel_2_2_0(&played);
    let no_key = ["apply", "--signing-key", "0123456789ABCDEF0123456789ABCDEF01234567"];
    assert_eq!(tagkeeper(&root, &no_key).0, 3);
    fs::create_dir_all(root.join("releases/deliverables/_independent")).unwrap();
    git(
        &root,
        &["mv", "deliverables/hibiscus/trowel.yaml", "deliverables/_independent/trowel.yaml"],
    );
    git(&root, &["commit", "--quiet", "--message", "Release the trowel when it is ready"]);
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert!(status == 0 && said.contains("made     tag 2.2.0 of garden/trowel"), "{said}");
    assert!(said.contains("trowel 2.2.0 (independent)") && !said.contains("not settled"), "{said}");
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert!(status == 0 && said.contains("nothing is pending"), "{said}");
}

#[test]
fn a_file_that_is_renamed_asks_for_nothing() {
    let played = Played::new();
    let root = played.root();
    git(&root, &["mv", "deliverables/hibiscus/trowel.yaml", "deliverables/hibiscus/spade.yaml"]);
    git(&root, &["commit", "--quiet", "--message", "Call a spade a spade"]);
    let (status, said) = tagkeeper(&root, &["plan"]);
    assert!(status == 0 && said.contains("nothing to do"), "{said}");
    let (_, said) = tagkeeper(&root, &["check"]);
    assert!(!said.contains("released-entry-changed"), "{said}");
}

#[test]
fn a_branch_that_is_not_merged_is_not_applied() {
    let played = Played::new();
    let root = played.root();
    git(&root, &["init", "--quiet", "--bare", "../releases-origin.git"]);
    git(&root, &["remote", "add", "origin", "../releases-origin.git"]);
    git(&root, &["push", "--quiet", "--set-upstream", "origin", "master"]);
    trowel_2_2_0(&played);
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert!(status == 2 && said.contains("not merged"), "{said}");
    git(&root, &["push", "--quiet", "origin", "master"]);
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert_eq!(status, 0, "{said}");
}

#[test]
fn a_given_time_and_an_unmerged_head_need_a_playground_which_the_tag_names() {
    let played = Played::new();
    let root = played.root();
    git(&root, &["switch", "--quiet", "--create", "topic"]);
    trowel_2_2_0(&played);
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert!(status == 2 && said.contains("HEAD is not merged: master does not contain"), "{said}");
    let soon = (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1)).to_string();
    let (status, said) = tagkeeper(&root, &["apply", "--now", &soon, "--head", "master"]);
    assert!(status == 2 && said.contains("`--now`") && said.contains("--playground"), "{said}");
    let (status, said) = tagkeeper(
        &root,
        &["announce", "garden/trowel", "2.1.0", "--now", &soon, "--head", "master"],
    );
    assert!(status == 2 && said.contains("`--now`"), "{said}");
    let (status, said) = tagkeeper(&root, &["apply", "--playground", "--now", &soon]);
    assert_eq!(status, 0, "{said}");
    let dir = root.join("git/garden/trowel.git");
    let message = |tag: &str| {
        git(&root, &["-C", dir.to_str().unwrap(), "tag", "--list", "--format=%(contents)", tag])
    };
    let line = "meta:playground: yes";
    assert!(message("2.2.0").lines().any(|found| found == line), "{}", message("2.2.0"));
    assert!(!message("2.1.0").contains(line), "{}", message("2.1.0"));
}

#[test]
fn a_feature_branch_that_was_made_and_deleted_is_not_made_again() {
    let played = Played::new();
    let root = played.root();
    let before = git(&root, &["rev-parse", "HEAD"]);
    let dir = root.join("git/garden/watering-can.git");
    let dir = dir.to_str().unwrap();
    let tip = git(&root, &["-C", dir, "rev-parse", "master"]);
    let path = root.join("releases/deliverables/hibiscus/watering-can.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let branch = format!(
        "branches:\n  - name: feature/hose\n    location: {{garden/watering-can: {tip}}}\n"
    );
    fs::write(&path, text + &branch).unwrap();
    git(&root, &["commit", "--quiet", "--all", "--message", "Branch"]);
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert!(status == 0 && said.contains("made     branch feature/hose"), "{said}");

    git(&root, &["-C", dir, "branch", "--delete", "--force", "feature/hose"]);
    let state = format!(r#"{{"version":1,"applied_through":"{before}","pending":[]}}"#);
    fs::write(root.join("releases/.git/tagkeeper/ledger/state.json"), state).unwrap();
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert!(status == 0 && said.contains("ended    branch feature/hose"), "{said}");
    assert_eq!(git(&root, &["-C", dir, "branch", "--list", "feature/hose"]), "");
}

#[test]
fn a_branch_that_starts_nowhere_is_a_conflict() {
    let played = Played::new();
    let root = played.root();
    let path = root.join("releases/deliverables/hibiscus/watering-can.yaml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text + "branches:\n  - name: stable/2026.2\n    location: 9.9.9\n").unwrap();
    git(&root, &["commit", "--quiet", "--all", "--message", "Branch"]);
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert!(status == 1 && said.contains("this file has no release `9.9.9`"), "{said}");
}

#[test]
fn nothing_is_applied_offline_to_another_machine() {
    let played = Played::new();
    let root = trowel_2_2_0(&played);
    let (status, said) =
        tagkeeper(&root, &["apply", "--offline", "--push", "https://git.garden.example/{repo}"]);
    assert!(status == 2 && said.contains("--offline"), "{said}");
}

#[test]
fn a_file_that_cannot_be_read_is_not_passed_over() {
    let played = Played::new();
    let root = played.root();
    let before = git(&root, &["rev-parse", "HEAD"]);
    fs::write(root.join("releases/deliverables/hibiscus/trowel.yaml"), "releases: [\n").unwrap();
    git(&root, &["commit", "--quiet", "--all", "--message", "Break"]);
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert!(
        status == 1 && said.contains("deliverables/hibiscus/trowel.yaml cannot be read as YAML"),
        "{said}"
    );
    let state = fs::read_to_string(root.join("releases/.git/tagkeeper/ledger/state.json")).unwrap();
    let state: serde_json::Value = serde_json::from_str(&state).unwrap();
    let pending = &state["pending"][0];
    assert_eq!(pending["file"], "deliverables/hibiscus/trowel.yaml", "{state}");
    assert_eq!(pending["base"], before.as_str(), "what it is compared with later: {state}");
}

#[test]
fn an_entry_that_cannot_be_read_is_not_passed_over() {
    let played = Played::new();
    let root = played.root();
    let path = root.join("releases/deliverables/hibiscus/trowel.yaml");
    let text = fs::read_to_string(&path).unwrap();
    // An entry of `releases` below `branches`.
    fs::write(&path, format!("{text}  - version: 2.2.0\n    projects: []\n")).unwrap();
    git(&root, &["commit", "--quiet", "--all", "--message", "Release"]);
    let line =
        format!("deliverables/hibiscus/trowel.yaml:{} cannot be read", text.lines().count() + 1);
    let (status, said) = tagkeeper(&root, &["plan", "--base", "HEAD^", "--head", "HEAD"]);
    assert!(status == 1 && said.contains(&line), "{said}");
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert!(status == 1 && said.contains(&line), "{said}");
    // Whoever mends it asks for the release.
    let commit = grow(&root, "garden/trowel");
    fs::write(&path, text).unwrap();
    played.request(
        "trowel.yaml",
        &format!("  - version: 2.2.0\n    projects:\n      - repo: garden/trowel\n        hash: {commit}\n"),
    );
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert!(status == 0 && said.contains("made     tag 2.2.0"), "{said}");
}

#[test]
fn an_ssh_key_signs_as_well() {
    let played = Played::new();
    let root = played.root();
    let trowel = grow(&root, "garden/trowel");
    played.request("trowel.yaml", &format!("  - version: 2.2.0\n    projects:\n      - repo: garden/trowel\n        hash: {trowel}\n"));
    let key = root.join("ssh-key");
    let made =
        run(&root, "ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-f", key.to_str().unwrap()]);
    assert!(
        made.status.success(),
        "ssh-keygen makes a key: {}",
        String::from_utf8_lossy(&made.stderr)
    );
    let (status, said) = tagkeeper(
        &root,
        &["apply", "--signing-format", "ssh", "--signing-key", key.to_str().unwrap()],
    );
    assert_eq!(status, 0, "{said}");
    let dir = root.join("git/garden/trowel.git");
    assert!(
        git(&root, &["-C", dir.to_str().unwrap(), "cat-file", "tag", "2.2.0"])
            .contains("BEGIN SSH SIGNATURE")
    );
}

#[test]
fn a_ledger_in_a_ref_is_shared_through_the_remote() {
    let played = Played::new();
    let root = played.root();
    git(&root, &["init", "--quiet", "--bare", "../releases-origin.git"]);
    git(&root, &["remote", "add", "origin", "../releases-origin.git"]);
    git(&root, &["push", "--quiet", "origin", "master"]);
    let trowel = grow(&root, "garden/trowel");
    played.request("trowel.yaml", &format!("  - version: 2.2.0\n    projects:\n      - repo: garden/trowel\n        hash: {trowel}\n"));
    git(&root, &["push", "--quiet", "origin", "master"]);
    let ledger = ["--ledger", "refs/tagkeeper/ledger"];
    let (status, said) = tagkeeper(&root, &["apply", ledger[0], ledger[1]]);
    assert!(
        status == 2 && said.contains("--since"),
        "an empty ledger wants to know where to begin: {said}"
    );
    let (status, said) = tagkeeper(&root, &["apply", "--since", "HEAD^", ledger[0], ledger[1]]);
    assert_eq!(status, 0, "{said}");
    let shown = git(
        &root,
        &[
            "-C",
            root.join("releases-origin.git").to_str().unwrap(),
            "show",
            "refs/tagkeeper/ledger:state.json",
        ],
    );
    assert!(shown.contains(&git(&root, &["rev-parse", "HEAD"])), "{shown}");
    let (status, said) = tagkeeper(&root, &["apply", ledger[0], ledger[1]]);
    assert!(status == 0 && said.contains("nothing is pending"), "{said}");
}

#[test]
fn a_job_of_the_tag_pipeline_announces_once_what_apply_left_to_it() {
    let played = Played::new();
    let root = trowel_2_2_0(&played);
    let mail = root.join("mail/garden.trowel-2.2.0.eml");
    let (status, said) = tagkeeper(&root, &["apply", "--announce", "tag"]);
    assert!(status == 0 && !mail.exists(), "{said}");
    let announce = ["announce", "garden/trowel", "refs/tags/2.2.0", "--announce", "tag"];
    let (status, said) = tagkeeper(&root, &announce);
    assert!(status == 0 && said.contains("garden/trowel: made, written to"), "{said}");
    let text = fs::read_to_string(&mail).unwrap();
    assert!(text.contains("Subject: trowel 2.2.0 (hibiscus)"), "{text}");
    fs::remove_file(&mail).unwrap();
    let (status, said) = tagkeeper(&root, &announce);
    assert!(status == 0 && said.contains("done already: by "), "{said}");
    assert!(!mail.exists());
}

#[test]
fn a_tag_is_not_announced_that_is_not_ours_or_not_this_jobs() {
    let played = Played::new();
    let root = played.root();
    let announce = |tag: &str, how: &str| {
        let (status, said) =
            tagkeeper(&root, &["announce", "garden/trowel", tag, "--announce", how]);
        assert_eq!(status, 0, "{said}");
        said
    };
    let before = fs::read_dir(root.join("mail")).unwrap().count();
    assert!(announce("2.1.0", "apply").contains("`apply` announces at this site"));
    assert!(announce("2.1.0", "never").contains("nothing is announced at this site"));
    assert!(announce("9.9.9", "tag").contains("the record lists no release `9.9.9`"));
    assert!(announce("2.0.0", "tag").contains("the ledger has no record of the tag"));
    assert_eq!(fs::read_dir(root.join("mail")).unwrap().count(), before);
    let (status, said) = tagkeeper(
        &root,
        &["announce", "garden/trowel", "2.1.0", "--announce", "tag", "--mail-directory", ""],
    );
    assert!(status == 2 && said.contains("no mail server and no directory"), "{said}");
}

#[test]
fn a_directory_for_mails_that_is_not_there_is_found_before_the_first_push() {
    let played = Played::new();
    let root = trowel_2_2_0(&played);
    let nowhere = root.join("nowhere");
    let nowhere = nowhere.to_str().unwrap();
    let (status, said) = tagkeeper(&root, &["apply", "--mail-directory", nowhere]);
    assert!(status == 2 && said.contains(&format!("there is no directory {nowhere}")), "{said}");
    assert_eq!(git(&root, &["-C", "../git/garden/trowel.git", "tag", "--list", "2.2.0"]), "");
}

#[test]
fn a_mark_of_the_ledger_that_is_not_here_is_said_to_be_the_ledgers() {
    let played = Played::new();
    let root = played.root();
    let state = root.join("releases/.git/tagkeeper/ledger/state.json");
    let lost = "12".repeat(20);
    let text = format!(r#"{{"version":1,"applied_through":"{lost}","pending":[]}}"#);
    fs::write(state, text).unwrap();
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert!(status == 2 && said.contains(&format!("`{lost}` is not a revision")), "{said}");
    assert!(said.contains("the ledger names this commit as the last one"), "{said}");
}

/// A link in a file of the garden would be looked up at a server, which a sandbox never does.
#[test]
fn no_file_of_the_record_names_a_server_to_be_asked() {
    let played = Played::new();
    let folders = fs::read_dir(played.root().join("releases/deliverables")).unwrap();
    let files = folders.flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap());
    let texts: Vec<_> =
        files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    assert!(texts.len() > 2 && texts.iter().all(|text| !text.contains("://")), "{texts:?}");
}
