//! Pushing one ref at a time, so that a ref can be created or moved forward and nothing else.
//!
//! A server need not keep `--atomic`, and a connection may break after the server has done what
//! it was told. So every push names one ref, asserts with a lease what the ref is now, and its
//! answer is data; where there is no certain answer the ref must be read again.

use std::path::Path;
use std::time::Duration;

use git2::Oid;

use super::command::{GitCommand, GitOutput};
use super::error::{GitError, mask_credentials};
use super::outgoing::Outgoing;
use super::program::Git;
use super::repository::Repository;
use super::stamp;

/// What became of a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PushAnswer {
    /// The ref was made.
    Created,
    /// The ref was moved forward; only [`Destination::fast_forward`] does so.
    Moved,
    /// The ref was there and names this very object.
    AlreadyThere,
    /// The ref is not what the lease says; nothing was changed.
    Taken,
    /// The server will not have it: rights, a hook.
    Refused {
        /// The server's words.
        reason: String,
    },
    /// No certain answer: the connection was lost, time ran out, or the answer makes no sense.
    /// The ref may have been written: read it again before anything else.
    Unknown {
        /// What is known of the reason.
        why: String,
    },
}

/// The name under which git knows the URL for one command; a repository is hardly to have it.
const REMOTE: &str = "tagkeeper-push";

/// Configuration that would push more than the one ref, or otherwise than we say.
const PINS: &[&str] = &[
    // No tag goes along but the one that is named.
    "push.followTags=false",
    // A server may refuse a signed push, or an option it does not know.
    "push.gpgSign=false",
    "push.pushOption=",
    // A submodule is another repository.
    "push.recurseSubmodules=no",
    // The lease says what must be there; a reflog knows less.
    "push.useForceIfIncludes=false",
];

/// The longest wait for one push.
const PATIENCE: Duration = Duration::from_secs(300);

/// Where refs are pushed to, and from which repository.
#[derive(Clone, Copy, Debug)]
pub struct Destination<'a> {
    git: &'a Git,
    git_dir: &'a Path,
    url: &'a str,
    patience: Duration,
}

/// What the ref must be before it is written.
#[derive(Clone, Copy)]
enum Lease {
    Absent,
    At(Oid),
}

impl<'a> Destination<'a> {
    /// Pushes from the repository `git_dir` to `url`, a URL or a path.
    pub fn new(git: &'a Git, git_dir: &'a Path, url: &'a str) -> Self {
        Self { git, git_dir, url, patience: PATIENCE }
    }

