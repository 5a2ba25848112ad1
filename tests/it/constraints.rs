//! The upper constraints follow a release, once the index serves it.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use crate::corpus::writeln_to_stderr;
use crate::support::http::{HttpServer, Reply};
use crate::support::played::{Played, git, run, tagkeeper};
use crate::support::proposals::{Proposals, with_file};

const REPO: &str = "garden/watering-can";
const UPPER: &str = "upper-constraints.txt";
const SETUP: &str = "[metadata]\nname = garden.watering_can\npython_requires = >=3.10\n";
const PINS: &str = "# nothing is promised\nother===1.0\nGarden-Watering.Can===4.2.9;python_version=='3.9'\ngarden_watering_can===4.2.0;python_version>='3.10'\nlast===2";

/// A playground with a release that asks for its constraint, an index, and a Gerrit.
struct Asked {
    played: Played,
    root: PathBuf,
    page: Arc<Mutex<Reply>>,
    index: HttpServer,
    review: Proposals,
}

fn html(text: &str) -> Reply {
    let page = format!("<!DOCTYPE html><html><body>{text}</body></html>");
    Reply::Say(200, "content-type: text/html\r\n", page.into_bytes())
}

fn file(version: &str) -> Reply {
    html(&format!("<a href=\"/f/x\">garden_watering_can-{version}.tar.gz</a>"))
}

fn missing() -> Reply {
    Reply::Say(404, "content-type: text/plain\r\n", b"no".to_vec())
}

impl Asked {
    fn new() -> Self {
        let played = Played::new();
        let root = played.root();
        let bare = |repo: &str| root.join("git").join(format!("{repo}.git"));
        let requirements = bare("garden/requirements");
        run(
            &root,
            "git",
            &[
                "init",
                "--quiet",
                "--bare",
                "--initial-branch=master",
                requirements.to_str().unwrap(),
            ],
        );
        let empty = git(&root, &["-C", requirements.to_str().unwrap(), "mktree"]);
        let first = git(
            &root,
            &["-C", requirements.to_str().unwrap(), "commit-tree", &empty, "-m", "Begin"],
        );
        let tip = with_file(&requirements, &first, UPPER, PINS);
        git(
            &root,
            &["-C", requirements.to_str().unwrap(), "update-ref", "refs/heads/master", &tip],
        );
        let project = bare(REPO);
        let tip = git(&root, &["-C", project.to_str().unwrap(), "rev-parse", "master"]);
        let tip = with_file(&project, &tip, "setup.cfg", SETUP);
        git(&root, &["-C", project.to_str().unwrap(), "update-ref", "refs/heads/master", &tip]);
        played.request("watering-can.yaml", &entry("4.3.0", &tip));
        let page = Arc::new(Mutex::new(missing()));
        let own = Arc::clone(&page);
        let index = HttpServer::play(move |_, _| own.lock().unwrap().clone());
        let review = Proposals::start(&root.join("git"));
        Self { played, root, page, index, review }
    }

    fn say(&self, command: &[&str]) -> (i32, String) {
        let mut settings = self.review.settings();
        let of = ["--index", &self.index.url(""), "--requirements-repo", "garden/requirements"];
        settings.extend(of.map(str::to_owned));
        if !command.contains(&"constraints") {
            settings.extend(["--steps", "constraints"].map(str::to_owned));
        }
        let all: Vec<&str> =
            command.iter().copied().chain(settings.iter().map(String::as_str)).collect();
        tagkeeper(&self.root, &all)
    }

    fn serves(&self, reply: Reply) {
        *self.page.lock().unwrap() = reply;
    }

    fn show(&self, commit: &str) -> String {
        let dir = self.root.join("git/garden/requirements.git");
        let shown = run(
            &self.root,
            "git",
            &["-C", dir.to_str().unwrap(), "show", &format!("{commit}:{UPPER}")],
        );
        String::from_utf8(shown.stdout).unwrap()
    }
}

fn entry(version: &str, hash: &str) -> String {
    format!("  - version: {version}\n    projects:\n      - repo: {REPO}\n        hash: {hash}\n")
}

