//! Mirrors in the cache, fetched from a real `git daemon`.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use tagkeeper::git::{self, Freshness, GitError, Mirrors, RemoteUrl, Repository};
use tempfile::TempDir;

use crate::support::git::{Daemon, Repo, by_template, closed_port, noise, objects, program};

/// A served repository and a cache for its mirror.
struct World {
    daemon: Daemon,
    served: Repo,
    mirrors: Mirrors,
    url: RemoteUrl,
    dir: TempDir,
}

impl World {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let served = Repo::new(dir.path().join("srv/openstack/widget"));
        served.git(&["config", "uploadpack.allowFilter", "true"]);
        served.commit("main", "README", b"a widget\n");
        let daemon = Daemon::serve(&dir.path().join("srv"));
        let url = RemoteUrl::new(daemon.url("openstack/widget"));
        let mirrors = Mirrors::new(dir.path().join("cache"), program());
        Self { daemon, served, mirrors, url, dir }
    }

    fn fetched(&self) -> Result<Repository, GitError> {
        let refs = git::ls_remote(&program(), &self.url)?;
        self.mirrors.get(&self.url, Freshness::Matching(&refs))
    }

    fn offline(&self) -> Result<Repository, GitError> {
        self.mirrors.get(&self.url, Freshness::Offline)
    }
}

/// Fifty commits of 20 kB that cannot be compressed.
fn make_large(repo: &Repo) {
    let files: Vec<_> = (0..50).map(|at| ("data.bin", noise(at + 1, 20_000))).collect();
    repo.commits("main", &files);
}

fn bytes_below(dir: &Path) -> u64 {
    let entries = fs::read_dir(dir).unwrap().map(Result::unwrap);
    entries
        .map(|entry| match entry.metadata().unwrap() {
            data if data.is_dir() => bytes_below(&entry.path()),
            data => data.len(),
        })
        .sum()
}

fn packs(mirror: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(mirror.join("objects/pack")).unwrap().map(Result::unwrap);
    entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|it| it == "pack"))
        .collect()
}

fn cut_packs(mirror: &Path) {
    let packs = packs(mirror);
    assert!(!packs.is_empty());
    for pack in packs {
        let bytes = fs::read(&pack).unwrap();
        fs::remove_file(&pack).unwrap();
        fs::write(&pack, &bytes[..bytes.len() / 2]).unwrap();
    }
}

#[test]
fn heads_and_tags_are_read_and_tags_are_peeled() {
    let world = World::new();
    let commit = world.served.tip("main");
    world.served.git(&["tag", "-a", "-m", "one", "1.0.0", "main"]);
    world.served.git(&["tag", "light", "main"]);
    world.served.git(&["update-ref", "refs/changes/01/1/1", "main"]);
    let refs = git::ls_remote(&program(), &world.url).unwrap();
    assert_eq!(refs.heads.into_iter().collect::<Vec<_>>(), [("main".to_owned(), commit)]);
    assert_eq!(refs.tags.keys().collect::<Vec<_>>(), ["1.0.0", "light"]);
    assert_eq!(refs.tags["1.0.0"].object, world.served.tip("refs/tags/1.0.0"));
    assert_eq!((refs.tags["1.0.0"].peeled, refs.tags["light"].object), (commit, commit));
    let mirror = world.fetched().unwrap();
    assert_eq!(mirror.refs().unwrap(), git::ls_remote(&program(), &world.url).unwrap());
}

#[test]
fn a_server_that_filters_keeps_the_blobs_until_one_is_read() {
    let world = World::new();
    make_large(&world.served);
    let tip = world.served.tip("main");
    let mirror = world.fetched().unwrap();
    assert_eq!(objects(mirror.git_dir(), "commit"), 51);
    assert_eq!(objects(mirror.git_dir(), "blob"), 0);
    assert!(bytes_below(mirror.git_dir()) < 50_000);

    let blob = mirror.read(tip, "data.bin", 1 << 20).unwrap().unwrap();
    assert_eq!(blob.bytes, noise(50, 20_000));
    assert_eq!(objects(mirror.git_dir(), "blob"), 1);
    let connections = world.daemon.connections();
    mirror.read(tip, "data.bin", 1 << 20).unwrap().unwrap();
    assert_eq!(world.daemon.connections(), connections, "the second read needs no network");

    let first = git::Oid::from_str(&world.served.git(&["rev-parse", "main~2"])).unwrap();
    assert!(mirror.diffstat(first, tip).unwrap().contains("data.bin"));
    assert_eq!(objects(mirror.git_dir(), "blob"), 2);
}

#[test]
fn all_files_that_differ_are_brought_together() {
    let world = World::new();
    let old = world.served.tip("main");
    let names: Vec<String> = (0..40).map(|at| format!("file{at}")).collect();
    let files: Vec<_> = names.iter().map(|name| (&**name, name.clone().into_bytes())).collect();
    let new = world.served.commits("main", &files);
    let mirror = world.fetched().unwrap();
    let connections = world.daemon.connections();
    assert!(mirror.diffstat(old, new).unwrap().contains("40 files changed"));
    assert_eq!(
        world.daemon.connections(),
        connections + 2,
        "once for the trees, once for the files"
    );
    assert_eq!(objects(mirror.git_dir(), "blob"), 40);
}

