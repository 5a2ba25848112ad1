//! The id of a commit that no branch or tag contains, or of something else than a commit.

use super::{Reported, Sink};
use crate::facts::object::{ObjectIn, OtherObject};
use crate::facts::repository::{CommitIn, Exists};
use crate::facts::{Answer, Asks, Facts};
use crate::tree::place::Placed;
use crate::tree::{BadCommitId, CommitId, RepoName};

/// The commit that `hash` names; else what is wrong with it, as a message.
pub(super) fn commit_of(hash: &str) -> Result<CommitId, String> {
    CommitId::parse(hash).map_err(|why| match why {
        BadCommitId::NotFull(text) => {
            format!("`{text}` is not a commit id of 40 hexadecimal digits")
        }
        BadCommitId::Null(_) => why.to_string(),
    })
}

/// Asks whether `repo` has the commit, and if not, what the id names.
pub(super) fn ask(repo: &RepoName, commit: CommitId, facts: &Facts, asks: &mut Asks) {
    let question = CommitIn { repo: repo.clone(), commit };
    if facts.get(&question) == Answer::Absent {
        asks.put(ObjectIn { repo: repo.clone(), commit });
    }
    asks.put(Exists { repo: repo.clone() });
    asks.put(question);
}

/// Whether the repository is known not to exist: `repository-exists` reports that, once.
pub(super) fn has_no_repository(repo: &RepoName, facts: &Facts) -> bool {
    facts.get(&Exists { repo: repo.clone() }) == Answer::Absent
}

/// Reports that the commit that `hash` names is missing, or that the id is not that of a commit. `usual` is the help for a
/// missing commit.
pub(super) fn report<'s>(
    sink: &'s mut Sink<'_>,
    (repo, commit): (&RepoName, CommitId),
    hash: &Placed<String>,
    facts: &Facts,
    usual: &str,
) -> Reported<'s> {
    let Answer::Known(object) = facts.get(&ObjectIn { repo: repo.clone(), commit }) else {
        let message = format!("no branch or tag of `{repo}` contains the commit `{}`", **hash);
        return sink.report(hash.place, message).help(usual).repo(repo);
    };
    let message = format!("`{}` in `{repo}` is {object}, not a commit", **hash);
    let reported = sink.report(hash.place, message).repo(repo);
    match object {
        OtherObject::Tag { commit: Some(commit), .. } => reported
            .help(format!("write the commit that the tag points to: `{commit}`"))
            .fix("write the commit that the tag points to", hash.place, commit.to_string()),
        _ => reported.help("write the full id of a commit, as `git log` shows it"),
    }
}