#[test]
fn a_constraint_waits_for_the_index_and_is_proposed_once() {
    let asked = Asked::new();
    let (status, said) = asked.say(&["apply"]);
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("does not serve `garden.watering_can` 4.3.0 yet"), "{said}");
    let pending = ["apply", "--pending"];
    for (reply, words) in [
        (html(""), "does not serve"),
        (file("4.2.9"), "does not serve"),
        (html("<a href=x data-yanked=\"bad\">garden.watering-can-4.3.0.tar.gz</a>"), "is yanked"),
    ] {
        asked.serves(reply);
        let (status, said) = asked.say(&pending);
        assert!(status == 0 && said.contains(words), "{words}: {said}");
    }
    for reply in [Reply::HangUp, Reply::Say(200, "", b"log in".to_vec())] {
        asked.serves(reply);
        let (status, said) = asked.say(&pending);
        assert!(status == 3 && said.contains("UNKNOWN"), "{said}");
    }
    assert!(asked.review.changes().is_empty());
    let asks = asked.index.requests();
    assert!(asks.iter().all(|head| head.contains("/simple/garden-watering-can/")), "{asks:?}");
    assert!(asks.iter().all(|head| head.to_ascii_lowercase().contains("cache-control: no-cache")));
    asked.serves(file("4.3.0"));
    let (status, said) = asked.say(&pending);
    assert_eq!(status, 0, "{said}");
    let changes = asked.review.changes();
    assert_eq!(changes.len(), 1, "{said}");
    let Some(change) = changes.first() else { return };
    assert_eq!(
        (change.project.as_str(), change.branch.as_str(), change.topic.as_str()),
        ("garden/requirements", "master", "new-release")
    );
    let after = asked.show(&change.patchsets[0].0);
    assert_eq!(after, PINS.replace("4.2.0;", "4.3.0;"));
    let (status, said) = asked.say(&["constraints", REPO, "4.3.0"]);
    assert!(status == 0 && said.contains("is in review"), "{said}");
    let (_, said) = asked.say(&["constraints", REPO, "4.3.0", "--dry-run"]);
    assert!(said.contains("open     constraint garden.watering_can for 4.3.0"), "{said}");

    // An older change that is open is named and left open; the next version is its own change.
    let project = asked.root.join("git").join(format!("{REPO}.git"));
    let tip = git(&asked.root, &["-C", project.to_str().unwrap(), "rev-parse", "master"]);
    let tip = with_file(&project, &tip, "more", "x\n");
    git(&asked.root, &["-C", project.to_str().unwrap(), "update-ref", "refs/heads/master", &tip]);
    asked.played.request("watering-can.yaml", &entry("4.3.1", &tip));
    asked.serves(file("4.3.1"));
    let (status, said) = asked.say(&["apply"]);
    assert_eq!(status, 0, "{said}");
    let changes = asked.review.changes();
    assert_eq!(changes.len(), 2, "{said}");
    assert!(changes[1].message.contains("Supersedes http"), "{}", changes[1].message);
    assert!(changes.iter().all(|change| change.status == "NEW" && change.patchsets.len() == 1));
    // Merged and taken back: ended for that version.
    asked.review.set("MERGED");
    let (status, said) = asked.say(&["constraints", REPO, "4.3.1"]);
    assert!(status == 0 && said.contains("has been reverted since"), "{said}");
}

#[test]
fn a_package_that_does_not_say_its_pythons_is_unknown_and_never_done() {
    let asked = Asked::new();
    let project = asked.root.join("git").join(format!("{REPO}.git"));
    let dir = project.to_str().unwrap();
    let tip = git(&asked.root, &["-C", dir, "rev-parse", "master"]);
    let tip = with_file(&project, &tip, "setup.cfg", &SETUP.replace(">=3.10", "banana"));
    git(&asked.root, &["-C", dir, "update-ref", "refs/heads/master", &tip]);
    asked.played.request("watering-can.yaml", &entry("4.3.1", &tip));
    asked.serves(file("4.3.1"));
    let (status, said) = asked.say(&["apply"]);
    assert_eq!(status, 3, "{said}");
    assert!(said.contains("the Pythons that 4.3.1 supports"), "{said}");
    assert!(asked.review.changes().is_empty());
}

#[test]
fn status_looks_for_the_constraints_of_what_the_ledger_knows() {
    let asked = Asked::new();
    let look = || asked.say(&["status", "watering-can", "--remote"]).1;
    let said = look();
    assert!(!said.contains("constraint garden"), "{said}");
    let (status, said) = asked.say(&["apply"]);
    assert_eq!(status, 0, "{said}");
    let said = look();
    assert!(said.contains("constraint garden.watering_can"), "{said}");
    assert!(said.contains("does not serve"), "{said}");
}

#[test]
fn what_is_not_there_is_refused_by_name() {
    let asked = Asked::new();
    let (status, said) = asked.say(&["constraints", REPO, "4.3.0"]);
    assert!(status == 1 && said.contains("tag `4.3.0`"), "{said}");
    let (status, said) = asked.say(&["constraints", REPO, "9.9.9"]);
    assert!(status == 2 && said.contains("no file lists"), "{said}");
    let (status, said) = tagkeeper(&asked.root, &["constraints", REPO, "4.3.0"]);
    assert!(status == 2 && said.contains("`index` is not set"), "{said}");
}

/// The real files change in the lines of the package and nowhere else.
#[test]
fn the_real_constraints_keep_every_other_byte() {
    let shared = std::env::var_os("TAGKEEPER_SHARED").map(PathBuf::from);
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let corpus = shared.unwrap_or_else(beside).join("corpus/requirements");
    if !corpus.is_dir() {
        let shown = corpus.display();
        writeln_to_stderr(&format!("skipped: no constraints at {shown} (set TAGKEEPER_SHARED)"));
        return;
    }
    let asked = Asked::new();
    asked.serves(file("4.3.0"));
    let (status, said) = asked.say(&["apply"]);
    assert_eq!(status, 0, "{said}");
    let dir = asked.root.join("git/garden/requirements.git");
    for path in fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path()) {
        let real = fs::read_to_string(&path).unwrap();
        let text = format!("{real}garden-watering-can===1.0\n");
        let tip = git(&asked.root, &["-C", dir.to_str().unwrap(), "rev-parse", "master"]);
        let tip = with_file(&dir, &tip, UPPER, text.trim_end_matches('\n'));
        git(&asked.root, &["-C", dir.to_str().unwrap(), "update-ref", "refs/heads/master", &tip]);
        let (_, said) = asked.say(&["constraints", REPO, "4.3.0", "--dry-run", "--format", "json"]);
        let plan: serde_json::Value = serde_json::from_str(&said).unwrap();
        let patch = plan["releases"][0]["steps"][0]["patch"].as_str().unwrap();
        let lines =
            |sign: char| patch.lines().filter(|line| line.starts_with(sign)).collect::<Vec<_>>();
        assert_eq!(
            lines('-'),
            ["--- a/upper-constraints.txt", "-garden-watering-can===1.0"],
            "{path:?}"
        );
        assert_eq!(
            lines('+'),
            ["+++ b/upper-constraints.txt", "+garden-watering-can===4.3.0"],
            "{path:?}"
        );
    }
}
