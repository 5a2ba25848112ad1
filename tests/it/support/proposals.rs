//! A Gerrit that takes what is pushed to `refs/for/` of bare repositories, and says what became of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::gerrit::say;
use super::http::{Asked, HttpServer, Reply};
use super::machine::{bare_command, must};

/// The account that pushes.
const US: u64 = 7;
const PLAIN: &str = "content-type: text/plain\r\n";

/// A change as the server keeps it.
#[derive(Clone, Debug)]
pub(crate) struct Proposed {
    pub(crate) project: String,
    pub(crate) branch: String,
    pub(crate) topic: String,
    pub(crate) change_id: String,
    pub(crate) message: String,
    pub(crate) status: &'static str,
    /// The commits of its patch sets, and who uploaded each.
    pub(crate) patchsets: Vec<(String, u64)>,
    /// The addresses of people who were asked to review it.
    pub(crate) reviewers: Vec<String>,
}

/// The server.
pub(crate) struct Proposals {
    pub(crate) server: HttpServer,
    kept: Arc<Mutex<Kept>>,
    login: tempfile::TempDir,
}

#[derive(Default)]
struct Kept {
    git: PathBuf,
    changes: Vec<Proposed>,
    is_away: bool,
    /// Whether it takes changes and shows none.
    is_shy: bool,
    /// What a person uploads as soon as that file of a change was read.
    soon: Option<(String, String)>,
}

impl Proposals {
    /// A server for the bare repositories `NAME.git` below `git`.
    pub(crate) fn start(git: &Path) -> Self {
        let kept = Arc::new(Mutex::new(Kept { git: git.to_owned(), ..Kept::default() }));
        let own = Arc::clone(&kept);
        let server = HttpServer::play(move |_, asked| own.lock().unwrap().answer(asked));
        let login = tempfile::tempdir().unwrap();
        std::fs::write(login.path().join("login"), "bot\nhunter2\n").unwrap();
        Self { server, kept, login }
    }

    /// The settings with which it is asked.
    pub(crate) fn settings(&self) -> Vec<String> {
        let login = self.login.path().join("login").display().to_string();
        ["--gerrit", &self.server.url(""), "--gerrit-login-file", &login, "--proposals", "gerrit"]
            .map(str::to_owned)
            .to_vec()
    }

    /// Every change, in the order in which they came.
    pub(crate) fn changes(&self) -> Vec<Proposed> {
        let mut kept = self.kept();
        kept.take_in();
        kept.changes.clone()
    }

    /// Lets what is of `topic` and touches `path` be in another state.
    pub(crate) fn set(&self, status: &'static str) {
        let mut kept = self.kept();
        kept.take_in();
        kept.changes.iter_mut().for_each(|change| change.status = status);
    }

    /// Lets every newest patch set be somebody's who changed `path`.
    pub(crate) fn edited_by_a_person(&self, path: &str, text: &str) {
        self.edited_by(8, path, text);
    }

    /// The same by somebody with the account that pushes.
    pub(crate) fn edited_with_our_account(&self, path: &str, text: &str) {
        self.edited_by(US, path, text);
    }

    fn edited_by(&self, who: u64, path: &str, text: &str) {
        let mut kept = self.kept();
        kept.take_in();
        let git = kept.git.clone();
        for change in &mut kept.changes {
            let dir = git.join(format!("{}.git", change.project));
            let commit = change.patchsets.last().unwrap().0.clone();
            change.patchsets.push((with_file(&dir, &commit, path, text), who));
        }
    }

    /// Lets a person upload a patch set to the change whose `path` is read next, right after it is read.
    pub(crate) fn edited_once_it_is_read(&self, path: &str, text: &str) {
        self.kept().soon = Some((path.to_owned(), text.to_owned()));
    }

    /// Lets it answer nothing, or answer again.
    pub(crate) fn is_away(&self, is_away: bool) {
        self.kept().is_away = is_away;
    }

