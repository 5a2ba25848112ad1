//! `tagkeeper report`: what a reviewer reads about a request, on a terminal, as JSON and as a page.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::http::{Asked, HttpServer, Reply};
use crate::support::machine::{TAGKEEPER, command_at_home};
use crate::support::work::Work;

const SERIES: &str = "- {name: orchid, release-id: 2026.2, status: development}\n- {name: lily, release-id: 2026.1, status: maintained}\n";

/// A releases repository that asks for `garden/rose` 2.1.0, and the repository itself.
struct Site {
    dir: TempDir,
    rose: Work,
    releases: Work,
}

struct Told {
    status: Option<i32>,
    out: String,
    err: String,
}

impl Site {
    fn new(config: &str) -> Self {
        let dir = TempDir::new().unwrap();
        let rose = Work::new(dir.path().join("git/garden/rose"));
        rose.commit(
            &[
                ("requirements.txt", "soil>=1.0\nsand>=2\nclay>=3\n"),
                (
                    "setup.py",
                    "import setuptools\nsetuptools.setup(setup_requires=['pbr'], pbr=True)\n",
                ),
                ("setup.cfg", "[metadata]\nname = rose\n"),
            ],
            "Plant",
        );
        let releases = Work::new(dir.path().join("releases"));
        let root = dir.path().join("git");
        releases.write(
            "tagkeeper.yaml",
            format!("git: {}/{{repo}}\ntrunk: master\n{config}", root.display()),
        );
        releases.write("data/series_status.yaml", SERIES);
        let site = Self { dir, rose, releases };
        let planted = site.rose.id(&["rev-parse", "HEAD"]).to_string();
        site.rose.tag("2.0.0", "2.0.0");
        site.write("orchid/rose", &[("2.0.0", &planted)]);
        site.write("orchid/thorn", &[("0.1.0", &planted)]);
        site.write("lily/rose", &[("1.4.0", &planted)]);
        site.releases.commit(&[], "Begin");
        site
    }

    fn write(&self, file: &str, releases: &[(&str, &str)]) {
        let mut text = "---\nteam: florists\ntype: library\nrelease-model: cycle-with-intermediary\nreleases:\n".to_owned();
        for (version, hash) in releases {
            text += &format!(
                "  - version: {version}\n    projects:\n      - repo: garden/rose\n        hash: {hash}\n"
            );
        }
        self.releases.write(&format!("deliverables/{file}.yaml"), text);
    }

    /// Grows the rose, and asks for 2.1.0 at the first of its new commits.
    fn ask(&self) {
        let planted = self.rose.id(&["rev-parse", "2.0.0^0"]).to_string();
        let note = "releasenotes/notes/climb-2222222222222222.yaml";
        let grown = self.rose.commit(
            &[(note, "features: [It ``climbs``.]\n"), ("requirements.txt", "soil>=1.1\nsand>=1\nwater\n")],
            "Climb <b>high</b>\u{1b}[31m\n\nCloses-Bug: #12\nChange-Id: I1111111111111111111111111111111111111111",
        );
        self.rose.commit(&[("late.py", "")], "Come late");
        self.write("orchid/rose", &[("2.0.0", &planted), ("2.1.0", &grown.to_string())]);
    }

