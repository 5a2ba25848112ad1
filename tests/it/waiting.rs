//! Tags that wait after the merge: windows, holds, and runs at the same time.

use std::fs;
use std::path::Path;
use std::thread;

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan as _, Zoned};

use crate::support::machine::bare_command;
use crate::support::played::{Played, git, grow, run, tagkeeper};

/// The window of diskimage-builder, for a deliverable of the playground: mornings on the west coast, with somebody at work.
pub(crate) const WINDOW: &str = "---
windows:
  - deliverables: [trowel]
    days: [mon, tue, wed, thu]
    hours: '08:00-11:00'
    timezone: America/Los_Angeles
    on-call:
      - {name: core-west, timezone: America/Los_Angeles, hours: '09:00-17:00'}
      - {name: core-sydney, timezone: Australia/Sydney, hours: '09:00-17:00'}
";

/// A Saturday night in the coming weeks, there.
pub(crate) fn saturday_night() -> Zoned {
    let zone = TimeZone::get("America/Los_Angeles").unwrap();
    let soon = Timestamp::now().to_zoned(zone).checked_add(1.week()).unwrap();
    let saturday = soon.date().nth_weekday(1, Weekday::Saturday).unwrap();
    saturday.at(21, 30, 0, 0).to_zoned(soon.time_zone().clone()).unwrap()
}

pub(crate) fn after(moment: &Zoned, span: Span) -> Timestamp {
    moment.checked_add(span).unwrap().timestamp()
}

pub(crate) fn written(at: Timestamp) -> String {
    at.strftime("%a %Y-%m-%d %H:%M UTC").to_string()
}

pub(crate) fn apply_at(root: &Path, at: Timestamp, arguments: &[&str]) -> (i32, String) {
    let now = at.to_string();
    tagkeeper(root, &[&["apply", "--playground", "--now", now.as_str()], arguments].concat())
}

/// Commits a policy, so that it is merged.
pub(crate) fn decide(root: &Path, policy: &str) {
    fs::write(root.join("releases/release-policy.yaml"), policy).unwrap();
    git(root, &["add", "release-policy.yaml"]);
    git(root, &["commit", "--quiet", "--message", "Decide"]);
}

/// A request for trowel 2.2.0 that is merged at `at`, with this at the end of its message.
pub(crate) fn request_at(played: &Played, at: Timestamp, trailer: &str) {
    let root = played.root();
    let commit = grow(&root, "garden/trowel");
    played.request(
        "trowel.yaml",
        &format!("  - version: 2.2.0\n    projects:\n      - repo: garden/trowel\n        hash: {commit}\n"),
    );
    let date = format!("GIT_COMMITTER_DATE={at}");
    let message = format!("Release trowel 2.2.0\n\n{trailer}\n");
    let amend = ["git", "commit", "--quiet", "--amend", "--message", &message];
    let output = run(&root, "env", &[&[date.as_str()], &amend[..]].concat());
    assert!(output.status.success());
}

fn tags(root: &Path, repo: &str) -> Vec<String> {
    let dir = root.join(format!("git/garden/{repo}.git"));
    git(root, &["-C", dir.to_str().unwrap(), "tag"]).lines().map(str::to_owned).collect()
}

fn mail(root: &Path) -> Option<String> {
    fs::read_to_string(root.join("mail/garden.trowel-2.2.0.eml")).ok()
}

