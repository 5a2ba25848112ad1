//! What can go wrong between us and a repository, by kind, so that callers can distinguish them.

use std::fmt;
use std::path::{Path, PathBuf};

use super::cause::Cause;

/// A failure of git or of a repository.
///
/// Whatever an error carries, its text shows no password of a URL.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
pub enum GitError {
    /// There is no usable `git` program.
    #[error("cannot use the git program: {why}")]
    NoGit {
        /// Not found, too old, cannot be started.
        why: String,
    },
    /// The path holds no git repository.
    #[error("`{path}` is not a git repository", path = path.display())]
    NotARepository {
        /// Where one was expected.
        path: PathBuf,
    },
    /// Something else lies where a mirror has to be made.
    #[error("`{path}` is where a mirror belongs, but tagkeeper did not create it", path = path.display())]
    Occupied {
        /// What is there.
        path: PathBuf,
    },
    /// The path holds a repository that git or libgit2 will not open for us.
    #[error("cannot open the repository `{path}`: {why}", path = path.display())]
    Refused {
        /// The repository.
        path: PathBuf,
        /// The reason, for example that it belongs to another user.
        why: String,
    },
    /// The repository is stored in a way that libgit2 cannot read; the git program may.
    #[error("cannot read the repository `{path}`: {why}", path = path.display())]
    Unsupported {
        /// The repository.
        path: PathBuf,
        /// The storage or extension.
        why: String,
    },
    /// The remote gave no answer: host, network, login, time, protocol. Whether the repository exists is not known.
    #[error("cannot {} {}: {}", Attempt(why, url), Masked(url), Masked(why))]
    Unreachable {
        /// The remote as it was asked.
        url: String,
        /// What git or the system said.
        why: String,
    },
    /// git on this machine refused, before the remote was asked or what it sent.
    #[error("git on this machine refuses to read {}: {}", Masked(url), Masked(why))]
    RefusedHere {
        /// The remote as it was to be asked.
        url: String,
        /// What git said.
        why: String,
    },
    /// The remote is `/dev/null`, as Zuul leaves it.
    #[error("the remote {url} is a placeholder: Zuul sets it in every checkout that it makes")]
    NullRemote {
        /// The remote.
        url: String,
    },
    /// The server answered that there is no such repository.
    #[error("there is no repository {}", Masked(url))]
    NoSuchRepository {
        /// The remote as it was asked.
        url: String,
    },
    /// An object that must exist is not here and could not be fetched.
    #[error("{what} is missing from `{path}` and could not be fetched: {}", Masked(why), path = path.display())]
    Missing {
        /// The object: its kind and id.
        what: String,
        /// The repository looked into.
        path: PathBuf,
        /// What git said.
        why: String,
    },
    /// It is not here, and this run may not fetch it.
    #[error("{what} is missing from `{path}`, and this run is offline", path = path.display())]
    Offline {
        /// The mirror, the object or the name.
        what: String,
        /// The repository or the cache.
        path: PathBuf,
    },
    /// The repository is damaged or holds what cannot be there.
    #[error("the repository `{path}` is damaged: {}", Masked(why), path = path.display())]
    Corrupt {
        /// The repository.
        path: PathBuf,
        /// What was found.
        why: String,
    },
    /// A file or directory could not be read or written.
    #[error("{doing} `{path}`: {why}", path = path.display())]
    Io {
        /// What was being done: "cannot create", "cannot lock".
        doing: String,
        /// To which file.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// The object is larger than what the caller would read.
    #[error("{what} has {size} bytes; the limit is {limit}")]
    TooLarge {
        /// The object: its path or id.
        what: String,
        /// Its size in bytes.
        size: u64,
        /// The bound in bytes.
        limit: u64,
    },
    /// The clone is shallow, and the answer lies behind the cut.
    #[error("the clone `{path}` is shallow: {unknown}", path = path.display())]
    Shallow {
        /// Its working tree, or git directory.
        path: PathBuf,
        /// What cannot be known there.
        unknown: String,
    },
    /// The range asked for does not exist: `base` is not on the first-parent chain of `tip`.
    #[error("`{base}` is not among the first parents of `{tip}`")]
    NotFirstParent {
        /// Where the chain should have ended.
        base: git2::Oid,
        /// Where it started.
        tip: git2::Oid,
    },
    /// A git command took longer than it may.
    #[error("{}: git gave no answer within {seconds} s", Masked(doing))]
    TimedOut {
        /// What was being done.
        doing: String,
        /// The bound in seconds.
        seconds: u64,
    },
    /// A git command ended with another status than 0, or said what it must not.
    #[error("{}: git {}{}", Masked(doing), Ending(*status), Reason(stderr))]
    Failed {
        /// What was being done.
        doing: String,
        /// Exit status; `None` when a signal ended it.
        status: Option<i32>,
        /// What git wrote to its standard error.
        stderr: String,
    },
    /// git or libgit2 answered in a way we do not understand.
    #[error("{}: {}", Masked(doing), Masked(why))]
    Odd {
        /// What was being done.
        doing: String,
        /// What came instead.
        why: String,
    },
}

impl GitError {
    /// A failed operation on a file or directory.
    pub fn io(doing: impl Into<String>, path: &Path, error: &std::io::Error) -> Self {
        Self::Io { doing: doing.into(), path: path.to_owned(), why: error.to_string() }
    }

