//! What a run leaves beside its tags: a signed statement, numbers for a monitor, a mail about failures.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;

use crate::support::played::{Played, git, grow, run, tagkeeper};

const REPO: &str = "garden/trowel";

/// A merged request for trowel 2.2.0.
fn requested() -> Played {
    let played = Played::new();
    let commit = grow(&played.root(), REPO);
    let entry = format!(
        "  - version: 2.2.0\n    projects:\n      - repo: {REPO}\n        hash: {commit}\n"
    );
    played.request("trowel.yaml", &entry);
    played
}

/// The public keys of the playground.
fn keys(root: &Path) -> String {
    let dir = root.join("ours");
    fs::create_dir_all(&dir).unwrap();
    let config = fs::read_to_string(root.join("releases/tagkeeper.yaml")).unwrap();
    let key = config.lines().find_map(|line| line.trim().strip_prefix("key: ")).unwrap();
    let output = run(root, "gpg", &["--armor", "--export", key.trim_matches('\'')]);
    assert!(output.status.success() && !output.stdout.is_empty());
    fs::write(dir.join("key.txt"), output.stdout).unwrap();
    dir.display().to_string()
}

#[test]
fn the_statement_about_a_tag_is_checked_with_gpg_alone_and_by_verify() {
    let played = requested();
    let root = played.root();
    let on = ["--steps", "provenance"];
    let (status, said) = tagkeeper(&root, &[&["plan", "--base", "HEAD^"][..], &on].concat());
    assert!(status == 0 && said.contains("create   provenance statement 2.2.0"), "{said}");
    let (status, said) = tagkeeper(&root, &[&["apply"][..], &on].concat());
    assert!(status == 0 && said.contains("made     provenance statement 2.2.0"), "{said}");
    let kept = root.join("releases/.git/tagkeeper/ledger/garden/trowel/2.2.0.provenance");
    let statement = kept.join("statement.json");
    let signature = kept.join("statement.json.sig");
    let paths = [signature.to_str().unwrap(), statement.to_str().unwrap()];
    assert!(run(&root, "gpg", &["--verify", paths[0], paths[1]]).status.success());
    let text = fs::read_to_string(&statement).unwrap();
    let said: Value = serde_json::from_str(&text).unwrap();
    let dir = root.join("git").join(format!("{REPO}.git"));
    let dir = dir.to_str().unwrap();
    let digest = &said["subject"][0]["digest"];
    assert_eq!(digest["gitTag"], *git(&root, &["-C", dir, "rev-parse", "2.2.0"]));
    assert_eq!(digest["gitCommit"], *git(&root, &["-C", dir, "rev-parse", "2.2.0^{commit}"]));
    let predicate = &said["predicate"];
    assert_eq!(predicate["releases"]["commit"], *git(&root, &["rev-parse", "HEAD"]));
    assert_eq!(predicate["rules"]["version-order"], "error");
    assert!(predicate["requested"]["by"].as_str().unwrap().contains('@'), "{text}");

    let keys = keys(&root);
    let verify = [&["verify", REPO, "2.2.0", "--keys", &keys][..], &on].concat();
    let (_, said) = tagkeeper(&root, &verify);
    assert!(said.contains("good        provenance: good, by key"), "{said}");
    fs::write(&statement, text.replace("\"version\": \"2.2.0\"", "\"version\": \"2.2.1\""))
        .unwrap();
    let (status, said) = tagkeeper(&root, &verify);
    assert!(status == 1 && said.contains("BAD         provenance"), "{said}");
    // A good signature about another tag says nothing of this one.
    let other = root.join("releases/.git/tagkeeper/ledger/garden/trowel/2.1.0.provenance");
    fs::create_dir_all(&other).unwrap();
    fs::write(other.join("statement.json"), &text).unwrap();
    fs::copy(&signature, other.join("statement.json.sig")).unwrap();
    let verify = [&["verify", REPO, "2.1.0", "--keys", &keys][..], &on].concat();
    let (status, said) = tagkeeper(&root, &verify);
    assert!(status == 1 && said.contains("not about this tag alone"), "{said}");

    let (status, said) =
        tagkeeper(&root, &[&["apply", "--release", "trowel", "2.2.0"][..], &on].concat());
    assert!(status == 0 && said.contains("the ledger has it"), "{said}");

    // Who only reads the ledger needs no name.
    git(&root, &["config", "user.useConfigOnly", "true"]);
    git(&root, &["config", "user.email", ""]);
    let shared = [&verify[..], &["--ledger", "refs/tagkeeper/ledger"]].concat();
    let (_, told) = tagkeeper(&root, &shared);
    assert!(told.contains("the ledger has no provenance statement"), "{told}");
}

