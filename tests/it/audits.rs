//! Audits: what is missing, whether a tag is what was asked for, and what was published. None changes anything.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::support::http::{HttpServer, Reply, closed_port};
use crate::support::played::{Played, git, grow, run, tagkeeper};
use crate::support::proposals::with_file;
use crate::waiting::decide;

const REPO: &str = "garden/trowel";

fn entry(version: &str, commit: &str) -> String {
    format!("  - version: {version}\n    projects:\n      - repo: {REPO}\n        hash: {commit}\n")
}

/// Writes the public keys of the playground, and those of somebody else.
fn keys(root: &Path) -> (String, String) {
    let exported = |address: &str, name: &str| {
        let dir = root.join(name);
        fs::create_dir_all(&dir).unwrap();
        let output = run(root, "gpg", &["--armor", "--export", address]);
        assert!(output.status.success() && !output.stdout.is_empty(), "{address}");
        fs::write(dir.join("key.txt"), output.stdout).unwrap();
        dir.display().to_string()
    };
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
    assert!(run(root, "gpg", &eve).status.success());
    let config = fs::read_to_string(root.join("releases/tagkeeper.yaml")).unwrap();
    let key = config.lines().find_map(|line| line.trim().strip_prefix("key: ")).unwrap();
    (exported(key.trim_matches('\''), "ours"), exported("eve@evil.example", "eves"))
}

#[test]
fn status_names_what_is_missing_and_the_command_that_fixes_it() {
    let played = Played::new();
    let root = played.root();
    let commit = grow(&root, REPO);
    played.request("trowel.yaml", &entry("2.2.0", &commit));
    let dir = root.join("git").join(format!("{REPO}.git"));
    git(&root, &["-C", dir.to_str().unwrap(), "tag", "by-hand"]);
    let (status, said) = tagkeeper(&root, &["status", "trowel"]);
    assert_eq!(status, 1, "{said}");
    assert!(
        said.contains("tag: missing")
            && said.contains("run `tagkeeper apply --release trowel 2.2.0`"),
        "{said}"
    );
    assert!(said.contains("by-hand"), "{said}");
    let (status, said) = tagkeeper(&root, &["apply", "--release", "trowel", "2.2.0"]);
    assert_eq!(status, 0, "{said}");
    let (status, said) = tagkeeper(&root, &["status", "--series", "hibiscus", "--format", "json"]);
    let audit: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(audit["summary"]["bad"], 0, "{said}");
    assert_eq!(status, 0, "{said}");
    // A tag at another commit, a branch that is gone, a ref that was made by nobody's wish.
    git(&root, &["-C", dir.to_str().unwrap(), "tag", "--force", "2.2.0", "master^"]);
    git(&root, &["-C", dir.to_str().unwrap(), "branch", "--delete", "--force", "stable/2026.2"]);
    let (status, said) = tagkeeper(&root, &["status", "trowel"]);
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("but deliverables/hibiscus/trowel.yaml says"), "{said}");
    assert!(said.contains("missing, and no tag has ended it"), "{said}");
    for wrong in [
        &["status", "nothing"][..],
        &["status", "--team", "nobody"],
        &["status", "--series", "none"],
    ] {
        assert_eq!(tagkeeper(&root, wrong).0, 2, "{wrong:?}");
    }
    // A repository that cannot be read is not checked, and never missing.
    fs::rename(root.join("git"), root.join("away")).unwrap();
    let (status, said) = tagkeeper(&root, &["status", "trowel"]);
    assert!(status == 3 && !said.contains("missing"), "{said}");
}

