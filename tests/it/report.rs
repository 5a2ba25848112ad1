//! `tagkeeper report`: what a reviewer reads about a request, on a terminal, as JSON and as a page.

use std::fs;

use serde_json::Value;
use tagkeeper::report::review::page_schema;
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
            &[
                (note, "features: [It ``climbs``.]\n"),
                ("requirements.txt", "soil>=1.1\nsand>=1\nwater\n"),
                ("setup.cfg", "[metadata]\nname = rose\nsummary = A <b>rose</b>\npython_requires = >=3.11\n"),
            ],
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
        let page = serde_json::from_str(&told.out);
        let page = page.unwrap_or_else(|error| panic!("{error}: {}", told.err));
        let schema = jsonschema::validator_for(&page_schema()).unwrap();
        let wrong: Vec<String> = schema
            .iter_errors(&page)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        page
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
    assert_eq!(found["position"]["value"]["others"], Value::Array(Vec::new()));
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
    assert_eq!(
        found["metadata"]["value"]["changes"],
        serde_json::json!([
            {"field": "summary", "before": null, "after": "A <b>rose</b>"},
            {"field": "requires-python", "before": null, "after": ">=3.11"},
        ])
    );
    assert_eq!(found["graph"]["value"]["branches"], Value::Array(Vec::new()));
    assert_eq!(found["notes"]["value"]["sections"][0]["title"], "New Features");
    let looks = page["attention"].to_string();
    for part in [
        "2.1.0 leaves out 1 commit of master of garden/rose",
        "2.1.0 lowers 1 requirement of garden/rose",
        "2.1.0 changes the Python that garden/rose needs from any version to >=3.11",
    ] {
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
    let json = site.json(&[]);
    let found = &json["deliverables"][0]["releases"][0]["repositories"][0];
    assert_eq!(found["position"]["state"], "absent", "it was looked for, and is not there");
    assert_eq!(json["attention"][0]["level"], "error", "{:#}", json["attention"]);
    assert!(page.matches("a commit is not there").count() == 0, "that is said once: {page}");
}

#[test]
fn a_series_begins_where_the_branch_of_the_one_before_began() {
    let site = Site::new(NO_OTHERS);
    let early = site.rose.commit(&[("early.py", "")], "Come early");
    site.rose.tag("3.0.0.0rc1", "3.0.0.0rc1");
    site.rose.run(&["branch", "stable/2026.1"]);
    let late = site.rose.commit(&[("late.py", "")], "Come late");
    site.rose.tag("4.0.0.0rc1", "4.0.0.0rc1");
    let last = site.rose.commit(&[("last.py", "")], "Come last");
    let since = |version: &str, commit| {
        let commit = String::from(commit);
        site.write("orchid/rose", &[(version, &commit)]);
        let page = site.json(&[]);
        let found = &page["deliverables"][0]["releases"][0]["repositories"][0];
        found["since"]["value"].as_str().map(str::to_owned)
    };
    let (early, late, last) = (early.to_string(), late.to_string(), last.to_string());
    let known = |version: &str| Some(version.to_owned());
    assert_eq!(since("3.0.0", &early), known("2.0.0"), "its own candidate is no beginning");
    assert_eq!(since("4.0.0.0b1", &late), known("3.0.0.0rc1"));
    assert_eq!(since("4.0.0", &last), known("3.0.0.0rc1"), "the candidate of the series before is");
    assert_eq!(since("5.0.0.0b1", &last), known("4.0.0.0rc1"));
}

