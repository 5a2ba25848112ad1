//! Pushing one ref at a time to repositories on this machine.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use tagkeeper::git::{self, Destination, Freshness, GitError, Mirrors, Oid, PushAnswer, RemoteUrl};
use tempfile::TempDir;

use crate::support::git::{Daemon, Repo, noise, objects, program};

/// A repository to push from that has two commits, and an empty one to push to.
struct Pair {
    from: Repo,
    to: Repo,
    old: Oid,
    new: Oid,
    _dir: TempDir,
}

impl Pair {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let from = Repo::new(dir.path().join("from.git"));
        let to = Repo::new(dir.path().join("to.git"));
        let old = from.commit("main", "README", b"one\n");
        let new = from.commit("main", "README", b"two\n");
        Self { from, to, old, new, _dir: dir }
    }

    fn url(&self) -> String {
        self.to.dir().display().to_string()
    }

    fn create(&self, object: Oid, full_ref: &str) -> PushAnswer {
        self.try_create(object, full_ref).unwrap()
    }

    fn try_create(&self, object: Oid, full_ref: &str) -> Result<PushAnswer, GitError> {
        Destination::new(&program(), self.from.dir(), &self.url()).create(object, full_ref)
    }

    fn forward(&self, commit: Oid, expected: Option<Oid>) -> Result<PushAnswer, GitError> {
        Destination::new(&program(), self.from.dir(), &self.url()).fast_forward(
            commit,
            "refs/heads/main",
            expected,
        )
    }
}