    /// An answer of libgit2 about `path` that is neither an answer nor "not there".
    pub(crate) fn libgit2(doing: impl Into<String>, path: &Path, error: &git2::Error) -> Self {
        use git2::{ErrorClass, ErrorCode};
        let why = error.message().to_owned();
        match (error.code(), error.class()) {
            (ErrorCode::Owner, _) => Self::belongs_to_another(path, &why),
            (_, ErrorClass::Odb | ErrorClass::Zlib | ErrorClass::Object | ErrorClass::Indexer)
                if error.code() != ErrorCode::NotFound =>
            {
                Self::Corrupt { path: path.to_owned(), why }
            }
            _ => Self::Odd { doing: format!("{} in `{}`", doing.into(), path.display()), why },
        }
    }

    /// The error for a repository of another user. git and libgit2 trust the very path that they looked at, which the words
    /// of libgit2 quote; `path` may be one below it, or a relative one.
    pub(super) fn belongs_to_another(path: &Path, said: &str) -> Self {
        let quoted = said.split_once('\'').and_then(|(_, rest)| rest.rsplit_once('\''));
        let path = quoted.map_or(path, |(quoted, _)| Path::new(quoted));
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        Self::Refused { path, why: "it belongs to another user".to_owned() }
    }

    /// Why the remote gave no answer; `None` for an error that is about something else.
    pub(crate) fn cause(&self) -> Option<(&str, Cause)> {
        match self {
            Self::Unreachable { url, why } => Some((url, Cause::of(why, url))),
            Self::RefusedHere { url, .. } => Some((url, Cause::Here)),
            Self::NoSuchRepository { url } => Some((url, Cause::Absent)),
            _ => None,
        }
    }

    /// What to do next: a sentence for the person who reads the error.
    pub fn help(&self) -> String {
        match self {
            Self::NoGit { .. } => "install git 2.34 or newer and put it on the PATH".to_owned(),
            Self::NotARepository { .. } => "run inside a clone, or name one with -C DIR".to_owned(),
            Self::Occupied { .. } => "move it away, or set another cache directory".to_owned(),
            Self::Refused { path, .. } => format!(
                "change its owner, or trust it: git config --global --add safe.directory {}",
                in_shell(path)
            ),
            Self::Unsupported { .. } => {
                "use a plain clone: git clone without --filter, --ref-format or --object-format"
                    .to_owned()
            }
            Self::Unreachable { url, why } => Cause::of(why, url).help().to_owned(),
            Self::RefusedHere { why, .. } => refused_here(why),
            Self::NullRemote { .. } => {
                "set the remote to the repository that refs are pushed to: git remote set-url origin URL".to_owned()
            }
            Self::NoSuchRepository { .. } => {
                "check the name, and the URL templates in tagkeeper.yaml".to_owned()
            }
            Self::Missing { .. } => "run again when the remote answers".to_owned(),
            Self::Offline { .. } => "run again without --offline".to_owned(),
            Self::Corrupt { path, .. } => format!(
                "run `git --git-dir={} fsck`; a mirror in the cache may simply be deleted",
                in_shell(path)
            ),
            Self::Io { .. } => {
                "check the free space and the permissions there, then run again".to_owned()
            }
            Self::TooLarge { .. } => {
                "no release file is this large: look at it by hand".to_owned()
            }
            Self::Shallow { path, .. } => format!(
                "fetch the rest of the history: git -C {} fetch --unshallow; in CI, check out with full history",
                in_shell(path)
            ),
            Self::NotFirstParent { .. } => {
                "name a commit of the first-parent history, the one the branch itself went through"
                    .to_owned()
            }
            Self::TimedOut { .. } => {
                "run again; if it happens again, check the load of this machine and the remote".to_owned()
            }
            Self::Failed { .. } | Self::Odd { .. } => {
                "fix what git reports after the colon, then run again".to_owned()
            }
        }
    }
}

impl fmt::Debug for GitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("GitError").field(&self.to_string()).finish()
    }
}