#[test]
fn status_tells_once_what_is_held_and_does_not_suggest_what_cannot_be_made() {
    let played = Played::new();
    let root = played.root();
    for (repo, version) in
        [("trowel", "2.0.0"), ("watering-can", "4.1.0"), ("watering-can-rose", "4.1.0")]
    {
        let bare = format!("../git/garden/{repo}.git");
        git(&root, &["-C", &bare, "branch", "stable/2026.1", version]);
    }
    let (status, said) = tagkeeper(&root, &["status"]);
    assert_eq!(status, 0, "everything that the files list is there: {said}");
    decide(&root, "holds:\n  - {status: red, reason: uploads fail}\n");
    let commit = grow(&root, REPO);
    played.request("trowel.yaml", &entry("2.2.0", &commit));
    assert_eq!(tagkeeper(&root, &["apply"]).0, 0);
    let (status, said) = tagkeeper(&root, &["status"]);
    assert!(
        status == 0 && said.contains("note        tag: held: red hold: uploads fail"),
        "{said}"
    );
    assert_eq!(said.matches("uploads fail").count(), 1, "{said}");
    assert!(!said.contains("--release trowel 2.2.0"), "{said}");
    let (_, said) = tagkeeper(&root, &["explain", "trowel", "2.2.0"]);
    assert!(said.contains("makes it once nothing holds it back"), "{said}");
    decide(&root, "holds: []\n");
    played.request("trowel.yaml", &entry("2.3.0", &"f".repeat(40)));
    let (status, said) = tagkeeper(&root, &["status", "trowel"]);
    assert!(status == 1 && said.contains("and it cannot be made: "), "{said}");
    assert!(!said.contains("--release trowel 2.3.0"), "{said}");
}

#[test]
fn a_revision_that_is_not_there_is_refused_though_the_ledger_knows_where_to_begin() {
    let played = Played::new();
    let (status, said) = tagkeeper(&played.root(), &["apply", "--since", "nosuch"]);
    assert!(status == 2 && said.contains("`nosuch` is not a revision"), "{said}");
}

#[test]
fn verify_judges_signature_message_commit_and_branch() {
    let played = Played::new();
    let root = played.root();
    let commit = grow(&root, REPO);
    played.request("trowel.yaml", &entry("2.2.0", &commit));
    assert_eq!(tagkeeper(&root, &["apply"]).0, 0);
    let (ours, eves) = keys(&root);
    let verify = |tag: &str, keys: &str| tagkeeper(&root, &["verify", REPO, tag, "--keys", keys]);
    let (_, said) = verify("2.2.0", &ours);
    for good in [
        "good        signature: good, by key",
        "good        message",
        "good        commit",
        "good        branch",
    ] {
        assert!(said.contains(good), "{good}: {said}");
    }
    assert!(said.contains(&format!("trust: the keys in {ours}")), "{said}");
    let (status, said) = verify("2.2.0", &eves);
    assert!(status == 1 && said.contains("not by a trusted key"), "{said}");
    let (_, said) = tagkeeper(&root, &["verify", REPO, "2.2.0"]);
    assert!(said.contains("the keys that the releases repository publishes"), "{said}");
    let dir = root.join("git").join(format!("{REPO}.git"));
    let dir = dir.to_str().unwrap();
    git(&root, &["-C", dir, "tag", "2.3.0"]);
    git(&root, &["-C", dir, "tag", "-a", "-m", "trowel 2.4.0 release", "2.4.0"]);
    for (tag, says) in
        [("2.3.0", "lightweight"), ("2.4.0", "there is none"), ("9.9.9", "no such tag")]
    {
        let (status, said) = verify(tag, &ours);
        assert!(status == 1 && said.contains(says), "{tag}: {said}");
    }
    // A plain clone, and the releases repository by its URL.
    let clone = root.join("clone");
    git(&root, &["clone", "--quiet", "--no-checkout", dir, clone.to_str().unwrap()]);
    let releases = root.join("releases");
    let output = run(
        &root,
        "env",
        &[
            "-C",
            "/",
            env!("CARGO_BIN_EXE_tagkeeper"),
            "verify",
            REPO,
            "2.2.0",
            "--releases",
            releases.to_str().unwrap(),
            "--clone",
            clone.to_str().unwrap(),
            "--keys",
            &ours,
        ],
    );
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        said.contains("good        commit") && said.contains("good        signature"),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let (status, said) = verify("2.2.0", "/nowhere");
    assert_eq!(status, 3, "{said}");
    assert!(said.contains("NOT CHECKED signature"), "{said}");
}