#[test]
fn tags_of_files_and_folders_do_not_spoil_a_mirror() {
    let world = World::new();
    world.served.git(&["tag", "-a", "-m", "a key", "key", "main:README"]);
    world.served.git(&["tag", "-a", "-m", "a folder", "folder", "main^{tree}"]);
    world.served.git(&["tag", "-a", "-m", "a tag of a tag", "twice", "key"]);
    let refs = git::ls_remote(&program(), &world.url).unwrap();
    let get = || world.mirrors.get(&world.url, Freshness::Matching(&refs)).unwrap().refs();
    assert_eq!(get().unwrap(), refs);
    let connections = world.daemon.connections();
    assert_eq!(get().unwrap(), refs);
    assert_eq!(world.daemon.connections(), connections);
}

#[test]
fn a_server_that_does_not_filter_gives_everything() {
    let world = World::new();
    world.served.git(&["config", "uploadpack.allowFilter", "false"]);
    make_large(&world.served);
    let mirror = world.fetched().unwrap();
    assert_eq!(objects(mirror.git_dir(), "blob"), 51);
    assert!(bytes_below(mirror.git_dir()) > 1_000_000);
    let connections = world.daemon.connections();
    mirror.read(world.served.tip("main"), "data.bin", 1 << 20).unwrap().unwrap();
    assert_eq!(world.daemon.connections(), connections);
}

#[test]
fn a_blob_that_cannot_be_brought_is_missing_and_not_absent() {
    let World { daemon, served, mirrors, url, dir } = World::new();
    let tip = served.tip("main");
    let refs = git::ls_remote(&program(), &url).unwrap();
    let mirror = mirrors.get(&url, Freshness::Matching(&refs)).unwrap();
    assert_eq!(mirror.read(tip, "NEWS", 100), Ok(None), "the tree is brought, and says so");
    drop(daemon);
    assert!(matches!(mirror.read(tip, "README", 100), Err(GitError::Missing { .. })));
    let mirror = mirrors.get(&url, Freshness::Offline).unwrap();
    assert!(matches!(mirror.read(tip, "README", 100), Err(GitError::Offline { .. })));
    assert_eq!(mirror.read(tip, "NEWS", 100), Ok(None));
    drop(dir);
}

#[test]
fn a_mirror_that_has_these_refs_is_not_fetched_again() {
    let world = World::new();
    world.fetched().unwrap();
    let refs = git::ls_remote(&program(), &world.url).unwrap();
    let connections = world.daemon.connections();
    world.mirrors.get(&world.url, Freshness::Matching(&refs)).unwrap();
    assert_eq!(world.daemon.connections(), connections);
    let newer = world.served.commit("main", "README", b"two widgets\n");
    let mirror = world.fetched().unwrap();
    assert_eq!(mirror.resolve("refs/heads/main"), Ok(Some(newer)));
}

#[test]
fn what_a_killed_run_left_is_cleared_by_the_next_fetch() {
    let world = World::new();
    let mirror = world.fetched().unwrap().git_dir().to_owned();
    let left = [
        "packed-refs.lock",
        "config.lock",
        "refs/heads/main.lock",
        "objects/pack/tmp_pack_x",
        "objects/pack/tmp_idx_y",
    ];
    left.iter().for_each(|name| fs::write(mirror.join(name), "half").unwrap());
    let newer = world.served.commit("main", "README", b"two widgets\n");
    let mirror = world.fetched().unwrap();
    assert_eq!(mirror.resolve("refs/heads/main"), Ok(Some(newer)));
    assert!(left.iter().all(|name| !mirror.git_dir().join(name).exists()));
}

#[test]
fn a_branch_whose_name_looks_like_a_half_pack_survives_a_fetch_that_fails() {
    let World { daemon, served, mirrors, url, dir } = World::new();
    served.commit("tmp_branch", "README", b"for a while\n");
    let refs = git::ls_remote(&program(), &url).unwrap();
    mirrors.get(&url, Freshness::Matching(&refs)).unwrap();
    served.commit("main", "README", b"two widgets\n");
    let newer = git::ls_remote(&program(), &url).unwrap();
    drop(daemon);
    let failed = mirrors.get(&url, Freshness::Matching(&newer)).map(drop);
    assert!(matches!(failed, Err(GitError::Unreachable { .. })), "{failed:?}");
    assert_eq!(mirrors.get(&url, Freshness::Offline).unwrap().refs().unwrap(), refs);
    drop(dir);
}

