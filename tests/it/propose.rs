//! `propose`: many requests as branches of the local clone, and what a second run does to them.

use tagkeeper::facts::Network;
use tagkeeper::ops::list::Filter;
use tagkeeper::ops::new::Kind;
use tagkeeper::ops::propose::{
    By, Invite, ProposeOptions, ProposeReport, ProposeWay, Purpose, Which, Write, propose,
};
use tagkeeper::plan::Worst;
use tagkeeper::report::table::ListForm;
use tagkeeper::workspace::{Failure, FailureKind, Options};
use tempfile::TempDir;

use crate::support::machine::{TAGKEEPER, bare_command};
use crate::support::work::Work;

const SERIES: &str = "- {name: hibiscus, release-id: 2026.2, status: development}\n";

pub(crate) struct Garden {
    pub(crate) dir: TempDir,
    pub(crate) releases: Work,
    projects: Vec<(&'static str, Work)>,
}

impl Garden {
    /// `rose` and `thorn` of one team and `lily` of another, each with a release of its only commit.
    pub(crate) fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let releases = Work::new(dir.path().join("releases"));
        releases.run(&["config", "user.name", "Ann"]);
        releases.run(&["config", "user.email", "ann@example.org"]);
        releases.commit(&[("data/series_status.yaml", SERIES)], "Begin");
        let mut projects = Vec::new();
        for (name, team) in [("rose", "garden"), ("thorn", "garden"), ("lily", "pond")] {
            let project = Work::new(dir.path().join(format!("git/garden/{name}")));
            let review = format!("[gerrit]\nhost=review.example\nproject=garden/{name}.git\n");
            let head = project.commit(&[("code.py", "1"), (".gitreview", &review)], "Begin");
            project.tag("1.0.0", "a release");
            let text = format!(
                "---\nteam: {team}\ntype: library\nrelease-model: cycle-with-intermediary\nlaunchpad: {name}\nrepository-settings:\n  garden/{name}: {{}}\nreleases:\n  - version: 1.0.0\n    projects:\n      - repo: garden/{name}\n        hash: {head}\n"
            );
            releases.commit(&[(&path(name), &text)], "Release");
            projects.push((name, project));
        }
        Self { dir, releases, projects }
    }

    pub(crate) fn fix(&self, name: &str) {
        let (_, project) = self.projects.iter().find(|(it, _)| *it == name).unwrap();
        project.commit(&[("code.py", name)], "Mend");
    }

    pub(crate) fn git(&self) -> String {
        format!("{}/git/{{repo}}", self.dir.path().display())
    }

    fn propose(&self, change: impl FnOnce(&mut ProposeOptions)) -> Result<String, Failure> {
        self.propose_from(&self.git(), change)
    }

    fn propose_from(
        &self,
        git: &str,
        change: impl FnOnce(&mut ProposeOptions),
    ) -> Result<String, Failure> {
        let none = [("gerrit".to_owned(), String::new())];
        self.run(git, &none, ProposeWay::Branches, change).map(rows)
    }

    pub(crate) fn run(
        &self,
        git: &str,
        more: &[(String, String)],
        way: ProposeWay,
        change: impl FnOnce(&mut ProposeOptions),
    ) -> Result<ProposeReport, Failure> {
        let mut asked = ProposeOptions {
            purpose: Purpose::Release(None),
            filter: Filter::default(),
            which: Which::All,
            topic: "milestone".to_owned(),
            by: By::Deliverable,
            message: None,
            max: 50,
            invite: Invite::Nobody,
        };
        change(&mut asked);
        let root = self.dir.path().to_str().unwrap();
        let settings = [
            ("git", git.to_owned()),
            ("cache", format!("{root}/cache")),
            ("governance", String::new()),
            ("zuul-projects", String::new()),
            ("index", String::new()),
            ("requirements-repo", String::new()),
        ];
        let settings = settings.map(|(key, value)| (key.to_owned(), value));
        let network = match way {
            ProposeWay::Branches => Network::Offline,
            ProposeWay::Gerrit => Network::Allowed,
        };
        let options = Options {
            directory: self.releases.path.clone(),
            settings: settings.into_iter().chain(more.iter().cloned()).collect(),
            network,
            ..Options::default()
        };
        propose(&options, &asked, (way, Write::Changes))
    }

