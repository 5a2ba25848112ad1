//! A history judged request by request: as `check` would have judged each, once each, by the dates of then.

use std::path::Path;
use std::rc::Rc;

use jiff::Timestamp;
use serde_json::Value;
use tagkeeper::config::{Config, Policy};
use tagkeeper::facts::Facts;
use tagkeeper::git::{Arrival, Repository};
use tagkeeper::rules::{Case, Clock, Closed, Finding, judge};
use tagkeeper::tree::scope::{self, Base, Ends, Wanted};
use tagkeeper::tree::walk::Walk;
use tempfile::TempDir;

use crate::support::machine::{TAGKEEPER, bare_command};
use crate::support::work::Work;

const DAY: i64 = 24 * 60 * 60;

const SERIES: &str =
    "- {name: orchid, release-id: 2024.1, status: development, initial-release: 2024-04-03}
- {name: lily, release-id: 2023.2, status: maintained, initial-release: 2023-10-04}
";

const ROSE: &str = "deliverables/orchid/rose.yaml";
const THORN: &str = "deliverables/orchid/thorn.yaml";

/// A releases repository with a history.
struct History {
    _dir: TempDir,
    work: Work,
}

impl History {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let work = Work::new(dir.path().join("releases"));
        Self { _dir: dir, work }
    }

    /// A request of one commit that waits for `days` until it is merged.
    fn merge(&self, files: &[(&str, &str)], message: &str, days: i64) {
        self.propose(files, message);
        self.land(message, days);
    }

    fn propose(&self, files: &[(&str, &str)], message: &str) {
        self.work.run(&["checkout", "--quiet", "-B", "proposal"]);
        self.work.commit(files, message);
    }

    fn land(&self, message: &str, days: i64) {
        self.work.run(&["checkout", "--quiet", "master"]);
        self.work.tick(days * DAY);
        self.work.run(&["merge", "--quiet", "--no-ff", "--message", message, "proposal"]);
    }

    /// What `tagkeeper replay` writes, which must be its answer.
    fn replay(&self, arguments: &[&str]) -> String {
        let (status, out, err) = self.run(arguments);
        assert_eq!((status, err.as_str()), (Some(0), ""), "{out}");
        out
    }

    fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let output = bare_command(TAGKEEPER)
            .arg("replay")
            .args(arguments)
            .current_dir(&self.work.path)
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.replay(&[&["--format", "json"], arguments].concat())).unwrap()
    }
}

/// A library with these versions.
fn library(repo: &str, versions: &[&str]) -> String {
    let entry = |version: &&str| {
        let hash = "0123456789".repeat(4);
        format!("  - version: {version}\n    projects:\n      - {{repo: {repo}, hash: {hash}}}\n")
    };
    let releases: String = versions.iter().map(entry).collect();
    format!(
        "team: florists\ntype: library\nlaunchpad: rose\nrelease-model: cycle-with-intermediary\nreleases:\n{releases}"
    )
}

/// What the requests of the history bring, from 2023-11 to 2024-03. The list of series comes with the fourth one.
fn garden() -> History {
    let history = History::new();
    let work = &history.work;
    let rose = |versions: &[&str]| library("garden/rose", versions);
    work.commit(&[(ROSE, &rose(&["1.0.0"]))], "Plant rose");
    history.merge(&[(THORN, &library("garden/thorn", &["1.0.0"]))], "Plant thorn", 3);
    // One commit without a merge, and the same version twice.
    work.commit(&[(ROSE, &rose(&["1.0.0", "1.0.0"]))], "Again");
    history.merge(&[("data/series_status.yaml", SERIES), (ROSE, &rose(&["1.0.0"]))], "Series", 1);
    // A stack of two commits, proposed in December and merged in January: the version goes back, in a file that moved.
    work.tick(40 * DAY);
    history.propose(&[(ROSE, &rose(&["1.0.0", "0.9.0"]))], "Release rose 0.9.0");
    work.run(&["mv", ROSE, "deliverables/orchid/roses.yaml"]);
    work.commit(&[], "Rename rose");
    history.land("Merge rose", 20);
    // The repository of thorn gets a version that the other file has.
    let both = library("garden/rose", &["1.0.0"]).replace("garden/rose", "garden/thorn");
    history.merge(&[("deliverables/lily/thorns.yaml", &both)], "Take it twice", 2);
    std::fs::remove_file(work.path.join(THORN)).unwrap();
    std::os::unix::fs::symlink("roses.yaml", work.path.join("deliverables/orchid/link.yaml"))
        .unwrap();
    history.merge(&[("deliverables/orchid/bad.yaml", "releases: [\n")], "Break", 2);
    history.merge(&[("README", "A garden\n")], "Explain", 2);
    history
}

fn count<'a>(of: &'a Value, rule: &str) -> Vec<&'a Value> {
    of["rules"].as_array().unwrap().iter().filter(|row| row["rule"] == rule).collect()
}

#[test]
fn every_commit_counts_once_and_every_request_is_judged_once() {
    let history = garden();
    let counted = history.json(&[]);
    assert_eq!((counted["requests"].as_u64(), counted["commits"].as_u64()), (Some(8), Some(15)));
    assert_eq!(counted["years"], serde_json::json!({"2023": 5, "2024": 3}));
    let [twice] = count(&counted, "duplicate-version")[..] else { panic!("{counted}") };
    assert_eq!(twice["years"], serde_json::json!({"2023": 1, "2024": 1}));
    assert_eq!((twice["findings"].as_u64(), twice["requests"].as_u64()), (Some(2), Some(2)));
    assert!(counted["not_asked"]["hash-exists"].as_u64() > Some(0), "{counted}");
    assert_eq!(count(&counted, "hash-exists"), [&Value::Null; 0]);
    assert!(!counted["nothing_found"].as_array().unwrap().contains(&"hash-exists".into()));
}

