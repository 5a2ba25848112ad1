//! Changes of Gerrit, judged without a checkout.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::support::gerrit::{COMMIT, change, keep_comments, say};
use crate::support::http::{HttpServer, Reply};
use crate::support::played::{Played, git, grow, tagkeeper};

/// Change 42 of a playground, and the Gerrit that has it.
struct Proposed {
    played: Played,
    server: HttpServer,
    posts: Arc<Mutex<Vec<Value>>>,
}

impl Proposed {
    /// Proposes trowel 2.1.1 at `hash`, else at a fine commit, by Ann, with the votes `labels`; a post meets `fate` first.
    fn new(hash: Option<&str>, labels: Value, fate: Option<Reply>) -> Self {
        let played = Played::new();
        let root = played.root();
        let hash = hash.map_or_else(|| grown(&root), str::to_owned);
        let bare = root.join("git/garden/releases.git");
        let bare = bare.to_str().unwrap();
        git(&root, &["clone", "--quiet", "--bare", ".", bare]);
        played.request(
            "trowel.yaml",
            &format!("  - version: 2.1.1\n    projects:\n      - repo: garden/trowel\n        hash: {hash}\n"),
        );
        let commit = git(&root, &["rev-parse", "HEAD"]);
        git(&root, &["push", "--quiet", bare, "HEAD:refs/changes/42/42/2"]);
        git(&root, &["reset", "--quiet", "--hard", "HEAD~1"]);
        git(&root, &["reflog", "expire", "--expire=now", "--all"]);
        git(&root, &["gc", "--quiet", "--prune=now"]);
        let text = change().to_string().replace(COMMIT, &commit);
        let mut proposed: Value = serde_json::from_str(&text).unwrap();
        if !labels.is_null() {
            proposed["labels"] = labels;
        }
        let posts: Arc<Mutex<Vec<Value>>> = Arc::default();
        let (kept, fate) = (Arc::clone(&posts), Mutex::new(fate));
        let server = HttpServer::play(move |_, asked| {
            let mut kept = kept.lock().unwrap();
            if asked.line().starts_with("POST ") {
                if let Some(fate) = fate.lock().unwrap().take() {
                    return fate;
                }
                kept.push(serde_json::from_str(&asked.body).unwrap());
                return say(&json!({}));
            }
            let mut now = proposed.clone();
            for post in &*kept {
                keep_comments(&mut now["kept"], post);
                let text = format!("Patch Set 2:\n\n{}", post["message"].as_str().unwrap());
                let message = json!({"message": text, "tag": post["tag"], "_revision_number": 2, "author": {"_account_id": 7}});
                now["messages"].as_array_mut().unwrap().push(message);
                for (label, value) in post["labels"].as_object().unwrap() {
                    let vote = json!({"_account_id": 7, "name": "tagkeeper", "email": "bot@example.org",
                        "value": value, "tag": post["tag"]});
                    now["labels"][label] = json!({"all": [vote]});
                }
            }
            match asked.line().rsplit_once("/a/").map(|(_, path)| path) {
                Some("accounts/self") => say(&json!({"_account_id": 7, "name": "tagkeeper"})),
                Some("config/server/version") => say(&json!("3.13.5")),
                Some("groups/release-managers/members/?recursive") => say(&json!([
                    {"_account_id": 5, "name": "Mia", "email": "mia@example.org"},
                    {"_account_id": 7, "name": "tagkeeper", "email": "bot@example.org"}
                ])),
                Some(path) if path.starts_with("changes/42?") => say(&now),
                Some(path) if path.starts_with("changes/?q=status:open+file:") => {
                    say(&json!([now]))
                }
                Some(path) if path.ends_with("/comments/") => say(&now["kept"]["comments"]),
                _ => Reply::Say(404, "content-type: text/plain\r\n", b"Not found".to_vec()),
            }
        });
        Self { played, server, posts }
    }

    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let root = self.played.root();
        let login = root.join("home/gerrit-login");
        fs::write(&login, "tagkeeper\nhunter2\n").unwrap();
        let (url, login) = (self.server.url(""), login.to_str().unwrap().to_owned());
        let common = ["--gerrit", url.as_str(), "--gerrit-login-file", &login];
        let (status, said) = tagkeeper(&root, &[arguments, &common].concat());
        assert!(!said.contains("hunter2"), "{said}");
        (status, said)
    }

    fn posts(&self) -> Vec<Value> {
        self.posts.lock().unwrap().clone()
    }
}