    /// Lets it show none of its changes, or show them again.
    pub(crate) fn hides(&self, is_shy: bool) {
        self.kept().is_shy = is_shy;
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap()
    }
}

impl Kept {
    /// Takes what was pushed to `refs/for/` since.
    fn take_in(&mut self) {
        let mut repos = Vec::new();
        let owners = self.git.read_dir().unwrap().map(|entry| entry.unwrap().path());
        for owner in owners.filter(|path| path.is_dir()) {
            repos.extend(owner.read_dir().unwrap().map(|entry| entry.unwrap().path()));
        }
        repos.sort();
        for dir in repos {
            let project = dir.strip_prefix(&self.git).unwrap().to_str().unwrap();
            let project = project.trim_end_matches(".git").to_owned();
            let found =
                git(&dir, &["for-each-ref", "--format=%(objectname) %(refname)", "refs/for"]);
            for line in found.lines() {
                let (commit, name) = line.split_once(' ').unwrap();
                git(&dir, &["update-ref", "-d", name]);
                self.take(&dir, &project, commit, name.strip_prefix("refs/for/").unwrap());
            }
        }
    }

    fn take(&mut self, dir: &Path, project: &str, commit: &str, target: &str) {
        let (branch, topic) = target.split_once("%topic=").unwrap();
        let message = git(dir, &["log", "-1", "--format=%B", commit]);
        let last = message.trim_end().rsplit("\n\n").next().unwrap().to_owned();
        let ids: Vec<&str> =
            last.lines().filter_map(|line| line.strip_prefix("Change-Id: ")).collect();
        assert_eq!(ids.len(), 1, "{message}");
        let parents = git(dir, &["log", "-1", "--format=%P", commit]);
        assert_eq!(parents.split(' ').count(), 1, "one parent: {parents}");
        let is_it = |change: &&mut Proposed| {
            change.change_id == ids[0] && change.project == project && change.branch == branch
        };
        if let Some(change) = self.changes.iter_mut().find(is_it) {
            change.patchsets.push((commit.to_owned(), US));
            return;
        }
        self.changes.push(Proposed {
            project: project.to_owned(),
            branch: branch.to_owned(),
            topic: topic.to_owned(),
            change_id: ids[0].to_owned(),
            message,
            status: "NEW",
            patchsets: vec![(commit.to_owned(), US)],
            reviewers: Vec::new(),
        });
    }

    fn answer(&mut self, asked: &Asked) -> Reply {
        if self.is_away {
            return Reply::HangUp;
        }
        self.take_in();
        let line = asked.line().to_owned();
        let path = line.split_once("/a/").or(line.split_once('/')).unwrap().1;
        if line.starts_with("POST ") {
            return self.invite(path, &asked.body);
        }
        if path == "accounts/self" {
            return say(&json!({"_account_id": US, "name": "Bot"}));
        }
        if let Some(query) = path.strip_prefix("changes/?q=") {
            let query = query.split('&').next().unwrap();
            let is_it = |change: &&Proposed| match query.strip_prefix("change:") {
                Some(id) => change.change_id == id,
                None => {
                    let topic = format!("topic:%22{}%22", change.topic);
                    let is_open = change.status == "NEW";
                    query.contains(&topic) && (is_open || !query.contains("status:open"))
                }
            };
            let shown = self.changes.iter().filter(|_| !self.is_shy);
            let found: Vec<Value> = shown.filter(is_it).map(|change| self.json(change)).collect();
            return say(&json!(found));
        }
        self.file(path).unwrap_or_else(|| Reply::Say(404, PLAIN, b"Not found".to_vec()))
    }

