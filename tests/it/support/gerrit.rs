//! A Gerrit of one change: it keeps what is posted, and can be told to misbehave.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tagkeeper::gerrit::Gerrit;
use tagkeeper::net::http::{Client, HttpOptions, Proxy};
use tempfile::TempDir;

use super::http::{Asked, HttpServer, Reply};

/// The commit of the patch set.
pub(crate) const COMMIT: &str = "1111111111111111111111111111111111111111";
/// The commit of the patch set before.
pub(crate) const OLDER: &str = "1010101010101010101010101010101010101010";

/// What becomes of a post.
#[derive(Clone, Debug)]
pub(crate) enum Fate {
    /// It is kept and answered.
    Taken,
    /// It is kept, and the answer is lost.
    Answerless,
    /// It never arrives.
    Lost,
    /// It is answered with this status and text.
    Answered(u16, &'static str),
}

/// The server, and where it keeps its login.
pub(crate) struct OneChange {
    pub(crate) server: HttpServer,
    change: Arc<Mutex<Value>>,
    dir: TempDir,
}

pub(crate) fn options() -> HttpOptions {
    HttpOptions { pause: Duration::from_millis(2), proxy: Proxy::Direct, ..HttpOptions::default() }
}

/// Change 42 of `garden/releases`, proposed by Ann, looked at by Bob.
pub(crate) fn change() -> Value {
    json!({
        "id": "garden%2Freleases~42", "project": "garden/releases", "branch": "master",
        "change_id": "I0123456789012345678901234567890123456789", "subject": "Release rose 2.1.0",
        "status": "NEW", "created": "2026-08-21 12:00:00.000000000", "_number": 42,
        "owner": {"_account_id": 1, "name": "Ann Example", "email": "ann@example.org"},
        "current_revision": COMMIT,
        "revisions": {COMMIT: {"_number": 2, "ref": "refs/changes/42/42/2", "uploader": {"_account_id": 1, "name": "Ann Example", "email": "ann@example.org"}, "files": {
            "deliverables/lily/rose.yaml": {"lines_inserted": 4, "size": 400}}}},
        "labels": {
            "Code-Review": {"all": [
                {"_account_id": 2, "name": "Bob", "email": "bob@example.org", "value": 2, "date": "2026-08-21 13:00:00.000000000"},
                {"_account_id": 3, "name": "Cy", "value": 0},
                {"_account_id": 9, "name": "Zuul"}]},
            "Verified": {}},
        "kept": {"comments": {}, "robotcomments": {}},
        "messages": [{"id": "a", "message": "Uploaded patch set 1.", "_revision_number": 1}]
    })
}

/// A document as Gerrit gives it.
pub(crate) fn say(document: &Value) -> Reply {
    let type_ = "content-type: application/json; charset=UTF-8\r\n";
    Reply::Say(200, type_, format!(")]}}'\n{document}").into_bytes())
}

impl OneChange {
    /// A server of that version, on which posts meet these fates one after the other, and then are taken.
    pub(crate) fn start(version: &str, fates: &[Fate]) -> Self {
        let change = Arc::new(Mutex::new(change()));
        let (kept, version) = (Arc::clone(&change), version.to_owned());
        let fates = Mutex::new(VecDeque::from(fates.to_vec()));
        let server = HttpServer::play(move |_, asked| {
            let mut change = kept.lock().unwrap();
            let line = asked.line();
            if line.starts_with("POST ") {
                let fate = fates.lock().unwrap().pop_front().unwrap_or(Fate::Taken);
                if matches!(fate, Fate::Taken | Fate::Answerless) {
                    keep(&mut change, asked);
                }
                return match fate {
                    Fate::Taken => say(&json!({})),
                    Fate::Answerless | Fate::Lost => Reply::HangUp,
                    Fate::Answered(status, text) => {
                        let plain = "content-type: text/plain; charset=UTF-8\r\n";
                        Reply::Say(status, plain, text.into())
                    }
                };
            }
            match line.split_once("/a/").or(line.split_once('/')).map(|(_, path)| path).unwrap() {
                "accounts/self" => say(&json!({"_account_id": 7, "name": "tagkeeper"})),
                "config/server/version" => say(&json!(version)),
                path if path.starts_with("changes/?q=commit:") => {
                    let newest = change["current_revision"].as_str().unwrap();
                    let is_it = path.contains(newest) || path.contains(OLDER);
                    say(&if is_it { json!([*change]) } else { json!([]) })
                }
                path if path.starts_with("changes/?q=change:") => {
                    let id = change["change_id"].as_str().unwrap();
                    let is_it = path.contains(id) || path.contains("change:42&");
                    say(&if is_it { json!([*change]) } else { json!([]) })
                }
                path if path.starts_with("changes/?q=status:open+file:") => say(&json!([*change])),
                path if path.starts_with("changes/42?") => say(&change),
                path if path.starts_with(&format!("changes/42/revisions/{COMMIT}/")) => {
                    let kind = path.trim_end_matches('/').rsplit_once('/').unwrap().1;
                    say(&change["kept"][kind])
                }
                "groups/release-managers/members/?recursive" => {
                    say(&json!([{"_account_id": 2, "name": "Bob", "email": "bob@example.org"}]))
                }
                _ => Reply::Say(404, "content-type: text/plain\r\n", b"Not found".to_vec()),
            }
        });
        let dir = TempDir::new().unwrap();
        std::fs::write(dir.path().join("login"), "tagkeeper\nhunter2\n").unwrap();
        Self { server, change, dir }
    }