#[test]
fn a_damaged_mirror_is_made_again() {
    for has_news in [false, true] {
        let world = World::new();
        make_large(&world.served);
        let dir = world.fetched().unwrap().git_dir().to_owned();
        cut_packs(&dir);
        if has_news {
            world.served.commit("main", "README", b"two widgets\n");
        }
        let tip = world.served.tip("main");
        let mirror = world.fetched().unwrap();
        assert_eq!(mirror.log(None, tip).unwrap().len(), 51 + usize::from(has_news));
        assert!(mirror.read(tip, "data.bin", 1 << 20).unwrap().is_some());
    }
}

#[test]
fn a_mirror_with_a_garbled_ref_is_made_again() {
    let world = World::new();
    let dir = world.fetched().unwrap().git_dir().to_owned();
    let name = dir.join("refs/heads/main");
    fs::write(&name, "no id at all\n").unwrap();
    let mirror = world.fetched().unwrap();
    assert_eq!(mirror.resolve("refs/heads/main"), Ok(Some(world.served.tip("main"))));
}

#[test]
fn what_was_deleted_at_the_remote_goes_and_may_come_back_as_a_folder() {
    let world = World::new();
    world.served.git(&["branch", "stable", "main"]);
    world.served.git(&["tag", "1.0.0", "main"]);
    let mirror = world.fetched().unwrap();
    assert!(mirror.refs().unwrap().heads.contains_key("stable"));
    world.served.git(&["branch", "-D", "stable"]);
    world.served.git(&["branch", "stable/hibiscus", "main"]);
    world.served.git(&["tag", "-d", "1.0.0"]);
    let refs = world.fetched().unwrap().refs().unwrap();
    assert_eq!(refs.heads.keys().collect::<Vec<_>>(), ["main", "stable/hibiscus"]);
    assert!(refs.tags.is_empty());
}

#[test]
fn offline_needs_a_mirror_and_no_remote() {
    let world = World::new();
    assert!(matches!(world.offline(), Err(GitError::Offline { .. })));
    assert_eq!(world.daemon.connections(), 0);
    world.fetched().unwrap();
    let World { daemon, served, mirrors, url, dir } = world;
    drop(daemon);
    let mirror = mirrors.get(&url, Freshness::Offline).unwrap();
    assert_eq!(mirror.resolve("refs/heads/main"), Ok(Some(served.tip("main"))));
    drop(dir);
}

#[test]
fn a_closed_port_does_not_mean_that_there_is_no_repository() {
    let url = RemoteUrl::new(format!("git://127.0.0.1:{}/openstack/widget", closed_port()));
    let answer = git::ls_remote(&program(), &url);
    assert!(matches!(answer, Err(GitError::Unreachable { .. })), "{answer:?}");
}

#[test]
fn a_server_that_says_no_is_believed() {
    let world = World::new();
    let url = RemoteUrl::new(world.daemon.url("openstack/gadget"));
    let answer = git::ls_remote(&program(), &url);
    assert!(matches!(answer, Err(GitError::NoSuchRepository { .. })), "{answer:?}");
}

#[test]
fn a_repository_of_this_machine_is_missing_only_below_a_root_that_is_there() {
    let world = World::new();
    let root = |name: &str| format!("{}/{{repo}}", world.dir.path().join(name).display());
    let here = by_template(&root("srv"), "openstack/widget");
    assert_eq!(git::ls_remote(&program(), &here).unwrap().heads["main"], world.served.tip("main"));
    let missing = by_template(&root("srv"), "openstack/gadget");
    let answer = git::ls_remote(&program(), &missing);
    assert!(matches!(answer, Err(GitError::NoSuchRepository { .. })), "{answer:?}");
    let unmounted = by_template(&root("nfs"), "openstack/widget");
    let answer = git::ls_remote(&program(), &unmounted);
    assert!(matches!(answer, Err(GitError::Unreachable { .. })), "{answer:?}");
}

#[test]
fn a_directory_that_is_no_mirror_is_not_touched() {
    let world = World::new();
    let dir = world.fetched().unwrap().git_dir().to_owned();
    fs::remove_dir_all(&dir).unwrap();
    fs::create_dir(&dir).unwrap();
    fs::write(dir.join("thesis.txt"), "the only copy").unwrap();
    let answer = world.fetched().map(drop);
    assert_eq!(answer, Err(GitError::Occupied { path: dir.components().collect() }));
    assert_eq!(fs::read_to_string(dir.join("thesis.txt")).unwrap(), "the only copy");
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 1);
}

#[test]
fn two_runs_that_want_the_same_new_mirror_both_get_it() {
    let world = World::new();
    make_large(&world.served);
    let refs = git::ls_remote(&program(), &world.url).unwrap();
    let get = || {
        let mirror = world.mirrors.get(&world.url, Freshness::Matching(&refs)).unwrap();
        mirror.refs().unwrap()
    };
    let connections = world.daemon.connections();
    let both = thread::scope(|scope| [scope.spawn(get), scope.spawn(get)].map(|it| it.join()));
    assert!(both.into_iter().all(|it| it.unwrap() == refs));
    assert_eq!(world.daemon.connections(), connections + 1, "one fetched, the other waited");
}
