//! Heads and tags of a repository, and reading them from anywhere.

use std::collections::BTreeMap;
use std::time::Duration;

use git2::Oid;

use super::error::GitError;
use super::program::Git;
use super::remote::RemoteUrl;
use super::repository::Repository;

/// How long a remote may take to list its refs.
const TIMEOUT: Duration = Duration::from_secs(120);

/// The name under which commands know the remote: its URL travels in the environment.
pub(super) const REMOTE: &str = "tagkeeper";

/// The heads and tags of a repository at one moment; names without `refs/heads/` or `refs/tags/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refs {
    /// Branches and their tips.
    pub heads: BTreeMap<String, Oid>,
    /// Tags.
    pub tags: BTreeMap<String, TagRef>,
}

/// What a tag points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TagRef {
    /// The tag object, or the commit itself of a tag without one.
    pub object: Oid,
    /// What is found behind all tag objects: a commit, in any repository we care for.
    pub peeled: Oid,
}

impl TagRef {
    /// Whether there is a tag object: a message, perhaps a signature.
    pub fn is_annotated(&self) -> bool {
        self.object != self.peeled
    }
}

/// The heads and tags at `url`, asked now.
///
/// A local repository that libgit2 understands is read in process.
///
/// # Errors
/// [`GitError::NoSuchRepository`] when it is known not to exist, [`GitError::Unreachable`] when
/// nothing is known, and those of [`Repository::open`].
pub fn ls_remote(git: &Git, url: &RemoteUrl) -> Result<Refs, GitError> {
    if let Some(repository) = open_local(url)? {
        return repository.refs();
    }
    let output = git
        .command(format!("reading the refs of {url}"))
        .remote(REMOTE, url.secret_text())
        // Not as patterns: these two go to the server, which then sends no other refs.
        .args(["ls-remote", "--quiet", "--heads", "--tags", "--end-of-options", REMOTE])
        .network()
        .timeout(TIMEOUT)
        .run()
        .map_err(|error| url.trouble(error))?;
    if output.status != Some(0) {
        return Err(url.failure(&output));
    }
    // A branch whose name is not UTF-8 is nobody's branch here, and must not hide the others.
    parse(url, &String::from_utf8_lossy(&output.stdout))
}

