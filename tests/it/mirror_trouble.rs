//! Mirrors in trouble: shared, killed, cut off, damaged, offline.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use tagkeeper::git::{Freshness, GitError, Mirrors, Oid, Refs, RemoteUrl, Repository, ls_remote};
use tempfile::TempDir;

use crate::support::git::{Daemon, by_template, closed_port, program};
use crate::support::work::{Ending, Work, bad_line, command};

/// A served repository and a cache.
struct Stage {
    directory: TempDir,
    work: Work,
    daemon: Daemon,
}

impl Stage {
    fn new(allow_filter: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let served = directory.path().join("served");
        let work = Work::new(served.join("openstack/widget"));
        work.run(&["config", "uploadpack.allowFilter", allow_filter]);
        let daemon = Daemon::serve(&served);
        Self { directory, work, daemon }
    }

    fn url(&self) -> RemoteUrl {
        RemoteUrl::new(self.daemon.url("openstack/widget"))
    }

    fn cache(&self) -> PathBuf {
        self.directory.path().join("cache")
    }

    fn mirrors(&self) -> Mirrors {
        Mirrors::new(self.cache(), program())
    }

    fn get(&self) -> Repository {
        self.mirrors().get(&self.url(), Freshness::Now).unwrap()
    }

    fn refs(&self) -> Refs {
        ls_remote(&program(), &self.url()).unwrap()
    }

    /// Ten versions of a file that does not compress, and a tag.
    fn fill(&self) -> Vec<Oid> {
        let ids = (1..=10).map(|version| {
            let text = noise(version, 30_000);
            self.work.commit(&[("data", text.as_str()), ("dir/setup.cfg", "[metadata]\n")], "more")
        });
        let ids = ids.collect();
        self.work.tag("1.0", "widget 1.0");
        ids
    }
}

/// Text that does not compress well, the same for the same seed.
fn noise(seed: u64, length: usize) -> String {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(b'!' + u8::try_from(state % 90).unwrap())
    };
    (0..length).map(|_| next()).collect()
}

fn size(directory: &Path) -> u64 {
    let entries = fs::read_dir(directory).unwrap().map(Result::unwrap);
    entries
        .map(|entry| match entry.path() {
            path if path.is_dir() => size(&path),
            path => path.metadata().unwrap().len(),
        })
        .sum()
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap().map(Result::unwrap);
    entries.map(|entry| entry.file_name().into_string().unwrap()).collect()
}

/// Puts a file into a mirror, by which one that was made again is told.
fn dog_ear(mirror: &Path) -> PathBuf {
    let path = mirror.join("dog-ear");
    fs::write(&path, "").unwrap();
    path
}

#[test]
fn a_server_that_filters_sends_contents_only_when_they_are_read() {
    let stage = Stage::new("true");
    let ids = stage.fill();
    let mirror = stage.get();
    assert!(size(&stage.cache()) < 60_000, "{}", size(&stage.cache()));
    assert_eq!(mirror.refs().unwrap(), stage.refs());
    assert_eq!(mirror.log(None, ids[9]).unwrap().len(), 10);
    let data = mirror.list(ids[4], "").unwrap().unwrap();
    let data = data.iter().find(|item| item.name == "data").unwrap().id;
    assert!(!mirror.has(data));
    let read = mirror.read(ids[4], "data", 100_000).unwrap().unwrap();
    assert_eq!((read.id, read.bytes.len()), (data, 30_000));
    assert!(mirror.has(data));
    mirror.prefetch(&[(ids[0], "data"), (ids[1], "data"), (ids[1], "none")]).unwrap();
    let offline = stage.mirrors().get(&stage.url(), Freshness::Offline).unwrap();
    assert_eq!(offline.read(ids[1], "data", 100_000).unwrap().unwrap().bytes.len(), 30_000);
    let stat = mirror.diffstat(ids[7], ids[8]).unwrap();
    assert_eq!(stat, " data | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n");
    assert!(offline.read(ids[8], "data", 100_000).is_ok());
    let first = stage.work.commit(&[("added", "text\n")], "add");
    stage.work.run(&["rm", "--quiet", "data"]);
    let last = stage.work.commit(&[], "remove");
    let stat = stage.get().diffstat(first, last).unwrap();
    assert_eq!(stat.lines().last(), Some(" 1 file changed, 1 deletion(-)"));
    let stat = stage.get().diffstat(ids[9], first).unwrap();
    assert_eq!(stat.lines().last(), Some(" 1 file changed, 1 insertion(+)"));
}

