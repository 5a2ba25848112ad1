//! Comments on bugs, against a Launchpad that loses replies.

use std::sync::{Arc, Mutex};

use serde_json::json;

use crate::support::http::{Asked, HttpServer, Reply};
use crate::support::played::{Played, git, tagkeeper};

const REPO: &str = "garden/trowel";
const JSON: &str = "content-type: application/json\r\n";

/// What becomes of a comment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Taken,
    Answerless,
    Lost,
    Answered(u16),
    LedElsewhere,
    /// Taken, the reply lost, and then the bug answers only with this status.
    Vanished(u16),
}

struct Kept {
    messages: Vec<(u64, String)>,
    fates: Vec<Fate>,
    url: String,
    heads: Vec<String>,
    /// The status of every answer about a bug, once it vanished.
    vanished: Option<u16>,
}

fn say(document: &serde_json::Value) -> Reply {
    Reply::Say(200, JSON, document.to_string().into_bytes())
}

fn text_of(body: &str) -> String {
    let content = body.split("content=").nth(1).unwrap();
    percent_encoding::percent_decode_str(content).decode_utf8().unwrap().into_owned()
}

/// Bug 1 is ours; 2 is private, 3 a duplicate, 4 of another project, 5 is gone.
fn answer(kept: &mut Kept, asked: &Asked) -> Reply {
    kept.heads.push(asked.head.clone());
    let line = asked.line();
    let path = line.split_once(' ').unwrap().1;
    let parts: Vec<&str> = path.trim_start_matches("/api/bugs/").split(['/', '?']).collect();
    let number: u64 = parts[0].parse().unwrap();
    if line.starts_with("POST ") {
        let fate = if kept.fates.is_empty() { Fate::Taken } else { kept.fates.remove(0) };
        if let Fate::Vanished(status) = fate {
            kept.vanished = Some(status);
        }
        if matches!(fate, Fate::Taken | Fate::Answerless | Fate::Vanished(_)) {
            kept.messages.push((number, text_of(&asked.body)));
        }
        return match fate {
            Fate::Taken => Reply::Say(201, "", Vec::new()),
            Fate::Answerless | Fate::Lost | Fate::Vanished(_) => Reply::HangUp,
            Fate::Answered(status) => Reply::Say(status, "", Vec::new()),
            Fate::LedElsewhere => {
                Reply::Say(302, "location: http://127.0.0.1:1/steal\r\n", Vec::new())
            }
        };
    }
    if let Some(status) = kept.vanished {
        return Reply::Say(status, "", Vec::new());
    }
    match (number, parts.get(1).copied()) {
        (5, _) => Reply::Say(404, "", Vec::new()),
        (6, _) => Reply::HangUp,
        (9, _) => Reply::Say(400, "", Vec::new()),
        (10, Some("bug_tasks")) if !path.contains("ws.start") => {
            let next = format!("{}/bugs/10/bug_tasks?ws.start=1", kept.url);
            say(&json!({"entries": [{"bug_target_name": "another"}], "next_collection_link": next}))
        }
        (_, Some("bug_tasks")) => {
            let target = if number == 4 { "another" } else { "trowel/hibiscus" };
            say(&json!({"entries": [{"bug_target_name": target}]}))
        }
        (_, Some("messages")) => {
            let own = kept.messages.iter().filter(|(of, _)| *of == number);
            let entries: Vec<_> = own.map(|(_, text)| json!({"content": text})).collect();
            let first = parts.get(2).is_some_and(|query| query.starts_with("ws.size"));
            let next = format!("{}/bugs/{number}/messages?ws.start=1", kept.url);
            match first {
                true => say(
                    &json!({"entries": [{"content": "it broke"}], "next_collection_link": next}),
                ),
                false => say(&json!({"entries": entries})),
            }
        }
        (_, _) => say(&json!({"private": number == 2,
            "duplicate_of_link": (number == 3).then_some("x")})),
    }
}

struct Site {
    played: Played,
    kept: Arc<Mutex<Kept>>,
    server: HttpServer,
}

impl Site {
    /// A release whose commits close these bugs.
    fn new(message: &str, fates: &[Fate]) -> Self {
        let played = Played::new();
        let root = played.root();
        let dir = root.join("git").join(format!("{REPO}.git"));
        let dir = dir.to_str().unwrap();
        let tip = git(&root, &["-C", dir, "rev-parse", "master"]);
        let tip =
            git(&root, &["-C", dir, "commit-tree", "master^{tree}", "-p", &tip, "-m", message]);
        git(&root, &["-C", dir, "update-ref", "refs/heads/master", &tip]);
        let path = root.join("releases/deliverables/hibiscus/trowel.yaml");
        let text = std::fs::read_to_string(&path).unwrap();
        let lines = text
            .lines()
            .filter(|line| !line.starts_with("launchpad:") && !line.starts_with("storyboard:"));
        let text: Vec<&str> = lines.collect();
        let text = text.join("\n").replacen("team:", "launchpad: trowel\nteam:", 1) + "\n";
        std::fs::write(&path, text).unwrap();
        git(&root, &["commit", "--quiet", "--all", "--message", "Track"]);
        let entry = format!(
            "  - version: 2.2.0\n    projects:\n      - repo: {REPO}\n        hash: {tip}\n"
        );
        played.request("trowel.yaml", &entry);
        let kept = Kept {
            messages: Vec::new(),
            fates: fates.to_vec(),
            url: String::new(),
            heads: Vec::new(),
            vanished: None,
        };
        let kept = Arc::new(Mutex::new(kept));
        let own = Arc::clone(&kept);
        let server = HttpServer::play(move |_, asked| answer(&mut own.lock().unwrap(), asked));
        kept.lock().unwrap().url = server.url("/api");
        let login = "[1]\nconsumer_key = tagkeeper\nconsumer_secret =\naccess_token = tok\naccess_secret = hunter2\n";
        std::fs::write(root.join("lp"), login).unwrap();
        Self { played, kept, server }
    }