#[test]
fn a_request_counts_in_the_year_of_its_proposal() {
    let history = garden();
    let counted = history.json(&["--rule", "version-order"]);
    let [finding] = &counted["findings"].as_array().unwrap()[..] else { panic!("{counted}") };
    assert!(finding["proposed"].as_str().unwrap().starts_with("2023-12-"), "{finding}");
    assert_eq!(finding["file"], "deliverables/orchid/roses.yaml");
    assert_eq!(finding["release"], "0.9.0");
    let merge = history.work.run(&["log", "--format=%H", "--grep=Merge rose"]);
    assert_eq!(finding["commit"], merge);
    assert_eq!(counted["rules"].as_array().unwrap().len(), 1);
}

#[test]
fn the_answer_does_not_depend_on_how_the_work_is_shared() {
    let history = garden();
    let alone = history.replay(&["--jobs", "1", "--rule", "duplicate-version", "--rule", "schema"]);
    for jobs in ["2", "5", "100"] {
        let shared =
            history.replay(&["--jobs", jobs, "--rule", "duplicate-version", "--rule", "schema"]);
        assert_eq!(shared, alone);
    }
}

#[test]
fn a_replay_goes_on_from_a_revision_of_the_chain() {
    let history = garden();
    let since = history.work.run(&["rev-parse", "HEAD~4"]);
    let counted = history.json(&["--since", &since]);
    assert_eq!((counted["requests"].as_u64(), counted["commits"].as_u64()), (Some(4), Some(9)));
    let [twice] = count(&counted, "duplicate-version")[..] else { panic!("{counted}") };
    assert_eq!(twice["findings"], 1, "the record before the revision is known");
    let up_to = history.json(&["--head", &since]);
    assert_eq!(up_to["requests"], 4);
}

#[test]
fn what_is_not_on_the_chain_is_refused() {
    let history = garden();
    let side = history.work.run(&["rev-parse", "HEAD^2"]);
    let (status, _, err) = history.run(&["--since", &side]);
    assert_eq!(status, Some(2));
    assert!(err.contains("first-parent"), "{err}");
    let (status, _, err) = history.run(&["--since", "nowhere"]);
    assert_eq!(status, Some(2));
    assert!(err.contains("nowhere"), "{err}");
    let (status, _, err) = history.run(&["--rule", "no-such-rule"]);
    assert_eq!(status, Some(2));
    assert!(err.contains("tagkeeper rules"), "{err}");
}

#[test]
fn the_table_names_rules_years_and_what_was_not_asked() {
    let history = garden();
    let text = history.replay(&["--rule", "duplicate-version", "--rule", "hash-exists"]);
    insta::with_settings!({filters => vec![(r"\b[0-9a-f]{12}\b", "[commit]")]}, {
        insta::assert_snapshot!(text);
    });
}

#[test]
fn a_policy_is_tried_on_the_past() {
    let history = garden();
    history
        .work
        .commit(&[("release-policy.yaml", "rules: {duplicate-version: note}\n")], "Be kind");
    let counted = history.json(&[]);
    let [twice] = count(&counted, "duplicate-version")[..] else { panic!("{counted}") };
    assert_eq!(twice["level"], "note");
}

/// What the rules say of `arrival` by the request that `check --base --head` would judge.
fn checked(path: &Path, arrival: &Arrival, clock: Clock) -> Vec<Finding> {
    let repository = Rc::new(Repository::open(path).unwrap());
    let base = arrival.base.unwrap().to_string();
    let head = Some(arrival.commit.to_string());
    let wanted = Wanted { base: Base::Revision(base), head, ..Wanted::default() };
    let ends = Ends::find(&repository, &wanted).unwrap();
    let request = scope::request(&repository, &wanted, &ends).unwrap();
    findings(&request, clock)
}

fn findings(request: &tagkeeper::tree::request::Request, clock: Clock) -> Vec<Finding> {
    let (config, policy) = (Config::default(), Policy::default());
    let case = Case {
        request,
        config: &config,
        policy: &policy,
        closed: Closed::Skipped,
        clock,
        unsure: None,
        threads: 1,
    };
    judge(&case, &Facts::default())
}

#[test]
fn each_request_is_judged_as_check_judges_it() {
    let history = garden();
    let path = &history.work.path;
    let repository = Rc::new(Repository::open(path).unwrap());
    let newest = scope::record_at(&repository, "HEAD", None).unwrap();
    let arrivals = scope::arrivals(&repository, "HEAD", None).unwrap();
    let clock = Clock { now: Timestamp::MAX, proposed: None };
    let walk =
        Walk::over(Rc::clone(&repository), &arrivals, newest.series(), Default::default()).unwrap();
    let mut n_findings = 0;
    for (arrival, request) in arrivals.iter().zip(walk) {
        let replayed = findings(&request.unwrap(), clock);
        n_findings += replayed.len();
        // `check` has no list of series before there is one, and no first commit to compare with.
        let has_series =
            repository.read(arrival.commit, "data/series_status.yaml", 9999).unwrap().is_some();
        if arrival.base.is_some() && has_series {
            assert_eq!(replayed, checked(path, arrival, clock), "{}", arrival.commit);
        }
    }
    assert!(n_findings > 10, "{n_findings}");
}