#[test]
fn merged_on_saturday_night_tagged_on_monday_morning_with_somebody_at_work() {
    let played = Played::new();
    let root = played.root();
    let night = saturday_night();
    decide(&root, WINDOW);
    request_at(&played, night.timestamp(), "");
    let morning = night.date().checked_add(2.days()).unwrap().at(9, 0, 0, 0);
    let morning = morning.to_zoned(night.time_zone().clone()).unwrap();

    let (status, said) = apply_at(&root, after(&night, 5.minutes()), &[]);
    let held = format!(
        "until {}: outside its window, mon, tue, wed, thu 08:00-11:00 America/Los_Angeles",
        written(morning.timestamp())
    );
    assert_eq!(status, 0, "{said}");
    assert!(said.contains(&held) && said.contains("apply --pending"), "{said}");
    assert!(!tags(&root, "trowel").contains(&"2.2.0".to_owned()) && mail(&root).is_none());

    let (_, said) = tagkeeper(&root, &["schedule", "--waiting"]);
    let when = format!("trowel 2.2.0 will be tagged on {}", written(morning.timestamp()));
    assert!(said.contains(&when) && said.contains("outside its window"), "{said}");
    for calendar in [&["schedule", "--feed"], &["schedule", "--ics"]] {
        let (status, said) = tagkeeper(&root, calendar);
        let unfolded = said.replace("\r\n ", "");
        assert!(status == 0 && unfolded.contains(&when), "{calendar:?}: {said}");
    }

    let (status, said) = apply_at(&root, after(&morning, -30.minutes()), &["--pending"]);
    assert_eq!(status, 0, "{said}");
    assert!(
        said.contains("its window is open, but none of core-west, core-sydney is at work"),
        "{said}"
    );

    let (status, said) = apply_at(&root, morning.timestamp(), &["--pending"]);
    assert_eq!(status, 0, "{said}");
    assert!(tags(&root, "trowel").contains(&"2.2.0".to_owned()), "{said}");
    let told = mail(&root).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    let waited =
        format!("Its tag waited: merged on {}; outside its window,", written(night.timestamp()));
    assert!(told.contains(&waited), "{told}");

    let (status, said) = apply_at(&root, after(&morning, 5.minutes()), &["--pending"]);
    assert!(status == 0 && said.contains("nothing is pending"), "{said}");
    let (status, said) = apply_at(&root, after(&morning, 10.minutes()), &[]);
    assert!(status == 0 && said.contains("nothing is pending"), "{said}");
}

#[test]
fn an_urgent_request_passes_the_window_and_says_so_in_the_tag() {
    let played = Played::new();
    let root = played.root();
    let night = saturday_night();
    decide(&root, WINDOW);
    request_at(&played, night.timestamp(), "Release-Override: release-window CVE-2026-1234");
    let (_, plan) = tagkeeper(&root, &["plan", "--base", "HEAD^", "--head", "HEAD"]);
    assert!(plan.contains("overrides release-window: CVE-2026-1234\n"), "{plan}");
    let (status, said) = apply_at(&root, after(&night, 5.minutes()), &[]);
    assert_eq!(status, 0, "{said}");
    let dir = root.join("git/garden/trowel.git");
    let tag = git(&root, &["-C", dir.to_str().unwrap(), "cat-file", "-p", "refs/tags/2.2.0"]);
    assert!(tag.contains("meta:override: release-window CVE-2026-1234"), "{tag}");
}

#[test]
fn a_red_hold_stops_what_an_orange_one_lets_pass_with_an_override() {
    for (status_of_hold, is_tagged) in [("red", false), ("orange", true)] {
        let played = Played::new();
        let root = played.root();
        decide(&root, &format!("holds:\n  - {{status: {status_of_hold}, reason: uploads fail}}\n"));
        request_at(&played, Timestamp::now(), "Release-Override: hold it is urgent");
        let (status, said) = tagkeeper(&root, &["apply"]);
        assert_eq!(status, 0, "{said}");
        assert_eq!(tags(&root, "trowel").contains(&"2.2.0".to_owned()), is_tagged, "{said}");
        assert_eq!(said.contains(": red hold: uploads fail"), !is_tagged, "{said}");
    }
}

