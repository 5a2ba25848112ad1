//! Addresses of repositories, and what the last lines of git about one mean.

use std::fmt;
use std::path::{Path, PathBuf};

use super::cause::Cause;
use super::command::GitOutput;
use super::error::{GitError, mask_credentials};
use super::name::RepoName;

/// The URL or path of a repository. Its text, also its `Debug` text, shows no password.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RemoteUrl {
    text: String,
    /// The directory below which a missing repository is known not to exist; of local ones only.
    root: Option<PathBuf>,
}

impl RemoteUrl {
    /// A URL or path by itself. Of a local one, the directory it lies in is its root.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let root = local_path(&text).and_then(|path| path.parent().map(Path::to_owned));
        Self { text, root }
    }

    /// The URL of `repo` by a template such as `https://opendev.org/{repo}`. A [`RepoName`] stays below the template.
    ///
    /// Of a local template, the directory before `{repo}` is the root of all its repositories: one
    /// that is missing below it does not exist, while nothing is known when the root is missing.
    pub fn from_template(template: &str, repo: &RepoName) -> Self {
        let Some(at) = template.find("{repo}") else { return Self::new(template) };
        let text = template.replace("{repo}", repo.as_str());
        let directory = template[..at].rfind('/').map_or("", |slash| &template[..=slash]);
        let root = local_path(&text).and_then(|_| local_path(directory));
        Self { text, root }
    }

    /// Whether the repositories of a template are on this machine.
    pub fn is_local_template(template: &str) -> bool {
        local_path(template).is_some()
    }

    /// The text for git itself. It may hold a password: never show it.
    pub fn secret_text(&self) -> &str {
        &self.text
    }

    /// The path of a repository on this machine: `file://` or a plain path.
    pub fn local_path(&self) -> Option<PathBuf> {
        local_path(&self.text)
    }

    /// Whether it is on this machine.
    pub fn is_local(&self) -> bool {
        self.local_path().is_some()
    }

    /// The directory of a local repository that exists, found as git finds it: `path` or `path.git`.
    ///
    /// `None` for a URL that is not local.
    ///
    /// # Errors
    /// [`GitError::NoSuchRepository`] when there is nothing at the path and its root is there;
    /// [`GitError::Unreachable`] when the root itself is missing or cannot be looked into.
    pub fn local_directory(&self) -> Result<Option<PathBuf>, GitError> {
        let Some(path) = self.local_path() else { return Ok(None) };
        if self.is_null() {
            return Err(GitError::NullRemote { url: self.to_string() });
        }
        let mut suffixed = path.clone().into_os_string();
        suffixed.push(".git");
        for candidate in [&path, Path::new(&suffixed)] {
            match candidate.metadata() {
                Ok(_) => return Ok(Some(candidate.to_owned())),
                Err(error) if is_absence(&error) => {}
                Err(error) => return Err(self.unreachable(format!("{error}"))),
            }
        }
        match self.root.as_deref().map(Path::read_dir) {
            Some(Ok(_)) => Err(GitError::NoSuchRepository { url: self.to_string() }),
            Some(Err(error)) => {
                let root = self.root.as_deref().unwrap_or(Path::new("/"));
                Err(self.unreachable(format!("`{}`: {error}", root.display())))
            }
            None => Err(self.unreachable("there is nothing at the path".to_owned())),
        }
    }

    /// The error for a remote that gave no answer.
    pub fn unreachable(&self, why: impl Into<String>) -> GitError {
        GitError::Unreachable { url: self.to_string(), why: mask_credentials(&why.into()) }
    }

    /// Whether it is the place at which Zuul lets the remote `origin` of its checkouts point.
    fn is_null(&self) -> bool {
        self.local_path().is_some_and(|path| path == Path::new("/dev/null"))
    }

    /// Host and port of a URL of the web.
    pub(super) fn web_host(url: &str) -> Option<(String, &str)> {
        let (scheme, rest) = url.split_once("://")?;
        let port = match scheme.to_ascii_lowercase().as_str() {
            "https" => "443",
            "http" => "80",
            _ => return None,
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let is_port = |port: &str| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
        Some(match authority.rsplit_once(':').filter(|(_, port)| is_port(port)) {
            Some((host, port)) => (host.to_owned(), port),
            None => (authority.to_owned(), port),
        })
    }

    /// What the failure of a command that talked to this remote says about it.
    ///
    /// Only the servers' own well-known words mean that the repository does not exist.
    pub fn failure(&self, output: &GitOutput) -> GitError {
        let words = last_words(&output.stderr);
        if self.is_null() {
            return GitError::NullRemote { url: self.to_string() };
        }
        match Cause::of(&output.stderr, &self.text) {
            Cause::Absent => return GitError::NoSuchRepository { url: self.to_string() },
            Cause::Here => return GitError::RefusedHere { url: self.to_string(), why: words },
            _ => {}
        }
        match (words.is_empty(), output.status) {
            (false, _) => self.unreachable(words),
            (true, Some(status)) => self.unreachable(format!("git ended with status {status}")),
            (true, None) => self.unreachable("git was killed by a signal"),
        }
    }

    /// The same for a command that did not come to its end.
    pub(super) fn trouble(&self, error: GitError) -> GitError {
        match error {
            GitError::TimedOut { seconds, .. } => {
                self.unreachable(format!("no answer within {seconds} s"))
            }
            other => other,
        }
    }
}

