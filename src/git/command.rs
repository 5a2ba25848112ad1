//! One run of the git program: what it may see, touch and take.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{env, fmt};

use super::child::{self, Bounds, Input, Trouble};
use super::error::{GitError, mask_credentials};
use super::program::Git;

/// Configuration that no user, system or repository may change for our commands.
const PINS: &[&str] = &[
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.version=2",
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.quotePath=false",
    "color.ui=false",
    "advice.detachedHead=false",
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    "http.lowSpeedLimit=100",
    "http.lowSpeedTime=60",
];

/// Variables that would point our commands at another repository, or change what they answer.
const REMOVED: &[&str] = &[
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CONFIG",
    "GIT_CONFIG_PARAMETERS",
    "GIT_GRAFT_FILE",
    "GIT_SHALLOW_FILE",
    "GIT_REPLACE_REF_BASE",
    "GIT_PREFIX",
    "GIT_NAMESPACE",
    "GIT_QUARANTINE_PATH",
    "GIT_EXTERNAL_DIFF",
    "GIT_DIFF_OPTS",
    "GIT_DEFAULT_HASH",
    "GIT_PUSH_OPTION_COUNT",
];

/// ssh that asks nobody and does not wait for ever.
const QUIET_SSH: &str =
    "ssh -o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=20 -o ServerAliveCountMax=3";

/// One git command, as it is put together.
pub struct GitCommand<'a> {
    git: &'a Git,
    doing: String,
    git_dir: PathBuf,
    work_tree: Option<PathBuf>,
    config: Vec<String>,
    hidden: Vec<(String, String)>,
    arguments: Vec<OsString>,
    variables: Vec<(OsString, OsString)>,
    input: Input,
    network: bool,
    bounds: Bounds,
}

/// How a git command ended and what it said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Exit status; `None` when a signal ended it.
    pub status: Option<i32>,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error, its last 64 KiB at least, anything but UTF-8 replaced.
    pub stderr: String,
}

impl<'a> GitCommand<'a> {
    pub(super) fn new(git: &'a Git, doing: String) -> Self {
        Self {
            git,
            doing,
            git_dir: PathBuf::from("/dev/null"),
            work_tree: None,
            config: Vec::new(),
            hidden: Vec::new(),
            arguments: Vec::new(),
            variables: Vec::new(),
            input: Input::Nothing,
            network: false,
            bounds: Bounds { time: Duration::from_secs(300), output: 64 << 20 },
        }
    }

    /// The repository to work in. Without one git sees none, not even around the current directory.
    #[must_use]
    pub fn git_dir(mut self, path: &Path) -> Self {
        path.clone_into(&mut self.git_dir);
        self
    }

    /// The working tree that belongs to it; git runs there.
    #[must_use]
    pub fn work_tree(mut self, path: &Path) -> Self {
        self.work_tree = Some(path.to_owned());
        self
    }

    /// One more `-c name=value`; it wins over our own pins.
    #[must_use]
    pub fn config(mut self, setting: impl Into<String>) -> Self {
        self.config.push(setting.into());
        self
    }

    /// Configuration that may hold a secret (a URL with a password): handed over in the
    /// environment, so that no list of processes shows it.
    #[must_use]
    pub fn hidden_config(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.hidden.push((key.into(), value.into()));
        self
    }

    /// Calls `url` by the name of a remote for this command: `[remote "name"] url = …`.
    #[must_use]
    pub fn remote(self, name: &str, url: impl Into<String>) -> Self {
        self.hidden_config(format!("remote.{name}.url"), url)
    }