#[test]
fn a_monitor_reads_what_the_last_run_did() {
    let played = requested();
    let root = played.root();
    let path = root.join("tagkeeper.prom");
    let file = path.display().to_string();
    let dir = root.join("git").join(format!("{REPO}.git"));
    let away = root.join("away.git");
    fs::rename(&dir, &away).unwrap();
    let (status, said) = tagkeeper(&root, &["apply", "--metrics", &file]);
    assert_ne!(status, 0, "{said}");
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.contains("last_success") && text.contains("last_run_timestamp"), "{text}");
    fs::rename(&away, &dir).unwrap();
    let (status, said) = tagkeeper(&root, &["apply", "--metrics", &file]);
    assert_eq!(status, 0, "{said}");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("tagkeeper_last_success_timestamp_seconds 1"), "{text}");
    assert!(text.contains("tagkeeper_pending_steps{kind=\"tag\"} 0"), "{text}");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o644);
    // A run that cannot begin keeps when the last one succeeded.
    let (status, _) = tagkeeper(&root, &["apply", "--metrics", &file, "--head", "nothing"]);
    assert_eq!(status, 2);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("tagkeeper_failures{kind=\"run\",cause=\"configuration\"} 1"), "{text}");
    assert!(text.contains("last_success"), "{text}");
    let leftovers = fs::read_dir(&root).unwrap().filter(|entry| {
        entry.as_ref().unwrap().file_name().to_string_lossy().starts_with(".tagkeeper-")
    });
    assert_eq!(leftovers.count(), 0);
}

#[test]
fn the_log_is_one_object_a_line_for_programs() {
    let played = requested();
    let root = played.root();
    let arguments =
        ["--log-format", "json", "--verbose", "plan", "--base", "https://ann:hunter2@x/y"];
    let output = run(&root, env!("CARGO_BIN_EXE_tagkeeper"), &arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<Value> = said
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}")))
        .collect();
    let last = lines.last().unwrap();
    assert!(
        last["level"] == "error" && last["help"].is_array() && last["time"].is_string(),
        "{said}"
    );
    assert!(!said.contains("hunter2"), "{said}");
}

#[test]
fn a_failure_is_mailed_once_until_it_is_another_one() {
    let played = requested();
    let root = played.root();
    let dir = root.join("git").join(format!("{REPO}.git"));
    let hook = dir.join("hooks/pre-receive");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, "#!/bin/sh\necho no tags today, says $$ >&2\nexit 1\n").unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    let to = ["--mail-failures", "ops@garden.example"];
    let mails = || {
        let names = fs::read_dir(root.join("mail")).unwrap().map(|file| file.unwrap().path());
        names.filter(|path| path.to_string_lossy().contains("failure-")).collect::<Vec<_>>()
    };
    for arguments in [&["apply"][..], &["apply", "--pending"], &["apply"]] {
        let (status, said) = tagkeeper(&root, &[arguments, &to].concat());
        assert_eq!(status, 1, "{said}");
        assert_eq!(mails().len(), 1, "{said}");
    }
    let told = fs::read_to_string(&mails()[0]).unwrap();
    assert!(told.contains("To: ops@garden.example") && told.contains("trowel 2.2.0"), "{told}");
    fs::remove_file(&hook).unwrap();
    let (status, said) = tagkeeper(&root, &[&["apply"][..], &to].concat());
    assert!(status == 0 && mails().len() == 1, "{said}");
}

