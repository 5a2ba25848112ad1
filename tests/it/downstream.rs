//! Those downstream are warned before a tag: once, and again when it moves.

use std::fs;
use std::path::Path;

use jiff::{Timestamp, ToSpan as _};

use crate::support::played::{Played, git, tagkeeper};
use crate::waiting::{WINDOW, after, apply_at, decide, request_at, saturday_night, written};

const USERS: &str = "downstream:
  - deliverables: [trowel]
    repos: [garden/vase]
    mail: [users@garden.example, packagers@garden.example]
";

/// The notices that went out, oldest name first, their headers unfolded.
fn notices(root: &Path) -> Vec<String> {
    let names = fs::read_dir(root.join("mail")).unwrap().map(|file| file.unwrap().path());
    let is_notice = |path: &std::path::PathBuf| path.to_string_lossy().contains("-downstream-");
    let mut paths: Vec<_> = names.filter(is_notice).collect();
    paths.sort();
    paths.iter().map(|path| fs::read_to_string(path).unwrap().replace("\r\n ", " ")).collect()
}

fn run_at(root: &Path, at: Timestamp, arguments: &[&str]) -> String {
    let (status, said) = apply_at(root, at, &[arguments, &["--steps", "downstream"]].concat());
    assert_eq!(status, 0, "{said}");
    said
}

#[test]
fn downstream_hears_once_when_a_tag_waits_and_again_when_it_moves() {
    let played = Played::new();
    let root = played.root();
    let night = saturday_night();
    decide(&root, &format!("{WINDOW}{USERS}"));
    request_at(&played, night.timestamp(), "");
    let monday = night.date().checked_add(2.days()).unwrap().at(9, 0, 0, 0);
    let monday = monday.to_zoned(night.time_zone().clone()).unwrap();
    let when = written(monday.timestamp());

    let (_, plan) = tagkeeper(
        &root,
        &[
            "plan",
            "--base",
            "HEAD^",
            "--now",
            &night.timestamp().to_string(),
            "--steps",
            "downstream",
        ],
    );
    assert!(plan.contains(&format!("create   notice to downstream {when} for 2.2.0")), "{plan}");
    let said = run_at(&root, after(&night, 5.minutes()), &[]);
    assert!(said.contains(&format!("made     notice to downstream {when} for 2.2.0")), "{said}");
    let told = notices(&root);
    assert_eq!(told.len(), 1, "{said}");
    for part in [
        format!("Subject: trowel 2.2.0 will be tagged on {when}"),
        "To: users@garden.example, packagers@garden.example".to_owned(),
        "Changes since 2.1.0:".to_owned(),
        " Grow".to_owned(),
        "none changed".to_owned(),
    ] {
        assert!(told[0].contains(&part), "{part}: {}", told[0]);
    }

    let said = run_at(&root, after(&night, 1.hour()), &["--pending"]);
    assert!(said.contains("done already: told on") || said.contains(": told on"), "{said}");
    assert_eq!(notices(&root).len(), 1, "the same time is not told again");

    let hold = format!(
        "holds:\n  - {{status: orange, reason: uploads fail, until: '{}'}}\n",
        after(&monday, 5.hours())
    );
    decide(&root, &format!("{WINDOW}{USERS}{hold}"));
    run_at(&root, after(&night, 2.hours()), &["--pending"]);
    run_at(&root, after(&night, 3.hours()), &["--pending"]);
    let told = notices(&root);
    let moved: Vec<&String> = told.iter().filter(|mail| mail.contains("instead")).collect();
    assert_eq!((told.len(), moved.len()), (2, 1), "{told:?}");
    assert!(moved[0].contains("You were told before"), "{}", moved[0]);

    decide(&root, &format!("{WINDOW}{USERS}"));
    run_at(&root, monday.timestamp(), &["--pending"]);
    assert!(root.join("mail/garden.trowel-2.2.0.eml").exists());
    assert_eq!(notices(&root).len(), 2, "a tag that is made is announced, and nothing else");
}

#[test]
fn nobody_is_warned_of_what_does_not_wait_or_was_merged_long_ago() {
    let played = Played::new();
    let root = played.root();
    let night = saturday_night();
    decide(&root, &format!("{WINDOW}{USERS}"));
    request_at(&played, night.timestamp(), "");
    let since = git(&root, &["rev-parse", "HEAD"]);
    fs::remove_dir_all(root.join("releases/.git/tagkeeper")).unwrap();
    run_at(&root, after(&night, 5.minutes()), &["--since", &since]);
    run_at(&root, after(&night, 6.minutes()), &["--release", "trowel", "2.2.0"]);
    assert_eq!(notices(&root), [""; 0], "it was merged before the ledger begins");
    let monday = night.date().checked_add(2.days()).unwrap().at(10, 0, 0, 0);
    let monday = monday.to_zoned(night.time_zone().clone()).unwrap();
    run_at(&root, monday.timestamp(), &["--release", "trowel", "2.2.0"]);
    assert!(root.join("mail/garden.trowel-2.2.0.eml").exists());
    assert_eq!(notices(&root), [""; 0]);
}

#[test]
fn an_address_that_is_none_is_left_to_an_operator_and_holds_nothing_up() {
    let played = Played::new();
    let root = played.root();
    let night = saturday_night();
    decide(&root, &format!("{WINDOW}{}", USERS.replace("users@garden.example", "'users, all'")));
    request_at(&played, night.timestamp(), "");
    let said = run_at(&root, after(&night, 5.minutes()), &[]);
    assert!(said.contains("`users, all` of `downstream:` is not a mail address"), "{said}");
    assert_eq!(notices(&root), [""; 0]);
}

#[test]
fn a_notice_that_a_killed_run_began_is_never_sent_again_by_itself() {
    let played = Played::new();
    let root = played.root();
    let night = saturday_night();
    decide(&root, &format!("{WINDOW}{USERS}"));
    request_at(&played, night.timestamp(), "");
    run_at(&root, after(&night, 5.minutes()), &[]);
    let path = root.join("releases/.git/tagkeeper/ledger/garden/trowel/2.2.0.json");
    let mut entry: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    for record in entry["steps"].as_object_mut().unwrap().values_mut() {
        record["done"] = serde_json::Value::Null;
    }
    fs::write(&path, entry.to_string()).unwrap();
    let (status, said) =
        apply_at(&root, after(&night, 1.hour()), &["--pending", "--steps", "downstream"]);
    assert!(status == 3 && said.contains("UNKNOWN"), "{said}");
    assert_eq!(notices(&root).len(), 1);
    let (_, said) = tagkeeper(&root, &["explain", "trowel", "2.2.0", "--resolve", "done"]);
    assert!(said.contains("the notice to downstream `Mon ") && said.contains("is noted"), "{said}");
    run_at(&root, after(&night, 2.hours()), &["--pending"]);
    assert_eq!(notices(&root).len(), 1);
}
