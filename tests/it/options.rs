//! A command offers the options that it uses, and refuses any other.

use std::collections::BTreeSet;

use crate::support::machine::{TAGKEEPER, bare_command};
use tempfile::TempDir;

/// Exit status and what is written by the program in an empty directory.
fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let dir = TempDir::new().unwrap();
    let output = bare_command(TAGKEEPER).args(arguments).current_dir(dir.path()).output().unwrap();
    let written = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(written).unwrap())
}

/// The options of a command, without those that every command has.
fn offered(command: &str) -> String {
    let (status, help) = run(&[command, "-h"]);
    assert_eq!(status, Some(0));
    let everywhere = ["--output", "--color", "--log-format", "--verbose...", "--help"];
    let options = help.lines().filter_map(|line| {
        let line = line.trim_start();
        let long = line.split([' ', ',']).find(|word| word.starts_with("--"));
        match line.starts_with('-') {
            true => long.or_else(|| line.split(' ').next()),
            false => None,
        }
    });
    let options: BTreeSet<&str> = options.filter(|option| !everywhere.contains(option)).collect();
    options.into_iter().collect::<Vec<_>>().join(" ")
}

#[test]
fn each_command_offers_what_it_uses() {
    let commands =
        ["check", "plan", "apply", "approve", "announce", "explain", "replay", "schedule"];
    let lines = commands.map(|command| format!("{command}: {}", offered(command)));
    insta::assert_snapshot!(lines.join("\n"), @"
    check: --all --as-of --base --build --change --closed --config --fix --format --head --jobs --now --offline --post --proposed --report --strict --vote --wheels --whole-file -C
    plan: --as-of --base --config --format --head --jobs --mail --now --offline --out --strict --whole-file -C
    apply: --config --delete-ended --format --head --jobs --metrics --now --offline --old-mails --pending --plan --playground --release --shadow --since --yes -C
    approve: --config --format --vote -C
    announce: --config --head --now --playground --print --print-template -C
    explain: --config --format --jobs --now --offline --resolve --step -C
    replay: --closed --config --format --head --jobs --rule --since -C
    schedule: --config --feed --format --head --ics --missing --next --now --series --team --waiting -C
    ");
}

#[test]
fn an_option_that_would_do_nothing_is_refused() {
    let useless = [
        &["explain", "rose", "1.0.0", "--whole-file"][..],
        &["explain", "rose", "1.0.0", "deliverables"],
        &["announce", "garden/rose", "1.0.0", "--offline"],
        &["approve", "4", "--as-of", "HEAD"],
        &["apply", "--base", "HEAD^"],
        &["apply", "--release", "rose", "1.0.0", "--since", "HEAD^"],
        &["plan", "--proposed", "2026-08-21"],
        &["schedule", "--jobs", "2"],
        &["replay", "--now", "2026-08-21"],
    ];
    for arguments in useless {
        let (status, said) = run(arguments);
        let is_refused =
            ["unexpected argument", "cannot be used with"].iter().any(|why| said.contains(why));
        assert!(status == Some(2) && is_refused, "{arguments:?}: {said}");
    }
}

#[test]
fn help_is_there_for_each_command_and_for_the_settings() {
    let (status, help) = run(&["help", "apply"]);
    assert!(status == Some(0) && help.contains("--pending"), "{help}");
    assert!(!help.contains("--mail-smtp") && help.contains("help configuration"), "{help}");
    assert_eq!(run(&["help", "apply"]), run(&["apply", "--help"]));
    assert_eq!(run(&["help"]), run(&["--help"]));
    let (status, help) = run(&["help", "configuration"]);
    let setting =
        "mail.smtp\n    URL of the mail server\n    --mail-smtp VALUE, TAGKEEPER_MAIL_SMTP=VALUE\n";
    assert!(status == Some(0) && help.contains(setting), "{help}");
    let (status, said) = run(&["help", "nothing"]);
    assert!(status == Some(2) && said.contains("no command `nothing`"), "{said}");
}
