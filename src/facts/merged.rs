//! When the commit of a release was merged.

use jiff::Timestamp;

use super::repository::{Remote, time_of};
use super::review::{ReviewOf, Status, is_at};
use super::{Answer, Question, Sources};
use crate::git::{CommitId, Landing, RepoName};
use crate::tree::deliverable::ProjectAt;

/// When a commit first reached one of the branches that contain it: as its change on Gerrit says, else by the merge commit
/// that brought it. Absent where no branch contains it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MergedAt {
    /// The repository.
    pub repo: RepoName,
    /// The commit.
    pub commit: CommitId,
}

/// What is known of when a commit was merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merge {
    /// It was merged then.
    At(Timestamp),
    /// The branch was moved to it, and no change tells when: not before it was made.
    NotBefore(Timestamp),
}

impl MergedAt {
    /// The question when the commit of `project` reached its branches.
    pub fn of(project: &ProjectAt<'_>) -> Self {
        Self { repo: project.name.clone(), commit: project.commit }
    }

    /// As the branches tell it.
    fn on_branches(&self, sources: &Sources) -> Answer<Landed> {
        let id = self.commit.oid();
        sources.in_either(&self.repo, |opened| {
            opened.ask(|repository| {
                let mut landings = Vec::new();
                for tip in opened.refs.heads.values() {
                    landings.extend(repository.landing(id, *tip)?);
                }
                Ok(earliest(&landings))
            })
        })
    }

    /// When its change on Gerrit was merged; absent where no change of this repository is it.
    fn submitted(&self, sources: &Sources) -> Answer<Option<Timestamp>> {
        let review = ReviewOf { commit: self.commit.to_string() }.answer(sources);
        let remotes = [Remote::Git, Remote::Push].map(|remote| sources.url(&self.repo, remote));
        let remotes = remotes.map(|url| url.to_string());
        review.and_then(|change| {
            // Another project may have the same commit.
            let is_its = change.status == Status::Merged
                && change.is_at(&self.commit.to_string())
                && remotes.iter().any(|remote| is_at(remote, &change.project));
            if is_its { Answer::Known(change.submitted) } else { Answer::Absent }
        })
    }
}

/// What the branches tell of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Landed {
    merge: Merge,
    /// Whether it is a merge commit, and so tells its time itself.
    is_own: bool,
}

/// The earliest landing by a merge. Only where no merge brought it, its own time tells something: a branch that was moved to it
/// does not say when.
fn earliest(landings: &[Landing]) -> Option<Landed> {
    let of = |by_merge: bool| {
        let those = landings.iter().filter(move |landing| landing.by_merge == by_merge);
        those.map(|landing| (time_of(landing.at), landing.is_own)).min()
    };
    let merged = of(true).map(|(at, is_own)| Landed { merge: Merge::At(at), is_own });
    merged.or_else(|| of(false).map(|(at, is_own)| Landed { merge: Merge::NotBefore(at), is_own }))
}

/// When a commit was merged, by the time that its change on Gerrit has, and by what the branches tell.
fn decided(submitted: Answer<Option<Timestamp>>, landed: Landed) -> Answer<Merge> {
    match (submitted, landed) {
        (Answer::Known(Some(at)), _) => Answer::Known(Merge::At(at)),
        // A merge commit that was proposed is older than its merge.
        (Answer::Known(None), Landed { merge: Merge::At(made), is_own: true }) => {
            Answer::Known(Merge::NotBefore(made))
        }
        // Gerrit makes the merge commit in the moment in which it merges.
        (Answer::Known(None) | Answer::Absent, Landed { merge, .. })
        | (Answer::Unknown(_), Landed { merge: merge @ Merge::At(_), is_own: false }) => {
            Answer::Known(merge)
        }
        (Answer::Unknown(why), _) => Answer::Unknown(why),
    }
}

impl Question for MergedAt {
    type Known = Merge;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<Merge> {
        let there = self.on_branches(sources);
        there.and_then(|landed| decided(self.submitted(sources), landed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Unknown;
    use crate::git::Moment;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn a_merge_that_is_known_counts_though_a_branch_was_moved_to_the_commit() {
        let landing = |seconds: i64, by_merge: bool| {
            let at = Moment { seconds, offset_minutes: 0 };
            Landing { at, by_merge, is_own: !by_merge }
        };
        let merge = |landings: &[Landing]| earliest(landings).map(|landed| landed.merge);
        let (moved, merged, later) = (landing(10, false), landing(20, true), landing(30, true));
        assert_eq!(merge(&[later, moved, merged]), Some(Merge::At(at(20))));
        assert_eq!(merge(&[landing(40, false), moved]), Some(Merge::NotBefore(at(10))));
        assert_eq!(merge(&[]), None);
    }

    #[test]
    fn a_merge_commit_tells_when_it_was_merged_unless_it_may_have_been_proposed() {
        let brought = Landed { merge: Merge::At(at(10)), is_own: false };
        let itself = Landed { is_own: true, ..brought };
        let moved = Landed { merge: Merge::NotBefore(at(10)), is_own: true };
        let (by_merge, not_before) = (Merge::At(at(10)), Merge::NotBefore(at(10)));
        let known = |landed| {
            [Answer::Absent, Answer::Known(None), Answer::Known(Some(at(20)))]
                .map(|submitted| decided(submitted, landed).known().copied().unwrap())
        };
        let submitted = Merge::At(at(20));
        assert_eq!(known(brought), [by_merge, by_merge, submitted]);
        assert_eq!(known(itself), [by_merge, not_before, submitted]);
        assert_eq!(known(moved), [not_before, not_before, submitted]);
        let offline = |landed| decided(Answer::Unknown(Unknown::because("offline")), landed);
        assert_eq!(offline(brought), Answer::Known(by_merge));
        for landed in [itself, moved] {
            assert!(matches!(offline(landed), Answer::Unknown(_)), "{landed:?}");
        }
    }
}
