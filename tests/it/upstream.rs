//! Which branch of the releases repository says what is merged, in every kind of clone.

use std::fs;
use std::path::Path;

use tagkeeper::workspace::{Failure, FailureKind, Options, Upstream, Workspace};
use tempfile::TempDir;

use crate::support::work::Work;

/// A clone of a releases repository whose remote `origin` holds two commits on `master`.
struct Clone {
    dir: TempDir,
    work: Work,
}

impl Clone {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let work = Work::new(dir.path().join("releases"));
        release(&work, "1.0.0");
        release(&work, "1.1.0");
        work.run(&["clone", "--quiet", "--bare", ".", "../origin.git"]);
        work.run(&["--git-dir=../origin.git", "remote", "remove", "origin"]);
        work.run(&["remote", "add", "origin", &path(&dir.path().join("origin.git"))]);
        Self { dir, work }
    }

    fn options(&self) -> Options {
        let cache = path(&self.dir.path().join("cache"));
        let directory = self.work.path.clone();
        Options { directory, settings: vec![("cache".to_owned(), cache)], ..Options::default() }
    }

    /// The upstream branch, and whether it contains the head.
    fn upstream(&self, options: &Options) -> Result<(String, bool), Failure> {
        let workspace = Workspace::open_merged(options)?;
        let upstream: Upstream = workspace.upstream()?;
        Ok((upstream.name(), workspace.is_in(upstream.tip)?))
    }

    fn is(&self, name: &str, is_merged: bool) {
        assert_eq!(self.upstream(&self.options()).unwrap(), (name.to_owned(), is_merged));
    }

    fn failure(&self) -> Failure {
        self.upstream(&self.options()).unwrap_err()
    }
}

fn path(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

fn release(work: &Work, version: &str) {
    let folder = work.path.join("deliverables/hibiscus");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("trowel.yaml"), format!("releases:\n  - version: {version}\n")).unwrap();
    work.run(&["add", "."]);
    work.run(&["commit", "--quiet", "--message", version]);
}

#[test]
fn a_branch_without_upstream_or_ahead_of_it_is_not_merged() {
    let clone = Clone::new();
    clone.is("origin/master", true);
    clone.work.run(&["switch", "--quiet", "--create", "topic"]);
    clone.is("origin/master", true);
    release(&clone.work, "1.2.0");
    clone.is("origin/master", false);
    clone.work.run(&["switch", "--quiet", "--detach"]);
    clone.is("origin/master", false);
    clone.work.run(&["switch", "--quiet", "--force-create", "master"]);
    clone.work.run(&["fetch", "--quiet", "origin"]);
    clone.work.run(&["branch", "--quiet", "--set-upstream-to=origin/master"]);
    clone.is("origin/master", false);
    let merged = clone.options().at("HEAD^");
    assert!(
        clone.upstream(&merged).unwrap().1,
        "a revision that is named counts, not the checkout"
    );
}

#[test]
fn a_topic_branch_at_the_remote_is_no_upstream_though_head_follows_it() {
    let clone = Clone::new();
    clone.work.run(&["switch", "--quiet", "--create", "topic"]);
    release(&clone.work, "1.2.0");
    clone.work.run(&["push", "--quiet", "--set-upstream", "origin", "topic"]);
    clone.is("origin/master", false);
}

#[test]
fn a_topic_branch_cannot_name_itself_the_trunk() {
    let clone = Clone::new();
    clone.work.run(&["switch", "--quiet", "--create", "topic"]);
    fs::write(clone.work.path.join("tagkeeper.yaml"), "trunk: topic\n").unwrap();
    release(&clone.work, "1.2.0");
    clone.work.run(&["push", "--quiet", "origin", "topic"]);
    clone.is("origin/master", false);
    let mut options = clone.options();
    options.settings.push(("trunk".to_owned(), "topic".to_owned()));
    assert_eq!(clone.upstream(&options).unwrap(), ("origin/topic".to_owned(), true));
    clone.work.run(&["remote", "remove", "origin"]);
    clone.is("master", false);
}

#[test]
fn what_was_merged_since_the_last_fetch_counts() {
    let clone = Clone::new();
    clone.work.run(&["fetch", "--quiet", "origin"]);
    let old = clone.work.run(&["rev-parse", "HEAD"]);
    release(&clone.work, "1.2.0");
    clone.work.run(&["push", "--quiet", "origin", "master"]);
    clone.work.run(&["update-ref", "refs/remotes/origin/master", &old]);
    clone.is("origin/master", true);
}