/// The branch that HEAD of the repository at `url` points to, asked now; `None` for a HEAD that is detached or points to no branch.
///
/// # Errors
/// As [`ls_remote`].
pub fn ls_remote_trunk(git: &Git, url: &RemoteUrl) -> Result<Option<String>, GitError> {
    if let Some(repository) = open_local(url)? {
        return repository.trunk();
    }
    let output = git
        .command(format!("reading HEAD of {url}"))
        .remote(REMOTE, url.secret_text())
        .args(["ls-remote", "--quiet", "--symref", "--end-of-options", REMOTE, "HEAD"])
        .network()
        .timeout(TIMEOUT)
        .run()
        .map_err(|error| url.trouble(error))?;
    if output.status != Some(0) {
        return Err(url.failure(&output));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    if !text.is_empty() && !text.ends_with('\n') {
        return Err(odd(url, "its last line is cut off"));
    }
    Ok(trunk_in(&text))
}

/// The branch in the line `ref: refs/heads/<branch> TAB HEAD`. A server leaves the line out where HEAD is detached, and
/// all lines where HEAD points to a branch that does not exist.
fn trunk_in(text: &str) -> Option<String> {
    let target = |line: &str| {
        line.strip_prefix("ref: ")?
            .strip_suffix("\tHEAD")?
            .strip_prefix("refs/heads/")
            .map(str::to_owned)
    };
    text.lines().find_map(target)
}

/// The repository behind a local URL; `None` when only the git program can read it.
pub(super) fn open_local(url: &RemoteUrl) -> Result<Option<Repository>, GitError> {
    let Some(directory) = url.local_directory()? else { return Ok(None) };
    match Repository::open(&directory) {
        Ok(repository) => Ok(Some(repository)),
        // A storage or an extension that libgit2 does not know; git may.
        Err(GitError::Unsupported { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads `<id> TAB <name>` lines, strictly: half an answer is none.
fn parse(url: &RemoteUrl, text: &str) -> Result<Refs, GitError> {
    let mut refs = Refs::default();
    if !text.is_empty() && !text.ends_with('\n') {
        return Err(odd(url, "its last line is cut off"));
    }
    for line in text.lines() {
        let (id, name) = line.split_once('\t').ok_or_else(|| odd(url, line))?;
        if id.len() == 64 {
            return Err(odd(url, "its object ids are SHA-256, which tagkeeper cannot read"));
        }
        let is_hex = id.len() == 40 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        let id = Oid::from_str(id).ok().filter(|_| is_hex).ok_or_else(|| odd(url, line))?;
        if let Some(head) = name.strip_prefix("refs/heads/") {
            refs.heads.insert(head.to_owned(), id);
        } else if let Some(tag) = name.strip_prefix("refs/tags/") {
            match tag.strip_suffix("^{}") {
                // Peeled lines follow the line of their tag.
                Some(tag) => {
                    refs.tags.get_mut(tag).ok_or_else(|| odd(url, line))?.peeled = id;
                }
                None => {
                    refs.tags.insert(tag.to_owned(), TagRef { object: id, peeled: id });
                }
            }
        } else {
            return Err(odd(url, line));
        }
    }
    Ok(refs)
}

fn odd(url: &RemoteUrl, why: &str) -> GitError {
    GitError::Odd { doing: format!("reading the refs of {url}"), why: why.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(digit: char) -> Oid {
        Oid::from_str(&digit.to_string().repeat(40)).unwrap()
    }

    fn read(text: &str) -> Result<Refs, GitError> {
        parse(&RemoteUrl::new("https://host/a"), text)
    }

    #[test]
    fn heads_light_and_annotated_tags_are_read() {
        let (a, b, c) = ("a".repeat(40), "b".repeat(40), "c".repeat(40));
        let text = format!(
            "{a}\trefs/heads/master\n{b}\trefs/heads/stable/x\n{c}\trefs/tags/1.0\n{a}\trefs/tags/1.0^{{}}\n{b}\trefs/tags/2.0\n"
        );
        let refs = read(&text).unwrap();
        let heads: Vec<_> = refs.heads.iter().map(|(name, id)| (name.as_str(), *id)).collect();
        assert_eq!(heads, [("master", id('a')), ("stable/x", id('b'))]);
        assert_eq!(refs.tags["1.0"], TagRef { object: id('c'), peeled: id('a') });
        assert!(refs.tags["1.0"].is_annotated() && !refs.tags["2.0"].is_annotated());
        assert_eq!(read("").unwrap(), Refs::default());
    }

    #[test]
    fn the_trunk_is_the_branch_of_head() {
        let a = "a".repeat(40);
        let trunk = |text: String| trunk_in(&text);
        let main = Some("main".to_owned());
        assert_eq!(trunk(format!("ref: refs/heads/main\tHEAD\n{a}\tHEAD\n")), main);
        let nested = format!(
            "ref: refs/heads/x\trefs/remotes/o/HEAD\nref: refs/heads/main\tHEAD\n{a}\tHEAD\n"
        );
        assert_eq!(trunk(nested), main);
        for detached in
            [format!("{a}\tHEAD\n"), String::new(), "ref: refs/tags/1\tHEAD\n".to_owned()]
        {
            assert_eq!(trunk(detached.clone()), None, "{detached}");
        }
    }

    #[test]
    fn anything_else_is_no_answer() {
        let a = "a".repeat(40);
        for text in [
            format!("{a} refs/heads/master\n"),
            format!("{a}\trefs/heads/master"),
            format!("{a}\tmaster\n"),
            format!("{}\trefs/heads/master\n", "a".repeat(39)),
            format!("{}\trefs/heads/master\n", "a".repeat(64)),
            format!("{}\trefs/heads/master\n", "x".repeat(40)),
            format!("{a}\trefs/tags/1^{{}}\n"),
            "warning: redirecting to https://host\n".to_owned(),
        ] {
            assert!(matches!(read(&text), Err(GitError::Odd { .. })), "{text}");
        }
    }
}
