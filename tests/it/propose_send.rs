//! `propose --send`: many requests as changes on Gerrit, and what becomes of them when it is run again.

use std::fs;

use tagkeeper::ops::propose::{By, Invite, ProposeOptions, ProposeReport, ProposeWay};
use tagkeeper::workspace::{Failure, FailureKind};

use crate::propose::{Garden, path, rows};
use crate::support::machine::{bare_command, must};
use crate::support::proposals::{Proposals as Server, Proposed};

/// A garden whose releases repository is reviewed on a Gerrit.
struct Reviewed {
    garden: Garden,
    server: Server,
}

impl Reviewed {
    fn new() -> Self {
        let garden = Garden::new();
        garden.fix("rose");
        garden.fix("lily");
        let review = "[gerrit]\nhost=review.example\nproject=garden/releases.git\n";
        garden.releases.commit(&[(".gitreview", review)], "Say where it is reviewed");
        let git = garden.dir.path().join("git");
        let bare = git.join("garden/releases.git");
        let bare = bare.to_str().unwrap();
        must(bare_command("git").args([
            "init",
            "--quiet",
            "--bare",
            "--initial-branch=master",
            bare,
        ]));
        garden.releases.run(&["remote", "add", "origin", bare]);
        garden.releases.run(&["push", "--quiet", "--set-upstream", "origin", "master"]);
        let server = Server::start(&git);
        Self { garden, server }
    }

    fn merge(&self, files: &[(&str, &str)]) {
        self.garden.releases.commit(files, "Move on");
        self.garden.releases.run(&["push", "--quiet", "origin", "master"]);
    }

    fn send_with(
        &self,
        more: &[(&str, &str)],
        change: impl FnOnce(&mut ProposeOptions),
    ) -> Result<ProposeReport, Failure> {
        let settings = self.server.settings();
        let pairs = settings.chunks(2).filter(|pair| pair[0].starts_with("--gerrit"));
        let pairs = pairs.map(|pair| (pair[0].trim_start_matches('-').to_owned(), pair[1].clone()));
        let more = more.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        let all: Vec<(String, String)> = pairs.chain(more).collect();
        self.garden.run(&self.garden.git(), &all, ProposeWay::Gerrit, change)
    }

    fn send(&self) -> Result<String, Failure> {
        self.send_with(&[], |_| {}).map(rows)
    }

    /// How many patch sets each change has.
    fn patchsets(&self) -> Vec<usize> {
        self.server.changes().iter().map(|change| change.patchsets.len()).collect()
    }
}

#[test]
fn a_second_run_pushes_nothing_also_where_the_base_has_moved() {
    let reviewed = Reviewed::new();
    let first = "lily,1.0.1,proposed\nrose,1.0.1,proposed\nthorn,,skipped\n";
    assert_eq!(reviewed.send().unwrap(), first);
    let changes = reviewed.server.changes();
    let Proposed { project, branch, topic, message, .. } = &changes[0];
    assert_eq!([project, branch, topic], ["garden/releases", "master", "milestone"]);
    assert!(message.starts_with("Release lily 1.0.1 for hibiscus\n"), "{message}");
    let again = "lily,1.0.1,unchanged\nrose,1.0.1,unchanged\nthorn,,skipped\n";
    assert_eq!(reviewed.send().unwrap(), again);
    reviewed.merge(&[("README", "new")]);
    assert_eq!(reviewed.send().unwrap(), again);
    assert_eq!(reviewed.patchsets(), [1, 1]);
    assert_eq!(reviewed.garden.branches(), [""; 0]);
}

#[test]
fn what_is_stale_is_amended() {
    let reviewed = Reviewed::new();
    reviewed.send().unwrap();
    reviewed.garden.fix("rose");
    let amended = "lily,1.0.1,unchanged\nrose,1.0.1,amended\nthorn,,skipped\n";
    assert_eq!(reviewed.send().unwrap(), amended);
    assert_eq!(reviewed.patchsets(), [1, 2]);
    let words = |asked: &mut ProposeOptions| asked.message = Some("As agreed.".to_owned());
    let again = rows(reviewed.send_with(&[], words).unwrap());
    assert_eq!(again, "lily,1.0.1,amended\nrose,1.0.1,amended\nthorn,,skipped\n");
}

#[test]
fn what_a_person_edited_is_left_whatever_account_they_used() {
    for edit in [Server::edited_by_a_person, Server::edited_with_our_account] {
        let reviewed = Reviewed::new();
        reviewed.send().unwrap();
        edit(&reviewed.server, &path("rose"), "team: garden\n");
        let table = reviewed.send().unwrap();
        assert!(table.contains("rose,1.0.1,left\n"), "{table}");
        assert_eq!(reviewed.patchsets(), [2, 2]);
    }
}

#[test]
fn nothing_is_proposed_for_what_is_over() {
    let reviewed = Reviewed::new();
    reviewed.send().unwrap();
    reviewed.server.set("ABANDONED");
    let table = reviewed.send().unwrap();
    assert_eq!(table, "lily,1.0.1,ended\nrose,1.0.1,ended\nthorn,,skipped\n");
    reviewed.server.set("MERGED");
    let failure = reviewed.send().unwrap_err();
    assert_eq!(failure.kind(), FailureKind::Refused);
    assert_eq!(failure.to_string(), "all changes of the topic `milestone` have merged");
    assert_eq!(reviewed.patchsets(), [1, 1]);
}

#[test]
fn a_gerrit_that_is_away_gets_nothing() {
    let reviewed = Reviewed::new();
    reviewed.server.is_away(true);
    assert_eq!(reviewed.send().unwrap_err().kind(), FailureKind::Outside);
    reviewed.server.is_away(false);
    assert!(reviewed.server.changes().is_empty());
}

#[test]
fn those_who_speak_for_a_team_are_asked_once() {
    let reviewed = Reviewed::new();
    let governance = reviewed.garden.dir.path().join("governance");
    fs::create_dir(&governance).unwrap();
    let teams = "garden:\n  ptl: {name: Ann, email: ann@example.org}\n  liaisons:\n    release:\n      - {name: Bob, email: bob@example.org}\n      - {name: Nobody, email: nobody@example.org}\n  deliverables:\n    rose: {repos: [garden/rose]}\n    thorn: {repos: [garden/thorn]}\npond:\n  ptl: {name: Cy, email: cy@example.org}\n  deliverables:\n    lily: {repos: [garden/lily]}\n";
    fs::write(governance.join("projects.yaml"), teams).unwrap();
    let governance = [("governance", governance.to_str().unwrap())];
    let invite = |asked: &mut ProposeOptions| {
        asked.by = By::Team;
        asked.invite = Invite::Speakers;
    };
    let first = reviewed.send_with(&governance, invite).unwrap();
    let notes = first.table.notes.join("\n");
    assert!(notes.contains("nobody@example.org was not invited"), "{notes}");
    reviewed.garden.fix("rose");
    reviewed.send_with(&governance, invite).unwrap();
    let asked: Vec<Vec<String>> =
        reviewed.server.changes().into_iter().map(|change| change.reviewers).collect();
    assert_eq!(asked, [vec!["ann@example.org", "bob@example.org"], vec!["cy@example.org"]]);
}