#[test]
fn the_remote_need_not_be_called_origin_and_the_branch_not_master() {
    let clone = Clone::new();
    clone.work.run(&["remote", "rename", "origin", "gerrit"]);
    clone.work.run(&["branch", "--quiet", "--move", "main"]);
    clone.work.run(&["push", "--quiet", "gerrit", "main"]);
    let origin = Work::at(clone.dir.path().join("origin.git"));
    origin.run(&["symbolic-ref", "HEAD", "refs/heads/main"]);
    origin.run(&["branch", "--quiet", "--delete", "--force", "master"]);
    clone.is("gerrit/main", true);
    release(&clone.work, "1.2.0");
    clone.is("gerrit/main", false);
}

#[test]
fn several_remotes_are_told_apart_or_refused() {
    let clone = Clone::new();
    clone.work.run(&["remote", "rename", "origin", "ann"]);
    clone.work.run(&["remote", "add", "bob", "../nowhere.git"]);
    let failure = clone.failure();
    assert_eq!(failure.kind(), FailureKind::Usage);
    assert!(failure.to_string().contains("ann, bob"), "{failure}");
    clone.work.run(&["fetch", "--quiet", "ann"]);
    clone.work.run(&["branch", "--quiet", "--set-upstream-to=ann/master"]);
    clone.is("ann/master", true);
}

#[test]
fn without_a_remote_the_own_trunk_is_the_upstream() {
    let clone = Clone::new();
    clone.work.run(&["remote", "remove", "origin"]);
    clone.is("master", true);
    clone.work.run(&["switch", "--quiet", "--create", "topic"]);
    release(&clone.work, "1.2.0");
    clone.is("master", false);
    clone.work.run(&["branch", "--quiet", "--move", "master", "main"]);
    clone.is("main", false);
    clone.work.run(&["branch", "--quiet", "--move", "main", "trunk"]);
    let failure = clone.failure();
    assert_eq!(failure.kind(), FailureKind::Usage);
    assert!(failure.hints().iter().any(|hint| hint.contains("`trunk`")), "{failure}");
    let mut options = clone.options();
    options.settings.push(("trunk".to_owned(), "trunk".to_owned()));
    assert_eq!(clone.upstream(&options).unwrap(), ("trunk".to_owned(), false));
}

#[test]
fn linked_and_bare_repositories_have_the_same_upstream() {
    let clone = Clone::new();
    clone.work.run(&["worktree", "add", "--quiet", "--detach", "../linked"]);
    let directory = clone.dir.path().join("linked");
    let linked = Options { directory, ..clone.options() };
    assert_eq!(clone.upstream(&linked).unwrap(), ("origin/master".to_owned(), true));
    let bare = Options { directory: clone.dir.path().join("origin.git"), ..clone.options() };
    assert_eq!(clone.upstream(&bare).unwrap(), ("master".to_owned(), true));
}

#[test]
fn a_remote_that_cannot_be_read_is_unknown_and_named() {
    let clone = Clone::new();
    for url in ["/nowhere/releases.git", "http://127.0.0.1:1/releases"] {
        clone.work.run(&["remote", "set-url", "origin", url]);
        let failure = clone.failure();
        assert_eq!(failure.kind(), FailureKind::Outside, "{failure}");
        assert!(failure.to_string().contains("`origin`"), "{failure}");
        let hints = failure.hints().join("\n");
        assert!(hints.contains("git remote set-url origin"), "{hints}");
    }
}

#[test]
fn the_remote_of_a_checkout_by_zuul_must_be_set_first() {
    let clone = Clone::new();
    for url in ["file:///dev/null", "/dev/null"] {
        clone.work.run(&["remote", "set-url", "origin", url]);
        let failure = clone.failure();
        assert_eq!(failure.kind(), FailureKind::Usage, "{failure}");
        assert!(failure.to_string().contains("the remote `origin`"), "{failure}");
        let hints = failure.hints().join("\n");
        assert!(hints.contains("git remote set-url origin URL"), "{hints}");
        assert!(hints.contains("tagkeeper-releases"), "{hints}");
    }
}

#[test]
fn a_remote_on_another_machine_is_not_asked_offline() {
    let clone = Clone::new();
    clone.work.run(&["remote", "set-url", "origin", "https://releases.example/releases"]);
    let options = Options { network: tagkeeper::facts::Network::Offline, ..clone.options() };
    let failure = clone.upstream(&options).unwrap_err();
    assert_eq!(failure.kind(), FailureKind::Usage);
    assert!(failure.to_string().contains("--offline"), "{failure}");
}