#[test]
fn a_plan_of_what_is_merged_goes_by_the_policy_that_is_merged_with_it() {
    let played = Played::new();
    let root = played.root();
    decide(&root, "holds:\n  - {status: red, reason: uploads fail}\n");
    request_at(&played, Timestamp::now(), "");
    let merged = tagkeeper(&root, &["plan", "--base", "HEAD~2"]).1;
    assert!(merged.contains("held") && merged.contains("red hold: uploads fail"), "{merged}");
    git(&root, &["checkout", "--quiet", "-b", "lift-it"]);
    decide(&root, "holds: []\n");
    let proposed = tagkeeper(&root, &["plan", "--base", "HEAD~2"]).1;
    assert!(proposed.contains("red hold: uploads fail"), "a request lifts no hold: {proposed}");
}

#[test]
fn when_the_hold_is_lifted_the_periodic_run_tags() {
    let played = Played::new();
    let root = played.root();
    decide(&root, "holds:\n  - {status: red, reason: uploads fail}\n");
    request_at(&played, Timestamp::now(), "");
    assert_eq!(tagkeeper(&root, &["apply"]).0, 0);
    decide(&root, "holds: []\n");
    let (status, said) = tagkeeper(&root, &["apply", "--pending"]);
    assert!(status == 0 && tags(&root, "trowel").contains(&"2.2.0".to_owned()), "{said}");
}

#[test]
fn what_waited_and_is_taken_back_leaves_nothing_to_be_settled() {
    let told = &["--steps", "downstream"][..];
    for (look, steps) in
        [("apply", &[][..]), ("--pending", &[]), ("apply", told), ("--pending", told)]
    {
        let played = Played::new();
        let root = played.root();
        let policy = "holds:\n  - {status: red, reason: uploads fail}\ndownstream:\n  - {deliverables: [trowel], mail: [users@garden.example]}\n";
        decide(&root, policy);
        request_at(&played, Timestamp::now(), "");
        let run = [&["apply"][..], steps].concat();
        let (status, said) = tagkeeper(&root, &run);
        assert_eq!(status, 0, "{said}");
        assert_eq!(said.contains("made     notice to downstream"), !steps.is_empty(), "{said}");
        git(&root, &["revert", "--no-edit", "HEAD"]);
        let look: &[&str] = if look == "apply" { &[] } else { &[look] };
        let (status, said) = tagkeeper(&root, &[&run[..], look].concat());
        assert_eq!(status, 0, "{said}");
        let line = "withdrawn before it was tagged: 2.2.0 of deliverables/hibiscus/trowel.yaml";
        assert!(said.contains(line), "{said}");
        assert!(tagkeeper(&root, &["apply"]).1.contains("nothing is pending"));
    }
}

#[test]
fn a_file_that_moves_while_its_tag_waits_keeps_why_it_waited() {
    let played = Played::new();
    let root = played.root();
    let night = saturday_night();
    decide(&root, WINDOW);
    request_at(&played, night.timestamp(), "");
    assert_eq!(apply_at(&root, after(&night, 5.minutes()), &[]).0, 0);
    fs::create_dir_all(root.join("releases/deliverables/_independent")).unwrap();
    let file = "deliverables/_independent/trowel.yaml";
    git(&root, &["mv", "deliverables/hibiscus/trowel.yaml", file]);
    git(&root, &["commit", "--quiet", "--message", "Move"]);
    let monday = after(&night, 36.hours());
    let (status, said) = apply_at(&root, monday, &[]);
    assert_eq!(status, 0, "{said}");
    let told = mail(&root).unwrap_or_else(|| panic!("{said}"));
    assert!(told.contains("Its tag waited: merged on"), "{told}");
}

#[test]
fn a_hold_with_a_misspelt_scope_holds_everything() {
    for scope in ["series: hibicus", "deliverables: [trowle]"] {
        let policy = format!("holds:\n  - {{status: red, reason: stop, scope: {{{scope}}}}}\n");
        must_hold(&policy, "matches nothing in the releases repository");
    }
}