    /// Gives up after `patience` instead of 300 s.
    #[must_use]
    pub fn within(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Makes `full_ref` (`refs/tags/1.0.0`) name `object`. Never moves or deletes a ref.
    ///
    /// Works from a partial mirror: no blob is brought unless the server asks for one.
    ///
    /// # Errors
    /// When nothing was sent: the name is none, git cannot be started.
    pub fn create(&self, object: Oid, full_ref: &str) -> Result<PushAnswer, GitError> {
        self.push(object, full_ref, Lease::Absent)
    }

    /// Moves `full_ref` from `expected` (`None`: it is not there yet) forward to `commit`: a
    /// compare-and-swap.
    ///
    /// # Errors
    /// When nothing was sent: the name is none, git cannot be started, or `commit` does not
    /// descend from `expected` ([`GitError::Odd`]).
    pub fn fast_forward(
        &self,
        commit: Oid,
        full_ref: &str,
        expected: Option<Oid>,
    ) -> Result<PushAnswer, GitError> {
        let Some(old) = expected else {
            return self.push(commit, full_ref, Lease::Absent);
        };
        self.must_descend(commit, old)?;
        self.push(commit, full_ref, Lease::At(old))
    }

    /// A lease lets git force: that the move is a forward one is for us to see.
    fn must_descend(&self, commit: Oid, old: Oid) -> Result<(), GitError> {
        // What was made on top of it needs no walk, nor its history here.
        let repository = Repository::open(self.git_dir)?;
        if repository
            .find_commit(commit)
            .is_ok_and(|child| child.parent_ids().any(|parent| parent == old))
        {
            return Ok(());
        }
        let doing = format!("looking whether {commit} descends from {old}");
        let output = self
            .git
            .command(doing.clone())
            .git_dir(self.git_dir)
            .args(["merge-base", "--is-ancestor", &old.to_string(), &commit.to_string()])
            .run()?;
        match output.status {
            Some(0) => Ok(()),
            Some(1) => {
                Err(GitError::Odd { doing, why: "it does not: that would lose history".to_owned() })
            }
            status => Err(GitError::Failed { doing, status, stderr: output.stderr }),
        }
    }

    fn push(&self, object: Oid, full_ref: &str, lease: Lease) -> Result<PushAnswer, GitError> {
        if !full_ref.starts_with("refs/") || !git2::Reference::is_valid_name(full_ref) {
            let doing = format!("pushing to {}", self.url);
            return Err(GitError::Odd {
                doing,
                why: format!("`{full_ref}` is not the name of a ref"),
            });
        }
        let outgoing = Outgoing::new(self.git_dir, object, full_ref)?;
        let wanted = Wanted { outgoing: &outgoing.prefix, full_ref, lease };
        let answer = self.ask(&wanted, |command| command.env("GIT_NO_LAZY_FETCH", "1"))?;
        if answer != Answer::NotUnpacked {
            return Ok(answer.into());
        }
        // Nothing was written. A partial mirror that knows none of the server's refs around the
        // object would send their blobs too, and has none: let both sides find what they share,
        // and let git bring what is missing then.
        let answer = self.ask(&wanted, |command| command.config("push.negotiate=true"))?;
        if answer == Answer::NotUnpacked {
            // Perhaps a mirror is damaged in a way that only git saw.
            stamp::forget_below(self.git_dir);
        }
        Ok(answer.into())
    }

    fn ask(
        &self,
        wanted: &Wanted<'_>,
        tune: impl FnOnce(GitCommand<'a>) -> GitCommand<'a>,
    ) -> Result<Answer, GitError> {
        let command = PINS.iter().fold(
            self.git
                .command(format!("pushing {} to {}", wanted.full_ref, self.url))
                .git_dir(self.git_dir)
                .network()
                .timeout(self.patience)
                .remote(REMOTE, self.url),
            |command, pin| command.config(*pin),
        );
        let command = command
            .args(["push", "--porcelain", "--no-progress", "--no-verify", "--no-follow-tags"])
            .arg(wanted.lease())
            .args([REMOTE, &format!("{}*:refs/*", wanted.outgoing)]);
        match tune(command).run() {
            Ok(output) => Ok(wanted.judge(&output)),
            Err(GitError::TimedOut { seconds, .. }) => {
                Ok(Answer::Unknown(format!("no answer within {seconds} s")))
            }
            Err(GitError::Odd { why, .. }) => Ok(Answer::Unknown(why)),
            Err(error) => Err(error),
        }
    }
}

/// One push, as it was asked for.
struct Wanted<'a> {
    /// Where the ref is here, instead of `refs/`.
    outgoing: &'a str,
    full_ref: &'a str,
    lease: Lease,
}

/// An answer of git, before it is known whether it is the last word.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Answer {
    Created,
    Moved,
    AlreadyThere,
    Taken,
    Refused(String),
    /// The server could not take the pack; no ref was touched.
    NotUnpacked,
    Unknown(String),
}

impl From<Answer> for PushAnswer {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Created => Self::Created,
            Answer::Moved => Self::Moved,
            Answer::AlreadyThere => Self::AlreadyThere,
            Answer::Taken => Self::Taken,
            Answer::Refused(reason) => Self::Refused { reason },
            Answer::NotUnpacked => Self::Unknown {
                why: "the server could not take the objects (disk full there, or objects \
                      missing here)"
                    .to_owned(),
            },
            Answer::Unknown(why) => Self::Unknown { why },
        }
    }
}