/// A new commit of trowel, on the branch of its series.
fn grown(root: &Path) -> String {
    let commit = grow(root, "garden/trowel");
    let bare = root.join("git/garden/trowel.git");
    let branch = "refs/heads/stable/2026.2";
    git(root, &["-C", bare.to_str().unwrap(), "update-ref", branch, &commit]);
    commit
}

const NOWHERE: &str = "0123456789abcdef0123456789abcdef01234567";

#[test]
fn a_change_is_judged_without_touching_the_working_tree() {
    let proposed = Proposed::new(Some(NOWHERE), Value::Null, None);
    let root = proposed.played.root();
    fs::write(root.join("releases/untracked"), "mine").unwrap();
    let before = git(&root, &["for-each-ref"]);
    let (status, said) = proposed.run(&["check", "--change", "42"]);
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("error[hash-exists]"), "{said}");
    assert_eq!(git(&root, &["for-each-ref"]), before);
    assert_eq!(git(&root, &["status", "--porcelain"]), "?? untracked");
    assert!(proposed.posts().is_empty());
}

#[test]
fn its_findings_are_posted_once_on_their_lines() {
    let proposed = Proposed::new(Some(NOWHERE), Value::Null, None);
    let post = ["check", "--change", "42", "--post", "--vote", "Verified"];
    let (status, said) = proposed.run(&post);
    assert_eq!(status, 1, "{said}");
    let posts = proposed.posts();
    assert_eq!(posts.len(), 1);
    assert_eq!(posts[0]["labels"], json!({"Verified": -1}));
    let comments = &posts[0]["comments"]["deliverables/hibiscus/trowel.yaml"];
    let of_rule = |rule: &str| {
        comments
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["message"].as_str().unwrap().contains(rule))
    };
    let comment = of_rule("[hash-exists]").expect("a comment");
    let path = proposed.played.root().join("releases/deliverables/hibiscus/trowel.yaml");
    let above =
        fs::read_to_string(path).unwrap().lines().take_while(|line| *line != "branches:").count();
    let line = comment["range"]["start_line"].as_u64().unwrap() as usize;
    assert_eq!((line, comment["range"]["start_character"].as_u64()), (above + 4, Some(14)));
    assert_eq!(comment["unresolved"], false);
    proposed.run(&post);
    assert_eq!(proposed.posts().len(), 1, "the same was there");
}

#[test]
fn a_refused_review_is_told_after_the_findings() {
    let refusal = Reply::Say(
        403,
        "content-type: text/plain\r\n",
        b"Applying label \"Verified\": -1 is restricted".to_vec(),
    );
    let proposed = Proposed::new(Some(NOWHERE), Value::Null, Some(refusal));
    let (status, said) = proposed.run(&["check", "--change", "42", "--post", "--vote", "Verified"]);
    assert_eq!(status, 3, "{said}");
    assert!(said.contains("error[hash-exists]") && said.contains("is restricted"), "{said}");
    assert!(proposed.posts().is_empty());
}

#[test]
fn a_clean_change_has_a_vote_and_no_comments() {
    let proposed = Proposed::new(None, Value::Null, None);
    let (status, said) = proposed.run(&["check", "--change", "42", "--post", "--vote", "Verified"]);
    assert_eq!(status, 0, "{said}");
    let posts = proposed.posts();
    assert_eq!((&posts[0]["labels"], &posts[0]["comments"]), (&json!({"Verified": 1}), &json!({})));
}

#[test]
fn a_change_that_may_not_be_seen_is_no_clean_bill() {
    let proposed = Proposed::new(Some(NOWHERE), Value::Null, None);
    for wrong in ["41", "https://review.example/c/x/+/41"] {
        let (status, said) = proposed.run(&["check", "--change", wrong]);
        assert_eq!(status, 3, "{said}");
        assert!(said.contains("there is no change 41 at http://127.0.0.1:"), "{said}");
        assert!(said.contains("it may be private"), "{said}");
    }
    let (status, said) = proposed.run(&["check", "--change", "x"]);
    assert_eq!(status, 2, "{said}");
    let (status, said) = proposed.run(&["check", "--change", "42", "--offline"]);
    assert_eq!(status, 2, "{said}");
}