/// Merges a request under a policy, and sees that it is held, and why.
fn must_hold(policy: &str, why: &str) {
    let played = Played::new();
    let root = played.root();
    decide(&root, policy);
    request_at(&played, Timestamp::now(), "");
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert!(status == 0 && said.contains(why), "{said}");
    assert!(!tags(&root, "trowel").contains(&"2.2.0".to_owned()), "{said}");
}

#[test]
fn a_policy_that_is_not_committed_is_judged() {
    let played = Played::new();
    let root = played.root();
    fs::write(root.join("releases/release-policy.yaml"), "holds:\n  - {status: rad, reason: x}\n")
        .unwrap();
    let (status, said) = tagkeeper(&root, &["check"]);
    assert!(status == 1 && said.contains("unknown value `rad` of `status`"), "{said}");
}

#[test]
fn a_policy_that_cannot_be_read_holds_everything() {
    must_hold("holds: {\n", "release-policy.yaml:");
}

#[test]
fn what_became_due_is_tagged_once_by_two_runs_at_the_same_time() {
    let played = Played::new();
    let root = played.root();
    decide(&root, "holds:\n  - {status: red, reason: uploads fail}\n");
    request_at(&played, Timestamp::now(), "");
    assert_eq!(tagkeeper(&root, &["apply"]).0, 0);
    decide(&root, "holds: []\n");
    let runs: Vec<_> = (0..2)
        .map(|_| {
            let root = root.clone();
            thread::spawn(move || tagkeeper(&root, &["apply", "--pending"]))
        })
        .collect();
    let said: Vec<(i32, String)> = runs.into_iter().map(|run| run.join().unwrap()).collect();
    // The run that comes second may find the mail begun and not done: it leaves that open, and the next one settles it.
    assert!(said.iter().any(|(status, _)| *status == 0), "{said:?}");
    assert!(said.iter().all(|(_, text)| !text.contains("CONFLICT")), "{said:?}");
    assert_eq!(tags(&root, "trowel").iter().filter(|tag| *tag == "2.2.0").count(), 1);
    let mails = fs::read_dir(root.join("mail")).unwrap().filter(|file| {
        file.as_ref().unwrap().file_name().to_string_lossy().contains("trowel-2.2.0")
    });
    assert_eq!(mails.count(), 1);
    let (status, said) = tagkeeper(&root, &["apply", "--pending"]);
    assert_eq!(status, 0, "{said}");
    let (_, said) = tagkeeper(&root, &["apply", "--pending"]);
    assert!(said.contains("nothing is pending"), "{said}");
}

#[test]
fn a_hold_that_is_set_while_a_run_is_under_way_stops_the_steps_not_yet_begun() {
    let played = Played::new();
    let root = played.root();
    let entry: String = ["watering-can", "watering-can-rose"]
        .map(|repo| {
            format!(
                "      - repo: garden/{repo}\n        hash: {}\n",
                grow(&root, &format!("garden/{repo}"))
            )
        })
        .concat();
    played.request("watering-can.yaml", &format!("  - version: 4.3.0\n    projects:\n{entry}"));
    // Somebody sets a hold just when the first tag has arrived.
    let hook = root.join("git/garden/watering-can.git/hooks/post-receive");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    let releases = root.join("releases");
    let script = format!(
        "#!/bin/sh\nunset GIT_DIR GIT_QUARANTINE_PATH\ncd '{}'\nprintf 'holds:\\n  - {{status: red, reason: stop}}\\n' >release-policy.yaml\n\
         git -c user.name=A -c user.email=a@example.org add release-policy.yaml\n\
         git -c user.name=A -c user.email=a@example.org commit --quiet --message Stop release-policy.yaml\n",
        releases.display()
    );
    fs::write(&hook, script).unwrap();
    assert!(bare_command("chmod").arg("+x").arg(&hook).status().unwrap().success());
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert_eq!(status, 0, "{said}");
    assert!(
        said.contains("held     tag 4.3.0 of garden/watering-can-rose: red hold: stop"),
        "{said}"
    );
    assert!(tags(&root, "watering-can").contains(&"4.3.0".to_owned()), "{said}");
    assert!(!tags(&root, "watering-can-rose").contains(&"4.3.0".to_owned()), "{said}");
    let is_told = |repo: &str| root.join(format!("mail/garden.{repo}-4.3.0.eml")).exists();
    assert!(is_told("watering-can") && !is_told("watering-can-rose"), "{said}");
}

