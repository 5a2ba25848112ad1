//! What a mail tells of a release, read from a repository: where its change log begins, and its release notes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use tagkeeper::config::Config;
use tagkeeper::git::Repository;
use tagkeeper::steps::announcement::{
    Announcement, DEFAULT_TEMPLATE, News, Released, SignedBy, Since, TagAtHand, news, released,
};
use tagkeeper::tree::record::File;
use tagkeeper::tree::snapshot::{Blob, ItemKind};
use tempfile::TempDir;

use crate::support::record::record_of;
use crate::support::work::Work;

struct Place {
    _directory: TempDir,
    work: Work,
    listed: Vec<String>,
}

impl Place {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let work = Work::new(directory.path().join("rose"));
        Self { _directory: directory, work, listed: Vec::new() }
    }

    /// A commit with some files, tagged and listed.
    fn release(&mut self, version: &str, files: &[(&str, &str)]) {
        self.work.commit(files, &format!("Prepare {version}"));
        self.tag(version);
    }

    /// A tag on the last commit, listed.
    fn tag(&mut self, version: &str) {
        self.tag_only(version);
        self.listed.push(version.to_owned());
    }

    /// A tag on the last commit that the file does not list.
    fn tag_only(&self, version: &str) {
        let stage = if version.contains("rc") { "release candidate" } else { "release" };
        let message = format!(
            "rose {version} {stage}\n\nmeta:version: {version}\nmeta:team: florists\nmeta:diff-start: -\n\
             meta:series: orchid\nmeta:branch: master\nmeta:release-type: {stage}\nmeta:pypi: no\nmeta:first: no\n"
        );
        self.work.tag(version, &message);
    }

    fn told(&self, version: &str) -> (Released, News) {
        let mut text = "team: florists\nrelease-model: cycle-with-rc\nreleases:\n".to_owned();
        for version in &self.listed {
            let hash = self.work.run(&["rev-parse", &format!("{version}^0")]);
            let entry = format!(
                "  - version: {version}\n    projects:\n      - {{repo: garden/rose, hash: {hash}}}\n"
            );
            text.write_str(&entry).unwrap();
        }
        let blob = Blob { kind: ItemKind::File, bytes: text.into_bytes() };
        let file = File::read("deliverables/orchid/rose.yaml", &blob);
        let repository = Repository::open(&self.work.path).unwrap();
        let tag = TagAtHand {
            repo: &"garden/rose".parse().unwrap(),
            version,
            repository: &repository,
            refs: &repository.refs().unwrap(),
            file: &file,
            record: &record_of(BTreeMap::new()),
            config: &Config::default(),
            signed_by: SignedBy::Nobody,
        };
        (released(&tag).unwrap(), news(&tag).unwrap())
    }

    fn body(&self, version: &str) -> String {
        let (released, news) = self.told(version);
        let words = Announcement::with_news(&released, &news, DEFAULT_TEMPLATE).unwrap();
        words.body().to_owned()
    }

    fn since(&self, version: &str) -> Since {
        self.told(version).0.since
    }
}

fn version(text: &str) -> Since {
    Since::Version(text.to_owned())
}

#[test]
fn a_final_release_tells_what_is_new_since_the_last_full_one_and_a_candidate_since_the_one_before()
{
    let mut place = Place::new();
    place.work.commit(&[("rose.py", "0")], "Plant");
    place.tag_only("1.0.0");
    place.release("2.0.0.0rc1", &[("rose.py", "1")]);
    place.release("2.0.0.0rc2", &[("rose.py", "2")]);
    place.tag("2.0.0");
    assert_eq!(place.since("2.0.0.0rc1"), version("1.0.0"));
    assert_eq!(place.since("2.0.0.0rc2"), version("2.0.0.0rc1"));
    assert_eq!(place.since("2.0.0"), version("1.0.0"));
    let body = place.body("2.0.0");
    assert!(body.contains("Prepare 2.0.0.0rc1") && body.contains("Prepare 2.0.0.0rc2"), "{body}");
    assert!(!body.contains("None besides merges"), "{body}");
}