/// Runs `approve` for a site whose team `tools` is led by `ptl`, with the liaison Lee.
fn approve(proposed: &Proposed, ptl: &str, arguments: &[&str]) -> (i32, String) {
    let ptl = ptl.split_once(' ').map_or(String::new(), |(name, email)| {
        format!("  ptl: {{name: {name}, email: {email}}}\n")
    });
    let liaison = "  liaisons: {release: [{name: Lee, email: lee@example.org}]}\n";
    let owned = "  deliverables: {trowel: {repos: [garden/trowel]}}\n";
    approve_by(proposed, &format!("tools:\n{ptl}{liaison}{owned}"), arguments)
}

/// Runs `approve` for a site with these teams.
fn approve_by(proposed: &Proposed, teams: &str, arguments: &[&str]) -> (i32, String) {
    let governance = proposed.played.root().join("home/projects.yaml");
    fs::write(&governance, teams).unwrap();
    let governance = ["--governance", governance.to_str().unwrap()];
    let named = arguments.contains(&"--approval-release-managers");
    let group: &[&str] =
        if named { &[] } else { &["--approval-release-managers", "release-managers"] };
    proposed.run(&[&["approve", "42"], arguments, &governance, group].concat())
}

#[test]
fn a_change_of_its_lead_is_approved_and_votes_so_once() {
    let proposed = Proposed::new(None, json!({}), None);
    let (status, said) = approve(&proposed, "Ann ann@example.org", &["--vote"]);
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("approved by proposing it: Ann <ann@example.org>, team lead"), "{said}");
    assert!(said.contains("change 42, patch set 2 is approved"), "{said}");
    assert_eq!(proposed.posts()[0]["labels"], json!({"PTL-Approved": 1}));
    approve(&proposed, "Ann ann@example.org", &["--vote"]);
    assert_eq!(proposed.posts().len(), 1);
    // Somebody else leads the team now. The vote from before is one of a release manager's account, and approves nothing.
    let (status, said) = approve(&proposed, "Bob bob@example.org", &["--vote"]);
    assert_eq!(status, 1, "{said}");
    assert_eq!(proposed.posts()[1]["labels"], json!({"PTL-Approved": 0}));
}

#[test]
fn without_an_approval_it_says_who_could_give_it() {
    let review = json!({"Code-Review": {"all": [
        {"_account_id": 5, "name": "Mia", "email": "mia@example.org", "value": 2}]}});
    let proposed = Proposed::new(None, review, None);
    let (status, said) = approve(&proposed, "", &["--vote"]);
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("the team has no lead: its release liaisons may approve"), "{said}");
    assert!(said.contains("could    Lee <lee@example.org>, release liaison"), "{said}");
    assert!(said.contains("release managers\n  Code-Review+2: Mia <mia@example.org>\n"), "{said}");
    assert!(proposed.posts().is_empty(), "there is no vote to take back");
    let (status, said) = approve(&proposed, "", &["--format", "json"]);
    let told: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((status, &told["approved"]), (1, &json!(false)));
    assert_eq!(told["teams"][0]["could"][0]["email"], "lee@example.org");
}

const TOOLS: &str = "tools: {ptl: {name: Ann, email: ann@example.org}}\n";

#[test]
fn the_team_that_owns_the_repository_is_asked_and_not_the_one_that_the_file_names_alone() {
    let proposed = Proposed::new(None, json!({}), None);
    let owner = "hands:\n  ptl: {name: Bob, email: bob@example.org}\n  deliverables: {x: {repos: [garden/trowel]}}\n";
    let (status, said) = approve_by(&proposed, &format!("{TOOLS}{owner}"), &["--vote"]);
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("approved by proposing it: Ann"), "{said}");
    assert!(said.contains("could    Bob <bob@example.org>, team lead"), "{said}");
    assert!(said.contains("is not approved: hands"), "{said}");
    assert!(proposed.posts().is_empty());
}

#[test]
fn a_team_that_cannot_be_read_may_own_the_repository() {
    let proposed = Proposed::new(None, json!({}), None);
    let (status, said) = approve_by(&proposed, &format!("{TOOLS}odd: [a, b]\n"), &["--vote"]);
    assert_eq!(status, 3, "{said}");
    assert!(said.contains("it is unknown which team owns `garden/trowel`"), "{said}");
    assert!(said.contains("not known whether change 42, patch set 2 is approved"), "{said}");
    assert!(proposed.posts().is_empty());
}

