//! What is judged in clones of all kinds: shallow, sparse, with every kind of index.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::rc::Rc;

use tagkeeper::git::{GitError, Repository};
use tagkeeper::tree::scope::{self, Base, Ends, ScopeError, Wanted};
use tempfile::TempDir;

use crate::support::git::program;
use crate::support::work::{Work, command};

const FILES: [(&str, &str); 3] = [
    ("deliverables/a/one.yaml", "---\nteam: a\n"),
    ("deliverables/a/two.yaml", "---\nteam: a\n"),
    ("deliverables/b/one.yaml", "---\nteam: b\n"),
];

/// A releases repository with three commits, the last of which changes one file.
fn releases() -> (TempDir, Work) {
    let dir = tempfile::tempdir().unwrap();
    let work = Work::new(dir.path().join("releases"));
    work.commit(&FILES, "one");
    work.commit(&[("deliverables/a/one.yaml", "---\nteam: c\n")], "two");
    work.commit(&[("deliverables/a/one.yaml", "---\nteam: d\n")], "three");
    (dir, work)
}

fn clone(dir: &TempDir, work: &Work, options: &[&str]) -> Work {
    let path = dir.path().join("clone");
    let url = format!("file://{}", work.path.display());
    let mut clone = command(dir.path());
    let ended = clone.args(["clone", "--quiet"]).args(options).arg(url).arg(&path).output();
    assert!(ended.unwrap().status.success());
    Work::at(path)
}

/// The paths that a check looks at.
fn judged(path: &Path, wanted: &Wanted) -> Result<Vec<String>, ScopeError> {
    let repository = Rc::new(Repository::discover(path)?);
    let ends = Ends::find(&repository, wanted)?;
    let request = scope::request(&repository, wanted, &ends)?;
    Ok(request.changes.iter().map(|change| change.path.clone()).collect())
}

fn make_executable(path: &Path) {
    std::fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
}

fn base(revision: &str) -> Wanted {
    Wanted { base: Base::Revision(revision.to_owned()), ..Wanted::default() }
}

#[test]
fn the_cut_of_a_shallow_clone_is_not_the_beginning() {
    let (dir, work) = releases();
    let shallow = clone(&dir, &work, &["--depth=1"]);
    let refused = |wanted: &Wanted| match judged(&shallow.path, wanted) {
        Err(ScopeError::Git(error @ GitError::Shallow { .. })) => error,
        other => panic!("{other:?}"),
    };
    let error = refused(&Wanted::default());
    assert!(error.help().contains("fetch --unshallow"), "{}", error.help());
    refused(&base("HEAD^"));
    refused(&base("HEAD~2"));
    refused(&Wanted { head: Some("HEAD".to_owned()), ..Wanted::default() });
    let repository = Repository::open(&shallow.path).unwrap();
    assert!(matches!(
        scope::arrivals(&repository, "HEAD", None),
        Err(ScopeError::Git(GitError::Shallow { .. }))
    ));
    // What lies before the cut can be judged.
    shallow.write("deliverables/b/one.yaml", "---\nteam: e\n");
    assert_eq!(judged(&shallow.path, &Wanted::default()).unwrap(), ["deliverables/b/one.yaml"]);
    shallow.run(&["checkout", "--quiet", "."]);
    shallow.run(&["fetch", "--quiet", "--deepen=1"]);
    assert_eq!(judged(&shallow.path, &Wanted::default()).unwrap(), ["deliverables/a/one.yaml"]);
    shallow.run(&["fetch", "--quiet", "--unshallow"]);
    assert_eq!(judged(&shallow.path, &base("HEAD~2")).unwrap(), ["deliverables/a/one.yaml"]);
}

#[test]
fn a_first_commit_has_nothing_before_it() {
    let dir = tempfile::tempdir().unwrap();
    let work = Work::new(dir.path().join("releases"));
    work.commit(&FILES, "one");
    assert_eq!(judged(&work.path, &Wanted::default()).unwrap().len(), FILES.len());
}

/// The configuration that counts for the head of `work`.
fn trusted(work: &Work) -> Option<Vec<u8>> {
    let repository = Rc::new(Repository::discover(&work.path).unwrap());
    let wanted = Wanted { head: Some("HEAD".to_owned()), ..Wanted::default() };
    let ends = Ends::find(&repository, &wanted).unwrap();
    scope::trusted_record(&repository, &wanted, &ends).unwrap().bytes("tagkeeper.yaml").unwrap()
}

#[test]
fn a_first_commit_brings_its_own_configuration_and_no_other_does() {
    let (_dir, work) = releases();
    work.commit(&[("tagkeeper.yaml", "git: /elsewhere/{repo}\n")], "configure");
    assert_eq!(trusted(&work), None);
    let dir = tempfile::tempdir().unwrap();
    let first = Work::new(dir.path().join("releases"));
    first.commit(&[FILES[0], ("tagkeeper.yaml", "git: /here/{repo}\n")], "one");
    assert_eq!(trusted(&first).unwrap(), b"git: /here/{repo}\n");
}