#[test]
fn offline_nothing_is_fetched() {
    let stage = Stage::new("true");
    let ids = stage.fill();
    let get = || stage.mirrors().get(&stage.url(), Freshness::Offline);
    let error = get().unwrap_err();
    assert!(matches!(error, GitError::Offline { .. }), "{error}");
    assert!(!stage.cache().exists());
    stage.get();
    let mirror = get().unwrap();
    assert!(mirror.commit(ids[0]).unwrap().is_some());
    for error in [
        mirror.read(ids[0], "data", 100_000).unwrap_err(),
        mirror.prefetch(&[(ids[0], "data")]).unwrap_err(),
        mirror.diffstat(ids[0], ids[1]).unwrap_err(),
    ] {
        assert!(matches!(error, GitError::Offline { .. }), "{error}");
    }
}

#[test]
fn branches_and_tags_move_vanish_and_change_places() {
    let stage = Stage::new("true");
    let one = stage.work.commit(&[], "one");
    stage.work.run(&["branch", "stable/old"]);
    stage.work.run(&["tag", "moved"]);
    stage.work.run(&["tag", "gone"]);
    stage.work.run(&["update-ref", "refs/changes/01/1/1", "HEAD"]);
    let mirror = stage.get();
    assert_eq!(mirror.refs().unwrap(), stage.refs());
    let same = dog_ear(mirror.git_dir());
    let two = stage.work.commit(&[], "two");
    stage.work.run(&["branch", "--delete", "stable/old"]);
    stage.work.run(&["branch", "stable"]);
    stage.work.run(&["tag", "--force", "moved"]);
    stage.work.run(&["tag", "--delete", "gone"]);
    stage.work.run(&["update-ref", "refs/heads/rewound", &one.to_string()]);
    let mirror = stage.get();
    assert!(same.exists(), "it was made again");
    let refs = mirror.refs().unwrap();
    assert_eq!(refs, stage.refs());
    assert_eq!(refs.heads.keys().collect::<Vec<_>>(), ["master", "rewound", "stable"]);
    assert_eq!((refs.tags.len(), refs.tags["moved"].peeled), (1, two));
    let changes = mirror.resolve("refs/changes/01/1/1");
    assert_eq!(changes, Ok(None), "only heads and tags are mirrored");
}

#[test]
fn a_local_repository_is_used_where_it_is() {
    let stage = Stage::new("true");
    let one = stage.work.commit(&[], "one");
    let served = stage.directory.path().join("served");
    let template = format!("file://{}/{{repo}}", served.display());
    let url = by_template(&template, "openstack/widget");
    for freshness in [Freshness::Offline, Freshness::Now] {
        let repository = stage.mirrors().get(&url, freshness).unwrap();
        assert_eq!(repository.head(), Ok(Some(one)));
    }
    assert!(!stage.cache().exists());
    let absent = by_template(&template, "openstack/none");
    let error = stage.mirrors().get(&absent, Freshness::Offline).unwrap_err();
    assert!(matches!(error, GitError::NoSuchRepository { .. }), "{error}");
    let template = format!("{}/unmounted/{{repo}}", served.display());
    let error = ls_remote(&program(), &by_template(&template, "a")).unwrap_err();
    assert!(matches!(error, GitError::Unreachable { .. }), "{error}");
}