    fn json(&self, change: &Proposed) -> Value {
        let number =
            1 + self.changes.iter().position(|one| one.change_id == change.change_id).unwrap();
        let (commit, by) = change.patchsets.last().unwrap();
        let account = json!({"_account_id": by, "name": if *by == US { "Bot" } else { "Bob" }});
        let revision = json!({"_number": change.patchsets.len(), "ref": "refs/changes/01/1/1",
            "uploader": account, "files": {}, "commit": self.commit(change, commit)});
        json!({"_number": number, "change_id": change.change_id, "project": change.project,
            "branch": change.branch, "subject": change.message.lines().next(), "status": change.status,
            "created": "2026-08-21 12:00:00.000000000", "owner": {"_account_id": US},
            "current_revision": commit, "revisions": BTreeMap::from([(commit, revision)])})
    }

    /// What a commit says, as Gerrit writes it.
    fn commit(&self, change: &Proposed, commit: &str) -> Value {
        let dir = self.git.join(format!("{}.git", change.project));
        let show = |format: &str| {
            git(&dir, &["log", "-1", "--date=format-local:%F %T.000000000", format, commit])
        };
        let parents: Vec<Value> =
            show("--format=%P").split(' ').map(|parent| json!({"commit": parent})).collect();
        json!({"parents": parents, "author": {"date": show("--format=%ad")},
            "committer": {"date": show("--format=%cd")}, "message": show("--format=%B")})
    }

    /// Keeps who is asked to review a change: `changes/PROJECT~1/reviewers`. Nobody knows `nobody@`.
    fn invite(&mut self, path: &str, body: &str) -> Reply {
        let number = path.split_once('~').unwrap().1.trim_end_matches("/reviewers");
        let asked: Value = serde_json::from_str(body).unwrap();
        let who = asked["reviewer"].as_str().unwrap().to_owned();
        if who.starts_with("nobody@") {
            return say(&json!({"input": who, "error": "no account"}));
        }
        let nth = number.parse::<usize>().unwrap() - 1;
        self.changes[nth].reviewers.push(who);
        say(&json!({"reviewers": []}))
    }

    /// `changes/1/revisions/COMMIT/files/PATH/content`.
    fn file(&mut self, path: &str) -> Option<Reply> {
        let parts: Vec<&str> = path.split('/').collect();
        let ["changes", number, "revisions", commit, "files", file, "content"] = *parts else {
            return None;
        };
        let nth = number.parse::<usize>().ok()?.checked_sub(1)?;
        let change = self.changes.get_mut(nth)?;
        let dir = self.git.join(format!("{}.git", change.project));
        let file = file.replace("%2F", "/");
        let mut show = bare_command("git");
        let shown =
            show.arg("-C").arg(&dir).args(["show", &format!("{commit}:{file}")]).output().unwrap();
        let is_tree = shown.stdout.starts_with(b"tree ");
        if let Some((path, text)) = self.soon.take_if(|(path, _)| *path == file) {
            change.patchsets.push((with_file(&dir, commit, &path, &text), 8));
        }
        shown.status.success().then(|| match is_tree {
            // As a real Gerrit says it.
            true => Reply::Say(400, PLAIN, b"cannot retrieve content of directories".to_vec()),
            false => Reply::Say(200, PLAIN, STANDARD.encode(shown.stdout).into_bytes()),
        })
    }
}

fn git(dir: &Path, arguments: &[&str]) -> String {
    must(bare_command("git").arg("-C").arg(dir).args(arguments))
}

/// A commit on top of another one with a file that holds this.
pub(crate) fn with_file(dir: &Path, parent: &str, path: &str, text: &str) -> String {
    let stream = format!(
        "commit refs/scratch/x\ncommitter P <p@x> 1788000000 +0000\ndata 4\nEdit\nfrom {parent}\nM 100644 inline {path}\ndata {}\n{text}\n",
        text.len()
    );
    let input = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(input.path(), stream).unwrap();
    let mut command = bare_command("git");
    command.arg("-C").arg(dir).args(["fast-import", "--quiet", "--force"]);
    command.stdin(std::fs::File::open(input.path()).unwrap());
    must(&mut command);
    git(dir, &["rev-parse", "refs/scratch/x"])
}
