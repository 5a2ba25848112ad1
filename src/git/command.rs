//! One run of the git program: what it may see, touch and take.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{env, fmt};

use super::child::{self, Bounds, Group, Input, Trouble};
use super::environment;
use super::error::{GitError, mask_credentials};
use super::login::Address;
use super::program::Git;

/// One git command, as it is put together.
pub struct GitCommand<'a> {
    git: &'a Git,
    doing: String,
    git_dir: PathBuf,
    work_tree: Option<PathBuf>,
    config: Vec<String>,
    hidden: Vec<(String, String)>,
    /// What must not be shown.
    secrets: Vec<String>,
    arguments: Vec<OsString>,
    variables: Vec<(OsString, OsString)>,
    input: Input,
    network: bool,
    bounds: Bounds,
}

/// How a git command ended and what it said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitOutput {
    /// Exit status; `None` when a signal ended it.
    pub status: Option<i32>,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error, its last 64 KiB at least, with invalid UTF-8 replaced.
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
            secrets: Vec::new(),
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

    /// Calls `url` by the name of a remote for this command: `[remote "name"] url = …`. Its login appears in no argument
    /// list, neither of git nor of what git starts.
    #[must_use]
    pub fn remote(mut self, name: &str, url: &str) -> Self {
        let Address { url, config, variables, secrets } = Address::of(url);
        self.secrets.extend(secrets);
        self.variables.extend(variables.into_iter().map(|(key, value)| (key.into(), value.into())));
        self.hidden.extend(config);
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
    pub fn run(self) -> Result<GitOutput, GitError> {
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
            GitOutput { status: Some(0), stdout, .. } => Ok(stdout),
            GitOutput { status, stderr, .. } => Err(GitError::Failed { doing, status, stderr }),
        }
    }

    /// Runs it without a look at the version of git.
    pub(super) fn start(mut self) -> Result<GitOutput, GitError> {
        let mut command = self.build()?;
        let group = self.group()?;
        match child::run(&mut command, std::mem::take(&mut self.input), self.bounds, group) {
            Ok(ended) => Ok(GitOutput {
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

    /// What git said, without the secrets that it was given: it may quote them bare.
    fn without_secrets(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, "***"))
    }

    fn build(&self) -> Result<Command, GitError> {
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
        for setting in
            environment::PINS.iter().copied().chain(self.config.iter().map(String::as_str))
        {
            command.args(["-c", setting]);
        }
        command.args(&self.arguments);
        self.set_environment(&mut command)?;
        Ok(command)
    }

    fn set_environment(&self, command: &mut Command) -> Result<(), GitError> {
        for (name, _) in env::vars_os().filter(|(name, _)| is_ours(name)) {
            command.env_remove(name);
        }
        for name in environment::REMOVED {
            command.env_remove(name);
        }
        command.envs(environment::SET.iter().copied());
        if self.network {
            // Set around us, it would keep left-out objects away.
            command.env_remove("GIT_NO_LAZY_FETCH");
            if !self.git.has_own_ssh()? {
                command.env("GIT_SSH_COMMAND", environment::QUIET_SSH);
            }
        } else {
            command.envs(environment::LOCAL.iter().copied());
        }
        for (key, value) in self.git.variables.iter().chain(&self.variables) {
            command.env(key, value);
        }
        self.set_hidden_config(command);
        Ok(())
    }

    /// An ssh of the user may ask for a passphrase at the terminal, where there is one.
    fn group(&self) -> Result<Group, GitError> {
        if self.network && io::stdin().is_terminal() && self.git.has_own_ssh()? {
            Ok(Group::Ours)
        } else {
            Ok(Group::Own)
        }
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
    name.as_encoded_bytes().starts_with(environment::OURS)
}
