//! Steps in a playground: whose a tag is, what is announced, and what blocks only itself.

use std::fs;
use std::path::Path;

use jsonschema::Validator;
use serde_json::Value;
use tagkeeper::apply::outcome_schema;
use tagkeeper::plan::plan_schema;

use crate::support::played::{Played, git, grow, run, tagkeeper};

const REPO: &str = "garden/trowel";

fn remote(root: &Path) -> String {
    root.join("git/garden/trowel.git").to_str().unwrap().to_owned()
}

fn entry(version: &str, commit: &str) -> String {
    format!("  - version: {version}\n    projects:\n      - repo: {REPO}\n        hash: {commit}\n")
}

/// Asks for `version` at a new commit, and gives that.
fn ask(played: &Played, version: &str) -> String {
    let commit = grow(&played.root(), REPO);
    played.request("trowel.yaml", &entry(version, &commit));
    commit
}

fn mails(root: &Path) -> Vec<String> {
    let mails = fs::read_dir(root.join("mail")).unwrap().map(Result::unwrap);
    let mut names: Vec<String> =
        mails.map(|mail| mail.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn has_mail(root: &Path, version: &str) -> bool {
    mails(root).iter().any(|name| name.contains(version))
}

/// The message of a release, in words of somebody else.
fn words_of_a_release(version: &str) -> String {
    format!(
        "evil-miner {version} release\n\nmeta:version: {version}\nmeta:team: Security Team\nmeta:diff-start: -\n\
         meta:series: hibiscus\nmeta:branch: master\nmeta:release-type: release\nmeta:pypi: yes\nmeta:first: no\n"
    )
}

#[test]
fn a_tag_of_somebody_else_is_shown_as_such_and_never_announced_in_its_words() {
    let played = Played::new();
    let root = played.root();
    let dir = remote(&root);
    let kinds: [(&str, &[&str], &str); 4] = [
        ("2.2.0", &["tag"], "a lightweight tag"),
        ("2.3.0", &["tag", "-a", "-F", "-"], "not signed"),
        (
            "2.4.0",
            &["tag", "-s", "-u", "eve@evil.example", "-F", "-"],
            "whose signature is not ours",
        ),
        ("2.5.0", &["tag", "-s", "-F", "-"], "its message is not the planned one"),
    ];
    let eve = [
        "--batch",
        "--quiet",
        "--passphrase",
        "",
        "--quick-generate-key",
        "eve@evil.example",
        "default",
        "default",
        "0",
    ];
    assert!(run(&root, "gpg", &eve).status.success());
    for (version, how, says) in kinds {
        let commit = ask(&played, version);
        // A run that could not push leaves its intent in the ledger.
        let hook = Path::new(&dir).join("hooks/pre-receive");
        fs::create_dir_all(hook.parent().unwrap()).unwrap();
        let copy = root.join("hook");
        fs::write(&copy, "#!/bin/sh\nexit 1\n").unwrap();
        run(&root, "install", &["-m", "755", copy.to_str().unwrap(), hook.to_str().unwrap()]);
        let (status, said) = tagkeeper(&root, &["apply"]);
        assert_eq!(status, 1, "{said}");
        fs::remove_file(&hook).unwrap();
        let message = root.join("message");
        fs::write(&message, words_of_a_release(version)).unwrap();
        let mut arguments = vec!["-C", dir.as_str()];
        arguments.extend(
            how.iter().map(|part| if *part == "-" { message.to_str().unwrap() } else { part }),
        );
        arguments.extend([version, commit.as_str()]);
        git(&root, &arguments);
        let (status, said) = tagkeeper(&root, &["apply"]);
        assert_eq!(status, 0, "{said}");
        assert!(said.contains(says) && said.contains("someone else"), "{version}: {said}");
        assert!(!has_mail(&root, version), "{said}");
        if version == "2.5.0" {
            continue;
        }
        assert!(
            !said.contains("--release"),
            "{version}: what cannot succeed is not recommended: {said}"
        );
        let (status, said) = tagkeeper(&root, &["apply", "--release", "trowel", version]);
        assert_eq!(status, 1, "{said}");
        assert!(!has_mail(&root, version), "{said}");
    }
}

#[test]
fn a_mail_whose_tag_cannot_be_verified_waits_until_it_can() {
    let played = Played::new();
    let root = played.root();
    ask(&played, "2.2.0");
    let bin = root.join("killed");
    fs::create_dir(&bin).unwrap();
    let script = root.join("script");
    fs::write(&script, "#!/bin/sh\ncase \"$*\" in *--verify*) n=$(cat \"$0.n\" 2>/dev/null || echo 0); n=$((n+1)); echo $n > \"$0.n\"; [ $n = 2 ] && kill -9 $$;; esac\nexec /usr/bin/gpg \"$@\"\n").unwrap();
    run(
        &root,
        "install",
        &["-m", "755", script.to_str().unwrap(), bin.join("gpg").to_str().unwrap()],
    );
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let program = env!("CARGO_BIN_EXE_tagkeeper");
    let output = run(&root, "env", &[&format!("PATH={path}"), program, "apply"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("could not be verified, so no mail was sent"), "{said}");
    assert!(!has_mail(&root, "2.2.0"), "{said}");
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert_eq!(status, 0, "{said}");
    assert!(has_mail(&root, "2.2.0"), "{said}");
}

#[test]
fn an_entry_of_the_ledger_that_cannot_be_read_is_unknown_and_named() {
    let played = Played::new();
    let root = played.root();
    ask(&played, "2.2.0");
    let file = root.join("releases/.git/tagkeeper/ledger/garden/trowel/2.2.0.json");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, "{ \"version\": 1, \"steps\"").unwrap();
    for command in [&["plan", "--base", "HEAD^"][..], &["apply"], &["explain", "trowel", "2.2.0"]] {
        let (status, said) = tagkeeper(&root, command);
        assert_eq!(status, 3, "{command:?}: {said}");
        assert!(said.contains("garden/trowel/2.2.0.json"), "{command:?}: {said}");
    }
    assert_eq!(git(&root, &["-C", &remote(&root), "tag", "-l", "2.2.0"]), "");
    assert!(!has_mail(&root, "2.2.0"));
    fs::remove_file(&file).unwrap();
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert_eq!(status, 0, "{said}");
    assert!(has_mail(&root, "2.2.0"));
}

#[test]
fn a_file_that_cannot_be_read_blocks_itself_alone_and_is_not_lost() {
    let played = Played::new();
    let root = played.root();
    let path = root.join("releases/deliverables/hibiscus/trowel.yaml");
    let before = fs::read_to_string(&path).unwrap();
    let commit = ask(&played, "2.2.0");
    let good = fs::read_to_string(&path).unwrap();
    fs::write(&path, "team: [\n").unwrap();
    let can = grow(&root, "garden/watering-can");
    let entry_of_can = format!(
        "  - version: 9.9.0\n    projects:\n      - repo: garden/watering-can\n        hash: {can}\n"
    );
    played.request("watering-can.yaml", &entry_of_can);
    let tags = |repo: &str| {
        let dir = root.join("git").join(format!("{repo}.git"));
        git(&root, &["-C", dir.to_str().unwrap(), "tag"])
    };
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("trowel.yaml cannot be read as YAML"), "{said}");
    assert!(tags("garden/watering-can").contains("9.9.0"), "{said}");
    let (status, said) = tagkeeper(&root, &["explain", "trowel", "2.2.0"]);
    assert!(
        status != 0 && !said.contains("no file") && said.contains("cannot be read as YAML"),
        "{said}"
    );
    // A later run comes back to it, and it is still named.
    let (status, said) = tagkeeper(&root, &["apply", "--pending"]);
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("trowel.yaml"), "{said}");
    // What was merged before the file broke is not lost with it, and what was there before is not new.
    let another = grow(&root, REPO);
    fs::write(&path, good).unwrap();
    played.request("trowel.yaml", &entry("2.3.0", &another));
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert_eq!(status, 0, "{said}");
    for version in ["2.2.0", "2.3.0"] {
        assert!(tags(REPO).lines().any(|tag| tag == version), "{version}: {said}");
        assert!(has_mail(&root, version), "{version}: {said}");
    }
    assert!(before.contains("version:") && !commit.is_empty());
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert!(status == 0 && said.contains("nothing is pending"), "{said}");
}

