//! When the commit of a release was merged.

use jiff::Timestamp;

use super::repository::time_of;
use super::review::{ReviewOf, Status};
use super::{Answer, Question, Sources};
use crate::git::Oid;
use crate::tree::deliverable::Project;

/// When a commit first reached one of the branches that contain it: as its change on Gerrit says, else by the merge commit
/// that brought it. Absent where no branch contains it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MergedAt {
    /// Name as in the files.
    pub repo: String,
    /// 40 hex digits.
    pub hash: String,
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
    pub fn of(project: &Project) -> Self {
        Self { repo: project.repo.value.clone(), hash: project.hash.to_ascii_lowercase() }
    }

    /// As the branches tell it.
    fn on_branches(&self, sources: &Sources) -> Answer<Merge> {
        let Ok(id) = Oid::from_str(&self.hash) else { return Answer::Absent };
        sources.in_either(&self.repo, |opened| {
            opened.ask(|repository| {
                let mut earliest = None;
                for tip in opened.refs.heads.values() {
                    let landing = repository.landing(id, *tip)?;
                    let landed = landing.map(|landing| (time_of(landing.at), landing.by_merge));
                    earliest = [earliest, landed].into_iter().flatten().min();
                }
                Ok(earliest.map(|(at, by_merge)| match by_merge {
                    true => Merge::At(at),
                    false => Merge::NotBefore(at),
                }))
            })
        })
    }
}

impl Question for MergedAt {
    type Known = Merge;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<Merge> {
        let there = self.on_branches(sources);
        let Answer::Known(by_branches) = there else { return there };
        let review = ReviewOf { commit: self.hash.clone() }.answer(sources);
        let submitted = review.and_then(|change| {
            let is_its = change.status == Status::Merged && change.is_at(&self.hash);
            change.submitted.filter(|_| is_its).map_or(Answer::Absent, Answer::Known)
        });
        match (submitted, by_branches) {
            (Answer::Known(at), _) => Answer::Known(Merge::At(at)),
            // Gerrit makes the merge commit in the moment in which it merges.
            (Answer::Absent, _) | (Answer::Unknown(_), Merge::At(_)) => Answer::Known(by_branches),
            (Answer::Unknown(why), Merge::NotBefore(_)) => Answer::Unknown(why),
        }
    }
}