/// What to do about a refusal of git itself.
fn refused_here(why: &str) -> String {
    let quoted = |before: &str| {
        let (_, rest) = why.split_once(before)?;
        rest.trim_start().strip_prefix('\'')?.split('\'').next()
    };
    if let Some(path) = quoted("dubious ownership in repository at ") {
        let path = in_shell(Path::new(path));
        return format!(
            "change its owner, or trust it: git config --global --add safe.directory {path}"
        );
    }
    match quoted("transport ") {
        Some(name) => format!(
            "use another URL, or allow this kind: git config --global protocol.{name}.allow always"
        ),
        None => Cause::Here.help().to_owned(),
    }
}

/// A path as one word of a shell command, for commands that a help suggests.
fn in_shell(path: &Path) -> String {
    let text: PathBuf = path.components().collect();
    let text = text.to_string_lossy();
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+,:@%".contains(c);
    if text.chars().all(is_plain) {
        text.into_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// Text in which the user and password of every URL are replaced by `***`.
pub fn mask_credentials(text: &str) -> String {
    Masked(text).to_string()
}

/// Displays text without the credentials of the URLs in it.
struct Masked<'a>(&'a str);

impl fmt::Display for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find("://") {
            let (scheme, after) = rest.split_at(at + 3);
            f.write_str(scheme)?;
            let authority = after
                .find(|c: char| matches!(c, '/' | '?' | '#' | '\'' | '"') || c.is_whitespace())
                .unwrap_or(after.len());
            // A password may itself hold an `@` or, badly quoted, a slash: the last `@` of the
            // word decides when the text before it looks like `user:password`.
            let word = after
                .find(|c: char| matches!(c, '\'' | '"') || c.is_whitespace())
                .unwrap_or(after.len());
            let login = match after[..authority].rfind('@') {
                Some(end) => Some(end),
                None if after[..authority].contains(':') => after[..word].rfind('@').filter(|_| {
                    after[..authority]
                        .rsplit_once(':')
                        .is_some_and(|(_, port)| !port.chars().all(|c| c.is_ascii_digit()))
                }),
                None => None,
            };
            rest = match login {
                Some(end) if after[..end].contains(':') || is_web(scheme) => {
                    f.write_str("***")?;
                    &after[end..]
                }
                _ => after,
            };
        }
        f.write_str(rest)
    }
}

/// Whether a login before the host may be a token: of ssh it is only the user's name.
fn is_web(scheme: &str) -> bool {
    scheme.ends_with("http://") || scheme.ends_with("https://")
}

/// What could not be done with a remote that gave no answer: only a host that was not reached was not reached.
struct Attempt<'a>(&'a str, &'a str);

impl fmt::Display for Attempt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match Cause::of(self.0, self.1) {
            Cause::Proxy => "reach a proxy on the way to",
            Cause::Login => "log in to",
            Cause::Identity => "trust",
            Cause::Network | Cause::TimedOut | Cause::Unknown => "reach",
            Cause::Absent | Cause::Here => "read",
        })
    }
}

struct Ending(Option<i32>);

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(status) => write!(f, "ended with status {status}"),
            None => f.write_str("was killed by a signal"),
        }
    }
}

struct Reason<'a>(&'a str);

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = self.0.trim();
        if said.is_empty() { Ok(()) } else { write!(f, ": {}", Masked(said)) }
    }
}

#[cfg(test)]
mod tests;