fn hook(repo: &Repo, name: &str, script: &str) {
    let path = repo.dir().join("hooks").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_ref_is_made_once_and_never_moved() {
    let pair = Pair::new();
    for full_ref in ["refs/tags/1.0.0", "refs/heads/stable/hibiscus"] {
        assert_eq!(pair.create(pair.old, full_ref), PushAnswer::Created);
        assert_eq!(pair.create(pair.old, full_ref), PushAnswer::AlreadyThere);
        assert_eq!(pair.create(pair.new, full_ref), PushAnswer::Taken);
        assert_eq!(pair.to.reads(full_ref), Some(pair.old));
    }
}

#[test]
fn an_annotated_tag_arrives_as_it_is_and_nothing_else_with_it() {
    let pair = Pair::new();
    pair.from.git(&["tag", "-a", "-m", "one", "1.0.0", "main"]);
    pair.from.git(&["tag", "-a", "-m", "older", "0.9.0", "main~1"]);
    pair.from.git(&["config", "push.followTags", "true"]);
    let tag = pair.from.tip("refs/tags/1.0.0");
    assert_eq!(pair.create(tag, "refs/tags/1.0.0"), PushAnswer::Created);
    let listing = pair.to.git(&["for-each-ref", "--format=%(objecttype) %(refname)"]);
    assert_eq!(listing, "tag refs/tags/1.0.0");
}

#[test]
fn a_branch_moves_forward_from_where_it_was_seen_and_not_otherwise() {
    let pair = Pair::new();
    assert_eq!(pair.forward(pair.old, None).unwrap(), PushAnswer::Created);
    assert_eq!(pair.forward(pair.new, Some(pair.old)).unwrap(), PushAnswer::Moved);
    assert_eq!(pair.forward(pair.new, Some(pair.old)).unwrap(), PushAnswer::AlreadyThere);
    let side = pair.from.commit("side", "README", b"another\n");
    assert_eq!(pair.forward(side, None).unwrap(), PushAnswer::Taken);
    let newest = pair.from.commit("main", "README", b"three\n");
    assert_eq!(pair.forward(newest, Some(pair.old)).unwrap(), PushAnswer::Taken);
    let back = pair.forward(pair.old, Some(pair.new));
    assert!(matches!(back, Err(GitError::Odd { .. })), "{back:?}");
    assert_eq!(pair.to.reads("refs/heads/main"), Some(pair.new));
}

#[test]
fn a_hook_that_refuses_one_ref_is_heard() {
    let pair = Pair::new();
    let script = "case $1 in refs/tags/1.*) echo 'only the release team may tag'; exit 1;; esac";
    hook(&pair.to, "update", script);
    let PushAnswer::Refused { reason } = pair.create(pair.old, "refs/tags/1.0.0") else {
        panic!("the hook refuses this tag");
    };
    assert!(reason.contains("hook declined"), "{reason}");
    assert!(reason.contains("only the release team may tag"), "{reason}");
    assert_eq!(pair.to.reads("refs/tags/1.0.0"), None);
    assert_eq!(pair.create(pair.old, "refs/tags/2.0.0"), PushAnswer::Created);
}

#[test]
fn a_hook_of_our_own_repository_is_not_run() {
    let pair = Pair::new();
    hook(&pair.from, "pre-push", "exit 1");
    assert_eq!(pair.create(pair.old, "refs/tags/1.0.0"), PushAnswer::Created);
}

#[test]
fn a_destination_that_is_gone_has_given_no_answer() {
    let pair = Pair::new();
    fs::remove_dir_all(pair.to.dir()).unwrap();
    let answer = pair.create(pair.old, "refs/tags/1.0.0");
    assert!(matches!(answer, PushAnswer::Unknown { .. }), "{answer:?}");
}

#[test]
fn an_object_that_is_not_here_makes_no_ref() {
    let pair = Pair::new();
    let stranger = Oid::from_str(&"ab".repeat(20)).unwrap();
    let answer = pair.try_create(stranger, "refs/tags/1.0.0");
    assert!(!matches!(answer, Ok(PushAnswer::Created | PushAnswer::AlreadyThere)), "{answer:?}");
    assert_eq!(pair.to.reads("refs/tags/1.0.0"), None);
}

#[test]
fn what_is_no_name_of_a_ref_is_not_sent() {
    let pair = Pair::new();
    for name in ["1.0.0", "refs/tags/a..b", "refs/tags/x:refs/heads/main", "refs/tags/*", ""] {
        let answer = pair.try_create(pair.old, name);
        assert!(matches!(answer, Err(GitError::Odd { .. })), "{name}: {answer:?}");
    }
    assert_eq!(pair.to.git(&["for-each-ref"]), "");
}

#[test]
fn an_answer_after_the_deed_is_lost_is_unknown_and_then_already_there() {
    let pair = Pair::new();
    let url = pair.url();
    // The server writes the ref, and dies before it can say so.
    let script = "if [ \"$1\" = committed ]; then kill -KILL $PPID; fi";
    hook(&pair.to, "reference-transaction", script);
    let git = program();
    let destination = Destination::new(&git, pair.from.dir(), &url);
    let answer = destination.create(pair.old, "refs/tags/1.0.0").unwrap();
    assert!(matches!(answer, PushAnswer::Unknown { .. }), "{answer:?}");
    assert_eq!(pair.to.reads("refs/tags/1.0.0"), Some(pair.old));
    fs::remove_file(pair.to.dir().join("hooks/reference-transaction")).unwrap();
    assert_eq!(pair.create(pair.old, "refs/tags/1.0.0"), PushAnswer::AlreadyThere);
}

/// An empty repository on top of a mirror, such as tags are made in.
fn on_top_of(mirror: &Path, dir: &Path) -> Repo {
    let scratch = Repo::new(dir.join("scratch.git"));
    let alternates = scratch.dir().join("objects/info/alternates");
    fs::write(alternates, format!("{}\n", mirror.join("objects").display())).unwrap();
    scratch
}

/// Pushes a new tag and a new branch from a mirror without blobs back to where it is from, after `meanwhile`.
fn pushed_from_a_partial_mirror(meanwhile: impl FnOnce(&Repo)) {
    let dir = TempDir::new().unwrap();
    let served = Repo::new(dir.path().join("srv/widget"));
    served.git(&["config", "uploadpack.allowFilter", "true"]);
    let files: Vec<_> = (0..5).map(|at| ("data.bin", noise(at + 1, 2000))).collect();
    served.commits("main", &files);
    let base = served.tip("main~2");
    let daemon = Daemon::serve(&dir.path().join("srv"));
    let url = RemoteUrl::new(daemon.url("widget"));
    let refs = git::ls_remote(&program(), &url).unwrap();
    let mirrors = Mirrors::new(dir.path().join("cache"), program());
    let mirror = mirrors.get(&url, Freshness::Matching(&refs)).unwrap();
    assert_eq!(objects(mirror.git_dir(), "blob"), 0);
    meanwhile(&served);

    let scratch = on_top_of(mirror.git_dir(), dir.path());
    scratch.git(&["tag", "-a", "-m", "one", "1.0.0", &base.to_string()]);
    let tag = scratch.tip("refs/tags/1.0.0");
    let git = program();
    let url = served.dir().display().to_string();
    let destination = Destination::new(&git, scratch.dir(), &url);
    assert_eq!(destination.create(tag, "refs/tags/1.0.0").unwrap(), PushAnswer::Created);
    let branch = "refs/heads/stable/hibiscus";
    assert_eq!(destination.create(base, branch).unwrap(), PushAnswer::Created);
    assert_eq!((served.reads("refs/tags/1.0.0"), served.reads(branch)), (Some(tag), Some(base)));
    assert_eq!(objects(mirror.git_dir(), "blob"), 0, "no blob had to be brought");
}

#[test]
fn a_tag_and_a_branch_are_pushed_from_a_mirror_without_blobs() {
    pushed_from_a_partial_mirror(|_| ());
}

#[test]
fn they_are_pushed_even_when_the_remote_went_on_in_the_meantime() {
    pushed_from_a_partial_mirror(|served| {
        served.commit("main", "NEWS", b"newer than the mirror\n");
    });
}

#[test]
fn a_branch_that_is_named_like_a_ref_is_not_taken_for_it() {
    for (odd, full_ref) in [
        ("refs/heads/refs/tags/1.0.0", "refs/tags/1.0.0"),
        ("refs/tags/refs/tags/1.0.0", "refs/tags/1.0.0"),
        ("refs/heads/refs/heads/stable/x", "refs/heads/stable/x"),
        ("refs/heads/HEAD", "refs/tags/HEAD-1"),
        ("refs/tags/1.0.0", "refs/heads/1.0.0"),
    ] {
        let pair = Pair::new();
        pair.to.git(&["fetch", "--quiet", &pair.from.dir().display().to_string(), "main"]);
        pair.to.git(&["update-ref", odd, &pair.old.to_string()]);
        assert_eq!(pair.create(pair.new, full_ref), PushAnswer::Created, "{odd}");
        assert_eq!(pair.to.reads(full_ref), Some(pair.new), "{odd}");
        assert_eq!(pair.to.reads(odd), Some(pair.old), "{odd} stays");
        assert_eq!(pair.create(pair.new, full_ref), PushAnswer::AlreadyThere, "{odd}");
        assert_eq!(pair.from.git(&["for-each-ref", "refs/tagkeeper"]), "", "nothing is left here");
    }
}