#[test]
fn a_mistake_in_who_may_override_lets_no_override_pass() {
    let played = Played::new();
    let root = played.root();
    let night = saturday_night();
    decide(&root, &format!("{WINDOW}overrides: {{whom: [release-managers]}}\n"));
    request_at(&played, night.timestamp(), "Release-Override: release-window CVE-2026-1234");
    let (status, said) = apply_at(&root, after(&night, 5.minutes()), &[]);
    assert_eq!(status, 0, "{said}");
    let why = "whether its override counts is not known: release-policy.yaml:10:13 has a mistake";
    assert!(said.contains(why), "{said}");
    assert!(!tags(&root, "trowel").contains(&"2.2.0".to_owned()), "{said}");
}

#[test]
fn a_periodic_run_of_an_older_head_takes_nothing_for_removed() {
    let played = Played::new();
    let root = played.root();
    decide(&root, "holds:\n  - {status: red, reason: uploads fail}\n");
    request_at(&played, Timestamp::now(), "");
    assert_eq!(tagkeeper(&root, &["apply"]).0, 0);
    let (status, said) = tagkeeper(&root, &["apply", "--pending", "--head", "HEAD^"]);
    assert!(!said.contains("no file lists it any longer"), "{said}");
    assert!(status != 0 && said.contains("the head does not descend from"), "{said}");
    let (status, said) = tagkeeper(&root, &["apply", "--pending"]);
    assert!(status == 0 && said.contains(": red hold: uploads fail"), "{said}");
}

#[test]
fn an_override_speaks_for_the_branch_of_its_own_commit_only() {
    let played = Played::new();
    let root = played.root();
    decide(&root, "holds:\n  - {status: orange, reason: smoke}\n");
    let path = root.join("releases/deliverables/hibiscus/trowel.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let commit = grow(&root, "garden/trowel");
    fs::write(
        &path,
        format!("{text}  - name: feature/iron\n    location:\n      garden/trowel: {commit}\n"),
    )
    .unwrap();
    git(&root, &["commit", "--quiet", "--all", "--message", "Branch feature/iron"]);
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert!(status == 0 && said.contains("held"), "{said}");
    request_at(&played, Timestamp::now(), "Release-Override: hold it is urgent");
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert_eq!(status, 0, "{said}");
    assert!(tags(&root, "trowel").contains(&"2.2.0".to_owned()), "{said}");
    let dir = root.join("git/garden/trowel.git");
    let heads = git(&root, &["-C", dir.to_str().unwrap(), "branch", "--list", "feature/iron"]);
    assert_eq!(heads, "", "{said}");
}

#[test]
fn a_run_keeps_the_mark_of_another_that_went_further_than_it_knows() {
    let played = Played::new();
    let root = played.root();
    request_at(&played, Timestamp::now(), "");
    let state = root.join("releases/.git/tagkeeper/ledger/state.json");
    let further = "f".repeat(40);
    let hook = root.join("git/garden/trowel.git/hooks/post-receive");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    let script = format!(
        "#!/bin/sh\nsed -i 's/\"applied_through\": \"[0-9a-f]*\"/\"applied_through\": \"{further}\"/' '{}'\n",
        state.display()
    );
    fs::write(&hook, script).unwrap();
    assert!(bare_command("chmod").arg("+x").arg(&hook).status().unwrap().success());
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert_eq!(status, 0, "{said}");
    let now = fs::read_to_string(&state).unwrap();
    assert!(now.contains(&further), "{now}");
}

#[test]
fn the_mail_says_why_its_tag_waited_though_a_run_failed_meanwhile() {
    let played = Played::new();
    let root = played.root();
    let night = saturday_night();
    decide(&root, WINDOW);
    request_at(&played, night.timestamp(), "");
    assert_eq!(apply_at(&root, after(&night, 5.minutes()), &[]).0, 0);
    let morning = night.date().checked_add(2.days()).unwrap().at(9, 0, 0, 0);
    let morning = morning.to_zoned(night.time_zone().clone()).unwrap();
    let (there, away) = (root.join("git/garden/trowel.git"), root.join("away.git"));
    fs::rename(&there, &away).unwrap();
    let (status, said) = apply_at(&root, morning.timestamp(), &["--pending"]);
    assert_ne!(status, 0, "{said}");
    fs::rename(&away, &there).unwrap();
    let (status, said) = apply_at(&root, after(&morning, 5.minutes()), &["--pending"]);
    assert_eq!(status, 0, "{said}");
    let told = mail(&root).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        told.contains("Its tag waited: merged on") && told.contains("outside its window,"),
        "{told}"
    );
}

