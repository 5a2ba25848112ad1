//! A playground in which the story was played, and programs that run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use super::machine::{TAGKEEPER, bare_command, command_at_home};

/// Runs a program in the world of the sandbox.
pub(crate) fn run(root: &Path, program: &str, arguments: &[&str]) -> Output {
    command_at_home(program, &root.join("home"))
        .args(arguments)
        .current_dir(root.join("releases"))
        .env("GNUPGHOME", root.join("gnupg"))
        .output()
        .unwrap()
}

pub(crate) fn tagkeeper(root: &Path, arguments: &[&str]) -> (i32, String) {
    let output = run(root, env!("CARGO_BIN_EXE_tagkeeper"), arguments);
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    (output.status.code().unwrap_or(-1), said)
}

pub(crate) fn git(root: &Path, arguments: &[&str]) -> String {
    let output = run(root, "git", arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {said}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// A playground in which the story was played.
pub(crate) struct Played(tempfile::TempDir);

impl Played {
    pub(crate) fn new() -> Self {
        let dir = tempfile::Builder::new().prefix("tk").tempdir().unwrap();
        let root = dir.path().join("s");
        let output =
            bare_command(TAGKEEPER).args(["sandbox", "--play"]).arg(&root).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stdout));
        Self(dir)
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.0.path().join("s")
    }

    /// Adds an entry to a file of the record and commits it.
    pub(crate) fn request(&self, deliverable: &str, entry: &str) {
        let root = self.root();
        let path = root.join("releases/deliverables/hibiscus").join(deliverable);
        let text = fs::read_to_string(&path).unwrap();
        let (before, branches) =
            text.split_once("branches:").map_or((text.as_str(), None), |(a, b)| (a, Some(b)));
        let branches = branches.map(|text| format!("branches:{text}")).unwrap_or_default();
        fs::write(&path, format!("{before}{entry}{branches}")).unwrap();
        git(&root, &["commit", "--quiet", "--all", "--message", "Release again"]);
    }
}

impl Drop for Played {
    fn drop(&mut self) {
        run(&self.root(), "gpgconf", &["--kill", "all"]);
    }
}

/// Commits to a project, and gives the commit.
pub(crate) fn grow(root: &Path, repo: &str) -> String {
    let dir = root.join("git").join(format!("{repo}.git"));
    let dir = dir.to_str().unwrap();
    let tip = git(root, &["-C", dir, "rev-parse", "master"]);
    let commit = git(root, &["-C", dir, "commit-tree", "master^{tree}", "-p", &tip, "-m", "Grow"]);
    git(root, &["-C", dir, "update-ref", "refs/heads/master", &commit]);
    commit
}
