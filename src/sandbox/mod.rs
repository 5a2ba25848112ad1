//! A complete playground in one directory: a releases repository, three project repositories, a key, a mail box.
//!
//! No network, no account, nothing outside of the directory is touched. [`make`] builds it, [`story`] is what a
//! release team does in it, as commands to type.

mod garden;
mod story;

pub use story::{Scene, play, story};

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::git::{Git, GitError, RemoteUrl, ls_remote};
use garden::{Grown, Project};

/// A playground that was made.
#[derive(Clone, Debug)]
pub struct Sandbox {
    /// Everything lies below it.
    pub root: PathBuf,
    /// Fingerprint of its key.
    pub key: String,
}

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
}

/// Makes a playground in `root`, a directory that is not there yet or is empty.
///
/// # Errors
/// When something is in the way, or git or gpg are missing.
pub fn make(root: &Path, git: &Git) -> Result<Sandbox, SandboxError> {
    let is_empty = fs::read_dir(root).map(|mut found| found.next().is_none());
    if !is_empty.unwrap_or(true) {
        return Err(SandboxError::NotEmpty(root.to_owned()));
    }
    directory(root)?;
    let root = root.canonicalize().map_err(|error| failed("finding", root, &error))?;
    for name in ["home", "mail", "git/garden", "releases", "request"] {
        directory(&root.join(name))?;
    }
    let key = make_key(&root.join("gnupg"))?;
    let sandbox = Sandbox { root, key };
    write(&sandbox.root.join("home/.gitconfig"), garden::GITCONFIG)?;
    write(&sandbox.root.join("governance.yaml"), garden::GOVERNANCE)?;
    write(&sandbox.root.join("zuul-projects.yaml"), garden::ZUUL_PROJECTS)?;
    let grown: Vec<Grown> = garden::PROJECTS
        .iter()
        .map(|project| grow(&sandbox, git, project))
        .collect::<Result<_, _>>()?;
    make_releases(&sandbox, git, &grown)?;
    for (name, text) in garden::request(&grown) {
        write(&sandbox.root.join("request").join(name), &text)?;
    }
    write(&sandbox.root.join("env"), &environment_script(&sandbox))?;
    Ok(sandbox)
}

fn grow(sandbox: &Sandbox, git: &Git, project: &Project) -> Result<Grown, SandboxError> {
    let path = sandbox.projects().join(project.repo).with_added_extension("git");
    git.command("making a project repository")
        .args(["init", "--quiet", "--bare"])
        .arg(&path)
        .must()?;
    git.command("filling a project repository")
        .git_dir(&path)
        .args(["fast-import", "--quiet"])
        .input(garden::history(project))
        .must()?;
    let refs = ls_remote(git, &RemoteUrl::new(path.display().to_string()))?;
    Grown::of(project, &refs).ok_or_else(|| {
        let doing = format!("filling {}", path.display());
        SandboxError::Git(GitError::Odd { doing, why: "its history did not arrive".to_owned() })
    })
}

fn make_releases(sandbox: &Sandbox, git: &Git, grown: &[Grown]) -> Result<(), SandboxError> {
    let releases = sandbox.releases();
    for (path, text) in garden::record(sandbox, grown) {
        let path = releases.join(path);
        directory(path.parent().unwrap_or(&releases))?;
        write(&path, &text)?;
    }
    let dir = releases.join(".git");
    let in_releases = |doing: &str| {
        let mut command = git.command(doing).git_dir(&dir).work_tree(&releases);
        for (key, value) in sandbox.environment() {
            command = command.env(key, value);
        }
        command
    };
    in_releases("making the releases repository")
        .args(["init", "--quiet", "--initial-branch=master"])
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
        log::info!("the agent of gpg was not ended: {error}");
    }
}

fn environment_script(sandbox: &Sandbox) -> String {
    let line = |(key, value): (OsString, OsString)| {
        format!(
            "export {}='{}'\n",
            key.to_string_lossy(),
            value.to_string_lossy().replace('\'', r"'\''")
        )
    };
    sandbox.environment().into_iter().map(line).collect()
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
