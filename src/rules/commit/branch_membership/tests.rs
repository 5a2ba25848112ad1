//! Which branch of a series counts.

use std::collections::BTreeMap;

use super::*;
use crate::config::{Config, Policy};
use crate::rules::{Case, Clock, Closed, Finding, judge};
use crate::tree::index::cache::TextCache;
use crate::tree::record::Record;
use crate::tree::request::Request;
use crate::tree::snapshot::{Blob, Item, ItemKind, ReadError, Snapshot};

const PATH: &str = "deliverables/birch/nova.yaml";
const REPO: &str = "openstack/nova";
const TRUNK: &str = "main";

struct Files(BTreeMap<&'static str, String>);

impl Snapshot for Files {
    fn list(&self, _: &str) -> Result<Vec<Item>, ReadError> {
        Ok(Vec::new())
    }

    fn read(&self, path: &str) -> Result<Option<Blob>, ReadError> {
        let bytes = self.0.get(path).map(|text| text.clone().into_bytes());
        Ok(bytes.map(|bytes| Blob { kind: ItemKind::File, bytes }))
    }

    fn name(&self) -> String {
        "a state".to_owned()
    }
}

fn hash() -> String {
    "a".repeat(40)
}

fn commit() -> CommitId {
    CommitId::parse(&hash()).unwrap()
}

fn repo() -> RepoName {
    RepoName::parse(REPO).unwrap()
}

/// The record in a status of its series: with the release or without, and with that list of branches.
fn record(status: &str, releases: &str, branches: &str) -> Record {
    let series = format!("- name: birch\n  release-id: 2025.1\n  status: {status}\n");
    let file = format!("launchpad: nova\nteam: nova\ntype: service\n{releases}{branches}");
    let files = BTreeMap::from([("data/series_status.yaml", series), (PATH, file)]);
    Record::open(Box::new(Files(files)), TextCache::new(None)).unwrap()
}

fn findings(status: &str, branches: &str, there: &[&str], holding: &[&str]) -> Vec<Finding> {
    let release = format!(
        "releases:\n  - version: 1.0.0\n    projects:\n      - repo: {REPO}\n        hash: {}\n",
        hash()
    );
    let request = Request::between(
        record(status, "", branches),
        record(status, &release, branches),
        vec![PATH.to_owned()],
        Vec::new(),
    );
    let (config, policy) = (Config::default(), Policy::default());
    let clock = Clock { now: jiff::Timestamp::UNIX_EPOCH, proposed: None };
    let case = Case {
        request: &request,
        config: &config,
        policy: &policy,
        closed: Closed::Judged,
        clock,
        unsure: None,
        threads: 1,
    };
    let mut facts = Facts::default();
    facts.insert(CommitIn { repo: repo(), commit: commit() }, Answer::Known(()));
    for branch in ["stable/2025.1", "unmaintained/2025.1", TRUNK] {
        let is_there = there.contains(&branch);
        let tip = if is_there { Answer::Known(commit()) } else { Answer::Absent };
        let (repo, name) = (repo(), branch.to_owned());
        facts.insert(BranchOf { repo: repo.clone(), name: name.clone() }, tip);
        let on = Answer::Known(holding.contains(&branch));
        let question = OnBranch { repo, branch: name, commit: commit() };
        facts.insert(question, if is_there { on } else { Answer::Absent });
    }
    facts.insert(TrunkOf { repo: repo() }, Answer::Known(TRUNK.to_owned()));
    let holding = holding.iter().map(|name| (*name).to_owned()).collect();
    facts.insert(BranchesWith { repo: repo(), commit: commit() }, Answer::Known(holding));
    let mut found = judge(&case, &facts);
    found.retain(|finding| finding.rule == RULE.id);
    found
}

#[test]
fn the_branch_that_is_there_counts_whatever_the_status_says() {
    for status in ["maintained", "unmaintained"] {
        for branch in ["stable/2025.1", "unmaintained/2025.1"] {
            assert_eq!(findings(status, "", &[TRUNK, branch], &[branch]), [], "{status} {branch}");
        }
    }
}

#[test]
fn of_both_branches_the_one_that_fits_the_status_counts() {
    let both = [TRUNK, "stable/2025.1", "unmaintained/2025.1"];
    assert_eq!(findings("maintained", "", &both, &["stable/2025.1"]), []);
    let found = findings("unmaintained", "", &both, &["stable/2025.1"]);
    assert!(found[0].message.contains("is not on `unmaintained/2025.1`"), "{found:?}");
}

#[test]
fn before_the_branch_is_made_the_commit_is_on_the_trunk() {
    assert_eq!(findings("development", "", &[TRUNK], &[TRUNK]), []);
    let found = findings("development", "", &[TRUNK], &[]);
    assert!(found[0].message.ends_with("(`stable/2025.1` does not exist yet)"), "{found:?}");
}

#[test]
fn a_branch_that_the_file_lists_and_that_is_gone_is_not_called_yet_to_come() {
    let listed = "branches:\n  - name: stable/2025.1\n    location: 0.9.0\n";
    let found = findings("maintained", listed, &[TRUNK], &[]);
    assert!(
        found[0].message.ends_with("and `stable/2025.1`, which the file lists, does not exist"),
        "{found:?}"
    );
}