#[test]
fn histories_without_a_common_commit_are_not_compared() {
    let (dir, work) = releases();
    let clone = clone(&dir, &work, &[]);
    clone.run(&["checkout", "--quiet", "--orphan", "other"]);
    clone.commit(&[("x", "y")], "another beginning");
    let unrelated = |wanted: &Wanted| {
        assert!(matches!(judged(&clone.path, wanted), Err(ScopeError::Unrelated { .. })));
    };
    unrelated(&base("origin/master"));
    unrelated(&Wanted::default());
    clone.run(&["branch", "--quiet", "--set-upstream-to=origin/master"]);
    unrelated(&Wanted::default());
}

#[test]
fn a_first_commit_may_have_branches_of_another_history_next_to_it() {
    let dir = tempfile::tempdir().unwrap();
    let work = Work::new(dir.path().join("releases"));
    work.commit(&FILES, "one");
    work.run(&["checkout", "--quiet", "--orphan", "a-pages"]);
    work.commit(&[("index.html", "")], "pages");
    work.run(&["checkout", "--quiet", "master"]);
    let clone = clone(&dir, &work, &[]);
    assert_eq!(judged(&clone.path, &Wanted::default()).unwrap().len(), FILES.len());
}

#[test]
fn a_clone_that_was_never_checked_out_removes_nothing() {
    let (dir, work) = releases();
    let clone = clone(&dir, &work, &["--no-checkout"]);
    let error = judged(&clone.path, &Wanted::default()).unwrap_err();
    assert!(error.to_string().contains("nothing is checked out in"), "{error}");
    clone.run(&["checkout", "--quiet", "master"]);
    assert!(judged(&clone.path, &Wanted::default()).is_ok());
}

#[test]
fn what_a_sparse_checkout_leaves_out_is_not_removed() {
    for options in [&["--cone"][..], &["--no-cone"], &["--cone", "--sparse-index"]] {
        let (dir, work) = releases();
        let sparse = clone(&dir, &work, &["--no-checkout"]);
        sparse.run(&[&["sparse-checkout", "set"], options, &["deliverables/b"]].concat());
        sparse.run(&["checkout", "--quiet", "master"]);
        assert!(!sparse.path.join("deliverables/a/two.yaml").exists(), "{options:?}");
        let found = judged(&sparse.path, &Wanted::default()).unwrap();
        assert_eq!(found, ["deliverables/a/one.yaml"], "{options:?}");
        sparse.write("deliverables/b/one.yaml", "---\nteam: e\n");
        let found = judged(&sparse.path, &Wanted::default()).unwrap();
        assert_eq!(found, ["deliverables/b/one.yaml"], "{options:?}");
    }
}

#[test]
fn every_kind_of_index_is_read() {
    let kinds: [&[&str]; 5] = [
        &["update-index", "--split-index"],
        &["update-index", "--force-untracked-cache"],
        &["update-index", "--index-version=4"],
        &["config", "core.fsmonitor", "false"],
        &["config", "index.skipHash", "true"],
    ];
    for kind in kinds {
        let (_dir, work) = releases();
        work.run(kind);
        work.write("deliverables/b/new.yaml", "---\nteam: b\n");
        work.run(&["add", "deliverables/b/new.yaml"]);
        let found = judged(&work.path, &Wanted::default()).unwrap();
        assert_eq!(found, ["deliverables/b/new.yaml"], "{kind:?}");
    }
}

#[test]
fn no_program_that_a_configuration_names_looks_at_the_files() {
    let (dir, work) = releases();
    let mark = dir.path().join("ran");
    let hook = dir.path().join("hook");
    std::fs::write(&hook, format!("#!/bin/sh\ntouch {}\n", mark.display())).unwrap();
    make_executable(&hook);
    work.run(&["config", "core.fsmonitor", hook.to_str().unwrap()]);
    for filter in ["Odd", "a=b"] {
        for setting in ["clean", "smudge", "process"] {
            work.run(&["config", &format!("filter.{filter}.{setting}"), hook.to_str().unwrap()]);
        }
        work.run(&["config", &format!("filter.{filter}.required"), "true"]);
    }
    work.write(".git/info/attributes", "* filter=Odd\n/deliverables/b/* filter=a=b\n");
    work.write("deliverables/a/two.yaml", "---\nteam: f\n");
    work.write("deliverables/b/one.yaml", "---\nteam: f\n");
    judged(&work.path, &Wanted::default()).unwrap();
    let repository = Repository::open(&work.path).unwrap();
    repository.status_paths(&program(), &[]).unwrap();
    assert!(!mark.exists());
}

#[test]
fn a_linked_worktree_is_judged_by_its_own_files_and_shares_the_rest() {
    let (dir, work) = releases();
    let linked = dir.path().join("linked");
    work.run(&["worktree", "add", "--quiet", "-b", "topic", linked.to_str().unwrap()]);
    let linked = Work::at(linked);
    linked.write("deliverables/b/one.yaml", "---\nteam: e\n");
    assert_eq!(judged(&linked.path, &Wanted::default()).unwrap(), ["deliverables/b/one.yaml"]);
    assert_eq!(judged(&work.path, &Wanted::default()).unwrap(), ["deliverables/a/one.yaml"]);
    let common = |work: &Work| {
        let repository = Repository::open(&work.path).unwrap();
        repository.common_dir().canonicalize().unwrap()
    };
    assert_eq!(common(&linked), common(&work));
}