#[test]
fn verify_ends_well_with_a_published_key_and_badly_out_of_its_days() {
    let played = Played::new();
    let root = played.root();
    let (ours, _) = keys(&root);
    let commit = grow(&root, REPO);
    played.request("trowel.yaml", &entry("2.2.0", &commit));
    assert_eq!(tagkeeper(&root, &["apply"]).0, 0);
    let print = publish(&root, &ours);
    let verify = || tagkeeper(&root, &["verify", REPO, "2.2.0"]);
    let (status, said) = verify();
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("good        key: the key of"), "{said}");
    // A clone whose own branch is behind that of its origin, and one without the tag.
    let dir = root.join("git").join(format!("{REPO}.git"));
    let clone = root.join("clone");
    let at = clone.to_str().unwrap();
    git(&root, &["clone", "--quiet", "--no-checkout", dir.to_str().unwrap(), at]);
    let head = git(&root, &["-C", at, "rev-parse", "--abbrev-ref", "HEAD"]);
    git(&root, &["-C", at, "update-ref", &format!("refs/heads/{head}"), &format!("{commit}^")]);
    let in_clone = || tagkeeper(&root, &["verify", REPO, "2.2.0", "--clone", at]);
    let (status, said) = in_clone();
    assert_eq!(status, 0, "{said}");
    git(&root, &["-C", at, "tag", "--delete", "2.2.0"]);
    let (status, said) = in_clone();
    assert!(status == 3 && said.contains("the clone has no such tag"), "{said}");
    let series = root.join("releases/data/series_status.yaml");
    let text = fs::read_to_string(&series).unwrap();
    let change = |path: &Path, text: &str| {
        fs::write(path, text).unwrap();
        git(&root, &["commit", "--quiet", "--all", "--message", "Change"]);
    };
    change(&series, &text.replace("end: present", "end: '2020-02-01'"));
    let (status, said) = verify();
    assert!(status == 1 && said.contains("was not in use on"), "{said}");
    change(&series, &text);
    // A published key that cannot be read is not a key that did not sign.
    let key = root.join(format!("releases/doc/source/static/0x{print}.txt"));
    change(&key, "lost\n");
    let (status, said) = verify();
    assert!(status == 3 && said.contains("holds no armored OpenPGP key"), "{said}");
    git(&root, &["rm", "--quiet", key.to_str().unwrap()]);
    git(&root, &["commit", "--quiet", "--message", "Remove"]);
    let (status, said) = verify();
    assert!(status == 3 && said.contains("is missing"), "{said}");
}

/// Lets the record publish the key of the playground, and gives its fingerprint.
fn publish(root: &Path, ours: &str) -> String {
    let key = fs::read(Path::new(ours).join("key.txt")).unwrap();
    let config = fs::read_to_string(root.join("releases/tagkeeper.yaml")).unwrap();
    let print = config.lines().find_map(|line| line.trim().strip_prefix("key: ")).unwrap();
    let print = print.trim_matches('\'').to_lowercase();
    let file = root.join(format!("releases/doc/source/static/0x{print}.txt"));
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, key).unwrap();
    let series = root.join("releases/data/series_status.yaml");
    let text = fs::read_to_string(&series).unwrap();
    let status = text.lines().find(|line| line.contains("status: development")).unwrap();
    let indent = &status[..status.find("status").unwrap()];
    let with_key = format!(
        "{status}\n{indent}signing-key:\n{indent}  key: '0x{print}'\n{indent}  start: '2020-01-01'\n{indent}  end: present"
    );
    fs::write(&series, text.replacen(status, &with_key, 1)).unwrap();
    git(root, &["add", "."]);
    git(root, &["commit", "--quiet", "--message", "Publish"]);
    print
}

fn artifacts_at(root: &Path, host: &str) -> (i32, String) {
    let tarballs = format!("{host}/{{repo}}/{{name}}-{{version}}.tar.gz");
    tagkeeper(root, &["artifacts", REPO, "2.2.0", "--index", host, "--site-tarball", &tarballs])
}