    fn say(&self, command: &[&str]) -> (i32, String) {
        let (api, root) = (self.server.url("/api"), self.played.root());
        let login = root.join("lp").display().to_string();
        let mut all = command.to_vec();
        all.extend(["--steps", "bugs", "--launchpad", &api, "--launchpad-login-file", &login]);
        tagkeeper(&root, &all)
    }

    fn posts(&self) -> usize {
        let heads = self.kept.lock().unwrap().heads.clone();
        heads.iter().filter(|head| head.starts_with("POST ")).count()
    }

    fn said_on(&self, number: u64) -> usize {
        self.kept.lock().unwrap().messages.iter().filter(|(of, _)| *of == number).count()
    }
}

#[test]
fn what_came_after_a_release_without_a_full_commit_is_not_known() {
    let site = Site::new("Fix\n\nCloses-Bug: #1\n", &[]);
    let path = site.played.root().join("releases/deliverables/hibiscus/trowel.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    let short: Vec<String> = text
        .lines()
        .map(|line| {
            match line.trim_start().starts_with("hash:") && text.find(line) < text.find("2.2.0") {
                true => line[..line.len() - 30].to_owned(),
                false => line.to_owned(),
            }
        })
        .collect();
    std::fs::write(&path, short.join("\n") + "\n").unwrap();
    git(&site.played.root(), &["commit", "--quiet", "--all", "--amend", "--message", "Release"]);
    let (_, said) = site.say(&["plan", "--base", "HEAD^"]);
    assert!(said.contains("it is not known which bugs it fixes; look for them by hand"), "{said}");
    assert!(!said.contains("it is the first release"), "{said}");
}

#[test]
fn a_bug_gets_one_comment_and_what_is_not_ours_is_skipped_by_name() {
    let site = Site::new(
        "Fix\n\nCloses-Bug: #1, #2\nResolves-Bug: #3\nCloses-Bug: #4\nCloses-Bug: #5\nno-close: #7\n",
        &[],
    );
    let (status, said) = site.say(&["plan", "--base", "HEAD^"]);
    assert!(status == 0 && said.contains("create   comment on bug #1 for 2.2.0"), "{said}");
    let (status, said) = site.say(&["apply"]);
    assert_eq!(status, 0, "{said}");
    for skipped in [
        "#2 for 2.2.0 of garden/trowel: skipped: it is private",
        "skipped: it is a duplicate",
        "it has no task of `trowel`",
        "or there is no such bug",
    ] {
        assert!(said.contains(skipped), "{skipped}: {said}");
    }
    assert_eq!((site.said_on(1), site.kept.lock().unwrap().messages.len()), (1, 1), "{said}");
    let (status, said) = site.say(&["apply", "--release", "trowel", "2.2.0"]);
    assert!(status == 0 && said.contains("the comment is there"), "{said}");
    assert_eq!(site.said_on(1), 1);
    site.kept.lock().unwrap().messages.clear();
    let (_, said) = site.say(&["apply", "--release", "trowel", "2.2.0"]);
    assert!(said.contains("the comment was made before") && site.said_on(1) == 0, "{said}");
    let heads = site.kept.lock().unwrap().heads.clone();
    let named = |head: &&String| head.to_ascii_lowercase().contains("authorization: oauth");
    assert!(heads.iter().filter(named).all(|head| head.starts_with("POST ")), "{heads:?}");
    assert!(!said.contains("hunter2"));
}

#[test]
fn a_lost_answer_is_looked_up_before_it_is_said_again() {
    for fates in
        [&[Fate::Answerless][..], &[Fate::Lost, Fate::Taken], &[Fate::Answered(503), Fate::Taken]]
    {
        let site = Site::new("Fix\n\nCloses-Bug: #1\n", fates);
        let (status, said) = site.say(&["apply"]);
        assert_eq!((status, site.said_on(1)), (0, 1), "{said}");
    }
}

#[test]
fn a_yes_that_shows_no_comment_is_settled_by_a_person_and_never_said_again_before() {
    let why = "Launchpad accepted it, but the bug does not show it";
    for (how, said_on, then) in [("redo", 1, "made     comment"), ("done", 0, "was made before")] {
        let site = Site::new("Fix\n\nCloses-Bug: #1\n", &[Fate::Answered(200)]);
        let (status, said) = site.say(&["apply"]);
        let settle = "`tagkeeper explain trowel 2.2.0` shows how to settle it";
        assert!(status == 3 && said.contains(why) && said.contains(settle), "{said}");
        for _ in 0..2 {
            let (status, said) = site.say(&["apply"]);
            assert!(status == 3 && said.contains(why) && said.contains(settle), "{said}");
        }
        assert_eq!(site.posts(), 1, "it is not sent again by itself");
        let (_, said) = site.say(&["explain", "trowel", "2.2.0"]);
        let open = format!("{why}; find out whether it was done, then add `--resolve done`");
        assert!(said.contains("bug #1: sent at ") && said.contains(&open), "{said}");
        let other = ["explain", "trowel", "2.2.0", "--resolve", how, "--step", "bug #2"];
        let (status, said) = site.say(&other);
        assert!(status == 2 && said.contains("no step `bug #2` of trowel 2.2.0 is open"), "{said}");
        let (status, said) = site.say(&["explain", "trowel", "2.2.0", "--resolve", how]);
        let settled = "the comment on bug `#1` of garden/trowel 2.2.0 is ";
        assert!(status == 0 && said.contains(settled), "{said}");
        let (status, said) = site.say(&["apply", "--release", "trowel", "2.2.0"]);
        assert!(status == 0 && said.contains(then), "{said}");
        assert_eq!(site.said_on(1), said_on, "{said}");
    }
}

#[test]
fn a_comment_that_is_shown_later_is_done_and_needs_nobody() {
    let site = Site::new("Fix\n\nCloses-Bug: #1\n", &[Fate::Answered(200)]);
    let (status, said) = site.say(&["apply"]);
    assert_eq!(status, 3, "{said}");
    let comment = "Fixed in trowel 2.2.0.\n\nThe release 2.2.0 of garden/trowel holds the fix.";
    site.kept.lock().unwrap().messages.push((1, comment.to_owned()));
    let (status, said) = site.say(&["apply"]);
    assert!(status == 0 && said.contains("the comment is there"), "{said}");
    let (_, said) = site.say(&["explain", "trowel", "2.2.0"]);
    assert!(said.contains("bug #1: done at") && !said.contains("--resolve"), "{said}");
    assert_eq!(site.posts(), 1);
}

#[test]
fn a_bug_that_vanishes_with_the_answer_is_unknown_and_never_told_twice() {
    for status in [404, 403, 400] {
        let site = Site::new("Fix\n\nCloses-Bug: #1\n", &[Fate::Vanished(status)]);
        let (exit, said) = site.say(&["apply"]);
        assert_eq!((exit, site.posts(), site.said_on(1)), (3, 1, 1), "{status}: {said}");
    }
}

#[test]
fn only_a_bug_that_is_hidden_is_skipped_and_all_pages_of_its_tasks_are_read() {
    let site = Site::new("Fix\n\nCloses-Bug: #9\nCloses-Bug: #10 (regression of #1)\n", &[]);
    let (exit, said) = site.say(&["apply"]);
    assert!(exit == 3 && said.contains("comment on bug #9") && said.contains("UNKNOWN"), "{said}");
    assert_eq!((site.said_on(10), site.said_on(1)), (1, 0), "{said}");
}

#[test]
fn a_previous_release_that_is_not_in_the_repository_is_named() {
    let site = Site::new("Fix\n\nCloses-Bug: #1\n", &[]);
    let root = site.played.root();
    let path = root.join("releases/deliverables/hibiscus/trowel.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    let (releases, last) = text.split_at(text.find("  - version: 2.2.0").unwrap());
    let before = releases.rfind("hash: ").unwrap() + "hash: ".len();
    let forged =
        format!("{}{}{}{last}", &releases[..before], "0".repeat(40), &releases[before + 40..]);
    std::fs::write(&path, forged).unwrap();
    git(&root, &["commit", "--quiet", "--all", "--message", "Forge"]);
    let (_, said) = site.say(&["plan", "--base", "HEAD^^"]);
    assert!(said.contains("it is not known which bugs it fixes"), "{said}");
}

#[test]
fn a_login_that_is_refused_ends_the_comments_and_leaves_the_tag() {
    for (fate, status) in [(Fate::Answered(401), 1), (Fate::LedElsewhere, 1)] {
        let site = Site::new("Fix\n\nCloses-Bug: #1\nCloses-Bug: #8\n", &[fate, fate]);
        let (exit, said) = site.say(&["apply"]);
        assert_eq!(exit, status, "{said}");
        assert!(
            said.contains("made     tag 2.2.0") || said.contains("made     announcement"),
            "{said}"
        );
        assert_eq!(site.kept.lock().unwrap().messages.len(), 0, "{said}");
        if fate == Fate::Answered(401) {
            assert!(said.contains("Launchpad refused the login"), "{said}");
            assert_eq!(site.posts(), 1, "{said}");
        }
    }
    let site = Site::new("Fix\n\nCloses-Bug: #6\n", &[]);
    let (exit, said) = site.say(&["apply"]);
    assert!(exit == 3 && said.contains("UNKNOWN"), "{said}");
}