    pub(crate) fn branches(&self) -> Vec<String> {
        let all =
            self.releases.run(&["for-each-ref", "--format=%(refname:short)", "refs/heads/propose"]);
        all.lines().map(str::to_owned).collect()
    }
}

pub(crate) fn path(name: &str) -> String {
    format!("deliverables/hibiscus/{name}.yaml")
}

pub(crate) fn rows(ProposeReport { table, .. }: ProposeReport) -> String {
    let columns = ["deliverable", "version", "state"].map(str::to_owned);
    let mut out = Vec::new();
    table.with_columns(&columns).unwrap().write(ListForm::Csv, &mut out).unwrap();
    String::from_utf8(out).unwrap().replace("\r\n", "\n").replacen(
        "deliverable,version,state\n",
        "",
        1,
    )
}

#[test]
fn a_second_run_changes_nothing_also_where_the_base_has_moved() {
    let garden = Garden::new();
    garden.fix("rose");
    garden.fix("lily");
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
    garden.fix("rose");
    garden.fix("lily");
    garden.propose(|_| {}).unwrap();
    garden.releases.run(&["checkout", "--quiet", "propose/milestone/hibiscus-lily"]);
    garden.releases.tick(3600);
    garden.releases.run(&["commit", "--quiet", "--amend", "--message", "Mine"]);
    garden.releases.run(&["checkout", "--quiet", "master"]);
    let mine = garden.releases.run(&["rev-parse", "propose/milestone/hibiscus-lily"]);
    garden.fix("rose");
    garden.fix("lily");
    let third = garden.propose(|_| {}).unwrap();
    assert!(third.contains("rose,1.0.1,amended"), "{third}");
    assert!(third.contains("lily,1.0.1,left"), "{third}");
    assert_eq!(garden.releases.run(&["rev-parse", "propose/milestone/hibiscus-lily"]), mine);
    garden.releases.run(&["merge", "--quiet", "propose/milestone/hibiscus-rose"]);
    let merged = garden.propose(|_| {}).unwrap();
    assert!(merged.contains("rose,,skipped"), "{merged}");
}

