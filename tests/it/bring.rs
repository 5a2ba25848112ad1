//! One ref of another repository, whatever a run that was killed left here of it.

use std::fs;

use tagkeeper::git::{GitError, Repository, bring_ref};

use crate::support::git::{bare_command, must, program};
use crate::support::work::Work;

const LEDGER: &str = "refs/tagkeeper/ledger";

#[test]
fn what_a_killed_fetch_left_out_is_fetched_by_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let remote = Work::new(dir.path().join("remote"));
    remote.commit(&[("a/b/1.json", "{}"), ("state.json", "{}")], "one");
    let two = remote.commit(&[("a/b/2.json", "{ }")], "two");
    remote.run(&["update-ref", LEDGER, "HEAD"]);
    let url = format!("file://{}", remote.path.display());
    // Each leaves one object more behind, in the order in which git writes them.
    for left in [&[][..], &["HEAD"], &["HEAD", "HEAD^"], &["HEAD", "HEAD^", "HEAD^{tree}"]] {
        let here = tempfile::tempdir().unwrap();
        let work = Work::new(here.path());
        let git_dir = here.path().join(".git");
        for name in left {
            let id = remote.run(&["rev-parse", name]);
            let path = format!("objects/{}/{}", &id[..2], &id[2..]);
            fs::create_dir_all(git_dir.join(&path).parent().unwrap()).unwrap();
            fs::copy(remote.path.join(".git").join(&path), git_dir.join(&path)).unwrap();
        }
        let brought = bring_ref(&program(), &git_dir, &url, LEDGER, "reading the ledger");
        assert_eq!(brought, Ok(Some(two)), "{left:?}");
        let repository = Repository::open(here.path()).unwrap();
        assert!(repository.read(two, "a/b/1.json", 99).unwrap().is_some(), "{left:?}");
        assert_eq!(repository.log(None, two).unwrap().len(), 2);
        assert_eq!(work.run(&["for-each-ref"]), "", "no ref is made here");
    }
}

#[test]
fn a_ref_that_is_not_there_is_not_a_failure_and_a_failure_is_not_an_absent_ref() {
    let dir = tempfile::tempdir().unwrap();
    let remote = Work::new(dir.path().join("remote"));
    remote.commit(&[("a", "b")], "one");
    let here = dir.path().join("here");
    must(bare_command("git").args(["init", "--quiet"]).arg(&here));
    let bring = |url: &str| bring_ref(&program(), &here.join(".git"), url, LEDGER, "reading");
    assert_eq!(bring(remote.path.to_str().unwrap()), Ok(None));
    let error = bring(dir.path().join("gone").to_str().unwrap()).unwrap_err();
    assert!(matches!(error, GitError::NoSuchRepository { .. }), "{error}");
}