#[test]
fn what_is_merged_and_waits_passes_when_the_policy_calls_it_urgent() {
    let played = Played::new();
    let root = played.root();
    decide(&root, WINDOW);
    let saturday = saturday_night();
    let merged = saturday.timestamp();
    request_at(&played, merged, "");
    let (status, said) = apply_at(&root, merged, &[]);
    assert!(status == 0 && said.contains("outside its window"), "{said}");
    let day = after(&saturday, 1.day()).strftime("%Y-%m-%d").to_string();
    let urgent = |version: &str| {
        format!(
            "urgent:\n  - {{deliverable: trowel, version: {version}, reason: images do not boot, until: '{day}'}}\n"
        )
    };
    let red = "holds:\n  - {status: red, reason: fire, scope: {deliverables: [trowel]}}\n";
    let pending = |policy: &str, at: Timestamp| {
        decide(&root, policy);
        apply_at(&root, at, &["--pending"])
    };
    let soon = after(&saturday, 1.hour());
    let (_, said) = pending(&format!("{WINDOW}{}", urgent("2.2.1")), soon);
    assert!(said.contains("outside its window"), "another version: {said}");
    let (_, said) = pending(&format!("{WINDOW}{}{red}", urgent("2.2.0")), soon);
    assert!(said.contains("red hold: fire") && !said.contains("outside its window"), "{said}");
    let (status, said) = pending(&format!("{WINDOW}{}", urgent("2.2.0")), soon);
    assert!(status == 0 && said.contains("made     tag 2.2.0"), "{said}");
    let dir = root.join("git/garden/trowel.git");
    let message =
        git(&root, &["-C", dir.to_str().unwrap(), "tag", "-l", "--format=%(contents)", "2.2.0"]);
    assert!(message.contains("images do not boot"), "{message}");
}

#[test]
fn the_check_of_an_urgent_entry_names_what_still_holds_the_release() {
    let played = Played::new();
    let root = played.root();
    let red = "holds:\n  - {status: red, reason: fire}\n";
    decide(&root, red);
    request_at(&played, Timestamp::now(), "");
    let urgent = |version: &str| {
        format!("{red}urgent:\n  - {{deliverable: trowel, version: {version}, reason: it burns}}\n")
    };
    decide(&root, &urgent("2.2.0"));
    let (status, said) = tagkeeper(&root, &["check", "--base", "HEAD^"]);
    assert!(status == 0 && said.contains("`trowel` 2.2.0 still waits: red hold: fire"), "{said}");
    decide(&root, &urgent("9.9.9"));
    let (_, said) = tagkeeper(&root, &["check", "--base", "HEAD^"]);
    assert!(said.contains("no file of `trowel` lists `9.9.9`"), "{said}");
}

