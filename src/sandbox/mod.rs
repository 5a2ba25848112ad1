//! A complete sandbox in one directory: a releases repository, project repositories, a key, a mail box.
//!
//! It contacts no host, needs no account and touches nothing outside its directory. [`make`] builds it, and
//! [`Sandbox::story`] is what a release team does in it, as commands to type.

mod env;
mod garden;
mod plain;
mod story;
mod world;

pub use story::{Scene, play};
pub use world::SiteKind;

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::git::{Git, GitError, RemoteUrl, ls_remote};
use world::{Grown, Project, World};

/// A playground that was made.
#[derive(Clone, Debug)]
pub struct Sandbox {
    /// Everything lies below it.
    pub root: PathBuf,
    /// Fingerprint of its key.
    pub key: String,
    /// Which site it is.
    pub kind: SiteKind,
}

const GITCONFIG: &str = "[user]\n\tname = Garden Release Bot\n\temail = bot@garden.example\n[advice]\n\tdetachedHead = false\n";

/// Why there is no playground.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The user's: a directory with something in it.
    #[error("{} is not empty: a sandbox is made in a new directory", .0.display())]
    NotEmpty(PathBuf),
    /// A file that could not be written.
    #[error("{doing} {}: {why}", path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// To which file.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// gpg is not there, or made no key.
    #[error("making a key with gpg: {0}")]
    Gpg(String),
    /// Git's.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl Sandbox {
    /// The releases repository.
    pub fn releases(&self) -> PathBuf {
        self.root.join("releases")
    }

    /// The directory of the project repositories.
    pub fn projects(&self) -> PathBuf {
        self.root.join("git")
    }

    /// The directory that holds this program, for the `PATH`.
    pub fn programs(&self) -> PathBuf {
        self.root.join("bin")
    }

    /// What a release team does in it: a request with a fault, the fix, plan, merge, tags, mail, and nothing left to do.
    pub fn story(&self) -> &'static [Scene] {
        self.world().story
    }

    fn world(&self) -> &'static World {
        match self.kind {
            SiteKind::Openstack => &garden::WORLD,
            SiteKind::Plain => &plain::WORLD,
        }
    }

    /// The environment to work in: a home, a key ring and git settings of its own.
    pub fn environment(&self) -> Vec<(OsString, OsString)> {
        let path = |name: &str| self.root.join(name).into_os_string();
        vec![
            ("HOME".into(), path("home")),
            ("GNUPGHOME".into(), path("gnupg")),
            ("GIT_CONFIG_GLOBAL".into(), path("home/.gitconfig")),
            ("GIT_CONFIG_NOSYSTEM".into(), "1".into()),
        ]
    }

    /// The environment of what the sandbox runs itself: git in it cannot leave this machine. People who try a remote of
    /// their own in the sandbox can.
    fn confined(&self) -> Vec<(OsString, OsString)> {
        let mut environment = self.environment();
        environment.push(("GIT_ALLOW_PROTOCOL".into(), "file".into()));
        environment
    }
}

/// Makes a playground in `root`, a directory that is not there yet or is empty.
///
/// # Errors
/// When something is in the way, or git or gpg are missing.
pub fn make(root: &Path, kind: SiteKind, git: &Git) -> Result<Sandbox, SandboxError> {
    let is_empty = fs::read_dir(root).map(|mut found| found.next().is_none());
    if !is_empty.unwrap_or(true) {
        return Err(SandboxError::NotEmpty(root.to_owned()));
    }
    directory(root)?;
    let root = root.canonicalize().map_err(|error| failed("finding", root, &error))?;
    for name in ["home", "mail", "git", "releases", "request", "bin"] {
        directory(&root.join(name))?;
    }
    let key = make_key(&root.join("gnupg"))?;
    let sandbox = Sandbox { root, key, kind };
    let world = sandbox.world();
    link_program(&sandbox)?;
    write(&sandbox.root.join("home/.gitconfig"), GITCONFIG)?;
    for (name, text) in world.data {
        write(&sandbox.root.join(name), text)?;
    }
    let grown: Vec<Grown> = world
        .projects
        .iter()
        .map(|project| grow(&sandbox, git, project))
        .collect::<Result<_, _>>()?;
    make_releases(&sandbox, git, &grown)?;
    write_all(&sandbox.root.join("request"), (world.request)(&grown))?;
    write(&sandbox.root.join("env"), &env::script(&sandbox))?;
    Ok(sandbox)
}

