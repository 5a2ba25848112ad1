//! Branches that their tags have ended: deleted when an operator names them, and never with commits that no tag holds.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde_json::json;

use crate::support::gerrit::say;
use crate::support::http::{Asked, HttpServer, Reply};
use crate::support::machine::bare_command;
use crate::support::played::{Played, git, grow, tagkeeper};

const REPO: &str = "garden/trowel";
const BRANCH: &str = "stable/2026.1";
const PLAIN: &str = "content-type: text/plain\r\n";

/// What a Gerrit with one open change on the branch keeps.
struct Kept {
    dir: PathBuf,
    is_open: bool,
    said: String,
    deletions: usize,
    /// How the next deletion is answered, before or after it is done.
    fate: Fate,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Done,
    DoneAnswerLost,
    Refused,
    /// The login has no right to it, as Gerrit says before.
    NotAllowed,
    /// Gerrit does not show the branch to the login.
    Hidden,
    /// Answers with success and does nothing.
    Swallowed,
    /// Nothing is done, no answer comes, and then Gerrit does not show the branch.
    HiddenAnswerLost,
}

impl Kept {
    fn answer(&mut self, asked: &Asked) -> Reply {
        let line = asked.line().to_owned();
        let gone = Reply::Say(404, PLAIN, b"Not found".to_vec());
        if line.ends_with("/accounts/self") {
            return say(&json!({"_account_id": 7}));
        }
        if line.contains("/changes/?q=") {
            let is_asked = line.contains("branch:%22stable%2F2026.1%22");
            let shown = if is_asked && self.is_open { vec![self.change()] } else { Vec::new() };
            return say(&json!(shown));
        }
        if line.ends_with("/abandon") {
            self.said = asked.body.clone();
            self.is_open = false;
            return say(&self.change());
        }
        if line.contains("/changes/12") {
            return say(&self.change());
        }
        if line.starts_with("GET ") && line.ends_with("garden%2Ftrowel/branches/stable%2F2026.1") {
            let shown = say(&json!({"ref": "refs/heads/stable/2026.1", "can_delete": true}));
            return match self.fate {
                Fate::Done | Fate::Refused => shown,
                Fate::NotAllowed => say(&json!({"ref": "refs/heads/stable/2026.1"})),
                _ if self.deletions > 0 => gone,
                _ => shown,
            };
        }
        if line.starts_with("DELETE ") && line.ends_with("garden%2Ftrowel/branches/stable%2F2026.1")
        {
            self.deletions += 1;
            match self.fate {
                Fate::Refused => return Reply::Say(403, PLAIN, b"not permitted: delete".to_vec()),
                Fate::Hidden => return gone,
                Fate::HiddenAnswerLost => return Reply::HangUp,
                Fate::Swallowed => return Reply::Say(204, "", Vec::new()),
                Fate::Done | Fate::DoneAnswerLost | Fate::NotAllowed => {}
            }
            git_in(&self.dir, &["update-ref", "-d", "refs/heads/stable/2026.1"]);
            let lost = self.fate == Fate::DoneAnswerLost;
            return if lost { Reply::HangUp } else { Reply::Say(204, "", Vec::new()) };
        }
        gone
    }

    fn change(&self) -> serde_json::Value {
        json!({"_number": 12, "change_id": format!("I{}", "0".repeat(40)), "project": REPO,
            "branch": BRANCH, "subject": "Fix", "status": if self.is_open { "NEW" } else { "ABANDONED" },
            "created": "2026-08-21 12:00:00.000000000", "owner": {"_account_id": 8}})
    }
}

fn git_in(dir: &Path, arguments: &[&str]) {
    let done = bare_command("git").arg("-C").arg(dir).args(arguments).status();
    assert!(done.unwrap().success());
}

struct Site {
    played: Played,
    kept: Arc<Mutex<Kept>>,
    server: HttpServer,
}

impl Site {
    /// The old series has ended: its tag is at the tip of its branch.
    fn new(fate: Fate) -> Self {
        let played = Played::new();
        let root = played.root();
        let dir = root.join("git").join(format!("{REPO}.git"));
        let at = dir.to_str().unwrap().to_owned();
        let tip = git(&root, &["-C", &at, "rev-parse", "2.0.0^{commit}"]);
        git(&root, &["-C", &at, "update-ref", "refs/heads/stable/2026.1", &tip]);
        git(&root, &["-C", &at, "tag", "--annotate", "--message", "End", "2026.1-eol", &tip]);
        let path = root.join("releases/deliverables/gardenia/trowel.yaml");
        let text = fs::read_to_string(&path).unwrap();
        let entry = format!(
            "  - version: 2026.1-eol\n    projects:\n      - repo: {REPO}\n        hash: {tip}\nbranches:"
        );
        fs::write(&path, text.replacen("branches:", &entry, 1)).unwrap();
        git(&root, &["commit", "--quiet", "--all", "--message", "End 2026.1"]);
        let said = String::new();
        let kept = Arc::new(Mutex::new(Kept { dir, is_open: true, said, deletions: 0, fate }));
        let own = Arc::clone(&kept);
        let server = HttpServer::play(move |_, asked| own.lock().unwrap().answer(asked));
        fs::write(root.join("login"), "bot\nhunter2\n").unwrap();
        Self { played, kept, server }
    }

