//! Which of several commits is the newest one in the history of another.

use super::repository::Descends;
use super::{Answer, Question, Sources};
use crate::git::Oid;

/// The first of `among` that is `of` or in its history; absent if none is. Whoever asks puts the likeliest first: as a rule
/// one look is enough. A commit that the repository does not have is passed over.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FirstAncestor {
    /// Name as in the files.
    pub repo: String,
    /// 40 hex digits, in either case.
    pub of: String,
    /// 40 hex digits each, likeliest first.
    pub among: Vec<String>,
}

impl Question for FirstAncestor {
    /// As it was asked for.
    type Known = String;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<String> {
        if Oid::from_str(&self.of).is_err() {
            return Answer::Absent;
        }
        for older in &self.among {
            let descends =
                Descends { repo: self.repo.clone(), older: older.clone(), newer: self.of.clone() };
            match descends.answer(sources) {
                Answer::Known(true) => return Answer::Known(older.clone()),
                Answer::Known(false) | Answer::Absent => {}
                Answer::Unknown(why) => return Answer::Unknown(why),
            }
        }
        Answer::Absent
    }
}
