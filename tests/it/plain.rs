//! A site that has nothing to do with OpenStack: the plain sandbox, and what it says of itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::played::{git, run, tagkeeper};

/// What none of its output may say, in any case of letters.
const FOREIGN: [&str; 6] = ["openstack", "opendev", "ptl", "pypi", "python", "launchpad"];

struct Plain {
    dir: tempfile::TempDir,
    said: String,
}

impl Plain {
    fn play() -> Self {
        let dir = tempfile::Builder::new().prefix("tk").tempdir().unwrap();
        let output = make(&dir.path().join("s"), "plain", &["--play"]);
        let said = [output.stdout, output.stderr].map(|said| String::from_utf8(said).unwrap());
        let plain = Self { dir, said: said.concat() };
        assert!(output.status.success(), "{}", plain.said);
        plain
    }

    fn root(&self) -> PathBuf {
        self.dir.path().join("s")
    }
}

impl Drop for Plain {
    fn drop(&mut self) {
        run(&self.root(), "gpgconf", &["--kill", "all"]);
    }
}

/// Makes a sandbox where every proxy that a program could use leads nowhere.
fn make(root: &Path, site: &str, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tagkeeper"));
    command.args(["sandbox", "--site", site]).args(more).arg(root).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    for proxy in ["http_proxy", "https_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"] {
        command.env(proxy, "http://127.0.0.1:9");
    }
    command.output().unwrap()
}

/// Every text below `dir`, but for the objects of git and the key ring.
fn texts(dir: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(dir).unwrap().map(|entry| entry.unwrap()) {
        let path = entry.path();
        let name = entry.file_name();
        let kind = entry.file_type().unwrap();
        if kind.is_dir() && !["objects", "gnupg", "hooks", "cache"].iter().any(|skip| name == *skip)
        {
            texts(&path, found);
        } else if kind.is_file()
            && let Ok(text) = fs::read_to_string(&path)
        {
            found.push((path, text));
        }
    }
}

fn assert_own_words(what: &str, text: &str) {
    let lower = text.to_lowercase();
    for word in FOREIGN {
        // As a word or the beginning of one: a random path or signature may hold three letters.
        let is_said = lower.match_indices(word).any(|(at, _)| {
            !lower[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || "+/=".contains(c))
                && (word.len() > 3
                    || !lower[at + word.len()..].starts_with(|c: char| c.is_ascii_alphanumeric()))
        });
        assert!(!is_said, "{what} says {word}: {text}");
    }
}

#[test]
fn the_story_of_a_plain_site_is_told_in_its_own_words() {
    let plain = Plain::play();
    let root = plain.root();
    assert!(plain.said.contains("`1.3.0` must be written `v1.3.0`"), "{}", plain.said);
    assert_own_words("the story", &plain.said);
    let lantern = root.join("git/workshop/lantern.git");
    let lantern = lantern.to_str().unwrap();
    git(&root, &["-C", lantern, "verify-tag", "v1.3.0"]);
    let message = |repo: &str, tag: &str| {
        let dir = root.join(format!("git/workshop/{repo}.git"));
        let reference = format!("refs/tags/{tag}");
        git(
            &root,
            &["-C", dir.to_str().unwrap(), "for-each-ref", "--format=%(contents)", &reference],
        )
    };
    let (release, candidate) = (message("lantern", "v1.3.0"), message("bell", "v0.5.0-rc1"));
    assert!(release.starts_with("lantern v1.3.0 release\n"), "{release}");
    assert!(candidate.starts_with("bell v0.5.0-rc1 release candidate\n"), "{candidate}");
    for message in [&release, &candidate] {
        assert!(message.contains("\nmeta:branch: main\n"), "{message}");
        assert_own_words("a tag", message);
    }
    assert_eq!(
        git(&root, &["-C", lantern, "rev-parse", "release-spring"]),
        git(&root, &["-C", lantern, "rev-parse", "main"])
    );
    let mut found = Vec::new();
    texts(&root, &mut found);
    assert!(found.iter().any(|(path, _)| path.extension().is_some_and(|ext| ext == "eml")));
    for (path, text) in &found {
        assert_own_words(&path.display().to_string(), text);
    }
    for arguments in [
        &["check", "--base", "HEAD^", "--head", "HEAD", "--format", "json"][..],
        &["check", "--whole-file", "deliverables"],
        &["schedule"],
        &["plan"],
        &["explain", "lantern", "v1.3.0"],
    ] {
        let (status, said) = tagkeeper(&root, arguments);
        assert_eq!(status, 0, "{arguments:?}: {said}");
        assert_own_words(&format!("{arguments:?}"), &said);
        for noise in ["could-not-check", "not checked"] {
            assert!(
                !said.contains(noise) || said.contains("\"could_not_check\": 0"),
                "{arguments:?}: {said}"
            );
        }
    }
}

#[test]
fn a_sandbox_contacts_no_host_and_is_left_as_it_was_entered() {
    let dir = tempfile::Builder::new().prefix("tk").tempdir().unwrap();
    for site in ["plain", "openstack"] {
        let root = dir.path().join(site);
        let made = make(&root, site, &[]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let said = String::from_utf8(made.stdout).unwrap();
        assert!(said.contains("leave_sandbox") && said.contains("rm -rf"), "{said}");
        let config = fs::read_to_string(root.join("releases/tagkeeper.yaml")).unwrap();
        assert!(!config.contains("://") && !config.contains("opendev"), "{config}");
        let script = format!(
            "set -eu; before=$(export -p); . '{root}/env'; . '{root}/env'; command -v tagkeeper; \
             tagkeeper --version >/dev/null; echo \"$HOME\"; leave_sandbox; \
             [ \"$(export -p)\" = \"$before\" ] && echo as before",
            root = root.display()
        );
        let shell = Command::new("/bin/sh")
            .args(["-c", &script])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", "/somewhere")
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&shell.stderr);
        let lines = String::from_utf8_lossy(&shell.stdout).into_owned();
        let root = root.canonicalize().unwrap();
        let program = root.join("bin/tagkeeper").display().to_string();
        let home = root.join("home").display().to_string();
        assert_eq!(lines.lines().collect::<Vec<_>>(), [&program, &home, "as before"], "{errors}");
        run(&root, "gpgconf", &["--kill", "all"]);
    }
}
