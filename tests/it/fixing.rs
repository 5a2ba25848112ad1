//! `check --fix`, called as a library: what is fixed, what is left, and when nothing is written.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use tagkeeper::facts::Network;
use tagkeeper::ops::check::{CheckOptions, Checked, Preview};
use tagkeeper::ops::fix::fix;
use tagkeeper::rules::Closed;
use tagkeeper::tree::scope::Base;
use tagkeeper::workspace::{Failure, FailureKind, Options};
use tempfile::TempDir;

use crate::support::work::Work;

const PATH: &str = "deliverables/hibiscus/trowel.yaml";
const STATUS: &str = "- name: hibiscus\n  release-id: 2026.2\n  status: development\n";
const FINE: &str = "---\n# who\nteam: garden  # a comment\ntype: library\nrelease-model: cycle-with-intermediary\n";
/// Two fixes in one place and one behind another, with comments and quotes of all kinds around them.
const WRONG: &str = "# who\nteam: garden  # a comment\ntype: 'libary'   # of ours\nrelease-model: cycle-with-intermediary\nincldue-pypi-link: yes\nrepository-settings:\n    garden/trowel:\n        flags: -retired # here \n# the end";
const RIGHT: &str = "---\n# who\nteam: garden  # a comment\ntype: 'library'   # of ours\nrelease-model: cycle-with-intermediary\ninclude-pypi-link: true\nrepository-settings:\n  garden/trowel:\n    flags: [retired] # here\n# the end\n";

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
        fs::write(work.path.join(PATH), FINE).unwrap();
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

    fn write(&self, text: &str) {
        fs::write(self.work.path.join(PATH), text).unwrap();
    }

    fn text(&self) -> String {
        fs::read_to_string(self.work.path.join(PATH)).unwrap()
    }

    fn fix(&self, options: &Options) -> Result<Checked, Failure> {
        fix(options, CheckOptions { closed: Closed::Skipped, preview: Preview::None })
    }
}

fn left(checked: &Checked) -> Vec<&str> {
    let findings = checked.report.findings.iter().filter(|finding| finding.file == PATH);
    findings.filter(|finding| finding.fix.is_some()).map(|finding| finding.rule).collect()
}

#[test]
fn everything_that_can_be_is_fixed_and_nothing_else_is_touched() {
    let place = Place::new();
    for (wrong, right) in [
        (WRONG.to_owned(), RIGHT.to_owned()),
        (WRONG.replace('\n', "\r\n"), RIGHT.replace('\n', "\r\n")),
    ] {
        place.write(&wrong);
        let path = place.work.path.join(PATH);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let checked = place.fix(&place.options()).unwrap();
        assert_eq!(place.text(), right);
        assert_eq!(left(&checked), [""; 0]);
        let fixed: Vec<&str> = checked.report.fixed.iter().map(|repair| repair.rule).collect();
        assert_eq!(fixed.iter().filter(|rule| **rule == "schema").count(), 4, "{fixed:?}");
        assert!(fixed.contains(&"yaml-style"));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        let again = place.fix(&place.options()).unwrap();
        assert!(again.report.fixed.is_empty() && place.text() == right);
    }
}

#[test]
fn a_clean_branch_stays_compared_with_where_it_began() {
    let place = Place::new();
    place.work.run(&["checkout", "--quiet", "-b", "mine"]);
    place.write(WRONG);
    place.work.run(&["commit", "--quiet", "--all", "--message", "Change it"]);
    let checked = place.fix(&place.options()).unwrap();
    let base = place.work.run(&["rev-parse", "master"]);
    assert_eq!(checked.report.compared.base, Some(base));
    assert_eq!(place.text(), RIGHT);
}

#[test]
fn files_that_are_not_wanted_or_not_asked_for_stay_as_they_are() {
    let place = Place::new();
    let other = "deliverables/hibiscus/rake.yaml";
    place.write(WRONG);
    fs::write(place.work.path.join(other), WRONG).unwrap();
    let options = Options { paths: vec![other.into()], ..place.options() };
    place.fix(&options).unwrap();
    assert_eq!(place.text(), WRONG);
    assert_eq!(fs::read_to_string(place.work.path.join(other)).unwrap(), RIGHT);
}

#[test]
fn a_revision_and_a_link_are_refused() {
    let place = Place::new();
    place.write(WRONG);
    let failure = place.fix(&place.options().at("HEAD")).unwrap_err();
    assert_eq!(failure.kind(), FailureKind::Usage);
    let path = place.work.path.join("deliverables/hibiscus");
    fs::rename(&path, place.work.path.join("elsewhere")).unwrap();
    symlink("../elsewhere", &path).unwrap();
    let options = Options { base: Base::None, ..place.options() };
    if let Ok(checked) = place.fix(&options) {
        assert!(checked.report.fixed.is_empty(), "{:?}", checked.report.fixed);
    }
    assert_eq!(fs::read_to_string(place.work.path.join("elsewhere/trowel.yaml")).unwrap(), WRONG);
}

#[test]
fn a_file_that_is_no_text_is_left() {
    let place = Place::new();
    let path = place.work.path.join(PATH);
    fs::write(&path, b"team: caf\xe9  \n").unwrap();
    let checked = place.fix(&place.options()).unwrap();
    assert!(checked.report.fixed.is_empty());
    assert_eq!(fs::read(&path).unwrap(), b"team: caf\xe9  \n");
}