    fn run(&self, arguments: &[&str]) -> Told {
        let mut command = command_at_home(TAGKEEPER, &self.dir.path().join("home"));
        command.current_dir(self.dir.path().join("releases")).args(arguments);
        command.env("TAGKEEPER_NOW", "2026-08-19T12:00:00Z");
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Told { status: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let told = self.run(&[&["report", "--format", "json"], arguments].concat());
        serde_json::from_str(&told.out).unwrap_or_else(|error| panic!("{error}: {}", told.err))
    }
}

const NO_OTHERS: &str = "governance: null\nzuul-projects: null\ngerrit: null\n";

#[test]
fn the_page_says_what_is_asked_what_it_brings_and_what_it_leaves_out() {
    let site = Site::new(NO_OTHERS);
    site.ask();
    let page = site.json(&[]);
    assert_eq!(page["headline"], "yes", "{page:#}");
    let rose = &page["deliverables"][0];
    assert_eq!(rose["asked"], "Release rose 2.1.0 (a feature release after 2.0.0) in orchid.");
    assert_eq!(rose["team"]["name"], "florists");
    assert_eq!(rose["siblings"][0]["name"], "thorn");
    assert_eq!(rose["other_series"][0]["newest"], "1.4.0");
    let release = &rose["releases"][0];
    assert_eq!(release["suggested"]["value"]["bump"], "minor");
    assert_eq!(release["suggested"]["value"]["is_met"], true);
    let found = &release["repositories"][0];
    assert_eq!(found["position"]["value"]["describe"], "2.0.0 + 1 commit");
    assert_eq!(found["position"]["value"]["branches"][0]["describe"], "2.0.0 + 2 commits");
    assert_eq!(found["since"]["value"], "2.0.0");
    let commit = &found["commits"]["value"][0];
    assert_eq!(commit["bugs"][0]["text"], "bug 12");
    assert_eq!(commit["change"]["text"], "I111111111");
    assert_eq!(commit["notes"][0], "climb-2222222222222222.yaml");
    assert_eq!(found["branch"]["value"]["left_out"][0]["subject"], "Come late");
    assert_eq!(found["lost"]["value"], Value::Array(Vec::new()));
    let changes = found["requirements"]["value"]["changes"].as_array().unwrap();
    let changes: Vec<_> = changes.iter().map(|one| (&one["change"], &one["name"])).collect();
    assert_eq!(
        format!("{changes:?}"),
        r#"[(String("removed"), String("clay")), (String("lowered"), String("sand")), (String("raised"), String("soil")), (String("added"), String("water"))]"#
    );
    assert_eq!(found["notes"]["value"]["sections"][0]["title"], "New Features");
    let looks = page["attention"].to_string();
    for part in
        ["1 commit of master of garden/rose left out", "1 requirement of garden/rose lowered"]
    {
        assert!(looks.contains(part), "{looks}");
    }
}

#[test]
fn nothing_of_a_project_steers_a_terminal_or_a_page() {
    let site = Site::new(NO_OTHERS);
    site.ask();
    let told = site.run(&["report"]);
    assert_eq!(told.status, Some(0), "{}", told.err);
    assert!(!told.out.contains('\u{1b}') && told.out.contains("Climb <b>high</b>\\u{1b}[31m"));
    let told = site.run(&["report", "--format", "html"]);
    assert!(!told.out.contains('\u{1b}'), "{}", told.out);
    assert!(told.out.contains("Climb &lt;b&gt;high&lt;&#x2f;b&gt;\\u{1b}[31m"), "{}", told.out);
    assert!(!told.out.contains("<script") && told.out.contains("default-src 'none'"));
    let same = site.run(&["check", "--format", "html"]);
    assert_eq!(same.out, told.out, "the page of the check job is this one");
}

#[test]
fn what_could_not_be_fetched_is_no_yes_and_never_shown_as_nothing() {
    let site = Site::new(NO_OTHERS);
    site.ask();
    let away = ["--git", "http://127.0.0.1:1/{repo}"];
    let page = site.json(&away);
    assert_eq!(page["headline"], "not-judged");
    let found = &page["deliverables"][0]["releases"][0]["repositories"][0];
    for part in ["position", "branch", "since", "commits", "lost", "requirements", "notes"] {
        assert_eq!(found[part]["state"], "not-checked", "{part}");
    }
    let told = site.run(&[&["report"], &away[..]].concat());
    assert_eq!(told.status, Some(0));
    assert!(told.out.starts_with("Not judged: "), "{}", told.out);
    assert!(told.out.contains("where its commit is: not checked: "), "{}", told.out);
}

#[test]
fn a_request_with_errors_is_a_no_and_its_plan_is_not_green() {
    let site = Site::new(NO_OTHERS);
    let planted = site.rose.id(&["rev-parse", "HEAD"]).to_string();
    site.write("orchid/rose", &[("2.0.0", &planted), ("2.1.0", &"d".repeat(40))]);
    let told = site.run(&["report", "--format", "html", "--output", "page.html"]);
    assert_eq!(told.status, Some(1), "{}", told.err);
    let page = fs::read_to_string(site.dir.path().join("releases/page.html")).unwrap();
    assert!(page.contains("<h1 class=\"answer no\">Refused: "), "{page}");
    assert!(page.contains("class=refused") && page.contains("while the request is refused"));
    let found = &site.json(&[])["deliverables"][0]["releases"][0]["repositories"][0];
    assert_eq!(found["position"]["state"], "absent", "it was looked for, and is not there");
}

#[test]
fn a_site_with_governance_names_those_who_speak_for_the_team() {
    let site = Site::new("governance: governance.yaml\nzuul-projects: null\ngerrit: null\n");
    site.ask();
    site.releases.write(
        "governance.yaml",
        "florists:\n  ptl: {name: Flora, email: flora@example.org}\n  liaisons: {release: [{name: Iris, email: iris@example.org}]}\n  deliverables: {rose: {repos: [garden/rose]}}\n",
    );
    let page = site.json(&[]);
    let people = &page["deliverables"][0]["team"]["people"]["value"];
    assert_eq!(people["ptl"]["email"], "flora@example.org", "{people}");
    let nowhere = site.json(&["--governance", "nowhere/governance.yaml"]);
    assert_eq!(nowhere["deliverables"][0]["team"]["people"]["state"], "not-checked");
}

#[test]
fn those_who_build_on_it_are_named_and_their_results_never_decide() {
    let builds = br#"[{"uuid": "1", "result": "FAILURE", "end_time": "2026-08-18T10:00:00", "log_url": "https://logs.example.org/1"}]"#;
    let zuul = HttpServer::start(vec![Reply::Say(200, "", builds.to_vec())]);
    let site =
        Site::new(&format!("{NO_OTHERS}zuul: http://127.0.0.1:{}/api/tenant/garden\n", zuul.port));
    site.releases.write(
        "release-policy.yaml",
        "downstream:\n  - deliverables: [rose]\n    repos: [garden/vase]\n    mail: [vase@garden.example]\n    jobs: [{project: garden/vase, job: vase-build}]\n",
    );
    let vase = Work::new(site.dir.path().join("git/garden/vase"));
    let setup = "import setuptools\nsetuptools.setup(setup_requires=['pbr'], pbr=True)\n";
    let files = [
        ("setup.py", setup),
        ("setup.cfg", "[metadata]\nname = vase\n"),
        ("requirements.txt", "Rose>=1.0\n"),
    ];
    let planted = vase.commit(&files, "Throw").to_string();
    let text = fs::read_to_string(site.dir.path().join("releases/deliverables/orchid/thorn.yaml"))
        .unwrap();
    let entry = format!("      - repo: garden/vase\n        hash: {planted}\n");
    site.releases.write("deliverables/orchid/thorn.yaml", text + &entry);
    site.releases.commit(&[], "Build on it");
    site.ask();
    let page = site.json(&[]);
    assert_eq!(page["headline"], "yes", "{page:#}");
    let rose = &page["deliverables"][0];
    assert_eq!(rose["downstream"]["repos"][0], "garden/vase");
    let build = &rose["downstream"]["jobs"][0]["builds"]["value"][0];
    assert_eq!(
        (&build["result"], &build["ended"]),
        (&"FAILURE".into(), &"2026-08-18T10:00:00Z".into())
    );
    let dependents = &rose["releases"][0]["repositories"][0]["dependents"]["value"];
    assert_eq!(dependents["found"][0]["requirement"], "Rose>=1.0", "{dependents}");
    let away = site.json(&["--zuul", "http://127.0.0.1:1/api/tenant/garden"]);
    assert_eq!(away["headline"], "yes", "a test of somebody else is no part of the verdict");
    assert_eq!(away["deliverables"][0]["downstream"]["jobs"][0]["builds"]["state"], "not-checked");
}

#[test]
fn open_changes_that_the_site_watches_are_shown() {
    let change = |number: u64| {
        format!(
            r#"{{"_number": {number}, "project": "garden/rose", "branch": "master", "subject": "Prune", "status": "NEW", "created": "2026-08-01 10:00:00.000000000", "owner": {{"_account_id": 1}}}}"#
        )
    };
    let answer = move |_: usize, asked: &Asked| match asked.line().contains("q=is%3Aopen") {
        true => Reply::Say(200, "", format!(")]}}'\n[{}]", change(7)).into_bytes()),
        false => Reply::Say(200, "", b")]}'\n[]".to_vec()),
    };
    let gerrit = HttpServer::play(answer);
    let site = Site::new(&format!(
        "governance: null\nzuul-projects: null\ngerrit: http://127.0.0.1:{}\nwatched-queries: ['is:open project:{{repo}} branch:{{branch}}']\n",
        gerrit.port
    ));
    site.ask();
    let page = site.json(&[]);
    let query = &page["deliverables"][0]["releases"][0]["repositories"][0]["open_changes"][0];
    assert_eq!(query["query"], "is:open project:garden/rose branch:master");
    let url = format!("http://127.0.0.1:{}/c/garden/rose/+/7", gerrit.port);
    assert_eq!(query["changes"]["value"][0]["url"], url, "{query}");
}