#[test]
fn the_end_of_a_series_is_called_by_its_name_and_brings_nothing_new() {
    let site = Site::new(NO_OTHERS);
    let planted = site.rose.id(&["rev-parse", "HEAD"]).to_string();
    let mut asked = Vec::new();
    for end in ["2026.1-em", "2026.1-eom", "2026.1-eol", "2026.1-last"] {
        site.write("lily/rose", &[("1.4.0", &planted), (end, &planted)]);
        let page = site.json(&[]);
        asked.push(page["deliverables"][0]["asked"].as_str().unwrap().to_owned());
        let looks = page["attention"].to_string();
        assert!(!looks.contains("nothing came") && !looks.contains("leaves out"), "{looks}");
    }
    assert_eq!(
        asked,
        [
            "Move rose 2026.1 to extended maintenance with the tag 2026.1-em in lily.",
            "End the maintenance of rose 2026.1 with the tag 2026.1-eom in lily.",
            "End the life of rose 2026.1 with the tag 2026.1-eol in lily.",
            "Mark the last commit of rose for 2026.1 with the tag 2026.1-last in lily.",
        ]
    );
}

#[test]
fn a_branch_that_was_merged_is_drawn_and_named() {
    let site = Site::new(NO_OTHERS);
    let planted = site.rose.id(&["rev-parse", "2.0.0^0"]).to_string();
    site.rose.run(&["switch", "--quiet", "--create", "side"]);
    site.rose.commit(&[("one.py", "")], "One");
    site.rose.run(&["switch", "--quiet", "--create", "inner"]);
    site.rose.commit(&[("two.py", "")], "Two");
    site.rose.run(&["switch", "--quiet", "side"]);
    site.rose.run(&["merge", "--quiet", "--no-ff", "-m", "Merge inner", "inner"]);
    site.rose.run(&["switch", "--quiet", "master"]);
    site.rose.commit(&[("three.py", "")], "Three");
    site.rose.run(&["merge", "--quiet", "--no-ff", "-m", "Merge <i>side", "side"]);
    let merged = site.rose.id(&["rev-parse", "HEAD"]).to_string();
    site.write("orchid/rose", &[("2.0.0", &planted), ("2.1.0", &merged)]);
    let page = site.json(&[]);
    let graph = &page["deliverables"][0]["releases"][0]["repositories"][0]["graph"]["value"];
    assert_eq!(graph["branches"][0]["subject"], "Merge <i>side", "{graph:#}");
    assert_eq!(graph["rows"][0]["at"]["names"], serde_json::json!(["master"]), "{graph:#}");
    let looks = page["attention"].to_string();
    assert!(looks.contains("2.1.0 merges a whole branch in garden/rose"), "{looks}");
    let text = site.run(&["report"]).out;
    let short = &merged[..9];
    let merges = format!("  merges of whole branches: 1\n    {short} Merge <i>side\n");
    assert!(text.contains(&merges), "{text}");
    assert!(text.contains(&format!("    * {short} (master) Merge <i>side\n    |\\\n")), "{text}");
    let html = site.run(&["report", "--format", "html"]).out;
    assert!(html.contains(&format!("* {short} (master) Merge &lt;i&gt;side\n|\\\n")), "{html}");
}

