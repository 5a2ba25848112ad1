//! `propose`: many requests as branches of the local clone, and what a second run does to them.

use tagkeeper::facts::Network;
use tagkeeper::ops::list::Filter;
use tagkeeper::ops::propose::{By, ProposeOptions, Write, propose};
use tagkeeper::report::table::{Form, Table};
use tagkeeper::workspace::{Failure, FailureKind, Options};
use tempfile::TempDir;

use crate::support::work::Work;

const SERIES: &str = "- {name: hibiscus, release-id: 2026.2, status: development}\n";

struct Garden {
    dir: TempDir,
    releases: Work,
    projects: Vec<(&'static str, Work)>,
}

impl Garden {
    /// `rose` and `thorn` of one team and `lily` of another, each with a release of its only commit.
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let releases = Work::new(dir.path().join("releases"));
        releases.run(&["config", "user.name", "Ann"]);
        releases.run(&["config", "user.email", "ann@example.org"]);
        releases.commit(&[("data/series_status.yaml", SERIES)], "Begin");
        let mut projects = Vec::new();
        for (name, team) in [("rose", "garden"), ("thorn", "garden"), ("lily", "pond")] {
            let project = Work::new(dir.path().join(format!("git/garden/{name}")));
            let head = project.commit(&[("code.py", "1")], "Begin");
            project.tag("1.0.0", "a release");
            let text = format!(
                "---\nteam: {team}\ntype: library\nrelease-model: cycle-with-intermediary\nrepository-settings:\n  garden/{name}: {{}}\nreleases:\n  - version: 1.0.0\n    projects:\n      - repo: garden/{name}\n        hash: {head}\n"
            );
            releases.commit(&[(&path(name), &text)], "Release");
            projects.push((name, project));
        }
        Self { dir, releases, projects }
    }

    fn mend(&self, name: &str) {
        let (_, project) = self.projects.iter().find(|(it, _)| *it == name).unwrap();
        project.commit(&[("code.py", name)], "Mend");
    }

    fn propose(&self, change: impl FnOnce(&mut ProposeOptions)) -> Result<String, Failure> {
        self.propose_from(&format!("{}/git/{{repo}}", self.dir.path().display()), change)
    }

    fn propose_from(
        &self,
        git: &str,
        change: impl FnOnce(&mut ProposeOptions),
    ) -> Result<String, Failure> {
        let mut asked = ProposeOptions {
            kind: None,
            filter: Filter::default(),
            only: Vec::new(),
            topic: "milestone".to_owned(),
            by: By::Deliverable,
            message: None,
            max: 50,
        };
        change(&mut asked);
        let root = self.dir.path().to_str().unwrap();
        let settings = [
            ("git", git.to_owned()),
            ("cache", format!("{root}/cache")),
            ("governance", String::new()),
            ("zuul-projects", String::new()),
            ("gerrit", String::new()),
            ("index", String::new()),
            ("requirements-repo", String::new()),
        ];
        let options = Options {
            directory: self.releases.path.clone(),
            settings: settings.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
            network: Network::Offline,
            ..Options::default()
        };
        propose(&options, &asked, Write::Branches).map(rows)
    }

    fn branches(&self) -> Vec<String> {
        let all =
            self.releases.run(&["for-each-ref", "--format=%(refname:short)", "refs/heads/propose"]);
        all.lines().map(str::to_owned).collect()
    }
}

fn path(name: &str) -> String {
    format!("deliverables/hibiscus/{name}.yaml")
}

fn rows(table: Table) -> String {
    let columns = ["deliverable", "version", "state"].map(str::to_owned);
    let mut out = Vec::new();
    table.with_columns(&columns).unwrap().write(Form::Csv, &mut out).unwrap();
    String::from_utf8(out).unwrap().replace("\r\n", "\n").replacen(
        "deliverable,version,state\n",
        "",
        1,
    )
}

