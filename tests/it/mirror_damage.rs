//! Mirrors that were damaged on disk: each is made whole again by the run that finds it so.

use std::fs::{self, File, FileTimes};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use tagkeeper::git::{Freshness, Mirrors, Oid, RemoteUrl, ls_remote};

use crate::support::git::{Daemon, program};
use crate::support::work::Work;

fn file_in(mirror: &Path, extension: &str) -> PathBuf {
    let files = fs::read_dir(mirror.join("objects/pack")).unwrap();
    let mut files = files.map(|entry| entry.unwrap().path());
    let path = files.find(|path| path.extension().is_some_and(|it| it == extension)).unwrap();
    // git leaves packs without the right to write.
    let mut permissions = path.metadata().unwrap().permissions();
    #[allow(clippy::permissions_set_readonly_false, reason = "a file of this test")]
    permissions.set_readonly(false);
    fs::set_permissions(&path, permissions).unwrap();
    path
}

fn zero_middle(path: &Path) {
    let size = path.metadata().unwrap().len();
    File::options().write(true).open(path).unwrap().write_all_at(&[0; 20], size / 3).unwrap();
}

fn truncate(path: &Path) {
    let size = path.metadata().unwrap().len();
    File::options().write(true).open(path).unwrap().set_len(size / 2).unwrap();
}

fn write(path: PathBuf, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

type Damage = (&'static str, fn(&Path));

const DAMAGES: &[Damage] = &[
    ("an empty config", |it| write(it.join("config"), "")),
    ("a garbled config", |it| write(it.join("config"), "[core\nbare")),
    ("a lost config", |it| fs::remove_file(it.join("config")).unwrap()),
    ("an empty HEAD", |it| write(it.join("HEAD"), "")),
    ("a garbled HEAD", |it| write(it.join("HEAD"), "\0\0\0\0")),
    ("a lost HEAD", |it| fs::remove_file(it.join("HEAD")).unwrap()),
    ("empty packed-refs", |it| write(it.join("packed-refs"), "")),
    ("garbled packed-refs", |it| write(it.join("packed-refs"), "what\n")),
    ("cut packed-refs", |it| truncate(&it.join("packed-refs"))),
    ("a garbled ref", |it| write(it.join("refs/heads/master"), "what\n")),
    ("an empty ref", |it| write(it.join("refs/heads/master"), "")),
    ("a pack with a hole", |it| zero_middle(&file_in(it, "pack"))),
    ("a cut pack", |it| truncate(&file_in(it, "pack"))),
    ("a lost pack", |it| fs::remove_file(file_in(it, "pack")).unwrap()),
    ("an index with a hole", |it| zero_middle(&file_in(it, "idx"))),
    ("a cut index", |it| truncate(&file_in(it, "idx"))),
    ("a lost index", |it| fs::remove_file(file_in(it, "idx")).unwrap()),
    ("half an object", |it| write(it.join(format!("objects/ab/{}", "c".repeat(38))), "x")),
    ("an empty object", |it| write(it.join(format!("objects/ab/{}", "c".repeat(38))), "")),
    ("a garbled commit-graph", |it| write(it.join("objects/info/commit-graph"), "what")),
    ("a garbled multi-pack-index", |it| write(it.join("objects/pack/multi-pack-index"), "what")),
    ("locks", |it| {
        for name in ["config.lock", "HEAD.lock", "packed-refs.lock", "shallow.lock"] {
            write(it.join(name), "");
        }
        write(it.join("refs/heads/master.lock"), "");
    }),
    ("half a pack", |it| write(it.join("objects/pack/tmp_pack_abc"), "PACK")),
    ("no objects", |it| fs::remove_dir_all(it.join("objects")).unwrap()),
    ("no refs", |it| fs::remove_dir_all(it.join("refs")).unwrap()),
    ("a note of nothing", |it| write(it.join("tagkeeper-stamp"), "")),
];

struct Stage {
    directory: tempfile::TempDir,
    url: RemoteUrl,
    tip: Oid,
    _daemon: Daemon,
}

impl Stage {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let served = directory.path().join("served");
        let work = Work::new(served.join("a/widget"));
        let mut tip = None;
        for version in 0..30 {
            tip = Some(work.commit(&[("f", &format!("{version}"))], "more"));
        }
        work.tag("1.0", "widget 1.0");
        let daemon = Daemon::serve(&served);
        let url = RemoteUrl::new(daemon.url("a/widget"));
        Self { directory, url, tip: tip.unwrap(), _daemon: daemon }
    }

    fn mirrors(&self) -> Mirrors {
        Mirrors::new(self.directory.path().join("cache"), program())
    }

    /// The mirror as a run uses it.
    fn must_be_whole(&self, what: &str, freshness: Freshness<'_>) {
        let mirror = self.mirrors().get(&self.url, freshness);
        let mirror = mirror.unwrap_or_else(|error| panic!("{what}: {error}"));
        let log = mirror.log(None, self.tip).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(log.len(), 30, "{what}");
        assert_eq!(mirror.refs().unwrap(), ls_remote(&program(), &self.url).unwrap(), "{what}");
    }

    fn path(&self) -> PathBuf {
        let mirror = self.mirrors().get(&self.url, Freshness::Now).unwrap();
        mirror.git_dir().to_owned()
    }
}

#[test]
fn every_damage_is_found_and_mended_by_the_run_that_meets_it() {
    let stage = Stage::new();
    let refs = ls_remote(&program(), &stage.url).unwrap();
    for (what, damage) in DAMAGES {
        for freshness in [Freshness::Matching(&refs), Freshness::Now] {
            let path = stage.path();
            damage(&path);
            stage.must_be_whole(what, freshness);
        }
    }
}

#[test]
fn what_a_disk_changes_in_silence_is_found_by_the_run_after_the_failure() {
    let stage = Stage::new();
    let pack = file_in(&stage.path(), "pack");
    let before = pack.metadata().unwrap().modified().unwrap();
    zero_middle(&pack);
    let times = FileTimes::new().set_modified(before);
    File::options().write(true).open(&pack).unwrap().set_times(times).unwrap();
    let refs = ls_remote(&program(), &stage.url).unwrap();
    // Where the hole is not read nobody can know.
    if let Ok(mirror) = stage.mirrors().get(&stage.url, Freshness::Matching(&refs)) {
        drop(mirror.log(None, stage.tip));
    }
    stage.must_be_whole("a hole of the same age", Freshness::Matching(&refs));
}

#[test]
fn a_sound_mirror_is_not_made_again() {
    let stage = Stage::new();
    let refs = ls_remote(&program(), &stage.url).unwrap();
    let mark = stage.path().join("objects/pack").read_dir().unwrap().count();
    let made = stage.path().metadata().unwrap().created().ok();
    stage.must_be_whole("a sound mirror", Freshness::Matching(&refs));
    assert_eq!(stage.path().metadata().unwrap().created().ok(), made);
    assert_eq!(stage.path().join("objects/pack").read_dir().unwrap().count(), mark);
}