/// What an index and a host of tarballs answer; `served` is the tarball and its signature.
fn answer(line: &str, (tarball, signature): (Vec<u8>, Vec<u8>)) -> Reply {
    const TARBALL: &str = "/t/trowel/trowel-2.2.0.tar.gz";
    const PAGE: &[u8] = b"<html><a href='x#sha256=ab'>trowel-2.2.0-py3-none-any.whl</a></html>";
    match line {
        _ if line.contains("/simple/trowel/") => Reply::Say(200, "", PAGE.to_vec()),
        _ if line.ends_with(TARBALL) => Reply::Say(200, "", tarball),
        _ if line.ends_with(".asc") && !signature.is_empty() => Reply::Say(200, "", signature),
        _ => Reply::Say(404, "", Vec::new()),
    }
}

#[test]
fn artefacts_are_judged_each_by_itself_and_signatures_are_verified() {
    let played = Played::new();
    let root = played.root();
    let (ours, _) = keys(&root);
    let dir = root.join("git").join(format!("{REPO}.git"));
    let tip = git(&root, &["-C", dir.to_str().unwrap(), "rev-parse", "master"]);
    let tip = with_file(&dir, &tip, "setup.cfg", "[metadata]\nname = trowel\n");
    git(&root, &["-C", dir.to_str().unwrap(), "update-ref", "refs/heads/master", &tip]);
    played.request("trowel.yaml", &entry("2.2.0", &tip));
    let print = publish(&root, &ours);
    let tarball = root.join("trowel-2.2.0.tar.gz");
    fs::write(&tarball, "a tarball").unwrap();
    assert!(
        run(
            &root,
            "gpg",
            &[
                "--batch",
                "--armor",
                "--detach-sign",
                "--local-user",
                &print,
                tarball.to_str().unwrap()
            ]
        )
        .status
        .success()
    );
    let signature = fs::read(root.join("trowel-2.2.0.tar.gz.asc")).unwrap();
    let served = Arc::new(Mutex::new((b"a tarball".to_vec(), signature)));
    let own = Arc::clone(&served);
    let server =
        HttpServer::play(move |_, asked| answer(asked.line(), own.lock().unwrap().clone()));
    let (index, tarballs) = (server.url(""), server.url("/t/{repo}/{name}-{version}.tar.gz"));
    let look = || {
        tagkeeper(
            &root,
            &["artifacts", REPO, "2.2.0", "--index", &index, "--site-tarball", &tarballs],
        )
    };
    let (status, said) = look();
    assert_eq!(status, 1, "the sdist is missing: {said}");
    assert!(
        said.contains("BAD         sdist on the index")
            && said.contains("good        wheel on the index"),
        "{said}"
    );
    assert!(said.contains("good        signature of the tarball: good, by key"), "{said}");
    served.lock().unwrap().0 = b"another tarball".to_vec();
    let (_, said) = look();
    assert!(said.contains("BAD         signature of the tarball"), "{said}");
    served.lock().unwrap().1 = Vec::new();
    let (_, said) = look();
    assert!(said.contains("signature of the tarball: not there"), "{said}");
    let away = closed_port();
    let (status, said) = artifacts_at(&root, &format!("http://127.0.0.1:{away}"));
    assert!(status == 3 && !said.contains("not there"), "{said}");
    assert_eq!(tagkeeper(&root, &["artifacts", REPO, "9.9.9", "--index", &index]).0, 2);
}

