//! The use cases called as a library: no process of ours is started.

use std::collections::BTreeMap;
use std::fs;

use tagkeeper::facts::Network;
use tagkeeper::ops::check::{CheckOptions, Checked, Preview, check};
use tagkeeper::rules::Closed;
use tagkeeper::workspace::{FailureKind, Options, Workspace};
use tempfile::TempDir;

use crate::support::work::Work;

const PATH: &str = "deliverables/hibiscus/trowel.yaml";

struct Place {
    dir: TempDir,
    work: Work,
}

impl Place {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let work = Work::new(dir.path().join("releases"));
        fs::create_dir_all(work.path.join("deliverables/hibiscus")).unwrap();
        fs::create_dir_all(work.path.join("data")).unwrap();
        fs::write(work.path.join("data/series_status.yaml"), STATUS).unwrap();
        fs::write(work.path.join(PATH), deliverable("garden")).unwrap();
        work.run(&["add", "."]);
        work.run(&["commit", "--quiet", "--message", "Begin"]);
        Self { dir, work }
    }

    fn options(&self) -> Options {
        let cache = self.dir.path().join("cache").to_str().unwrap().to_owned();
        Options {
            directory: self.work.path.clone(),
            settings: vec![("cache".to_owned(), cache)],
            network: Network::Offline,
            ..Options::default()
        }
    }

    fn check(&self, options: &Options) -> Checked {
        let how = CheckOptions { closed: Closed::Skipped, preview: Preview::None };
        check(&Workspace::open(options).unwrap(), None, how).unwrap()
    }
}

const STATUS: &str = "- name: hibiscus\n  release-id: 2026.2\n  status: development\n";

fn deliverable(team: &str) -> String {
    format!("team: {team}\ntype: library\nrelease-model: cycle-with-intermediary\n")
}

/// The findings about the file, as `rule line`.
fn found(checked: &Checked) -> Vec<String> {
    let findings = checked.report.findings.iter().filter(|finding| finding.file == PATH);
    findings.map(|finding| format!("{} {}", finding.rule, finding.place.line)).collect()
}

#[test]
fn a_check_needs_no_process() {
    let place = Place::new();
    fs::write(place.work.path.join(PATH), deliverable("garden").replace("team", "taem")).unwrap();
    let checked = place.check(&place.options());
    assert_eq!(checked.report.n_files, 1);
    assert!(found(&checked).contains(&"schema 1".to_owned()), "{:?}", found(&checked));
}

#[test]
fn a_text_that_is_not_saved_is_judged_in_place_of_its_file() {
    let place = Place::new();
    let unsaved = |path: &str, text: String| Options {
        unsaved: BTreeMap::from([(path.to_owned(), text.into_bytes())]),
        ..place.options()
    };
    let wrong = deliverable("garden").replace("type: library", "type: libary");
    let checked = place.check(&unsaved(PATH, wrong.clone()));
    assert!(found(&checked).contains(&"schema 2".to_owned()), "{:?}", found(&checked));
    fs::write(place.work.path.join(PATH), wrong).unwrap();
    let checked = place.check(&unsaved(PATH, deliverable("garden")));
    let found_now = found(&checked);
    assert!(!found_now.contains(&"schema 2".to_owned()), "the saved text counts: {found_now:?}");
    let other = "deliverables/hibiscus/rake.yaml";
    let checked = place.check(&unsaved(other, "taem: garden\n".to_owned()));
    let about = checked.report.findings.iter().filter(|finding| finding.file == other);
    assert!(about.count() > 0, "a file that is new is judged");
}

#[test]
fn a_request_that_changes_the_statuses_says_so() {
    let place = Place::new();
    let closed = STATUS.replace("development", "end of life");
    let path = place.work.path.join("data/series_status.yaml");
    fs::write(&path, closed).unwrap();
    place.work.run(&["commit", "--quiet", "--all", "--message", "Close it"]);
    fs::write(&path, STATUS).unwrap();
    fs::write(
        place.work.path.join(PATH),
        format!("{}releases:\n  - version: 1.0.0\n    projects:\n      - repo: garden/trowel\n        hash: {}\n", deliverable("garden"), "a".repeat(40)),
    )
    .unwrap();
    let checked = place.check(&place.options());
    let notes = checked.report.notes.join("\n");
    assert!(notes.contains("changes `data/series_status.yaml`"), "{notes}");
    let rules: Vec<_> = checked.report.findings.iter().map(|finding| finding.rule).collect();
    assert!(rules.contains(&"series-open"), "{rules:?}");
}

#[test]
fn a_failure_keeps_its_kind_and_its_hint() {
    let place = Place::new();
    let options = place.options().at("no-such-revision");
    let failure = Workspace::open(&options).err().unwrap();
    assert_eq!(failure.kind(), FailureKind::Usage);
    assert!(failure.to_string().contains("no-such-revision") && !failure.hints().is_empty());
    let elsewhere = Options { directory: place.dir.path().to_owned(), ..Options::default() };
    assert_eq!(Workspace::open(&elsewhere).err().unwrap().kind(), FailureKind::Usage);
}