#[test]
fn a_team_has_one_change_and_too_many_are_refused() {
    let garden = Garden::new();
    for name in ["rose", "thorn", "lily"] {
        garden.fix(name);
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

#[test]
fn a_release_that_is_refused_or_has_no_repository_is_no_success() {
    let garden = Garden::new();
    garden.fix("rose");
    let gone = "---\nteam: pond\ntype: library\nrelease-model: cycle-with-intermediary\nlaunchpad: reed\nrepository-settings:\n  garden/reed: {}\n";
    garden.releases.commit(&[(&path("reed"), gone)], "Add");
    let none = [("gerrit".to_owned(), String::new())];
    let run = |kind, only: &str| {
        let report = garden.run(&garden.git(), &none, ProposeWay::Branches, |asked| {
            asked.purpose = Purpose::Release(kind);
            asked.which = Which::Named(vec![only.to_owned()]);
        });
        let report = report.unwrap();
        (report.worst, rows(report))
    };
    assert_eq!(run(None, "reed"), (Worst::Refused, "reed,,refused\n".to_owned()));
    assert_eq!(run(None, "thorn"), (Worst::Fine, "thorn,,skipped\n".to_owned()));
    assert_eq!(run(None, "rose"), (Worst::Fine, "rose,1.0.1,proposed\n".to_owned()));
    let by_model = run(Some(Kind::Rc), "thorn");
    assert_eq!(by_model, (Worst::Fine, "thorn,,skipped\n".to_owned()), "its model has none");
    let nobody = garden.propose(|asked| asked.which = Which::Named(vec!["thron".to_owned()]));
    let nobody = nobody.unwrap_err();
    assert_eq!(nobody.kind(), FailureKind::Usage);
    assert_eq!(nobody.hints()[0], "did you mean `thorn`?");
}

#[test]
fn branches_candidates_and_new_series_are_proposed_where_they_are_missing() {
    let garden = Garden::new();
    let branched = garden.propose(|asked| asked.purpose = Purpose::StableBranches).unwrap();
    assert_eq!(
        branched,
        "lily,stable/2026.2,proposed\nrose,stable/2026.2,proposed\nthorn,stable/2026.2,proposed\n"
    );
    let branch = "propose/milestone/hibiscus-rose";
    let diff = garden.releases.run(&["diff", "-U0", "master", branch]);
    assert!(diff.ends_with("+branches:\n+  - name: stable/2026.2\n+    location: 1.0.0"), "{diff}");
    let candidates = garden.propose(|asked| asked.purpose = Purpose::MissingCandidates).unwrap();
    assert_eq!(candidates, "lily,,skipped\nrose,,skipped\nthorn,,skipped\n");
    let list = format!("- {{name: indri, status: future}}\n{SERIES}");
    garden.releases.commit(&[("data/series_status.yaml", &list)], "Plan");
    let new = |asked: &mut ProposeOptions| {
        asked.purpose = Purpose::InitSeries;
        asked.filter.series = vec!["indri".to_owned()];
        asked.by = By::Team;
        asked.topic = "indri".to_owned();
    };
    let begun = "lily,,proposed\nrose,,proposed\nthorn,,proposed\n";
    assert_eq!(garden.propose(new).unwrap(), begun);
    let files = garden.releases.run(&["diff", "--name-only", "master", "propose/indri/garden"]);
    assert_eq!(files, "deliverables/indri/rose.yaml\ndeliverables/indri/thorn.yaml");
    let subject = garden.releases.run(&["log", "-1", "--format=%s", "propose/indri/garden"]);
    assert_eq!(subject, "Begin indri with 2 deliverables of garden");
}

#[test]
fn the_canary_goes_alone() {
    let garden = Garden::new();
    for name in ["rose", "thorn"] {
        garden.fix(name);
    }
    let canary = |name: &str| {
        let more = [
            ("test-deliverable".to_owned(), name.to_owned()),
            ("gerrit".to_owned(), String::new()),
        ];
        let only = |asked: &mut ProposeOptions| asked.which = Which::Canary;
        garden.run(&garden.git(), &more, ProposeWay::Branches, only).map(rows)
    };
    assert_eq!(canary("thorn").unwrap(), "thorn,1.0.1,proposed\n");
    for missing in ["", "tulip"] {
        assert_eq!(canary(missing).unwrap_err().kind(), FailureKind::Usage);
    }
}

#[test]
fn the_command_reads_its_options() {
    let garden = Garden::new();
    garden.fix("rose");
    let run = |more: &[&str]| {
        let git = garden.git();
        let mut command = bare_command(TAGKEEPER);
        command.args(["propose", "auto", "--topic", "milestone", "--format", "names"]).args(more);
        command.args(["--git", &git, "--governance=", "--zuul-projects=", "--index=", "--offline"]);
        let output = command.current_dir(&garden.releases.path).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (status, said) = run(&["--canary", "--dry-run", "--test-deliverable", "rose"]);
    assert_eq!((status, said.as_str()), (Some(0), ""));
    assert_eq!(run(&["--invite"]).0, Some(2), "nobody is invited to a branch");
    assert_eq!(run(&["--canary", "--only", "rose"]).0, Some(2));
    assert_eq!(garden.branches(), [""; 0]);
    let (status, said) = run(&["--send"]);
    assert!(status == Some(2) && said.contains("no Gerrit is configured"), "{said}");
}