impl fmt::Display for RemoteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&mask_credentials(&self.text))
    }
}

impl fmt::Debug for RemoteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RemoteUrl({self})")
    }
}

fn is_absence(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// The path that a URL or path names on this machine, as git distinguishes them from `host:path`.
fn local_path(text: &str) -> Option<PathBuf> {
    let path = match text.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("file") => decoded(rest)?,
        Some(_) => return None,
        None => {
            let colon = text.find(':').unwrap_or(text.len());
            if text.is_empty() || (colon < text.len() && !text[..colon].contains('/')) {
                return None;
            }
            text.to_owned()
        }
    };
    std::path::absolute(path).ok()
}

/// `%41` to `A`; `None` when the result is not UTF-8.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

/// The lines in which git or ssh say what went wrong, as one.
fn last_words(stderr: &str) -> String {
    let lines: Vec<&str> = stderr.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let told = lines.iter().filter(|line| !is_advice(line));
    let told = told.map(|line| line.strip_prefix("fatal: ").unwrap_or(line));
    let told: Vec<&str> = told.map(without_url).collect();
    let from = told.len().saturating_sub(4);
    told[from..].join("; ")
}

/// The reason without the URL, which the caller names.
fn without_url(line: &str) -> &str {
    let rest = line.strip_prefix("unable to access '").and_then(|rest| rest.split_once("': "));
    rest.map_or(line, |(_, why)| why)
}

fn is_advice(line: &str) -> bool {
    line == "Please make sure you have the correct access rights"
        || line == "and the repository exists."
        || line.starts_with("Warning: Permanently added")
        || line.starts_with("hint:")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(stderr: &str) -> GitOutput {
        GitOutput { status: Some(128), stdout: Vec::new(), stderr: stderr.to_owned() }
    }

    #[test]
    fn local_paths_are_told_apart_as_git_does() {
        for (text, path) in [
            ("/srv/a", Some("/srv/a")),
            ("file:///srv/a%20b", Some("/srv/a b")),
            ("FILE:///srv/a", Some("/srv/a")),
            ("/srv/a:b", Some("/srv/a:b")),
            ("host:a/b", None),
            ("me@host:a/b", None),
            ("https://host/a", None),
            ("", None),
        ] {
            assert_eq!(local_path(text), path.map(PathBuf::from), "{text}");
        }
        assert!(local_path("./a:b").is_some());
    }

    #[test]
    fn only_plain_words_of_a_server_mean_absent() {
        let url = RemoteUrl::new("https://me:secret@host/a");
        for stderr in [
            "fatal: repository 'https://host/a/' not found\n",
            "fatal: remote error: no such repository: /a\n",
            "fatal: project \"a\" not found\n",
        ] {
            let error = url.failure(&output(stderr));
            assert!(matches!(error, GitError::NoSuchRepository { .. }), "{stderr}");
            assert!(!format!("{error} {error:?} {url:?}").contains("secret"));
        }
        for stderr in [
            "fatal: remote error: access denied or repository not exported: /a\n",
            "fatal: could not read Username for 'https://host': terminal prompts disabled\n",
            "fatal: unable to access 'https://host/a/': The requested URL returned error: 403\n",
            "ssh: connect to host h port 29418: Connection refused\nfatal: Could not read from remote repository.\n",
            "fatal: unable to access 'https://host/a/': Could not resolve host: host\n",
            "",
        ] {
            let error = url.failure(&output(stderr));
            assert!(matches!(error, GitError::Unreachable { .. }), "{stderr}");
            assert!(
                !error.to_string().contains("unable to access"),
                "the URL stands once: {error}"
            );
        }
    }

    #[test]
    fn a_template_knows_the_root_of_its_repositories() {
        let directory = tempfile::tempdir().unwrap();
        let top = directory.path().display();
        let widget = RepoName::parse("openstack/widget").unwrap();
        let of = |template: String| RemoteUrl::from_template(&template, &widget);
        let missing = of(format!("file://{top}/{{repo}}")).local_directory();
        assert!(matches!(missing, Err(GitError::NoSuchRepository { .. })), "{missing:?}");
        let prefixed = of(format!("{top}/git-{{repo}}.git")).local_directory();
        assert!(matches!(prefixed, Err(GitError::NoSuchRepository { .. })), "{prefixed:?}");
        let unmounted = of(format!("{top}/unmounted/{{repo}}")).local_directory();
        assert!(matches!(unmounted, Err(GitError::Unreachable { .. })), "{unmounted:?}");
        std::fs::create_dir_all(directory.path().join("openstack/widget.git")).unwrap();
        let found = of(format!("{top}/{{repo}}")).local_directory().unwrap().unwrap();
        assert!(found.ends_with("openstack/widget.git"));
        assert_eq!(of("https://host/{repo}".to_owned()).local_directory(), Ok(None));
    }
}
