//! The status of bugs on Launchpad, and comments on stories, against servers that lose replies.

use std::fs;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::support::http::{Asked, HttpServer, Reply};
use crate::support::played::{Played, git, tagkeeper};

const REPO: &str = "garden/trowel";

/// What becomes of a change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Taken,
    TakenAnswerLost,
    Lost,
    Refused(u16),
}

/// A tracker: the status of the task of one bug, and the comments on one story.
struct Kept {
    url: String,
    fates: Vec<Fate>,
    status: String,
    comments: Vec<String>,
    writes: usize,
}

impl Kept {
    fn answer(&mut self, asked: &Asked) -> Reply {
        let line = asked.line().to_owned();
        let (verb, path) = line.split_once(' ').unwrap();
        if verb != "GET" {
            self.writes += 1;
            let fate = if self.fates.is_empty() { Fate::Taken } else { self.fates.remove(0) };
            let body: Value = serde_json::from_str(&asked.body).unwrap();
            if matches!(fate, Fate::Taken | Fate::TakenAnswerLost) {
                match verb {
                    "PATCH" => self.status = body["status"].as_str().unwrap().to_owned(),
                    _ => self.comments.push(body["content"].as_str().unwrap().to_owned()),
                }
            }
            return match fate {
                Fate::Taken => say_plain(&json!({})),
                Fate::TakenAnswerLost | Fate::Lost => Reply::HangUp,
                Fate::Refused(status) => Reply::Say(status, "", Vec::new()),
            };
        }
        let task = |target: &str, status: &str| {
            let link = format!("{}/{target}/+bug/1", self.url);
            json!({"bug_target_name": target, "status": status, "self_link": link})
        };
        match path.trim_start_matches("/api/") {
            path if path.starts_with("bugs/1/bug_tasks") => say_plain(&json!({"entries": [
                task("trowel", "Won't Fix"), task("trowel/2026.2", &self.status)]})),
            path if path.starts_with("bugs/1/messages") => say_plain(&json!({"entries": []})),
            "bugs/1" => say_plain(&json!({})),
            "projects" => say_plain(&json!([{"id": 3, "name": REPO}, {"id": 4, "name": "other"}])),
            "tasks/70" => say_plain(&json!({"story_id": 2001, "project_id": 3})),
            path if path.starts_with("tasks?story_id=2001") => {
                say_plain(&json!([{"story_id": 2001, "project_id": 3}]))
            }
            path if path.starts_with("tasks?story_id=2002") => {
                say_plain(&json!([{"story_id": 2002, "project_id": 4}]))
            }
            path if path.starts_with("stories/2001/timeline") => {
                let event = |text: &String| json!({"comment": {"content": text}});
                let events: Vec<Value> = self.comments.iter().map(event).collect();
                say_plain(&json!(events))
            }
            path if path.starts_with("stories/2002/timeline") => say_plain(&json!([])),
            "stories/2001" | "stories/2002" => say_plain(&json!({"private": false})),
            _ => Reply::Say(404, "", Vec::new()),
        }
    }
}

fn say_plain(document: &Value) -> Reply {
    Reply::Say(200, "content-type: application/json\r\n", document.to_string().into_bytes())
}

struct Site {
    played: Played,
    kept: Arc<Mutex<Kept>>,
    server: HttpServer,
}

impl Site {
    /// A release whose commit names a bug or a story, and a tracker of `kind`.
    fn new(kind: &str, message: &str, fates: &[Fate]) -> Self {
        let played = Played::new();
        let root = played.root();
        let dir = root.join("git").join(format!("{REPO}.git"));
        let dir = dir.to_str().unwrap();
        let tip = git(&root, &["-C", dir, "rev-parse", "master"]);
        let commit = ["-C", dir, "commit-tree", "master^{tree}", "-p", &tip, "-m", message];
        let tip = git(&root, &commit);
        git(&root, &["-C", dir, "update-ref", "refs/heads/master", &tip]);
        let path = root.join("releases/deliverables/hibiscus/trowel.yaml");
        let text = fs::read_to_string(&path).unwrap();
        let kept = text.lines().filter(|line| !line.starts_with("launchpad:"));
        let text = kept.collect::<Vec<_>>().join("\n");
        let tracker = if kind == "launchpad" { "trowel" } else { REPO };
        let text = text.replacen("team:", &format!("{kind}: {tracker}\nteam:"), 1) + "\n";
        fs::write(&path, text).unwrap();
        git(&root, &["commit", "--quiet", "--all", "--message", "Track"]);
        let entry = format!(
            "  - version: 2.2.0\n    projects:\n      - repo: {REPO}\n        hash: {tip}\n"
        );
        played.request("trowel.yaml", &entry);
        let kept = Arc::new(Mutex::new(Kept {
            url: String::new(),
            fates: fates.to_vec(),
            status: "In Progress".to_owned(),
            comments: Vec::new(),
            writes: 0,
        }));
        let own = Arc::clone(&kept);
        let server = HttpServer::play(move |_, asked| own.lock().unwrap().answer(asked));
        kept.lock().unwrap().url = server.url("/api");
        let login = "[1]\nconsumer_key = tagkeeper\nconsumer_secret =\naccess_token = tok\naccess_secret = hunter2\n";
        fs::write(root.join("lp"), login).unwrap();
        fs::write(root.join("sb"), "hunter3\n").unwrap();
        Self { played, kept, server }
    }