#[test]
fn a_fix_of_an_older_line_tells_nothing_of_the_newer_one() {
    let mut place = Place::new();
    place.release("1.0.0", &[("rose.py", "0")]);
    place.work.run(&["branch", "old"]);
    place.release("2.0.0", &[("rose.py", "1")]);
    place.work.run(&["checkout", "--quiet", "old"]);
    place.release("1.0.1", &[("fix.py", "1")]);
    assert_eq!(place.since("1.0.1"), version("1.0.0"));
    assert_eq!(place.since("1.0.0"), Since::Beginning);
}

#[test]
fn the_release_notes_of_the_range_are_in_the_mail_as_plain_text() {
    let mut place = Place::new();
    let note = |name: &str| format!("releasenotes/notes/{name}.yaml");
    place.release("1.0.0", &[(&note("old-1111111111111111"), "features: [Old news.]\n")]);
    place.release(
        "1.1.0",
        &[
            (
                &note("climb-2222222222222222"),
                "prelude: It **climbs** now.\nfeatures:\n  - |\n    Climbs with ``climb()``, see `the docs\n    <https://docs.example/climb>`_.\n\n    * up\n    * down\nfixes: [Leaves stay.]\n",
            ),
            (&note("evil-3333333333333333"), "fixes: [\"It\\u001b[31m is \\u202e safe.\"]\n"),
            (&note("bad-4444444444444444"), "fixes: [\n"),
            (&note("old-1111111111111111"), "features: [Old news, rewritten.]\n"),
        ],
    );
    let body = place.body("1.1.0");
    let notes = body.split("Release notes\n-------------\n").nth(1).unwrap();
    let notes = notes.split("Changes in").next().unwrap();
    insta::assert_snapshot!(notes);
}

#[test]
fn a_release_without_notes_has_no_such_part() {
    let mut place = Place::new();
    place.release("1.0.0", &[("rose.py", "0")]);
    place.release("1.0.1", &[("rose.py", "1")]);
    assert!(!place.body("1.0.1").contains("Release notes\n"));
}

#[test]
fn the_diffstat_is_of_code_and_requirements_of_every_file_that_lists_them() {
    let mut place = Place::new();
    place.release("1.0.0", &[("rose.py", "0\n"), ("requirements.txt", "soil>=1\n")]);
    place.release(
        "1.1.0",
        &[
            ("rose.py", "1\n"),
            ("doc/source/index.rst", "text\n"),
            ("rose/tests/test_rose.py", "pass\n"),
            ("requirements.txt", "soil>=2\n"),
            ("extra/driver-requirements.txt", "water\n"),
            ("test-requirements.txt", "lamp\n"),
        ],
    );
    let (released, _) = place.told("1.1.0");
    assert!(released.diffstat.contains("rose.py") && !released.diffstat.contains("tests"));
    assert!(!released.diffstat.contains("index.rst"), "{}", released.diffstat);
    let lines = released.requirement_changes.join("\n");
    assert!(
        lines.contains("+soil>=2") && lines.contains("+water") && !lines.contains("lamp"),
        "{lines}"
    );
}

#[test]
fn very_long_notes_are_cut_and_say_where_the_rest_is() {
    let mut place = Place::new();
    place.release("1.0.0", &[("rose.py", "0")]);
    let many: String = (0..3000).map(|n| format!("  - Fix {n}.\n")).collect();
    let text = format!("fixes:\n{many}security: [Safe.]\n");
    place.release("1.1.0", &[("releasenotes/notes/many-5555555555555555.yaml", &text)]);
    let body = place.body("1.1.0");
    assert!(body.contains("see releasenotes/notes\n"), "{body}");
    assert!(body.lines().count() < 1200);
}