#[test]
fn a_local_repository_that_only_git_can_read_is_mirrored() {
    let stage = Stage::new("true");
    let one = stage.work.commit(&[("f", "text")], "one");
    stage.work.run(&["config", "core.repositoryFormatVersion", "1"]);
    stage.work.run(&["config", "extensions.partialClone", "origin"]);
    let url = RemoteUrl::new(stage.work.path.to_str().unwrap());
    let mirror = stage.mirrors().get(&url, Freshness::Offline).unwrap();
    assert!(mirror.git_dir().starts_with(stage.cache().canonicalize().unwrap()));
    assert_eq!(mirror.read(one, "f", 10).unwrap().unwrap().bytes, b"text");
}

#[test]
fn a_mirror_that_cannot_be_made_leaves_nothing() {
    let stage = Stage::new("true");
    let absent = RemoteUrl::new(stage.daemon.url("openstack/none"));
    for error in [
        ls_remote(&program(), &absent).unwrap_err(),
        stage.mirrors().get(&absent, Freshness::Now).unwrap_err(),
    ] {
        assert!(matches!(error, GitError::NoSuchRepository { .. }), "{error}");
    }
    let closed = RemoteUrl::new(format!("git://127.0.0.1:{}/a", closed_port()));
    let error = stage.mirrors().get(&closed, Freshness::Now).unwrap_err();
    assert!(matches!(error, GitError::Unreachable { .. }), "{error}");
    let left = stage.cache().join("mirrors");
    for host in names(&left) {
        assert!(!names(&left.join(&host)).iter().any(|name| name.ends_with(".making")));
    }
}

#[test]
fn an_empty_repository_has_an_empty_mirror() {
    let stage = Stage::new("true");
    assert_eq!(stage.get().refs(), Ok(Refs::default()));
    let one = stage.work.commit(&[], "one");
    assert_eq!(stage.get().refs().unwrap().heads["master"], one);
}

#[test]
fn several_at_once_share_one_mirror() {
    let stage = Stage::new("true");
    let ids = stage.fill();
    for _ in 0..2 {
        thread::scope(|scope| {
            let get = || {
                let mirror = Mirrors::new(stage.cache(), program());
                let mirror = mirror.get(&stage.url(), Freshness::Matching(&stage.refs())).unwrap();
                mirror.read(ids[3], "data", 100_000).unwrap().unwrap().bytes.len()
            };
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(get)).collect();
            assert!(threads.into_iter().all(|one| one.join().unwrap() == 30_000));
        });
        stage.work.commit(&[("data", "x")], "one more");
    }
    let mirror = stage.get();
    check_whole(mirror.git_dir());
}

