//! What people call a commit: a branch, a tag, or the first digits of its id.

use super::{Answer, Question, Sources};

/// The fewest digits of a commit id that count as one.
const FEWEST_DIGITS: usize = 4;

/// The commit that a branch, a tag or a commit id names, in lower case hex; absent if nothing merged has that name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RevisionIn {
    /// Name of the repository as in the files.
    pub repo: String,
    /// A branch, a tag, or a commit id of at least four digits.
    pub revision: String,
}

impl Question for RevisionIn {
    type Known = String;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<String> {
        let name = self.revision.as_str();
        sources.in_either(&self.repo, |opened| {
            let tag = || opened.refs.tags.get(name).map(|tag| tag.peeled);
            if let Some(id) = opened.refs.heads.get(name).copied().or_else(tag) {
                return Answer::Known(id.to_string());
            }
            let is_id =
                name.len() >= FEWEST_DIGITS && name.bytes().all(|byte| byte.is_ascii_hexdigit());
            if !is_id {
                return Answer::Absent;
            }
            let digits = name.to_ascii_lowercase();
            opened
                .ask(|repository| repository.only_commit_with(&digits))
                .and_then(|id| opened.held(&id.to_string()))
                .map(|id| id.to_string())
        })
    }
}