    /// One argument.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    /// Several arguments.
    #[must_use]
    pub fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.arguments.extend(arguments.into_iter().map(|one| one.as_ref().to_owned()));
        self
    }

    /// One environment variable for this command.
    #[must_use]
    pub fn env(mut self, key: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.variables.push((key.into(), value.into()));
        self
    }

    /// What the command reads from its standard input. Without it there is nothing to read.
    #[must_use]
    pub fn input(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = Input::Bytes(bytes.into());
        self
    }

    /// Keeps the lock of `file`, which is empty, for as long as the command runs: it outlives us
    /// when we are killed and git goes on alone.
    #[must_use]
    pub(super) fn hold(mut self, file: File) -> Self {
        self.input = Input::Held(file);
        self
    }

    /// Lets the command talk to remotes; a local path counts as one.
    #[must_use]
    pub fn network(mut self) -> Self {
        self.network = true;
        self
    }

    /// Ends the command after `time`; 300 s if nothing else is said.
    #[must_use]
    pub fn timeout(mut self, time: Duration) -> Self {
        self.bounds.time = time;
        self
    }

    /// The most bytes of standard output that are taken; 64 MiB if nothing else is said.
    #[must_use]
    pub fn output_limit(mut self, bytes: usize) -> Self {
        self.bounds.output = bytes;
        self
    }

    /// Runs it; any exit status is an answer.
    ///
    /// # Errors
    /// [`GitError::NoGit`], [`GitError::TimedOut`], [`GitError::Odd`] for too much output.
    pub fn run(self) -> Result<Output, GitError> {
        let git = self.git;
        let output = self.start()?;
        if output.status != Some(0) {
            git.version()?;
        }
        Ok(output)
    }

    /// Runs it and gives its standard output; another status than 0 is an error.
    ///
    /// # Errors
    /// Those of [`run`](Self::run), and [`GitError::Failed`].
    pub fn must(self) -> Result<Vec<u8>, GitError> {
        let doing = self.doing.clone();
        match self.run()? {
            Output { status: Some(0), stdout, .. } => Ok(stdout),
            Output { status, stderr, .. } => Err(GitError::Failed { doing, status, stderr }),
        }
    }

    /// Runs it without a look at the version of git.
    pub(super) fn start(mut self) -> Result<Output, GitError> {
        let mut command = self.build();
        match child::run(&mut command, std::mem::take(&mut self.input), self.bounds) {
            Ok(ended) => Ok(Output {
                status: ended.status.code(),
                stdout: ended.stdout,
                stderr: self.without_secrets(&String::from_utf8_lossy(&ended.stderr)),
            }),
            Err(Trouble::Io(error)) => Err(GitError::NoGit {
                why: format!("cannot start `{}`: {error}", self.git.path().display()),
            }),
            Err(Trouble::Time) => {
                Err(GitError::TimedOut { doing: self.doing, seconds: self.bounds.time.as_secs() })
            }
            Err(Trouble::Size) => Err(GitError::Odd {
                doing: self.doing,
                why: format!("git wrote more than {} bytes", self.bounds.output),
            }),
        }
    }

    /// What git said, without the logins of the URLs that it was given: it may quote them bare.
    fn without_secrets(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (_, value) in &self.hidden {
            if let Some((_, rest)) = value.split_once("://")
                && let Some((login, _)) = rest.rsplit_once('@')
                && let Some((_, password)) = login.split_once(':').filter(|(_, it)| !it.is_empty())
            {
                text = text.replace(login, "***").replace(password, "***");
            }
        }
        text
    }

    fn build(&self) -> Command {
        let mut command = Command::new(self.git.path());
        if let Some(path) = &self.work_tree {
            command.arg("-C").arg(path);
        }
        let mut git_dir = OsString::from("--git-dir=");
        git_dir.push(std::path::absolute(&self.git_dir).unwrap_or_else(|_| self.git_dir.clone()));
        command.arg(git_dir);
        if let Some(path) = &self.work_tree {
            let mut work_tree = OsString::from("--work-tree=");
            work_tree.push(path);
            command.arg(work_tree);
        }
        for setting in PINS.iter().copied().chain(self.config.iter().map(String::as_str)) {
            command.args(["-c", setting]);
        }
        command.args(&self.arguments);
        self.set_environment(&mut command);
        command
    }

    fn set_environment(&self, command: &mut Command) {
        // Our own settings may hold passwords, of mail for instance.
        for (name, _) in env::vars_os().filter(|(name, _)| is_ours(name)) {
            command.env_remove(name);
        }
        for name in REMOVED {
            command.env_remove(name);
        }
        command
            .env("LC_ALL", "C")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("GIT_LITERAL_PATHSPECS", "1");
        if !self.network {
            command.env("GIT_ALLOW_PROTOCOL", "none").env("GIT_NO_LAZY_FETCH", "1");
        } else if !self.git.has_own_ssh() {
            command.env("GIT_SSH_COMMAND", QUIET_SSH);
        }
        for (key, value) in self.git.variables.iter().chain(&self.variables) {
            command.env(key, value);
        }
        self.set_hidden_config(command);
    }

    fn set_hidden_config(&self, command: &mut Command) {
        if self.hidden.is_empty() {
            return;
        }
        let before = env::var("GIT_CONFIG_COUNT").ok().and_then(|count| count.parse().ok());
        let first: usize = before.unwrap_or(0);
        for (at, (key, value)) in self.hidden.iter().enumerate() {
            command
                .env(format!("GIT_CONFIG_KEY_{}", first + at), key)
                .env(format!("GIT_CONFIG_VALUE_{}", first + at), value);
        }
        command.env("GIT_CONFIG_COUNT", (first + self.hidden.len()).to_string());
    }
}

// Without the hidden configuration, the variables and the input: they may be secret.
impl fmt::Debug for GitCommand<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GitCommand")
            .field("doing", &mask_credentials(&self.doing))
            .field("git_dir", &self.git_dir)
            .field("arguments", &self.arguments)
            .finish_non_exhaustive()
    }
}

fn is_ours(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b"TAGKEEPER_")
}