fn grow(sandbox: &Sandbox, git: &Git, project: &Project) -> Result<Grown, SandboxError> {
    let path = sandbox.projects().join(project.repo).with_added_extension("git");
    git.command("making a project repository")
        .args(["init", "--quiet", "--bare"])
        .arg(format!("--initial-branch={}", sandbox.world().trunk))
        .arg(&path)
        .must()?;
    git.command("filling a project repository")
        .git_dir(&path)
        .args(["fast-import", "--quiet"])
        .input(project.history(sandbox.world().trunk))
        .must()?;
    let refs = ls_remote(git, &RemoteUrl::new(path.display().to_string()))?;
    Grown::of(project, sandbox.world().trunk, &refs).ok_or_else(|| {
        let doing = format!("filling {}", path.display());
        SandboxError::Git(GitError::Odd { doing, why: "its history was not imported".to_owned() })
    })
}

fn make_releases(sandbox: &Sandbox, git: &Git, grown: &[Grown]) -> Result<(), SandboxError> {
    let releases = sandbox.releases();
    write_all(&releases, (sandbox.world().record)(sandbox, grown))?;
    let dir = releases.join(".git");
    let in_releases = |doing: &str| {
        let mut command = git.command(doing).git_dir(&dir).work_tree(&releases);
        for (key, value) in sandbox.confined() {
            command = command.env(key, value);
        }
        command
    };
    in_releases("making the releases repository")
        .args(["init", "--quiet"])
        .arg(format!("--initial-branch={}", sandbox.world().trunk))
        .must()?;
    in_releases("adding the record").args(["add", "--all"]).must()?;
    in_releases("committing the record")
        .args(["commit", "--quiet", "--message", "Begin the record of the garden"])
        .must()?;
    Ok(())
}

/// A key without passphrase, for a year; gives its fingerprint.
fn make_key(home: &Path) -> Result<String, SandboxError> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new()
        .mode(0o700)
        .create(home)
        .map_err(|error| failed("making", home, &error))?;
    let gpg = |arguments: &[&str]| -> Result<String, SandboxError> {
        let ran = Command::new("gpg")
            .arg("--homedir")
            .arg(home)
            .args(["--batch", "--no-tty"])
            .args(arguments)
            .output();
        let ran = ran.map_err(|error| {
            SandboxError::Gpg(format!("gpg cannot be started: {error}; install GnuPG"))
        })?;
        if ran.status.success() {
            return Ok(String::from_utf8_lossy(&ran.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&ran.stderr).trim().to_owned();
        let hint = if home.as_os_str().len() > 80 {
            " (the path is long for gpg's sockets: try a shorter directory)"
        } else {
            ""
        };
        Err(SandboxError::Gpg(format!("{said}{hint}")))
    };
    gpg(&[
        "--passphrase",
        "",
        "--quick-gen-key",
        "Garden Release Bot <bot@garden.example>",
        "ed25519",
        "sign",
        "1y",
    ])?;
    let listing = gpg(&["--with-colons", "--list-secret-keys"])?;
    let print = listing
        .lines()
        .find_map(|line| line.strip_prefix("fpr:"))
        .and_then(|rest| rest.split(':').nth(8));
    print.map(str::to_owned).ok_or_else(|| SandboxError::Gpg("it lists no key".to_owned()))
}

/// Ends the agent that gpg started for the key.
pub fn rest(sandbox: &Sandbox) {
    let ended = Command::new("gpgconf")
        .arg("--homedir")
        .arg(sandbox.root.join("gnupg"))
        .args(["--kill", "all"])
        .output();
    if let Err(error) = ended {
        log::info!("the gpg agent could not be stopped: {error}");
    }
}

/// Puts this program where the `PATH` of the sandbox finds it.
fn link_program(sandbox: &Sandbox) -> Result<(), SandboxError> {
    let link = sandbox.programs().join("tagkeeper");
    let us = std::env::current_exe().map_err(|error| failed("finding", &link, &error))?;
    std::os::unix::fs::symlink(us, &link).map_err(|error| failed("making", &link, &error))
}

fn write_all(folder: &Path, files: world::Files) -> Result<(), SandboxError> {
    for (name, text) in files {
        let path = folder.join(name);
        directory(path.parent().unwrap_or(folder))?;
        write(&path, &text)?;
    }
    Ok(())
}

fn directory(path: &Path) -> Result<(), SandboxError> {
    fs::create_dir_all(path).map_err(|error| failed("making", path, &error))
}

fn write(path: &Path, text: &str) -> Result<(), SandboxError> {
    fs::write(path, text).map_err(|error| failed("writing", path, &error))
}

fn failed(doing: &'static str, path: &Path, error: &io::Error) -> SandboxError {
    SandboxError::Io { doing, path: path.to_owned(), why: error.to_string() }
}