#[test]
fn a_tarball_is_looked_at_under_the_name_that_the_file_states_and_without_a_python_package() {
    let played = Played::new();
    let root = played.root();
    let path = root.join("releases/deliverables/hibiscus/trowel.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let named = format!("  {REPO}:\n    tarball-base: big%trowel\nrelease-type: nodejs");
    fs::write(&path, text.replacen(&format!("  {REPO}: {{}}"), &named, 1)).unwrap();
    git(&root, &["commit", "--quiet", "--all", "--message", "Name the tarball"]);
    let commit = grow(&root, REPO);
    played.request("trowel.yaml", &entry("2.2.0", &commit));
    let server = HttpServer::play(move |_, asked| match asked.line() {
        line if line.ends_with("/t/trowel/big%25trowel-2.2.0.tar.gz") => {
            Reply::Say(200, "", b"a tarball".to_vec())
        }
        _ => Reply::Say(404, "", Vec::new()),
    });
    let tarballs = server.url("/t/{repo}/{name}-{version}.tar.gz");
    let look = |more: &[&str]| {
        let mut all = vec!["artifacts", REPO, "2.2.0", "--site-tarball", &tarballs];
        all.extend(more);
        tagkeeper(&root, &all)
    };
    let (status, said) = look(&["--index", &server.url("")]);
    for shown in [
        "note        package: the repository contains no Python package",
        "NOT CHECKED npm",
        "good        tarball",
        "BAD         signature of the tarball: not there",
    ] {
        assert!(said.contains(shown), "{shown}: {said}");
    }
    assert_eq!(status, 1, "{said}");
}

#[test]
fn a_commit_that_is_no_full_id_has_no_artefacts_to_look_for() {
    let played = Played::new();
    let root = played.root();
    let path = root.join("releases/deliverables/hibiscus/trowel.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let nodejs = text.replacen("type: library", "type: library\nrelease-type: nodejs", 1);
    fs::write(&path, nodejs).unwrap();
    git(&root, &["commit", "--quiet", "--all", "--message", "Name the kind"]);
    played.request("trowel.yaml", &entry("2.2.0", "abcdef12"));
    let host = format!("http://127.0.0.1:{}", closed_port());
    let (status, said) =
        tagkeeper(&root, &["artifacts", REPO, "2.2.0", "--index", &host, "--npm", &host]);
    assert_eq!(status, 1, "{said}");
    for what in ["package", "npm package"] {
        let shown = format!("BAD         {what}: `abcdef12` is not a full commit id");
        assert!(said.contains(&shown), "{said}");
    }
}

#[test]
fn a_package_of_npm_is_judged_by_the_digest_that_its_registry_states() {
    let played = Played::new();
    let root = played.root();
    let path = root.join("releases/deliverables/hibiscus/trowel.yaml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("type: library", "type: library\nrelease-type: nodejs", 1))
        .unwrap();
    git(&root, &["commit", "--quiet", "--all", "--message", "Name the kind"]);
    let dir = root.join("git").join(format!("{REPO}.git"));
    let tip = git(&root, &["-C", dir.to_str().unwrap(), "rev-parse", "master"]);
    let commit = with_file(&dir, &tip, "package.json", "{\"name\": \"@garden/trowel\"}");
    git(&root, &["-C", dir.to_str().unwrap(), "update-ref", "refs/heads/master", &commit]);
    played.request("trowel.yaml", &entry("2.2.0", &commit));
    let stated = Arc::new(Mutex::new("sha512-AAAA".to_owned()));
    let (own, url) = (Arc::clone(&stated), Arc::new(Mutex::new(String::new())));
    let base = Arc::clone(&url);
    let server = HttpServer::play(move |_, asked| match asked.line() {
        line if line.ends_with("/npm/%40garden%2Ftrowel/2%2E2%2E0") => {
            let dist = serde_json::json!({"tarball": format!("{}/t.tgz", base.lock().unwrap()),
                "integrity": *own.lock().unwrap()});
            let document = serde_json::json!({"version": "2.2.0", "dist": dist});
            Reply::Say(200, "", document.to_string().into_bytes())
        }
        line if line.ends_with("/t.tgz") => Reply::Say(200, "", b"a tarball".to_vec()),
        _ => Reply::Say(404, "", Vec::new()),
    });
    *url.lock().unwrap() = server.url("");
    let look = || {
        let registry = server.url("/npm");
        tagkeeper(&root, &["artifacts", REPO, "2.2.0", "--npm", &registry, "--index", ""])
    };
    let (status, said) = look();
    assert!(status == 1 && said.contains("the registry states sha512-AAAA"), "{said}");
    let found = said.split(" is ").nth(1).unwrap().split(',').next().unwrap().to_owned();
    *stated.lock().unwrap() = found;
    let (_, said) = look();
    assert!(said.contains("good        npm package"), "{said}");
}