impl Wanted<'_> {
    fn lease(&self) -> String {
        match self.lease {
            Lease::Absent => format!("--force-with-lease={}:", self.full_ref),
            Lease::At(old) => format!("--force-with-lease={}:{old}", self.full_ref),
        }
    }

    /// The meaning of an exit status and what git wrote.
    fn judge(&self, output: &GitOutput) -> Answer {
        let said = String::from_utf8_lossy(&output.stdout);
        let Some(line) = self.parse(&said) else {
            return Answer::Unknown(explain(output));
        };
        let answer = match (line.flag, self.lease) {
            ('*', Lease::Absent) => Answer::Created,
            (' ', Lease::At(_)) => Answer::Moved,
            ('=', _) => Answer::AlreadyThere,
            ('!', _) => return refusal(line, output),
            _ => return Answer::Unknown(explain(output)),
        };
        // "new tag" from a git that failed: the report came, the connection then broke.
        if output.status == Some(0) { answer } else { Answer::Unknown(explain(output)) }
    }

    /// The one line about our ref, in exactly this form:
    ///
    /// ```text
    /// To <url>
    /// <flag> TAB <from>:<to> TAB <summary>[ (<reason>)]
    /// Done
    /// ```
    ///
    /// `Done` is missing when the connection broke or nothing was sent.
    fn parse<'t>(&self, said: &'t str) -> Option<Line<'t>> {
        let mut lines = said.lines();
        lines.next()?.strip_prefix("To ")?;
        let mut fields = lines.next()?.splitn(3, '\t');
        let mut flag = fields.next()?.chars();
        let line = Line { flag: flag.next()?, summary: "", reason: None };
        let name = self.full_ref.strip_prefix("refs/")?;
        let ours = format!("{}{name}:{}", self.outgoing, self.full_ref);
        if flag.next().is_some() || fields.next()? != ours {
            return None;
        }
        let rest = fields.next()?;
        if !matches!((lines.next(), lines.next()), (None | Some("Done"), None)) {
            return None;
        }
        Some(match rest.strip_suffix(')').and_then(|text| text.split_once(" (")) {
            Some((summary, reason)) => Line { summary, reason: Some(reason), ..line },
            None => Line { summary: rest, ..line },
        })
    }
}

struct Line<'a> {
    flag: char,
    summary: &'a str,
    reason: Option<&'a str>,
}

/// Words by which a server says that another push was in the way, or that it is not well. Who
/// the ref is now must be read.
const NO_VERDICT: &[&str] = &[
    "failed to update ref",
    "cannot lock",
    "failed to lock",
    "lock error",
    "already exists",
    "internal",
];

fn refusal(line: Line<'_>, output: &GitOutput) -> Answer {
    let reason = line.reason.unwrap_or(line.summary);
    match line.summary {
        // The client's own refusals: it has seen another object there.
        "[rejected]" => Answer::Taken,
        "[remote rejected]" if reason.contains("unpacker error") => Answer::NotUnpacked,
        "[remote rejected]" if NO_VERDICT.iter().any(|words| reason.contains(words)) => {
            Answer::Unknown(explain(output))
        }
        "[remote rejected]" => Answer::Refused(with_remote_words(reason, &output.stderr)),
        _ => Answer::Unknown(explain(output)),
    }
}

/// The reason, and what the server or its hooks wrote about it.
fn with_remote_words(reason: &str, stderr: &str) -> String {
    let words: Vec<&str> = stderr
        .lines()
        .filter_map(|line| line.strip_prefix("remote: "))
        // What overwrites itself, and Gerrit's count of refs, is progress and no reason.
        .filter(|words| !words.contains('\r') && !words.starts_with("Processing changes:"))
        .map(str::trim)
        .filter(|words| !words.is_empty())
        .collect();
    let text = if words.is_empty() {
        reason.to_owned()
    } else {
        format!("{reason}: {}", words.join("; "))
    };
    mask_credentials(&text)
}

fn explain(output: &GitOutput) -> String {
    let ending = match output.status {
        Some(status) => format!("git push ended with status {status}"),
        None => "git push was killed by a signal".to_owned(),
    };
    let words: Vec<&str> = output.stderr.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    let words = if words.is_empty() { "without a message".to_owned() } else { words.join("; ") };
    mask_credentials(&format!("{ending}: {words}"))
}

#[cfg(test)]
mod tests;