#[test]
fn a_mail_that_another_run_is_sending_is_left_to_it_and_one_that_was_cut_off_is_unknown() {
    let played = Played::new();
    let root = played.root();
    ask(&played, "2.2.0");
    let file = root.join("releases/.git/tagkeeper/ledger/garden/trowel/2.2.0.json");
    let (status, said) = tagkeeper(&root, &["apply", "--announce", "never"]);
    assert_eq!(status, 0, "{said}");
    let mut kept: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let begun = |ago: i64| {
        let at = jiff::Timestamp::now() - jiff::SignedDuration::from_secs(ago);
        serde_json::json!({"intent": {"at": at, "who": "job", "run": {"id": "0badcafe", "host": "elsewhere", "process": 1}}, "done": null, "note": null})
    };
    kept["steps"]["mail"] = begun(7);
    fs::write(&file, kept.to_string()).unwrap();
    let (status, said) = tagkeeper(&root, &["apply", "--release", "trowel", "2.2.0"]);
    assert_eq!(status, 0, "{said}");
    assert!(
        said.contains("run 0badcafe on elsewhere began it") && !said.contains("UNKNOWN"),
        "{said}"
    );
    kept["steps"]["mail"] = begun(7000);
    fs::write(&file, kept.to_string()).unwrap();
    let (status, said) = tagkeeper(&root, &["apply", "--release", "trowel", "2.2.0"]);
    assert_eq!(status, 3, "{said}");
    assert!(said.contains("UNKNOWN") && said.contains("tagkeeper explain trowel 2.2.0"), "{said}");
    assert!(!has_mail(&root, "2.2.0"), "{said}");
    let (status, said) = tagkeeper(&root, &["explain", "trowel", "2.2.0", "--resolve", "redo"]);
    assert!(status == 0 && said.contains("open again"), "{said}");
    let (status, said) = tagkeeper(&root, &["apply", "--release", "trowel", "2.2.0"]);
    assert!(status == 0 && has_mail(&root, "2.2.0"), "{said}");
}