#[test]
fn an_odd_team_costs_no_other_team_its_approval() {
    let proposed = Proposed::new(None, json!({}), None);
    let owned = TOOLS.replace("}}", "}, deliverables: {trowel: {repos: [garden/trowel]}}}");
    let (status, said) = approve_by(&proposed, &format!("{owned}odd: {{liaisons: [a]}}\n"), &[]);
    assert_eq!(status, 0, "{said}");
}

#[test]
fn a_file_that_names_no_team_any_more_is_not_approved() {
    let proposed = Proposed::new(Some("\"0123\n  - ]"), json!({}), None);
    let (status, said) = approve(&proposed, "Ann ann@example.org", &["--vote"]);
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("deliverables/hibiscus/trowel.yaml names no team"), "{said}");
    assert!(proposed.posts().is_empty());
}

#[test]
fn without_governance_nobody_can_tell() {
    let proposed = Proposed::new(None, json!({}), None);
    let (status, said) = proposed.run(&["approve", "42", "--governance", "/nowhere"]);
    assert_eq!(status, 3, "{said}");
    assert!(said.contains("who speaks for the team `tools` is unknown"), "{said}");
    assert!(said.contains("/nowhere/projects.yaml"), "{said}");
}

#[test]
fn a_login_goes_to_the_gerrit_of_what_is_merged_not_of_what_is_checked_out() {
    let proposed = Proposed::new(None, json!({}), None);
    let root = proposed.played.root();
    let bare = root.join("git/garden/releases.git");
    let config = root.join("releases/tagkeeper.yaml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, format!("{text}gerrit: {}\n", proposed.server.url(""))).unwrap();
    git(&root, &["commit", "--quiet", "--all", "--message", "Name Gerrit"]);
    git(&root, &["remote", "add", "origin", bare.to_str().unwrap()]);
    git(&root, &["push", "--quiet", "--set-upstream", "origin", "HEAD:master"]);
    let other = HttpServer::start(vec![Reply::HangUp]);
    fs::write(&config, format!("{text}gerrit: {}\n", other.url(""))).unwrap();
    git(&root, &["commit", "--quiet", "--all", "--message", "Name another"]);
    let login = root.join("home/gerrit-login");
    fs::write(&login, "tagkeeper\nhunter2\n").unwrap();
    let (status, said) = tagkeeper(
        &root,
        &["check", "--change", "42", "--gerrit-login-file", login.to_str().unwrap()],
    );
    assert_eq!(status, 0, "{said}");
    assert!(other.requests().is_empty(), "{:?}", other.requests());
}

#[test]
fn without_a_group_gerrit_s_rights_on_the_label_say_who_stands_in() {
    for (tag, expected) in [(Value::Null, 0), (json!("autogenerated:zuul:release-approval"), 1)] {
        let vote = json!({"_account_id": 9, "name": "Kim", "email": "kim@example.org", "value": 1, "tag": tag});
        let proposed = Proposed::new(None, json!({"PTL-Approved": {"all": [vote]}}), None);
        let (status, said) = approve(&proposed, "", &["--approval-release-managers", ""]);
        assert_eq!(status, expected, "{tag}: {said}");
        assert!(!said.contains("note:"), "{said}");
        let asked = proposed.server.requests();
        assert!(!asked.iter().any(|asked| asked.contains("/groups/")), "nobody asks for members");
    }
}

#[test]
fn a_vote_in_the_place_of_the_team_by_who_knows_whom_is_no_no() {
    let stands_in = json!({"PTL-Approved": {"all": [
        {"_account_id": 5, "name": "Mia", "email": "mia@example.org", "value": 1}]}});
    let proposed = Proposed::new(None, stands_in, None);
    let (status, said) = approve(&proposed, "", &[]);
    assert_eq!(status, 0, "{said}");
    let unseen = ["--approval-release-managers", "unseen"];
    let governance = proposed.played.root().join("home/projects.yaml");
    let governance = ["--governance", governance.to_str().unwrap()];
    let (status, said) =
        proposed.run(&[&["approve", "42", "--vote"][..], &unseen, &governance].concat());
    assert_eq!(status, 3, "{said}");
    assert!(said.contains("this login cannot see the group `unseen`"), "{said}");
    assert!(proposed.posts().is_empty());
}