    fn say(&self, arguments: &[&str]) -> (i32, String) {
        let (url, root) = (self.server.url(""), self.played.root());
        let login = root.join("login").display().to_string();
        let settings = ["--gerrit", url.as_str(), "--gerrit-login-file", login.as_str()];
        tagkeeper(&root, &[arguments, &settings].concat())
    }

    fn has_branch(&self) -> bool {
        let root = self.played.root();
        let dir = root.join("git").join(format!("{REPO}.git"));
        !git(&root, &["-C", dir.to_str().unwrap(), "branch", "--list", BRANCH]).is_empty()
    }
}

#[test]
fn an_ended_branch_is_listed_then_deleted_with_its_open_changes_abandoned() {
    let site = Site::new(Fate::Done);
    let (status, said) = site.say(&["apply", "--delete-ended"]);
    assert!(status == 0 && said.contains("deletion of branch stable/2026.1"), "{said}");
    assert!(said.contains("nothing was deleted") && site.has_branch(), "{said}");
    let (status, said) = site.say(&["status", "--all", "trowel"]);
    assert!(status == 1 && said.contains("apply --delete-ended --yes stable/2026.1"), "{said}");

    let (status, said) = site.say(&["apply", "--delete-ended", "--yes", "stable/2025.2"]);
    assert!(status == 2 && said.contains("no release of the record ends"), "{said}");
    let (status, said) = site.say(&["apply", "--delete-ended", "--yes", BRANCH]);
    assert_eq!(status, 0, "{said}");
    assert!(!site.has_branch() && said.contains("abandoned"), "{said}");
    let kept = site.kept.lock().unwrap();
    assert!(kept.said.contains("2026.1-eol") && !kept.is_open, "{}", kept.said);
    drop(kept);
    let (status, said) = site.say(&["apply", "--delete-ended", "--yes", BRANCH]);
    assert!(status == 0 && said.contains("the branch is not there"), "{said}");
    assert_eq!(site.kept.lock().unwrap().deletions, 1);
}

#[test]
fn a_branch_with_commits_that_its_tag_does_not_hold_is_kept() {
    let site = Site::new(Fate::Done);
    let root = site.played.root();
    let plan = root.join("plan.json").display().to_string();
    let (status, said) = site.say(&["plan", "--base", "HEAD^", "--out", &plan]);
    assert!(status <= 1 && said.contains("deletion of branch stable/2026.1"), "{said}");
    let commit = grow(&root, REPO);
    let dir = root.join("git").join(format!("{REPO}.git"));
    let dir = dir.to_str().unwrap();
    git(&root, &["-C", dir, "update-ref", "refs/heads/stable/2026.1", &commit]);
    let (status, said) = site.say(&["apply", "--delete-ended", "--yes", BRANCH]);
    assert!(status == 1 && said.contains("commits would be lost"), "{said}");
    let (status, said) = site.say(&["apply", "--delete-ended", "--plan", &plan]);
    assert!(status == 1 && said.contains("not at the commit of the plan"), "{said}");
    let kept = site.kept.lock().unwrap();
    assert!(kept.is_open && kept.deletions == 0, "no change is abandoned for it");
    drop(kept);
    let tip = git(&root, &["-C", dir, "rev-parse", "2026.1-eol^{commit}"]);
    git(&root, &["-C", dir, "update-ref", "refs/heads/stable/2026.1", &tip]);
    let (status, said) = site.say(&["apply", "--delete-ended", "--plan", &plan]);
    assert!(status == 0 && !site.has_branch(), "{said}");
}

#[test]
fn a_lost_answer_is_looked_up_and_a_refusal_is_named() {
    let lost = Site::new(Fate::DoneAnswerLost);
    let (status, said) = lost.say(&["apply", "--delete-ended", "--yes", BRANCH]);
    assert!(status == 0 && !lost.has_branch(), "{said}");
    assert_eq!(lost.kept.lock().unwrap().deletions, 1, "{said}");
    let refused = Site::new(Fate::Refused);
    let (status, said) = refused.say(&["apply", "--delete-ended", "--yes", BRANCH]);
    assert!(status == 1 && said.contains("not permitted: delete"), "{said}");
    assert!(refused.has_branch());
}

#[test]
fn a_branch_that_is_there_after_a_yes_is_not_deleted() {
    let site = Site::new(Fate::Swallowed);
    let (status, said) = site.say(&["apply", "--delete-ended", "--yes", BRANCH]);
    assert!(status == 3 && said.contains("the remote still has it; run again"), "{said}");
    assert!(site.has_branch() && !said.contains("is deleted"), "{said}");
}

#[test]
fn no_change_is_abandoned_for_a_branch_that_the_login_may_not_delete() {
    let site = Site::new(Fate::NotAllowed);
    let (status, said) = site.say(&["apply", "--delete-ended", "--yes", BRANCH]);
    assert!(status == 1 && said.contains("does not let this login delete"), "{said}");
    let kept = site.kept.lock().unwrap();
    assert!(kept.is_open && kept.deletions == 0 && site.has_branch(), "{said}");
}

#[test]
fn a_branch_that_gerrit_hides_from_the_login_is_not_taken_for_deleted() {
    for fate in [Fate::Hidden, Fate::HiddenAnswerLost] {
        let site = Site::new(fate);
        let (status, said) = site.say(&["apply", "--delete-ended", "--yes", BRANCH]);
        assert!(status != 0 && said.contains("does not show the branch to this login"), "{said}");
        assert!(site.has_branch() && !said.contains("is deleted"), "{said}");
    }
}