#[test]
fn a_site_with_governance_names_those_who_speak_for_the_team() {
    let site = Site::new("governance: governance.yaml\nzuul-projects: null\ngerrit: null\n");
    site.ask();
    site.releases.write(
        "governance.yaml",
        "florists:\n  ptl: {name: Flora, email: flora@example.org}\n  liaisons: {release: [{name: Iris, irc: 'iris[m]', email: iris@example.org}]}\n  deliverables: {rose: {repos: [garden/rose]}}\n",
    );
    let page = site.json(&[]);
    let people = &page["deliverables"][0]["team"]["people"]["value"];
    assert_eq!(people["ptl"]["email"], "flora@example.org", "{people}");
    assert_eq!(people["liaisons"][0]["irc"], "iris[m]", "{people}");
    let told = site.run(&["report"]).out;
    assert!(told.contains("Iris <iris@example.org> (iris[m] on IRC)\n"), "{told}");
    let page = site.run(&["report", "--format", "html"]).out;
    assert!(page.contains("iris@example.org, iris[m] on IRC</span>"), "{page}");
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

const CHANGE: &str = "I1111111111111111111111111111111111111111";

#[test]
fn commits_have_the_numbers_of_their_changes_and_the_changes_that_would_take_them_elsewhere() {
    let change = |number: u64, branch: &str, status: &str| {
        format!(
            r#"{{"_number": {number}, "change_id": "{CHANGE}", "project": "garden/rose", "branch": "{branch}", "subject": "Climb", "status": "{status}", "created": "2026-08-01 10:00:00.000000000", "owner": {{"_account_id": 1}}}}"#
        )
    };
    let found = [
        change(7, "master", "MERGED"),
        change(8, "stable/2026.1", "NEW"),
        change(9, "stable/2025.2", "MERGED"),
        change(10, "stable/2025.1", "ABANDONED"),
    ];
    let answer =
        move |_: usize, asked: &Asked| match asked.line().contains(&format!("change%3A{CHANGE}")) {
            true => Reply::Say(200, "", format!(")]}}'\n[{}]", found.join(",")).into_bytes()),
            false => Reply::Say(200, "", b")]}'\n[]".to_vec()),
        };
    let gerrit = HttpServer::play(answer);
    let url = format!("http://127.0.0.1:{}", gerrit.port);
    let site = Site::new(&format!("governance: null\nzuul-projects: null\ngerrit: {url}\n"));
    site.ask();
    let page = site.json(&[]);
    let found = &page["deliverables"][0]["releases"][0]["repositories"][0];
    let commit = &found["commits"]["value"][0];
    assert_eq!(commit["change"]["text"], "7", "{found:#}");
    assert_eq!(commit["change"]["url"], format!("{url}/c/garden/rose/+/7"));
    assert_eq!(commit["open"][0]["text"], "8 on stable/2026.1");
    assert_eq!(
        (commit["open"].as_array().unwrap().len(), &found["changes"]["value"]),
        (1, &1.into())
    );
    let away = site.json(&["--gerrit", "http://127.0.0.1:1"]);
    let found = &away["deliverables"][0]["releases"][0]["repositories"][0];
    assert_eq!(found["changes"]["state"], "not-checked");
    assert_eq!(found["commits"]["value"][0]["change"]["text"], "I111111111");
}

#[test]
fn the_code_search_knows_who_depends_on_it_where_no_project_is_at_hand() {
    let found = br#"{"Results": {"garden/vase": {"Matches": [{"Filename": "requirements.txt", "Matches": [{"Line": "rose>=1.0  # red", "LineNumber": 3}]}]}, "garden/rose": {"Matches": [{"Filename": "setup.cfg", "Matches": [{"Line": "rose", "LineNumber": 1}]}]}}, "Stats": null}"#;
    let answer = |_: usize, asked: &Asked| match asked.line().contains("/api/v1/search?") {
        true => Reply::Say(200, "", found.to_vec()),
        false => Reply::Say(404, "", Vec::new()),
    };
    let search = HttpServer::play(answer);
    let site = Site::new(&format!("{NO_OTHERS}code-search: http://127.0.0.1:{}\n", search.port));
    site.ask();
    let dependents = |arguments: &[&str]| {
        let page = site.json(arguments);
        page["deliverables"][0]["releases"][0]["repositories"][0]["dependents"]["value"].clone()
    };
    let found = dependents(&[]);
    assert_eq!(found["found"].as_array().unwrap().len(), 1, "itself is none: {found}");
    assert_eq!(found["found"][0]["place"], "requirements.txt:3");
    assert_eq!(found["found"][0]["requirement"], "rose>=1.0");
    let away = dependents(&["--code-search", "http://127.0.0.1:1"]);
    assert_eq!(
        (&away["searched"]["state"], &away["found"]),
        (&"not-checked".into(), &Value::Array(Vec::new()))
    );
    assert_eq!(dependents(&["--code-search", ""])["searched"]["state"], "absent");
    let told = site.run(&["report", "--code-search", "http://127.0.0.1:1"]);
    assert!(told.out.contains("who else depends on it: not checked: "), "{}", told.out);
}