/// `git fsck` says of a mirror that it is sound.
fn check_whole(mirror: &Path) {
    let output = command(mirror).args(["fsck", "--connectivity-only"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn what_a_killed_fetch_left_is_swept_up() {
    let stage = Stage::new("true");
    stage.work.commit(&[], "one");
    let directory = stage.get().git_dir().to_owned();
    let litter =
        ["packed-refs.lock", "refs/heads/master.lock", "config.lock", "objects/pack/tmp_pack_1"];
    for name in litter {
        fs::create_dir_all(directory.join(name).parent().unwrap()).unwrap();
        fs::write(directory.join(name), "").unwrap();
    }
    let same = dog_ear(&directory);
    let two = stage.work.commit(&[], "two");
    assert_eq!(stage.get().refs().unwrap().heads["master"], two);
    assert!(same.exists(), "it was made again");
    assert!(litter.iter().all(|name| !directory.join(name).exists()));
}

#[test]
fn a_fetch_killed_in_the_middle_of_a_pack_does_no_harm() {
    let stage = Stage::new("false");
    stage.work.commit(&[], "one");
    let directory = stage.get().git_dir().to_owned();
    stage.fill();
    // More than one packet of the protocol, so that the beginning of the pack is through; less than all.
    let port = bad_line(stage.daemon.port(), 150_000, Ending::Silence);
    let mut fetch = command(&directory);
    fetch.args([
        "-c",
        "fetch.unpackLimit=1",
        "fetch",
        "--quiet",
        &format!("git://127.0.0.1:{port}/openstack/widget"),
    ]);
    fetch.arg("+refs/heads/*:refs/heads/*").stdout(Stdio::null()).stderr(Stdio::null());
    let mut fetch = fetch.spawn().unwrap();
    let half_packs = || {
        let packs = names(&directory.join("objects/pack"));
        packs.into_iter().filter(|name| name.starts_with("tmp_pack")).count()
    };
    let until = Instant::now() + Duration::from_secs(20);
    while half_packs() == 0 {
        assert!(Instant::now() < until, "git began no pack");
        thread::sleep(Duration::from_millis(2));
    }
    fetch.kill().unwrap();
    fetch.wait().unwrap();
    let mirror = stage.get();
    assert_eq!(mirror.refs().unwrap(), stage.refs());
    assert_eq!(half_packs(), 0);
    check_whole(&directory);
}

#[test]
fn a_connection_cut_in_the_middle_leaves_no_half_mirror() {
    let stage = Stage::new("false");
    stage.fill();
    let port = bad_line(stage.daemon.port(), 50_000, Ending::Cut);
    let url = RemoteUrl::new(format!("git://127.0.0.1:{port}/openstack/widget"));
    let error = stage.mirrors().get(&url, Freshness::Now).unwrap_err();
    assert!(matches!(error, GitError::Unreachable { .. }), "{error}");
    let host = stage.cache().join("mirrors").join(format!("git+127.0.0.1%3A{port}"));
    assert_eq!(names(&host.join("openstack")), ["widget.git.lock"]);
}

#[test]
fn a_damaged_mirror_is_made_again() {
    let stage = Stage::new("true");
    stage.fill();
    let damage: [fn(&Path); 5] = [
        |mirror| {
            let packs = mirror.join("objects/pack");
            let pack = names(&packs).into_iter().find(|name| name.ends_with(".pack")).unwrap();
            fs::remove_file(packs.join(&pack)).unwrap();
            fs::write(packs.join(&pack), "PACK").unwrap();
        },
        |mirror| fs::remove_dir_all(mirror.join("objects")).unwrap(),
        |mirror| fs::write(mirror.join("packed-refs"), "garbage\n").unwrap(),
        |mirror| {
            fs::create_dir_all(mirror.join("refs/heads")).unwrap();
            fs::write(mirror.join("refs/heads/master"), "").unwrap();
        },
        |mirror| fs::write(mirror.join("config"), "[garbage").unwrap(),
    ];
    for (at, damage) in damage.into_iter().enumerate() {
        let directory = stage.get().git_dir().to_owned();
        damage(&directory);
        let refs = stage.refs();
        let mirror = stage.mirrors().get(&stage.url(), Freshness::Matching(&refs)).unwrap();
        assert_eq!(mirror.refs().unwrap(), refs, "damage {at}");
        check_whole(&directory);
    }
}

#[test]
fn a_broken_mirror_is_kept_from_offline_users_and_survives_a_dead_remote() {
    let stage = Stage::new("true");
    stage.work.commit(&[], "one");
    let directory = stage.get().git_dir().to_owned();
    let url = stage.url();
    let mirrors = stage.mirrors();
    let Stage { directory: _kept, daemon, .. } = stage;
    drop(daemon);
    let error = mirrors.get(&url, Freshness::Now).unwrap_err();
    assert!(matches!(error, GitError::Unreachable { .. }), "{error}");
    assert!(mirrors.get(&url, Freshness::Offline).is_ok());
    fs::remove_dir_all(directory.join("objects")).unwrap();
    let error = mirrors.get(&url, Freshness::Offline).unwrap_err();
    assert!(matches!(error, GitError::Corrupt { .. }), "{error}");
    assert!(error.help().contains("deleted"));
}

#[test]
fn a_cache_that_cannot_be_written_is_named() {
    let stage = Stage::new("true");
    stage.work.commit(&[], "one");
    fs::write(stage.cache(), "a file").unwrap();
    let error = stage.mirrors().get(&stage.url(), Freshness::Now).unwrap_err();
    assert!(matches!(&error, GitError::Io { .. }), "{error}");
    assert!(error.to_string().contains("cache"), "{error}");
}