#[test]
fn a_later_commit_that_names_the_release_lifts_its_window_and_says_so_in_the_tag() {
    let played = Played::new();
    let root = played.root();
    let night = saturday_night();
    decide(&root, WINDOW);
    request_at(&played, night.timestamp(), "");
    let (status, said) = apply_at(&root, after(&night, 5.minutes()), &[]);
    assert!(status == 0 && said.contains("outside its window"), "{said}");
    let later = |version: &str, reason: &str| {
        let trailers =
            format!("Release-Override: release-window {reason}\nRelease: trowel {version}");
        let message = format!("Do not wait for trowel\n\n{trailers}\n");
        git(&root, &["commit", "--quiet", "--allow-empty", "--message", &message]);
    };
    later("2.2.1", "another release");
    later("2.2.0", "");
    let (_, said) = apply_at(&root, after(&night, 10.minutes()), &["--pending"]);
    assert!(said.contains("outside its window"), "{said}");
    later("2.2.0", "images do not boot");
    let (status, said) = apply_at(&root, after(&night, 15.minutes()), &["--pending"]);
    assert!(status == 0 && tags(&root, "trowel").contains(&"2.2.0".to_owned()), "{said}");
    let dir = root.join("git/garden/trowel.git");
    let tag = git(&root, &["-C", dir.to_str().unwrap(), "cat-file", "-p", "refs/tags/2.2.0"]);
    assert!(tag.contains("meta:override: release-window images do not boot"), "{tag}");
    let (status, said) = tagkeeper(&root, &["check", "--base", "HEAD^"]);
    assert!(status == 0 && !said.contains("has no effect"), "{said}");
    let counts = "overrides `release-window` for trowel 2.2.0 once it is merged";
    assert!(said.contains(counts) && !said.contains("touches no deliverable"), "{said}");
}

#[test]
fn a_commit_of_which_nobody_knows_the_merge_soaks_from_when_a_run_first_saw_it() {
    let played = Played::new();
    let root = played.root();
    let night = saturday_night();
    decide(&root, "soak:\n  - {deliverables: [trowel], hours: 12}\n");
    request_at(&played, night.timestamp(), "");
    let held = format!(
        "until {}: merge time unknown: a commit of garden/trowel must soak for 12 hours",
        written(after(&night, 12.hours()))
    );
    for later in [0.hours(), 5.hours(), 11.hours()] {
        let (status, said) = apply_at(&root, after(&night, later), &[]);
        assert!(status == 0 && said.contains(&held), "{later}: {said}");
    }
    let (status, said) = apply_at(&root, after(&night, 13.hours()), &["--pending"]);
    assert!(status == 0 && tags(&root, "trowel").contains(&"2.2.0".to_owned()), "{said}");
}

#[test]
fn a_release_that_somebody_names_soaks_from_the_first_run_too() {
    for named in [&["--release", "trowel", "2.2.0"][..], &["deliverables/hibiscus/trowel.yaml"]] {
        let played = Played::new();
        let root = played.root();
        let night = saturday_night();
        decide(&root, "soak:\n  - {deliverables: [trowel], hours: 12}\n");
        request_at(&played, night.timestamp(), "");
        let until = format!("held until {}", written(after(&night, 12.hours())));
        for later in [0.hours(), 5.hours()] {
            let (status, said) = apply_at(&root, after(&night, later), named);
            assert!(status == 0 && said.contains(&until), "{named:?}, {later}: {said}");
        }
        let (status, said) = apply_at(&root, after(&night, 13.hours()), named);
        let is_made = tags(&root, "trowel").contains(&"2.2.0".to_owned());
        assert!(status == 0 && is_made, "{named:?}: {said}");
        let (_, said) = apply_at(&root, after(&night, 14.hours()), &["--pending"]);
        assert!(said.contains("nothing is pending"), "{named:?}: {said}");
    }
}