    /// Lets the patch set be this commit.
    pub(crate) fn is_of(&self, commit: &str) {
        let mut change = self.change.lock().unwrap();
        let patchset = change["revisions"][COMMIT].clone();
        change["current_revision"] = json!(commit);
        change["revisions"] = json!({commit: patchset});
    }

    /// Lets all messages that are there be written by this account.
    pub(crate) fn is_by(&self, account: u64) {
        let mut change = self.change.lock().unwrap();
        for message in change["messages"].as_array_mut().unwrap() {
            message["author"] = json!({"_account_id": account});
        }
    }

    /// The file with the login.
    pub(crate) fn login_file(&self) -> PathBuf {
        self.dir.path().join("login")
    }

    /// A client with that login.
    pub(crate) fn gerrit(&self) -> Gerrit {
        let client = Client::new(options());
        Gerrit::new(client, &self.server.url("")).named(&self.login_file()).unwrap()
    }

    /// What was posted, in the order of the requests, whether it was taken or not.
    pub(crate) fn posts(&self) -> Vec<Value> {
        let asked = self.server.asked().into_iter();
        let posts = asked.filter(|asked| asked.line().starts_with("POST "));
        posts.map(|asked| serde_json::from_str(&asked.body).unwrap()).collect()
    }

    /// The texts of the messages on the change.
    pub(crate) fn messages(&self) -> Vec<String> {
        let change = self.change.lock().unwrap();
        let messages = change["messages"].as_array().unwrap().iter();
        messages.map(|message| message["message"].as_str().unwrap().to_owned()).collect()
    }
}

fn keep(change: &mut Value, asked: &Asked) {
    let input: Value = serde_json::from_str(&asked.body).unwrap();
    let text = format!("Patch Set 2:\n\n{}", input["message"].as_str().unwrap());
    let message = json!({"message": text, "tag": input["tag"], "_revision_number": 2, "author": {"_account_id": 7}});
    change["messages"].as_array_mut().unwrap().push(message);
    keep_comments(&mut change["kept"], &input);
    for (label, value) in input["labels"].as_object().unwrap() {
        let vote = json!({"_account_id": 7, "name": "tagkeeper", "value": value});
        change["labels"][label] = json!({"all": [vote]});
    }
}

/// Keeps the comments of a post, by kind and file as Gerrit tells them.
pub(crate) fn keep_comments(kept: &mut Value, input: &Value) {
    for (kind, name) in [("comments", "comments"), ("robotcomments", "robot_comments")] {
        for (path, comments) in input[name].as_object().into_iter().flatten() {
            let there = kept[kind].as_object_mut().unwrap().entry(path).or_insert(json!([]));
            there.as_array_mut().unwrap().extend(comments.as_array().unwrap().iter().cloned());
        }
    }
}