#[test]
fn a_shadow_names_every_line_that_differs_and_writes_nothing() {
    let played = requested();
    let root = played.root();
    let since = git(&root, &["rev-parse", "HEAD^"]);
    let dir = root.join("git").join(format!("{REPO}.git"));
    let dir = dir.to_str().unwrap();
    let metrics = root.join("metrics.prom");
    let numbers = metrics.to_str().unwrap();
    let look = |more: &[&str]| {
        // A job may name the file of the metrics in its environment. It is that of what was done.
        let on = ["apply", "--shadow", "--since", &since, "--format", "json", "--metrics", numbers];
        let arguments = [&on[..], more];
        let (status, said) = tagkeeper(&root, &arguments.concat());
        (status, serde_json::from_str::<Value>(&said).unwrap_or_else(|_| panic!("{said}")))
    };
    let refs = git(&root, &["-C", dir, "for-each-ref"]);
    let before = fs::read(root.join("releases/.git/tagkeeper/ledger/state.json")).unwrap();
    let (status, shadow) = look(&[]);
    assert_eq!((status, &shadow["things"][0]["compared"]), (1, &Value::from("missing")));
    assert_eq!(git(&root, &["-C", dir, "for-each-ref"]), refs, "nothing is written");
    assert!(!metrics.exists());

    // The other jobs make the tag in other words, and their mail goes to another list.
    let (_, plan) = tagkeeper(&root, &["plan", "--base", "HEAD^", "--format", "json"]);
    let plan: Value = serde_json::from_str(&plan).unwrap();
    let step = &plan["releases"][0]["steps"][0];
    let message = step["message"].as_str().unwrap().replace("meta:team: tools", "meta:team: toys");
    let commit = step["commit"].as_str().unwrap();
    git(&root, &["-C", dir, "tag", "--annotate", "--message", &message, "2.2.0", commit]);
    let old = root.join("old");
    fs::create_dir(&old).unwrap();
    let mail = "Subject: trowel 2.2.0 (hibiscus)\nTo: other@garden.example\n\nWe are happy.\n";
    fs::write(old.join("1.eml"), mail).unwrap();
    let (status, shadow) = look(&["--old-mails", old.to_str().unwrap()]);
    assert_eq!(status, 1, "{shadow}");
    let thing = |kind: &str| {
        let things = shadow["things"].as_array().unwrap();
        things.iter().find(|thing| thing["kind"] == kind).unwrap().clone()
    };
    let lines = thing("tag")["lines"].to_string();
    assert!(lines.contains("-meta:team: toys") && lines.contains("+meta:team: tools"), "{lines}");
    assert_eq!(thing("tag")["lines"].as_array().unwrap().len(), 2, "{lines}");
    assert!(thing("tag")["detail"].as_str().unwrap().contains("not signed"), "{shadow}");
    let lines = thing("announcement")["lines"].to_string();
    assert!(
        lines.contains("-To: other@garden.example") && lines.contains("-We are happy."),
        "{lines}"
    );
    assert_eq!(fs::read(root.join("releases/.git/tagkeeper/ledger/state.json")).unwrap(), before);

    // What tagkeeper itself made does not differ.
    git(&root, &["-C", dir, "tag", "--delete", "2.2.0"]);
    assert_eq!(tagkeeper(&root, &["apply"]).0, 0);
    let (_, shadow) = look(&["--old-mails", root.join("mail").to_str().unwrap()]);
    let things = shadow["things"].as_array().unwrap();
    let tag = things.iter().find(|thing| thing["kind"] == "tag").unwrap();
    assert_eq!(tag["compared"], "same", "{shadow}");
}