    fn say(&self, command: &[&str], steps: &str) -> (i32, String) {
        let (api, root) = (self.server.url("/api"), self.played.root());
        let file = |name: &str| root.join(name).display().to_string();
        let (lp, sb) = (file("lp"), file("sb"));
        let settings = ["--steps", steps, "--launchpad", &api, "--launchpad-login-file", &lp];
        let board = ["--storyboard", api.as_str(), "--storyboard-login-file", &sb];
        tagkeeper(&root, &[command, &settings, &board].concat())
    }

    fn writes(&self) -> usize {
        self.kept.lock().unwrap().writes
    }
}

#[test]
fn the_task_of_the_series_is_fix_released_once_whatever_becomes_of_the_answer() {
    for (fates, writes) in
        [(&[][..], 1), (&[Fate::TakenAnswerLost], 1), (&[Fate::Lost, Fate::Taken], 2)]
    {
        let site = Site::new("launchpad", "Fix\n\nCloses-Bug: #1\n", fates);
        let (status, said) = site.say(&["plan", "--base", "HEAD^"], "bug-status");
        assert!(status == 0 && said.contains("create   status of bug #1 for 2.2.0"), "{said}");
        let (status, said) = site.say(&["apply"], "bug-status");
        assert_eq!((status, site.writes()), (0, writes), "{said}");
        assert_eq!(site.kept.lock().unwrap().status, "Fix Released", "{said}");
        let (_, said) = site.say(&["apply", "--release", "trowel", "2.2.0"], "bug-status");
        assert!(said.contains("`trowel/2026.2` is Fix Released"), "{said}");
        assert_eq!(site.writes(), writes);
        site.kept.lock().unwrap().status = "In Progress".to_owned();
        let (_, said) = site.say(&["apply", "--release", "trowel", "2.2.0"], "bug-status");
        assert!(said.contains("set before, and changed since"), "{said}");
        assert_eq!(site.writes(), writes, "somebody's decision stays");
    }
    let site = Site::new("launchpad", "Fix\n\nCloses-Bug: #1\n", &[]);
    site.kept.lock().unwrap().status = "Won't Fix".to_owned();
    let (status, said) = site.say(&["apply"], "bug-status");
    assert!(status == 0 && site.writes() == 0 && said.contains("is `Won't Fix`"), "{said}");
}

#[test]
fn a_yes_after_which_nothing_has_changed_is_done_again_when_a_person_says_so() {
    for (tracker, message, steps, name) in [
        ("launchpad", "Fix\n\nCloses-Bug: #1\n", "bug-status", "bug-status #1"),
        ("storyboard", "Fix\n\nStory: 2001\n", "stories", "story #2001"),
    ] {
        let site = Site::new(tracker, message, &[Fate::Refused(200)]);
        for _ in 0..2 {
            let (status, said) = site.say(&["apply"], steps);
            assert!(status == 3 && said.contains(" does not show it; it is not sent"), "{said}");
        }
        assert_eq!(site.writes(), 1);
        let settle = ["explain", "trowel", "2.2.0", "--resolve", "redo", "--step", name];
        let (status, said) = site.say(&settle, steps);
        assert!(status == 0 && said.contains("is open again"), "{said}");
        let (status, said) = site.say(&["apply"], steps);
        assert_eq!((status, site.writes()), (0, 2), "{said}");
    }
}

#[test]
fn a_story_hears_of_its_release_once() {
    let message = "Fix\n\nStory: 2001\nTask: 70\n";
    for (fates, writes) in
        [(&[][..], 1), (&[Fate::TakenAnswerLost], 1), (&[Fate::Lost, Fate::Taken], 2)]
    {
        let site = Site::new("storyboard", message, fates);
        let (status, said) = site.say(&["apply"], "stories");
        assert_eq!((status, site.writes()), (0, writes), "{said}");
        let (_, said) = site.say(&["apply", "--release", "trowel", "2.2.0"], "stories");
        assert!(said.contains("the comment is there") && !said.contains("hunter"), "{said}");
        assert_eq!(site.kept.lock().unwrap().comments.len(), 1);
        site.kept.lock().unwrap().comments.clear();
        let (_, said) = site.say(&["apply", "--release", "trowel", "2.2.0"], "stories");
        assert!(said.contains("the comment was made before"), "{said}");
        assert_eq!(site.writes(), writes, "what was removed is not said again");
    }
}

#[test]
fn stories_of_others_are_left_alone_and_a_task_leads_to_its_story() {
    let site = Site::new("storyboard", "Fix\n\nTask: 70\n", &[]);
    let (status, said) = site.say(&["apply"], "stories");
    assert!(status == 0 && said.contains("made     comment on story #2001"), "{said}");
    let site = Site::new("storyboard", "Fix\n\nStory: 2002, 2003\n", &[]);
    let (status, said) = site.say(&["apply"], "stories");
    assert!(said.contains("it has no task of `garden/trowel`"), "{said}");
    assert!(said.contains("there is no such story"), "{said}");
    assert_eq!((status, site.writes()), (0, 0), "{said}");
    let site = Site::new("storyboard", "Fix\n\nStory: 2001\n", &[Fate::Refused(401)]);
    let (status, said) = site.say(&["apply"], "stories");
    assert!(status == 1 && said.contains("made     tag 2.2.0"), "{said}");
}