#[test]
fn a_second_run_changes_nothing_also_where_the_base_has_moved() {
    let garden = Garden::new();
    garden.mend("rose");
    garden.mend("lily");
    let first = garden.propose(|_| {}).unwrap();
    assert_eq!(first, "lily,1.0.1,proposed\nrose,1.0.1,proposed\nthorn,,skipped\n");
    let branches = ["propose/milestone/hibiscus-lily", "propose/milestone/hibiscus-rose"];
    assert_eq!(garden.branches(), branches);
    let message = garden.releases.run(&["log", "-1", "--format=%B", branches[1]]);
    assert!(message.starts_with("Release rose 1.0.1 for hibiscus\n\n"), "{message}");
    let footer = message.trim_end().rsplit("\n\n").next().unwrap();
    assert!(footer.starts_with("Change-Id: I") && footer.lines().count() == 1, "{message}");
    let tips = || garden.releases.run(&["for-each-ref", "refs/heads/propose"]);
    let before = tips();
    let again = "lily,1.0.1,unchanged\nrose,1.0.1,unchanged\nthorn,,skipped\n";
    assert_eq!(garden.propose(|_| {}).unwrap(), again);
    garden.releases.commit(&[("README", "new")], "Move on");
    assert_eq!(garden.propose(|_| {}).unwrap(), again);
    assert_eq!(tips(), before);
}

#[test]
fn what_is_stale_is_amended_and_what_a_person_edited_is_left() {
    let garden = Garden::new();
    garden.mend("rose");
    garden.mend("lily");
    garden.propose(|_| {}).unwrap();
    garden.releases.run(&["checkout", "--quiet", "propose/milestone/hibiscus-lily"]);
    garden.releases.tick(3600);
    garden.releases.run(&["commit", "--quiet", "--amend", "--message", "Mine"]);
    garden.releases.run(&["checkout", "--quiet", "master"]);
    let mine = garden.releases.run(&["rev-parse", "propose/milestone/hibiscus-lily"]);
    garden.mend("rose");
    garden.mend("lily");
    let third = garden.propose(|_| {}).unwrap();
    assert!(third.contains("rose,1.0.1,amended"), "{third}");
    assert!(third.contains("lily,1.0.1,left: edited by a person"), "{third}");
    assert_eq!(garden.releases.run(&["rev-parse", "propose/milestone/hibiscus-lily"]), mine);
    garden.releases.run(&["merge", "--quiet", "propose/milestone/hibiscus-rose"]);
    let merged = garden.propose(|_| {}).unwrap();
    assert!(merged.contains("rose,,skipped"), "{merged}");
}

#[test]
fn a_team_has_one_change_and_too_many_are_refused() {
    let garden = Garden::new();
    for name in ["rose", "thorn", "lily"] {
        garden.mend(name);
    }
    let failure = garden.propose(|asked| asked.max = 2).unwrap_err();
    assert_eq!(failure.kind(), FailureKind::Refused);
    assert_eq!(garden.branches(), [""; 0]);
    garden.propose(|asked| asked.by = By::Team).unwrap();
    assert_eq!(garden.branches(), ["propose/milestone/garden", "propose/milestone/pond"]);
    let files = garden.releases.run(&["diff", "--name-only", "master", "propose/milestone/garden"]);
    assert_eq!(files, format!("{}\n{}", path("rose"), path("thorn")));
    for topic in ["a,submit", "a%private", "../x"] {
        let failure = garden.propose(|asked| asked.topic = topic.to_owned()).unwrap_err();
        assert_eq!(failure.kind(), FailureKind::Usage, "{topic}");
    }
}

#[test]
fn a_host_that_is_down_is_unknown_and_nothing_is_proposed() {
    let garden = Garden::new();
    let told = garden.propose_from("https://nowhere.invalid/{repo}", |_| {}).unwrap();
    assert_eq!(told, "lily,,unknown\nrose,,unknown\nthorn,,unknown\n");
    assert_eq!(garden.branches(), [""; 0]);
}
