//! Throw-away repositories, and a daemon that serves them: nothing of the user's configuration, fixed times and names.

use std::fmt::Write as _;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};

use super::machine::ENVIRONMENT;
pub(crate) use super::machine::{bare_command, must};
use tagkeeper::git::{Git, Oid, RemoteUrl, RepoName};

/// When the first commit of each repository is made; each further one is a minute later.
pub(crate) const START: i64 = 1_700_000_000;

/// The git program as the product runs it, without the configuration of user and system.
pub(crate) fn program() -> Git {
    let git = Git::find().expect("these tests need git on the PATH");
    ENVIRONMENT.iter().fold(git, |git, (key, value)| git.with_env(*key, *value))
}

/// A repository, bare, that commits are made in.
#[derive(Clone, Debug)]
pub(crate) struct Repo {
    dir: PathBuf,
}

impl Repo {
    /// A new one at `dir`.
    pub(crate) fn new(dir: PathBuf) -> Self {
        std::fs::create_dir_all(&dir).unwrap();
        let repo = Self { dir };
        repo.git(&["init", "--quiet", "--bare", "--initial-branch=main"]);
        repo
    }

    /// Its git directory.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Runs git on it.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        must(self.command().args(arguments))
    }

    fn command(&self) -> Command {
        let mut command = bare_command("git");
        command
            .env("GIT_COMMITTER_NAME", "Ann")
            .env("GIT_COMMITTER_EMAIL", "ann@example.org")
            .env("GIT_COMMITTER_DATE", format!("{START} +0000"))
            .arg("--git-dir")
            .arg(&self.dir);
        command
    }

    /// A commit on `branch` in which `file` has the given bytes; gives its id.
    pub(crate) fn commit(&self, branch: &str, file: &str, bytes: &[u8]) -> Oid {
        self.commits(branch, &[(file, bytes.to_vec())])
    }

    /// A commit on `branch` for each file; gives the id of the last.
    pub(crate) fn commits(&self, branch: &str, files: &[(&str, Vec<u8>)]) -> Oid {
        let full = format!("refs/heads/{branch}");
        let before = self.git(&["rev-list", "--all"]).lines().count();
        let is_new = self.git(&["for-each-ref", &full]).is_empty();
        let mut stream = Vec::new();
        for (at, (file, bytes)) in files.iter().enumerate() {
            let when = START + 60 * i64::try_from(before + at).unwrap();
            let mut head = String::new();
            let message = format!("Change {file}\n");
            writeln!(head, "commit {full}").unwrap();
            writeln!(head, "committer Ann <ann@example.org> {when} +0000").unwrap();
            writeln!(head, "data {}\n{message}", message.len()).unwrap();
            if at == 0 && !is_new {
                writeln!(head, "from {full}^0").unwrap();
            }
            writeln!(head, "M 100644 inline {file}\ndata {}", bytes.len()).unwrap();
            stream.extend_from_slice(head.as_bytes());
            stream.extend_from_slice(bytes);
            stream.push(b'\n');
        }
        let mut child = self
            .command()
            .args(["fast-import", "--quiet"])
            .stdin(Stdio::piped())
            .spawn()
            .expect("these tests need git on the PATH");
        child.stdin.take().unwrap().write_all(&stream).unwrap();
        assert!(child.wait().unwrap().success());
        self.tip(&full)
    }

    /// The object that a revision names.
    pub(crate) fn tip(&self, revision: &str) -> Oid {
        Oid::from_str(&self.git(&["rev-parse", "--verify", "--quiet", revision])).unwrap()
    }

    /// What a ref names; nothing where there is none.
    pub(crate) fn reads(&self, full_ref: &str) -> Option<Oid> {
        let text = self.git(&["for-each-ref", "--format=%(objectname)", full_ref]);
        (!text.is_empty()).then(|| Oid::from_str(&text).unwrap())
    }
}

/// The objects of a kind that are in an object store itself.
pub(crate) fn objects(git_dir: &Path, kind: &str) -> usize {
    let listing = must(bare_command("git").arg("--git-dir").arg(git_dir).args([
        "cat-file",
        "--batch-all-objects",
        "--batch-check=%(objecttype)",
    ]));
    listing.lines().filter(|line| *line == kind).count()
}

/// Bytes that cannot be compressed, the same for the same seed.
pub(crate) fn noise(seed: u64, bytes: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..bytes).map(|_| next()).collect()
}

/// `git daemon` for the repositories below a directory. It ends when it is dropped.
///
/// The listening socket is ours, and each connection gets a daemon of its own (`--inetd`): the port is open at
/// once, and certainly closed afterwards.
pub(crate) struct Daemon {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Daemon {
    /// Serves what is below `base`.
    pub(crate) fn serve(base: &Path) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let is_over = Arc::new(AtomicBool::new(false));
        let (base, count, over) = (base.to_owned(), Arc::clone(&connections), Arc::clone(&is_over));
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                count.fetch_add(1, Ordering::SeqCst);
                answer(&base, stream.unwrap());
            }
        });
        Self { address, connections, is_over, thread: Some(thread) }
    }

    /// The URL of a repository.
    pub(crate) fn url(&self, repo: &str) -> String {
        format!("git://{}/{repo}", self.address)
    }

    /// The port on the loopback device.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// How many connections there were.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn answer(base: &Path, stream: TcpStream) {
    let reader = OwnedFd::from(stream.try_clone().unwrap());
    let child = bare_command("git")
        .args(["daemon", "--inetd", "--export-all", "--informative-errors"])
        .arg(format!("--base-path={}", base.display()))
        .arg(base)
        .stdin(Stdio::from(reader))
        .stdout(Stdio::from(OwnedFd::from(stream)))
        .stderr(Stdio::null())
        .spawn();
    let mut child = child.expect("these tests need `git daemon`");
    thread::spawn(move || child.wait());
}

/// The URL of `repo` by `template`.
pub(crate) fn by_template(template: &str, repo: &str) -> RemoteUrl {
    RemoteUrl::from_template(template, &RepoName::parse(repo).unwrap())
}

/// A port of this machine on which nobody listens.
pub(crate) fn closed_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}
