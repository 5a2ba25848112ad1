//! The id of a commit that no branch or tag contains, or of something else than a commit.

use super::{Reported, Sink};
use crate::facts::object::{ObjectIn, OtherObject};
use crate::facts::repository::{CommitIn, Exists};
use crate::facts::{Answer, Asks, Facts};
use crate::tree::place::Placed;

/// Asks whether `repo` has the commit, and if not, what the id names.
pub(super) fn ask(repo: &str, hash: &str, facts: &Facts, asks: &mut Asks) {
    let question = commit_in(repo, hash);
    if facts.get(&question) == Answer::Absent {
        asks.put(ObjectIn { repo: question.repo.clone(), hash: question.hash.clone() });
    }
    asks.put(Exists { repo: question.repo.clone() });
    asks.put(question);
}

/// Whether the repository is known not to exist: `repository-exists` reports that, once.
pub(super) fn has_no_repository(repo: &str, facts: &Facts) -> bool {
    facts.get(&Exists { repo: repo.to_owned() }) == Answer::Absent
}

/// Whether `repo` has the commit.
pub(super) fn commit_in(repo: &str, hash: &str) -> CommitIn {
    CommitIn { repo: repo.to_owned(), hash: hash.to_ascii_lowercase() }
}

/// Reports that the commit is missing, or that the id is not that of a commit. `usual` is the help for a missing commit.
pub(super) fn report<'s>(
    sink: &'s mut Sink<'_>,
    repo: &str,
    hash: &Placed<String>,
    facts: &Facts,
    usual: &str,
) -> Reported<'s> {
    let CommitIn { repo, hash: id } = commit_in(repo, hash);
    let Answer::Known(object) = facts.get(&ObjectIn { repo: repo.clone(), hash: id }) else {
        let message = format!("no branch or tag of `{repo}` contains the commit `{}`", **hash);
        return sink.report(hash.place, message).help(usual).repo(&repo);
    };
    let message = format!("`{}` in `{repo}` is {object}, not a commit", **hash);
    let reported = sink.report(hash.place, message).repo(&repo);
    match object {
        OtherObject::Tag { commit: Some(commit), .. } => reported
            .help(format!("write the commit that the tag points to: `{commit}`"))
            .fix("write the commit that the tag points to", hash.place, commit.to_string()),
        _ => reported.help("write the full id of a commit, as `git log` shows it"),
    }
}
