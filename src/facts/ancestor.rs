//! Which of several commits is the newest one in the history of another.

use super::repository::Descends;
use super::{Answer, Question, Sources};
use crate::git::{CommitId, RepoName};

/// The first of `among` that is `of` or in its history; absent if none is. Whoever asks puts the likeliest first: as a rule
/// one look is enough. A commit that the repository does not have is passed over.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FirstAncestor {
    /// The repository.
    pub repo: RepoName,
    /// The commit whose history is looked at.
    pub of: CommitId,
    /// Likeliest first.
    pub among: Vec<CommitId>,
}

impl Question for FirstAncestor {
    type Known = CommitId;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<CommitId> {
        for &older in &self.among {
            let descends = Descends { repo: self.repo.clone(), older, newer: self.of };
            match descends.answer(sources) {
                Answer::Known(true) => return Answer::Known(older),
                Answer::Known(false) | Answer::Absent => {}
                Answer::Unknown(why) => return Answer::Unknown(why),
            }
        }
        Answer::Absent
    }
}