#[test]
fn a_branch_is_noted_before_it_is_pushed() {
    let played = Played::new();
    let root = played.root();
    let commit = ask(&played, "2.2.0");
    let path = root.join("releases/deliverables/hibiscus/trowel.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let head = if text.contains("branches:") { "" } else { "branches:\n" };
    let branch = format!("{head}  - name: feature/spade\n    location:\n      {REPO}: {commit}\n");
    fs::write(&path, format!("{text}{branch}")).unwrap();
    git(&root, &["commit", "--quiet", "--all", "--message", "Add a branch"]);
    let ledger = root.join("releases/.git/tagkeeper/ledger/garden/trowel/feature%2Fspade.json");
    // The server looks whether the intent is there when the branch arrives.
    let hook = Path::new(&remote(&root)).join("hooks/update");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    let script = root.join("script");
    fs::write(
        &script,
        format!(
            "#!/bin/sh\ncase $1 in refs/heads/*) grep -q intent '{}';; esac\n",
            ledger.display()
        ),
    )
    .unwrap();
    run(&root, "install", &["-m", "755", script.to_str().unwrap(), hook.to_str().unwrap()]);
    let (status, said) = tagkeeper(&root, &["apply"]);
    assert_eq!(status, 0, "{said}");
    let noted: Value = serde_json::from_slice(&fs::read(&ledger).unwrap()).unwrap();
    assert_eq!(noted["steps"]["branch"]["objects"][0], commit.as_str(), "{noted}");
    assert_ne!(noted["steps"]["branch"]["done"], Value::Null, "{noted}");
}

fn validator(schema: &Value) -> Validator {
    jsonschema::validator_for(schema).unwrap()
}

fn assert_valid(schema: &Value, text: &str) -> Value {
    let value: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let problems: Vec<String> =
        validator(schema).iter_errors(&value).map(|error| error.to_string()).collect();
    assert_eq!(problems, Vec::<String>::new(), "{text}");
    value
}

#[test]
fn plans_and_outcomes_are_what_their_schemas_say() {
    let played = Played::new();
    let root = played.root();
    let program = env!("CARGO_BIN_EXE_tagkeeper");
    let stdout =
        |arguments: &[&str]| String::from_utf8(run(&root, program, arguments).stdout).unwrap();
    for (of, schema) in [("plan", plan_schema()), ("outcome", outcome_schema())] {
        assert_eq!(serde_json::from_str::<Value>(&stdout(&["schema", of])).unwrap(), schema);
    }
    ask(&played, "2.2.0");
    played.request("trowel.yaml", &entry("2.3.0", &"0".repeat(40)));
    let plan =
        assert_valid(&plan_schema(), &stdout(&["plan", "--base", "HEAD~2", "--format", "json"]));
    assert_eq!(plan["releases"][0]["steps"][0]["action"], "tag");
    assert_eq!(plan["releases"][0]["steps"][0]["state"], "create");
    assert_eq!(plan["releases"][1]["steps"][0]["state"], "conflict");
    let outcome = assert_valid(&outcome_schema(), &stdout(&["apply", "--format", "json"]));
    assert_eq!(outcome["releases"][0]["steps"][1]["did"], "made");
    assert_eq!(outcome["releases"][1]["steps"][0]["did"], "conflict");
    fs::write(
        root.join("releases/release-policy.yaml"),
        "holds:\n  - {status: red, reason: fire}\n",
    )
    .unwrap();
    git(&root, &["add", "--all"]);
    git(&root, &["commit", "--quiet", "--message", "Hold"]);
    ask(&played, "2.4.0");
    let plan =
        assert_valid(&plan_schema(), &stdout(&["plan", "--base", "HEAD^", "--format", "json"]));
    assert_eq!(plan["releases"][0]["steps"][0]["state"], "held");
    assert_valid(&outcome_schema(), &stdout(&["apply", "--format", "json"]));
    let wrong = serde_json::json!({"version": 1, "base": null, "head": "c", "releases": [{"file": "f", "deliverable": "d",
        "series": "s", "version": null, "commit": null, "steps": [{"repo": "r", "action": "tag", "name": "1", "state": "held", "why": "x"}]}]});
    assert!(
        !validator(&plan_schema()).is_valid(&wrong),
        "a schema that accepts everything says nothing"
    );
}
