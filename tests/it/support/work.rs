//! Throw-away repositories with a working tree and fixed dates, and bad lines to them.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;

use tagkeeper::git::Oid;

use super::git::bare_command;

/// When the first commit of every repository is made.
pub(crate) const DAWN: i64 = 1_700_000_000;

/// A `git` command that sees nothing of this machine but the `PATH`.
pub(crate) fn command(directory: &Path) -> Command {
    let mut command = bare_command("git");
    command.current_dir(directory);
    command
}

/// A repository with a working tree.
pub(crate) struct Work {
    pub(crate) path: PathBuf,
    clock: AtomicI64,
}

impl Work {
    /// Makes one at `path`, on the branch `master`.
    pub(crate) fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        fs::create_dir_all(&path).unwrap();
        let work = Self { path, clock: DAWN.into() };
        work.run(&["init", "--quiet", "--initial-branch=master", "--template="]);
        work.run(&["config", "gc.auto", "0"]);
        work
    }

    /// One that is at `path` already.
    pub(crate) fn at(path: PathBuf) -> Self {
        Self { path, clock: (DAWN + 86_400).into() }
    }

    /// Runs git there and gives its standard output, without the last line end.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let when = format!("{} +0100", self.clock.load(Ordering::Relaxed));
        let output = command(&self.path)
            .args(arguments)
            .envs([("GIT_AUTHOR_NAME", "Ann Author"), ("GIT_AUTHOR_EMAIL", "ann@example.org")])
            .envs([("GIT_COMMITTER_NAME", "Cy Committer"), ("GIT_COMMITTER_EMAIL", "cy@x.example")])
            .envs([("GIT_AUTHOR_DATE", &when), ("GIT_COMMITTER_DATE", &when)])
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {stderr}");
        String::from_utf8(output.stdout).unwrap().trim_end_matches('\n').to_owned()
    }

    /// Runs git and reads the id it prints.
    pub(crate) fn id(&self, arguments: &[&str]) -> Oid {
        self.run(arguments).parse().unwrap()
    }

    /// Writes a file of the working tree.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Commits these files and everything else, a minute after the commit before.
    pub(crate) fn commit(&self, files: &[(&str, &str)], message: &str) -> Oid {
        for (name, content) in files {
            self.write(name, content);
        }
        self.tick(60);
        self.run(&["add", "--all"]);
        self.run(&["commit", "--quiet", "--allow-empty", "--message", message]);
        self.id(&["rev-parse", "HEAD"])
    }

    /// Lets the clock of the next commit move on, or back.
    pub(crate) fn tick(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Puts an annotated tag on HEAD.
    pub(crate) fn tag(&self, name: &str, message: &str) -> Oid {
        self.run(&["tag", "--annotate", "--message", message, name]);
        self.id(&["rev-parse", name])
    }
}

/// What becomes of a connection of which enough was forwarded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// No more bytes come, until the client leaves.
    Silence,
    /// It is closed.
    Cut,
}

/// Forwards one connection to `port`, of the answer only the first `bytes`. Gives the port to
/// connect to.
pub(crate) fn bad_line(port: u16, bytes: u64, ending: Ending) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let own = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let server = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let mut requests = client.try_clone().unwrap();
        let mut forwarded = server.try_clone().unwrap();
        let asked = thread::spawn(move || drop(std::io::copy(&mut requests, &mut forwarded)));
        let mut answer = server.take(bytes);
        let mut buffer = [0; 1024];
        while let Ok(count @ 1..) = answer.read(&mut buffer) {
            if client.write_all(&buffer[..count]).is_err() {
                break;
            }
        }
        if ending == Ending::Silence {
            drop(asked.join());
        } else {
            drop(client.shutdown(Shutdown::Both));
        }
    });
    own
}
